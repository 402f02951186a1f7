"""The API's contract as data: fields, errors, and what each of the five calls needs and answers.

What the rules check and what `openapi` describes both come from here. Names, codes, texts,
permissions and scopes are those of the vendor's description (as published in July 2026).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

__all__ = [
    "ALL_PERMISSIONS",
    "ALL_SCOPES",
    "DEPLOYMENTS",
    "ERRORS",
    "LOGIN",
    "ONE",
    "OPERATIONS",
    "WIDGET_DEPLOYMENT",
    "Operation",
]

LOGIN: Final = "/oauth/token"
DEPLOYMENTS: Final = "/api/v2/widgets/deployments"
ONE: Final = f"{DEPLOYMENTS}/{{deploymentId}}"
Schema = Mapping[str, Any]

_STRING: Final[Schema] = {"type": "string"}
_FREE: Final[Schema] = {"type": "object"}
_READ_ONLY: Final[Schema] = {"type": "string", "readOnly": True}


def _object(**properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "additionalProperties": False}


_WEB_CHAT: Final = _object(
    webChatSkin={"type": "string", "enum": ["basic", "modern-caret-skin"]},
    # as servers read URIs: a scheme, and letters of any language
    authenticationUrl={"type": "string", "pattern": r"^[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+$"},
)
WIDGET_DEPLOYMENT: Final = _object(
    id=_READ_ONLY,
    name=_STRING,
    description=_STRING,
    authenticationRequired={"type": "boolean"},
    disabled={"type": "boolean"},
    flow=_object(id=_STRING, name=_READ_ONLY, selfUri=_READ_ONLY),
    allowedDomains={"type": "array", "items": _STRING},
    clientType={"type": "string", "enum": ["v1", "v2", "v1-http", "third-party"]},
    clientConfig=_object(
        **{"v1": _WEB_CHAT, "v2": _FREE, "v1-http": _WEB_CHAT, "third-party": _FREE}
    ),
    selfUri=_READ_ONLY,
)
"""A JSON Schema. Nothing in it is required, as by the vendor's description; that no other field may
be sent is the simulator's own rule."""

_ALL: Final = ("GET", "POST", "PUT", "DELETE")
_SENT: Final = ("POST", "PUT")
ERRORS: Final[Mapping[str, tuple[int, str, tuple[str, ...]]]] = {
    "bad.request": (
        400,
        "The request could not be understood by the server due to malformed syntax.",
        _ALL,
    ),
    "constraint.validation": (400, "{problems}", _SENT),
    "invalid.property": (
        400,
        "Value [{property}] is not a valid property for object [{object}]",
        _SENT,
    ),
    "invalid.value": (
        400,
        "Value [{value}] is not valid for field type [{field}]. Allowable values are: {allowed}",
        _SENT,
    ),
    "client.failed.request": (
        400,
        "The client did not produce a request with valid end of stream signaling. This can be "
        "caused by poor network connection and/or client behavior.",
        _SENT,
    ),
    "authentication.required": (
        401,
        "No authentication bearer token specified in authorization header.",
        _ALL,
    ),
    "bad.credentials": (401, "Invalid login credentials.", _ALL),
    "missing.any.permissions": (
        403,
        "Unable to perform the requested action. You must have at least one of the following "
        "permissions assigned: [{permissions}]",
        _ALL,
    ),
    "app.not.authorized.for.scope": (403, "App not authorized to use scope {scope}", _ALL),
    "not.found": (404, "The requested resource was not found.", _ALL),
    # not the vendor's, whose description has no other methods and no 405
    "method.not.allowed": (405, "The requested method is not allowed for this resource.", ()),
    "request.conflict": (
        409,
        "The request conflicts with the current state of the target resource.",
        ("PUT", "DELETE"),
    ),
    "maximum.deployments.exceeded": (409, "No more than {limit} deployments allowed", ("POST",)),
    "request.entity.too.large": (
        413,
        "The request is over the size limit. Maximum bytes: {bytes}",
        _ALL,
    ),
    "unsupported.media.type": (
        415,
        "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect "
        "Content-Type value in the header.",
        _SENT,
    ),
    "too.many.requests": (
        429,
        "Rate limit exceeded the maximum [{limit}] requests within [{seconds}] seconds",
        _ALL,
    ),
    "internal.server.error": (
        500,
        "The server encountered an unexpected condition which prevented it from fulfilling the "
        "request.",
        _ALL,
    ),
    "service.unavailable": (
        503,
        "Service Unavailable - The server is currently unavailable (because it is overloaded or "
        "down for maintenance).",
        _ALL,
    ),
    "request.timeout": (504, "The request timed out.", _ALL),
}
"""Code to status, text with its parameters, and the methods that may be answered with it."""


@dataclass(frozen=True)
class Operation:
    """One of the five calls; any one of its permissions is enough, and any one of its scopes."""

    summary: str
    permissions: tuple[str, str]
    scopes: tuple[str, ...] = ("widgets",)
    answer: str | None = "WidgetDeployment"
    """What the body of a success is; ``None``: there is none (204)."""


_READ: Final = (
    ("widgets:deployment:view", "webchat:deployment:read"),
    ("widgets", "widgets:readonly"),
)
OPERATIONS: Final[Mapping[tuple[str, str], Operation]] = {
    ("GET", DEPLOYMENTS): Operation("List all", *_READ, "WidgetDeploymentEntityListing"),
    ("POST", DEPLOYMENTS): Operation(
        "Create one", ("widgets:deployment:add", "webchat:deployment:create")
    ),
    ("GET", ONE): Operation("Read one", *_READ),
    ("PUT", ONE): Operation("Update one", ("widgets:deployment:edit", "webchat:deployment:update")),
    ("DELETE", ONE): Operation(
        "Delete one", ("widgets:deployment:delete", "webchat:deployment:delete"), answer=None
    ),
}
"""By method and route."""
ALL_PERMISSIONS: Final = tuple(
    dict.fromkeys(each for operation in OPERATIONS.values() for each in operation.permissions)
)
ALL_SCOPES: Final = ("widgets", "widgets:readonly")
