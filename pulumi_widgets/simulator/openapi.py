"""The simulator's own description in OpenAPI, made from `contract` and served without a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from .contract import (
    ALL_SCOPES,
    DEPLOYMENTS,
    ERRORS,
    LOGIN,
    ONE,
    OPERATIONS,
    WIDGET_DEPLOYMENT,
    Operation,
)

__all__ = ["DESCRIPTION", "PATH"]

PATH: Final = "/openapi.json"
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer"}
_FORM: Final = "application/x-www-form-urlencoded"


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str = "", **properties: Any) -> dict[str, Any]:
    return {"type": "object", "required": required.split(), "properties": properties}


def _answer(says: str, schema: str, **more: Any) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(schema)}}
    return {"description": says, "content": content, **more}


def _operation(method: str, operation: Operation) -> dict[str, Any]:
    by_status: dict[str, dict[str, str]] = {}
    for code, (status, text, methods) in ERRORS.items():
        if method in methods:
            by_status.setdefault(str(status), {})[code] = text
    responses = {
        status: _answer("; ".join(codes.values()), "ErrorBody", **{"x-codes": codes})
        for status, codes in by_status.items()
    }
    if operation.answer:
        responses["200"] = _answer("Done", operation.answer)
    else:
        responses["204"] = {"description": "Done"}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "security": [{"oauth": [scope]} for scope in operation.scopes],
        "x-permissions": operation.permissions,
        "responses": responses,
    }
    if method in ("POST", "PUT"):
        content = {"application/json": {"schema": _ref("WidgetDeployment")}}
        described["requestBody"] = {"required": True, "content": content}
    return described


def _paths() -> dict[str, Any]:
    paths: dict[str, Any] = {DEPLOYMENTS: {}, ONE: {}}
    for (method, route), operation in OPERATIONS.items():
        paths[route][method.lower()] = _operation(method, operation)
    paths[ONE]["parameters"] = [
        {"name": "deploymentId", "in": "path", "required": True, "schema": _TEXT}
    ]
    grant = _object("grant_type", grant_type={"type": "string", "enum": ["client_credentials"]})
    refused = {str(s): _answer("Refused (RFC 6749)", "LoginError") for s in (400, 401)}
    paths[LOGIN] = {
        "post": {
            "summary": "Log in with client credentials",
            "security": [{"client": []}],
            "requestBody": {"required": True, "content": {_FORM: {"schema": grant}}},
            "responses": {"200": _answer("Done", "Token"), **refused},
        }
    }
    return paths


def _or_null(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The schema with ``null`` for each of its fields, which counts as not sent."""
    made = dict(schema)
    if "properties" in schema:
        made["properties"] = {key: _nullable(each) for key, each in schema["properties"].items()}
    return made


def _nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    made = {**_or_null(schema), "type": [schema["type"], "null"]}
    return {**made, "enum": [*schema["enum"], None]} if "enum" in schema else made


_SCHEMAS: Final[Mapping[str, Any]] = {
    "WidgetDeployment": _or_null(WIDGET_DEPLOYMENT),
    "WidgetDeploymentEntityListing": _object(
        "total entities selfUri",
        total=_NUMBER,
        entities={"type": "array", "items": _ref("WidgetDeployment")},
        selfUri=_TEXT,
    ),
    "ErrorBody": _object(
        "message code status contextId messageWithParams messageParams details errors",
        message=_TEXT,
        code={"type": "string", "enum": list(ERRORS)},
        status=_NUMBER,
        contextId=_TEXT,
        messageWithParams=_TEXT,
        messageParams={"type": "object", "additionalProperties": _TEXT},
        details={
            "type": "array",
            "items": _object("errorCode fieldName", errorCode=_TEXT, fieldName=_TEXT),
        },
        errors={"type": "array", "items": _ref("ErrorBody")},
        limit=_object("key namespace value", key=_TEXT, namespace=_TEXT, value=_NUMBER),
    ),
    "Token": _object(
        "access_token token_type expires_in",
        access_token=_TEXT,
        token_type={"type": "string", "enum": ["bearer"]},
        expires_in=_NUMBER,
    ),
    "LoginError": _object(
        "error description error_description",
        error=_TEXT,
        description=_TEXT,
        error_description=_TEXT,
    ),
}
_GRANT: Final = {"tokenUrl": LOGIN, "scopes": dict.fromkeys(ALL_SCOPES, "")}

DESCRIPTION: Final[Mapping[str, Any]] = {
    "openapi": "3.1.0",
    "info": {
        "title": "Widget deployments, simulated",
        "version": "v2",
        "description": "What the simulator of pulumi_widgets answers as long as no fault is on; "
        "`x-codes` are the codes of the errors, `x-permissions` those of which a call needs one.",
    },
    "paths": _paths(),
    "components": {
        "schemas": _SCHEMAS,
        "securitySchemes": {
            "oauth": {"type": "oauth2", "flows": {"clientCredentials": _GRANT}},
            "client": {"type": "http", "scheme": "basic"},
        },
    },
}
