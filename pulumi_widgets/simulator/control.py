"""The control endpoints: for tests and commands in another process, apart from the API.

No token is needed, and none is ever answered.

| call | what it does |
| --- | --- |
| GET ``/_simulator/`` | these calls, what the faults are, and the seed |
| GET ``/_simulator/deployments`` | all that is stored, lag or not: id to body |
| POST ``/_simulator/deployments`` | a colleague adds one; body: a deployment; answers ``{"id"}`` |
| PATCH, DELETE ``/_simulator/deployments/{id}`` | a colleague edits fields, or removes it |
| GET, DELETE ``/_simulator/calls`` | the counters by route; reset them and the log |
| GET ``/_simulator/requests`` | the log of requests |
| GET, PUT, PATCH ``/_simulator/faults`` | the faults; set all; set some |
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final

from werkzeug import Request

from .faults import Faults
from .records import json_value
from .replies import Reply
from .rules import RefusedError, checked
from .service import Service

__all__ = ["PREFIX", "answer"]

PREFIX: Final = "/_simulator/"
_LOOPBACK: Final = ("127.0.0.1", "localhost")


def answer(service: Service, request: Request) -> Reply:
    """The reply to a control request."""
    usual = {"Content-Type": "application/json"}
    if not _from_here(request):
        return Reply(403, {"message": "control requests come from this machine"}, headers=usual)
    try:
        content = _answer(service, request.method, request.path[len(PREFIX) :], request)
        return Reply(json=content, headers=usual)
    except RefusedError as error:
        return dataclasses.replace(error.reply(), headers=usual)
    except (ValueError, TypeError, AttributeError) as error:
        return Reply(400, {"message": str(error)}, headers=usual)
    except KeyError:
        return Reply(404, {"message": "no such control call, or no such id"}, headers=usual)


def _from_here(request: Request) -> bool:
    """Whether no web page of elsewhere sent it, which a browser on this machine would do for it.

    Such a page has a name of its own that was made to point to this machine, or asks across
    origins, of which another port here is one.
    """
    own = f"http://{request.host}"
    return (
        request.host.rpartition(":")[0] in _LOOPBACK
        and request.headers.get("Origin", own) == own
        and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
    )


def _answer(service: Service, method: str, path: str, request: Request) -> Any:
    kind, _, deployment_id = path.partition("/")
    if deployment_id and kind == "deployments":
        return _one(service, method, deployment_id, request)
    call = f"{method} {path}"
    if call == "GET ":
        calls = [line for line in (__doc__ or "").splitlines() if "``/_sim" in line]
        return {"calls": calls, "faults": Faults.described(), "seed": service.seed}
    if call == "GET deployments":
        return service.store.dump()
    if call == "POST deployments":
        return {"id": service.store.add(checked(_object(request)))}
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
        done = service.store.edit(deployment_id, _changes(request))
    elif method == "DELETE":
        done = service.store.remove(deployment_id)
    else:
        raise KeyError(method)
    if not done:
        raise KeyError(deployment_id)
    return {"id": deployment_id}


def _changes(request: Request) -> dict[str, Any]:
    changes = _object(request)
    return {**{key: None for key, value in changes.items() if value is None}, **checked(changes)}


def _object(request: Request) -> dict[str, Any]:
    value = json_value(request.get_data())
    if not isinstance(value, dict):
        raise ValueError("the body is no JSON object")
    return value
