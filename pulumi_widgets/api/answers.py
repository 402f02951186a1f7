"""What a successful answer has to look like, before anything is built on it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from typing import Any, NoReturn

from ..errors import AnswerError
from .failures import excerpt
from .redaction import Redactor
from .transport import Answer

MAX_DEPTH = 100
"""Levels of nesting. Configurations have five; code that walks them fails at some hundreds."""


def json_object(call: str, answer: Answer, redactor: Redactor) -> dict[str, Any]:
    """The body, a JSON object.

    Raises:
        AnswerError: another content type, not UTF-8, not JSON (NaN and numbers past a float's
            range included), no object, or nested too deeply.
    """
    fail = _failing(call, answer, redactor)
    kind = answer.content_type
    if kind and kind != "application/json" and not kind.endswith("+json"):
        fail("not JSON")
    try:
        found = json.loads(
            answer.body.decode("utf-8-sig"), parse_constant=_no_number, parse_float=_finite
        )
        shallow = _is_shallow(found)
    except (ValueError, RecursionError):
        found, shallow = None, True
    if not shallow:
        fail("nested too deeply")
    if not isinstance(found, dict):
        fail("no JSON object")
    return found


def deployment(
    call: str, answer: Answer, redactor: Redactor, wanted: str | None = None
) -> dict[str, Any]:
    """The body, a deployment.

    Args:
        call: the call's name.
        answer: a 2xx.
        redactor: cleans what the server says.
        wanted: the id that was asked for.

    Raises:
        AnswerError: as `json_object`; or its ``id`` is no non-empty string that a path can hold, or
            that of another deployment.
    """
    found = json_object(call, answer, redactor)
    fail = _failing(call, answer, redactor)
    if not _is_id(found.get("id")):
        fail("a deployment without an id")
    if wanted is not None and found["id"].lower() != wanted.lower():
        fail("another deployment than the one asked for")
    return found


def deployments(call: str, answer: Answer, redactor: Redactor) -> list[dict[str, Any]]:
    """The body, a listing: its ``entities``.

    Raises:
        AnswerError: as `json_object`; or ``entities`` is no list of deployments with ids of their
            own.
    """
    found = json_object(call, answer, redactor).get("entities")
    fail = _failing(call, answer, redactor)
    if not isinstance(found, list):
        fail("a listing without entities")
    ids: set[str] = set()
    for entity in found:
        if not isinstance(entity, dict) or not _is_id(entity.get("id")):
            fail("a listing with an entity without an id")
        if entity["id"] in ids:
            fail("a listing with an id that is there twice")
        ids.add(entity["id"])
    return found


def _failing(call: str, answer: Answer, redactor: Redactor) -> Callable[[str], NoReturn]:
    def fail(what: str) -> NoReturn:
        raise AnswerError(call, str(answer.status), what, *excerpt(answer, redactor))

    return fail


def _is_id(value: object) -> bool:
    """Whether a path can name it: "." and ".." it cannot, whatever is quoted."""
    return isinstance(value, str) and value.strip() not in ("", ".", "..")


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # Python reads and writes NaN and Infinity, JSON has none


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _is_shallow(value: object) -> bool:
    """Whether no list or object in it is nested more than `MAX_DEPTH` deep."""
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        inner: list[object] = []
        for item in level:
            if isinstance(item, dict):
                inner.extend(item.values())
            elif isinstance(item, list):
                inner.extend(item)
        if not inner:
            return True
        level = inner
    return False
