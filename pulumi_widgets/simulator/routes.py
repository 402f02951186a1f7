"""From an HTTP request to a reply: which call it is, who may make it, what goes wrong on the way.

Routing and parsing are Werkzeug's; the calls themselves are in ``service``.
"""

from __future__ import annotations

import copy
import dataclasses
import uuid
from typing import Any, Final

from werkzeug import Request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import Map, Rule

from . import control, openapi, page, records
from .contract import LOGIN, OPERATIONS
from .replies import Reply
from .rules import RefusedError, require
from .service import Service, joined

__all__ = ["answer", "finished"]

CORRELATION_ID: Final = "ININ-Correlation-Id"
_LOOPBACK: Final = ("127.0.0.1", "localhost")

_MAP: Final = Map(
    [
        Rule(route.replace("{", "<").replace("}", ">"), endpoint=route, methods=[method])
        for method, route in [*OPERATIONS, ("POST", LOGIN)]
    ],
    merge_slashes=False,
    redirect_defaults=False,
)


def answer(service: Service, request: Request) -> tuple[Reply, records.Request | None]:
    """The reply to a request, and the record whose status is still to be filled in."""
    if not _from_here(request):
        content = {"message": "only this machine, and no web page of elsewhere, may ask"}
        return Reply(403, content, headers={"Content-Type": "application/json"}), None
    if request.path.startswith(control.PREFIX):
        return control.answer(service, request), None
    if service.page and request.path in page.FILES and request.method == "GET":
        return page.FILES[request.path], None
    if request.path == openapi.PATH and request.method == "GET":
        return finished(Reply(json=openapi.DESCRIPTION)), None
    route, values, refusal = _match(request)
    bearer = request.authorization
    token = bearer.token if bearer and bearer.type == "bearer" else None
    record = records.Request(request.method, request.path, route, request.get_data(), token)
    service.records.add(record)
    if service.latency:
        service.pause(service.latency)

    script = service.script.take(request.method, request.path)
    reply = script if script and not script.commit else None
    if not script and (route != LOGIN or service.faults.on_login):
        reply = service.fault_before(request.method)
    if reply is None:
        reply = _carried_out(service, request, route, values, refusal)
        write = route != LOGIN and request.method != "GET"
        if script:
            reply = _in_place_of(reply, script)
        elif write and reply.status < 300 and (lost := service.fault_after()):
            reply = dataclasses.replace(lost, fault=joined(reply.fault, lost.fault))
    if script:
        reply = dataclasses.replace(reply, fault="scripted")
    return finished(reply), record


def _from_here(request: Request) -> bool:
    """Whether no web page of elsewhere sent it, which a browser on this machine would do for it.

    Such a page has a name of its own that was made to point to this machine, or asks across
    origins, of which another port here is one. A link to our page is no such thing.
    """
    own = f"http://{request.host}"
    link = request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    return (
        request.host.rsplit(":", 1)[0] in _LOOPBACK
        and request.headers.get("Origin", own) == own
        and (link or request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin"))
    )


def _match(request: Request) -> tuple[str, dict[str, Any], RefusedError | None]:
    adapter = _MAP.bind("", path_info=request.path, default_method=request.method)
    try:
        route, values = adapter.match()
        if request.method == "HEAD":  # Werkzeug adds it to GET; the service does not know it
            raise MethodNotAllowed(adapter.allowed_methods())
        return route, dict(values), None
    except MethodNotAllowed as error:
        allowed = ", ".join(sorted(set(error.valid_methods or ()) - {"HEAD"}))
        refusal = RefusedError("method.not.allowed", headers={"Allow": allowed})
    except (NotFound, HTTPException):
        refusal = RefusedError("not.found")
    return request.path, {}, refusal


def _carried_out(
    service: Service,
    request: Request,
    route: str,
    values: dict[str, Any],
    refusal: RefusedError | None,
) -> Reply:
    """The true answer."""
    headers: dict[str, str] = {}
    try:
        if refusal:
            raise refusal
        if route == LOGIN:
            return _login(service, request)
        bearer = request.authorization
        token = bearer.token if bearer and bearer.type == "bearer" else None
        client_id = service.tokens.client_of(token)
        if service.rate_limit is not None:
            who = client_id if service.rate_limit_by == "client" else str(token)
            headers = service.rate.count(who, service.rate_limit)
        require(OPERATIONS[request.method, route], service.scopes, service.permissions)
        reply = _call(service, request, values.get("deploymentId"))
    except RefusedError as error:
        reply = error.reply()
    return dataclasses.replace(reply, headers={**headers, **reply.headers})


def _call(service: Service, request: Request, deployment_id: str | None) -> Reply:
    content_type, data = request.headers.get("Content-Type", ""), request.get_data()
    if deployment_id is None:
        return service.listing() if request.method == "GET" else service.create(content_type, data)
    if request.method == "GET":
        return service.read(deployment_id)
    if request.method == "PUT":
        return service.update(deployment_id, content_type, data)
    return service.delete(deployment_id)


def _login(service: Service, request: Request) -> Reply:
    """The client credentials grant (RFC 6749, 4.4), errors with the service's own field too."""
    who = request.authorization
    if request.form.get("grant_type") != "client_credentials":
        return _login_error(400, "unsupported_grant_type", "grant type is not client_credentials")
    if not who or who.type != "basic":
        return _login_error(401, "invalid_client", "client credentials are missing")
    client_id, secret = who.username or "", who.password or ""
    if not service.tokens.knows(client_id, secret):
        return _login_error(401, "invalid_client", "authentication failed")
    token, seconds = service.tokens.issue(client_id)
    content = {"access_token": token, "token_type": "bearer", "expires_in": int(seconds)}
    return Reply(json=content, headers={"Cache-Control": "no-store"})


def _login_error(status: int, error: str, description: str) -> Reply:
    content = {"error": error, "description": description, "error_description": description}
    headers = {"WWW-Authenticate": 'Basic realm="oauth"'} if status == 401 else {}
    return Reply(status, content, headers=headers)


def _in_place_of(true: Reply, script: Reply) -> Reply:
    """What a script sends after the request was carried out."""
    if script.change and true.has_content:
        return dataclasses.replace(true, json=script.change(copy.deepcopy(true.json)))
    if script.true:
        return true
    if script.wire in ("drip", "cut") and not script.has_content:
        return dataclasses.replace(true, wire=script.wire, seconds=script.seconds)
    return script


def finished(reply: Reply) -> Reply:
    """With the headers of every answer, and the id of its request."""
    context_id = str(uuid.uuid4())
    # an error without an id gets this request's: faults and scripts do not know it
    if isinstance(reply.json, dict) and reply.status >= 400 and "code" in reply.json:
        reply = dataclasses.replace(reply, json={"contextId": context_id, **reply.json})
    usual = {CORRELATION_ID: context_id}
    if reply.status != 204:
        usual["Content-Type"] = "application/json"
    return dataclasses.replace(reply, headers={**usual, **reply.headers})
