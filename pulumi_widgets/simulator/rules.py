"""What the service refuses and how it says so: permissions, bodies, error bodies.

Codes and messages are the platform's common ones (``ErrorBody`` in the official clients).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from .records import json_value

__all__ = ["ALL_PERMISSIONS", "PERMISSIONS", "RefusedError", "checked_body", "require_permission"]

PERMISSIONS: Final[Mapping[str, tuple[str, str]]] = {
    "GET": ("widgets:deployment:view", "webchat:deployment:read"),
    "POST": ("widgets:deployment:add", "webchat:deployment:create"),
    "PUT": ("widgets:deployment:edit", "webchat:deployment:update"),
    "DELETE": ("widgets:deployment:delete", "webchat:deployment:delete"),
}
"""Method to permissions, any one of which is enough."""
ALL_PERMISSIONS: Final = tuple(each for either in PERMISSIONS.values() for each in either)

CLIENT_TYPES: Final = ("v1", "v2", "v1-http", "third-party")
WEB_CHAT_SKINS: Final = ("basic", "modern-caret-skin")
_READ_ONLY: Final = ("id", "selfUri")


class RefusedError(Exception):
    """A request that is answered with an error.

    Attributes:
        status: HTTP status.
        code: the platform's code, like ``bad.request``.
        details: (field, code) pairs, the ``details`` of the error body.
        headers: further headers.
    """

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        details: Collection[tuple[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.details = details
        self.headers = headers or {}

    def content(self, context_id: str) -> dict[str, Any]:
        """The error body."""
        return {
            "message": str(self),
            "code": self.code,
            "status": self.status,
            "contextId": context_id,
            "details": [{"errorCode": code, "fieldName": name} for name, code in self.details],
            "errors": [],
        }


def require_permission(method: str, held: Collection[str]) -> None:
    """Raise a 403 that names the permissions, if none that the call needs is held."""
    either = PERMISSIONS[method]
    if not set(either) & set(held):
        raise RefusedError(
            403,
            "missing.any.permissions",
            "Unable to perform the requested action. You must have at least one of the following "
            f"permissions assigned: [{', '.join(either)}]",
        )


def checked_body(content_type: str, data: bytes) -> dict[str, Any]:
    """The deployment in a request's body, as it is stored: without what is read only.

    A field that is ``null`` counts as not sent. A field that no WidgetDeployment has is refused:
    the real service may let it pass, but it is a mistake wherever it is sent.

    Raises:
        RefusedError: 415 or 400, with a detail for each field that is wrong.
    """
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise RefusedError(
            415,
            "unsupported.media.type",
            "Unsupported Media Type - Unsupported or incorrect media type, such as an incorrect "
            "Content-Type value in the header.",
        )
    try:
        body = json_value(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError(
            400,
            "bad.request",
            "The request could not be understood by the server due to malformed syntax.",
        )
    problems = _problems(body)
    if problems:
        raise RefusedError(
            400,
            problems[0][1],
            "; ".join(text for _, _, text in problems),
            details=[(name, code) for name, code, _ in problems],
        )
    stored = {k: v for k, v in body.items() if v is not None and k not in _READ_ONLY}
    if "flow" in stored:
        stored["flow"] = {"id": stored["flow"]["id"]}
    return stored


_Problem = tuple[str, str, str]


def _problems(body: Mapping[str, Any]) -> list[_Problem]:
    found = [
        (name, "missing.value", f"Value of field [{name}] is required")
        for name in ("name", "clientType")
        if body.get(name) is None
    ]
    if isinstance(body.get("name"), str) and not body["name"].strip():
        found.append(("name", "invalid.value", "Value of field [name] must not be blank"))
    return found + _each(body, _FIELDS, "")


def _each(value: Any, fields: Mapping[str, _Check], path: str) -> list[_Problem]:
    if not isinstance(value, dict):
        return [_wrong(path.rstrip("."), value, "object")]
    found: list[_Problem] = []
    for key, each in value.items():
        name = f"{path}{key}"
        if key not in fields:
            found.append((name, "unrecognized.field", f"Unrecognized field [{name}]"))
        elif each is not None:
            found += fields[key](name, each)
    return found


def _wrong(name: str, value: Any, allowed: str) -> _Problem:
    shown = json.dumps(value)[:80]
    text = f"Value [{shown}] is not valid for field [{name}]. Allowable values are: {allowed}"
    return name, "invalid.value", text


_Check = Callable[[str, Any], list[_Problem]]


def _a(kind: type, said: str) -> _Check:
    return lambda name, value: [] if isinstance(value, kind) else [_wrong(name, value, said)]


def _one_of(allowed: tuple[str, ...]) -> _Check:
    said = ", ".join(allowed)
    return lambda name, value: [] if value in allowed else [_wrong(name, value, said)]


def _strings(name: str, value: Any) -> list[_Problem]:
    fine = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return [] if fine else [_wrong(name, value, "list of strings")]


def _object(fields: Mapping[str, _Check]) -> _Check:
    return lambda name, value: _each(value, fields, f"{name}.")


def _flow(name: str, value: Any) -> list[_Problem]:
    found = _each(value, {"id": _string, "name": _string, "selfUri": _string}, f"{name}.")
    if not found and not value.get("id"):
        found.append((f"{name}.id", "missing.value", f"Value of field [{name}.id] is required"))
    return found


_string: Final = _a(str, "string")
_WEB_CHAT: Final = _object({"webChatSkin": _one_of(WEB_CHAT_SKINS), "authenticationUrl": _string})
_FIELDS: Final[Mapping[str, _Check]] = {
    "id": _string,
    "selfUri": _string,
    "name": _string,
    "description": _string,
    "authenticationRequired": _a(bool, "true, false"),
    "disabled": _a(bool, "true, false"),
    "flow": _flow,
    "allowedDomains": _strings,
    "clientType": _one_of(CLIENT_TYPES),
    "clientConfig": _object(
        {
            "v1": _WEB_CHAT,
            "v1-http": _WEB_CHAT,
            "v2": _a(dict, "object"),
            "third-party": _a(dict, "object"),
        }
    ),
}
