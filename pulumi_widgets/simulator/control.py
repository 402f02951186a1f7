"""The control endpoints: for tests and commands in another process, apart from the API.

No token is needed, and none is ever answered.

| call | what it does |
| --- | --- |
| GET ``/_simulator/`` | these calls, and what the faults are |
| GET ``/_simulator/deployments`` | all that is stored, lag or not: id to body |
| POST ``/_simulator/deployments`` | a colleague adds one; body: a deployment; answers ``{"id"}`` |
| PATCH, DELETE ``/_simulator/deployments/{id}`` | a colleague edits fields, or removes it |
| GET, DELETE ``/_simulator/calls`` | the counters by route; reset them and the log |
| GET ``/_simulator/requests`` | the log of requests |
| GET, PUT, PATCH ``/_simulator/faults`` | the faults; set all; set some |
"""

from __future__ import annotations

from typing import Any, Final

from werkzeug import Request

from .faults import Faults
from .records import json_value
from .replies import Reply
from .service import Service

__all__ = ["PREFIX", "answer"]

PREFIX: Final = "/_simulator/"
_LOOPBACK: Final = ("127.0.0.1", "localhost")


def answer(service: Service, request: Request) -> Reply:
    """The reply to a control request."""
    usual = {"Content-Type": "application/json"}
    # a web page whose name was made to point at this machine must not get in
    if request.host.rpartition(":")[0] not in _LOOPBACK:
        return Reply(403, {"message": "control requests come from this machine"}, headers=usual)
    try:
        content = _answer(service, request.method, request.path[len(PREFIX) :], request)
        return Reply(json=content, headers=usual)
    except (ValueError, TypeError, AttributeError) as error:
        return Reply(400, {"message": str(error)}, headers=usual)
    except KeyError:
        return Reply(404, {"message": "no such control call, or no such id"}, headers=usual)


def _answer(service: Service, method: str, path: str, request: Request) -> Any:
    kind, _, deployment_id = path.partition("/")
    if deployment_id and kind == "deployments":
        return _one(service, method, deployment_id, request)
    call = f"{method} {path}"
    if call == "GET ":
        calls = [line for line in (__doc__ or "").splitlines() if "``/_sim" in line]
        return {"calls": calls, "faults": Faults.described()}
    if call == "GET deployments":
        return service.store.dump()
    if call == "POST deployments":
        return {"id": service.store.add(_object(request))[0]}
    if call == "GET calls":
        return dict(service.records.calls)
    if call == "DELETE calls":
        service.records.reset()
        return {}
    if call == "GET requests":
        return [each.as_dict() for each in service.records.requests]
    if path == "faults" and method in ("GET", "PUT", "PATCH"):
        if method != "GET":
            base = service.faults if method == "PATCH" else None
            service.faults = Faults.of(_object(request), base)
        return service.faults.as_dict()
    raise KeyError(call)


def _one(service: Service, method: str, deployment_id: str, request: Request) -> Any:
    if method == "PATCH":
        done = service.store.edit(deployment_id, _object(request))
    elif method == "DELETE":
        done = service.store.remove(deployment_id)
    else:
        raise KeyError(method)
    if not done:
        raise KeyError(deployment_id)
    return {"id": deployment_id}


def _object(request: Request) -> dict[str, Any]:
    value = json_value(request.get_data())
    if not isinstance(value, dict):
        raise ValueError("the body is no JSON object")
    return value
