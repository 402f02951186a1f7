"""Which of the package's errors an answer without success is, in words that a person can act on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from ..errors import (
    AnswerError,
    ApiError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    OrgFullError,
    RateLimitedError,
    ServerError,
    UnauthorizedError,
    WidgetsError,
)
from ..redaction import LOOKED_AT, Redactor
from .answer import Answer
from .retry import REQUEST_TIMEOUT, retry_after

_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitedError,
}


def status_error(
    call: str,
    answer: Answer,
    redactor: Redactor,
    permissions: Iterable[str] = (),
    *,
    one: bool = False,
) -> WidgetsError:
    """The error that an answer without success is.

    Args:
        call: the call's name.
        answer: any but a 2xx.
        redactor: cleans what the server says.
        permissions: any one of them allows the call; named for a 403.
        one: the call is for one deployment, so that the API's 404 means that it is gone.
    """
    status = answer.status
    if not 400 <= status <= 599:
        return _redirect(call, answer, redactor)
    said = _json(answer)
    correlation_id = answer.headers.get("ININ-Correlation-Id") or said.get("contextId")
    if status == 404 and not (one and (said or correlation_id)):
        error: WidgetsError = AnswerError(
            call,
            "404",
            *excerpt(answer, redactor),
            hint="This host does not serve the Widgets API: check the region (or the base URL). "
            "The vendor removed the API from its description in August 2026 (announced end: June "
            "2025).",
        )
        error.maybe_done = False
        return error
    kind = _BY_STATUS.get(status, ServerError if status >= 500 else ApiError)
    code = redactor.clean(said.get("code") or said.get("error") or "", 80)
    if kind is ConflictError and code in OrgFullError.CODES:
        kind = OrgFullError
    failure = kind(
        call,
        status,
        code=code,
        message=_message(said, redactor) or ": ".join(excerpt(answer, redactor)),
        correlation_id=redactor.clean(correlation_id or "", 80),
        details=_details(said, redactor),
    )
    if status == 403 and (names := " or ".join(permissions)):
        failure.hint = f"Give the OAuth client a role with the permission {names}."
    if isinstance(failure, OrgFullError):
        failure.limit = _limit(said)
    if status == REQUEST_TIMEOUT:
        failure.maybe_done = True
    if isinstance(failure, (RateLimitedError, ServerError)):
        failure.retry_after = retry_after(answer.headers.get("Retry-After"))
    return failure


def _limit(said: Mapping[str, Any]) -> int | None:
    """How many deployments an org may hold, by the error that says that it is full."""
    limit = said.get("limit")
    value = limit.get("value") if isinstance(limit, dict) else None
    told = re.search(r"[Nn]o more than ([0-9]{1,6}) deployments", str(said.get("message")))
    number = str(value) if value is not None else told[1] if told else ""
    return int(number) if re.fullmatch("[0-9]{1,6}", number) else None


def _redirect(call: str, answer: Answer, redactor: Redactor) -> WidgetsError:
    """An answer that is neither success nor error; no credential follows it anywhere."""
    # without its query: a login page's holds what it was asked with
    target = redactor.clean(answer.headers.get("Location", "").partition("?")[0], 100)
    what = f"a redirect to {target}, which is not followed" if target else "no answer of the API"
    return AnswerError(call, str(answer.status), what)


def excerpt(answer: Answer, redactor: Redactor) -> tuple[str, str]:
    """What came instead of what was wanted: the content type, and how the body begins."""
    kind = redactor.clean(answer.content_type, 60) or "no content type"
    text = answer.body[:LOOKED_AT].decode("utf-8", "replace")
    return f"the answer is {kind}", redactor.clean(text, 100) or "empty"


def _json(answer: Answer) -> dict[str, Any]:
    """An error's body where it is a JSON object; else nothing."""
    try:
        return answer.json_object()
    except ValueError:
        return {}


def _message(said: Mapping[str, Any], redactor: Redactor) -> str:
    """The API's ``message``; the login server says ``error_description`` or ``description``."""
    names = ("message", "error_description", "description")
    return redactor.clean(next((said[name] for name in names if said.get(name)), ""), 500)


def _details(said: Mapping[str, Any], redactor: Redactor) -> str:
    """The lists ``details`` and ``errors`` as one bounded text."""
    found: list[str] = []
    for name in ("details", "errors"):
        items = said.get(name)
        for item in items if isinstance(items, list) else []:
            if isinstance(item, dict):
                parts = (f"{key}={value}" for key, value in item.items() if _is_plain(value))
                text = item.get("message") or ", ".join(parts)
            else:
                text = item
            text = redactor.clean(text, 200)
            if text and text not in found:
                found.append(text)
    more = [f"and {len(found) - 5} more"] if len(found) > 5 else []
    return "; ".join(found[:5] + more)


def _is_plain(value: object) -> bool:
    return isinstance(value, (str, int, float)) and value != ""
