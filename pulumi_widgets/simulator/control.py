"""The control endpoints: for the page, and tests and commands in another process.

They are apart from the API: no token is needed, none is ever answered, and no fault strikes.

| call | what it does |
| --- | --- |
| GET ``/_simulator/`` | these calls, what the faults are, the seed, and what points here |
| GET ``/_simulator/deployments`` | all that is stored, lag or not: id to body |
| POST ``/_simulator/deployments`` | a colleague adds one; body: a deployment; answers ``{"id"}`` |
| PATCH, PUT ``/_simulator/deployments/{id}`` | a colleague edits fields of one, or all of it |
| DELETE ``/_simulator/deployments/{id}`` | a colleague removes it |
| PUT ``/_simulator/deployments`` | a list of deployments takes the place of all that there are |
| GET, DELETE ``/_simulator/calls`` | the counters by route; reset them and the log |
| GET ``/_simulator/requests`` | the log of requests |
| GET ``/_simulator/requests/{number}`` | the bodies of one and of its answer |
| GET, PUT, PATCH ``/_simulator/faults`` | the faults; set all; set some |
| GET ``/_simulator/events`` | all this as it changes, for the page |
"""

from __future__ import annotations

import dataclasses
from typing import Any, Final, TypeVar

from werkzeug import Request

from .faults import Faults
from .records import json_value
from .replies import Reply
from .rules import RefusedError, checked
from .service import Service

__all__ = ["PREFIX", "answer"]

PREFIX: Final = "/_simulator/"
_T = TypeVar("_T")
_USUAL: Final = {"Content-Type": "application/json", "Cache-Control": "no-store"}


def answer(service: Service, request: Request) -> Reply:
    """The reply to a control request."""
    path = request.path[len(PREFIX) :]
    if service.page and f"{request.method} {path}" == "GET events":
        return Reply(wire="events", headers={**_USUAL, "Content-Type": "text/event-stream"})
    try:
        content = _answer(service, request.method, path, request)
        return Reply(json=content, headers=_USUAL)
    except RefusedError as error:
        return dataclasses.replace(error.reply(), headers=_USUAL)
    except (ValueError, TypeError, AttributeError) as error:
        return Reply(400, {"message": str(error)}, headers=_USUAL)
    except KeyError:
        return Reply(404, {"message": "no such control call, or no such id"}, headers=_USUAL)


def _answer(service: Service, method: str, path: str, request: Request) -> Any:
    kind, _, one = path.partition("/")
    if one and kind == "deployments":
        return _one(service, method, one, request)
    if one and f"{method} {kind}" == "GET requests":
        found = {str(each.number): each for each in service.records.requests}[one]
        return service.tokens.hidden(found.bodies())
    call = f"{method} {path}"
    if call == "GET ":
        calls = [line for line in (__doc__ or "").splitlines() if "``/_sim" in line]
        return {"calls": calls, "faults": Faults.described(), **service.about()}
    if call == "GET deployments":
        return service.store.dump()
    if call == "POST deployments":
        return {"id": service.add(checked(_object(request)))}
    if call == "PUT deployments":
        service.load([checked(each) for each in _json(request, list)])
        return {}
    if call == "GET calls":
        return dict(service.records.calls)
    if call == "DELETE calls":
        service.records.reset()
        return {}
    if call == "GET requests":
        return service.tokens.hidden([each.as_dict() for each in service.records.requests])
    if path == "faults" and method in ("GET", "PUT", "PATCH"):
        if method != "GET":
            base = service.faults if method == "PATCH" else None
            service.faults = Faults.of(_object(request), base)
        return service.faults.as_dict()
    raise KeyError(call)


def _one(service: Service, method: str, deployment_id: str, request: Request) -> Any:
    if method == "PATCH":
        done = service.store.edit(deployment_id, _changes(request))
    elif method == "PUT":
        done = service.store.replace(deployment_id, checked(_object(request)))
    elif method == "DELETE":
        done = service.store.remove(deployment_id)
    else:
        raise KeyError(method)
    if not done:
        raise RefusedError("not.found")
    return {"id": deployment_id}


def _changes(request: Request) -> dict[str, Any]:
    changes = _object(request)
    return {**{key: None for key, value in changes.items() if value is None}, **checked(changes)}


def _object(request: Request) -> dict[str, Any]:
    return _json(request, dict)


def _json(request: Request, kind: type[_T]) -> _T:
    value = json_value(request.get_data())
    if not isinstance(value, kind):
        raise ValueError(f"the body is no JSON {'object' if kind is dict else 'array'}")
    return value
