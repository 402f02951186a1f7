"""What a successful answer has to look like, before anything is built on it."""

from __future__ import annotations

from typing import Any

from ..errors import AnswerError
from ..redaction import Redactor
from .answer import Answer
from .refusals import excerpt


def json_object(call: str, answer: Answer, redactor: Redactor) -> dict[str, Any]:
    """The body, a JSON object.

    Raises:
        AnswerError: another content type, not UTF-8, not JSON (NaN and numbers past a float's
            range included), or no object.
    """
    what = "not JSON"
    if answer.says_json:
        try:
            return answer.json_object()
        except ValueError as error:
            what = str(error)
    raise _wrong(call, answer, redactor, what)


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
    if not _is_id(found.get("id")):
        raise _wrong(call, answer, redactor, "a deployment without an id")
    if wanted is not None and found["id"].casefold() != wanted.casefold():
        raise _wrong(call, answer, redactor, "another deployment than the one asked for")
    return found


def deployments(call: str, answer: Answer, redactor: Redactor) -> list[dict[str, Any]]:
    """The body, a listing: its ``entities``.

    Raises:
        AnswerError: as `json_object`; or ``entities`` is no list of deployments with ids of their
            own.
    """
    found = json_object(call, answer, redactor).get("entities")
    if not isinstance(found, list):
        raise _wrong(call, answer, redactor, "a listing without entities")
    ids: set[str] = set()
    for entity in found:
        if not isinstance(entity, dict) or not _is_id(entity.get("id")):
            raise _wrong(call, answer, redactor, "a listing with an entity without an id")
        if entity["id"].casefold() in ids:
            raise _wrong(call, answer, redactor, "a listing with an id that is there twice")
        ids.add(entity["id"].casefold())
    return found


def _wrong(call: str, answer: Answer, redactor: Redactor, what: str) -> AnswerError:
    return AnswerError(call, str(answer.status), what, *excerpt(answer, redactor))


def _is_id(value: object) -> bool:
    """Whether a path can name it: "." and ".." it cannot, whatever is quoted."""
    if not isinstance(value, str) or value.strip() in ("", ".", ".."):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:  # half a character
        return False
    return True
