"""What the service refuses, and how it says so: scopes, permissions, bodies, error bodies."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from .contract import ERRORS, WIDGET_DEPLOYMENT, Operation
from .records import json_value
from .replies import Reply

__all__ = ["RefusedError", "checked", "checked_body", "require"]


class RefusedError(Exception):
    """A request that is answered with an error; ``str()`` is its message.

    Args:
        code: one of `ERRORS`, which has its status and its text.
        headers: further headers.
        more: further fields of the error body, like ``details`` and ``limit``.
        params: of the text.
    """

    def __init__(
        self,
        code: str,
        *,
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
        **params: object,
    ) -> None:
        self.code = code
        self.more = more or {}
        self._params = {name: str(value) for name, value in params.items()}
        self._status, self._text, _ = ERRORS[code]
        self._headers = headers or {}
        super().__init__(self._text.format(**self._params))

    def reply(self) -> Reply:
        """The answer, but for the ``contextId`` of its request."""
        content = {
            "message": str(self),
            "code": self.code,
            "status": self._status,
            "messageWithParams": self._text,
            "messageParams": self._params,
            "details": [],
            "errors": [],
            **self.more,
        }
        return Reply(self._status, content, headers=self._headers)


def require(operation: Operation, scopes: Collection[str], permissions: Collection[str]) -> None:
    """Refuse a call whose client lacks each of the scopes or each of the permissions for it.

    Raises:
        RefusedError: 403, which names them.
    """
    if not set(operation.scopes) & set(scopes):
        raise RefusedError("app.not.authorized.for.scope", scope=", ".join(operation.scopes))
    if not set(operation.permissions) & set(permissions):
        names = ", ".join(operation.permissions)
        raise RefusedError("missing.any.permissions", permissions=names)


def checked_body(content_type: str, data: bytes) -> dict[str, Any]:
    """The deployment in a request's body, as it is stored.

    Raises:
        RefusedError: 415 or 400; see `checked`.
    """
    if content_type.split(";")[0].strip().lower() != "application/json":
        raise RefusedError("unsupported.media.type")
    try:
        body = json_value(data)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise RefusedError("bad.request")
    return checked(body)


def checked(body: Mapping[str, Any]) -> dict[str, Any]:
    """A deployment as it is stored: without what is ``null`` and what is read only.

    No field is required, as by the vendor's description: a real org may well take a body without
    ``name`` or ``clientType``, so whoever needs them (our provider does) has to see to it by
    itself. A flow without an id is none. A field that no WidgetDeployment has is refused: the
    real service may let it pass, but it is a mistake wherever it is sent.

    Raises:
        RefusedError: 400, with a detail for each field that is wrong.
    """
    problems: list[tuple[str, RefusedError]] = []
    stored: dict[str, Any] = _stored(body, WIDGET_DEPLOYMENT, "", problems)
    if problems:
        error = problems[0][1]
        if len(problems) > 1:
            said = "; ".join(str(each) for _, each in problems)
            error = RefusedError("constraint.validation", problems=said)
        error.more = {
            "details": [{"errorCode": each.code, "fieldName": name} for name, each in problems]
        }
        raise error
    if not stored.get("flow", {}).get("id"):
        stored.pop("flow", None)
    return stored


_TYPES: Final[Mapping[str, Any]] = {"object": dict, "array": list, "string": str, "boolean": bool}


def _stored(
    value: Any, schema: Mapping[str, Any], name: str, problems: list[tuple[str, RefusedError]]
) -> Any:
    """What is stored of a value; what is wrong with it goes to ``problems``."""
    if not _fits(value, schema):
        given = value if isinstance(value, str) else json.dumps(value)
        allowed = ", ".join(schema.get("enum", [schema.get("pattern", schema["type"])]))
        error = RefusedError("invalid.value", value=given[:80], field=name, allowed=allowed)
        problems.append((name, error))
        return None
    if "items" in schema:
        return [_stored(each, schema["items"], name, problems) for each in value]
    if "properties" not in schema:
        return value
    kept = {}
    for key, each in value.items():
        path = f"{name}.{key}" if name else key
        inner = schema["properties"].get(key)
        if inner is None:
            owner = name or "WidgetDeployment"
            error = RefusedError("invalid.property", property=path, object=owner)
            problems.append((path, error))
        elif each is not None:
            stored = _stored(each, inner, path, problems)
            if not inner.get("readOnly"):
                kept[key] = stored
    return kept


def _fits(value: Any, schema: Mapping[str, Any]) -> bool:
    if not isinstance(value, _TYPES[schema["type"]]):
        return False
    if "pattern" in schema:
        return bool(re.fullmatch(schema["pattern"], value))
    return value in schema.get("enum", [value])
