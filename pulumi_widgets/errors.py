"""What can go wrong, as one tree.

WidgetsError                  every error that this package raises on purpose
├── SettingsError             what is configured is missing, contradictory or unknown
├── ElsewhereError            the state says that a deployment is in another org than the settings
├── StackError                a stack, or the Pulumi CLI that knows it, cannot be used (the tool)
├── TransportError            no usable answer was received
│   ├── UnreachableError      name not found, connection refused or not made in time: never sent
│   ├── TlsError              the server's certificate was refused: never sent either
│   ├── TimedOutError         no whole answer in time: the request may have been carried out
│   └── ConnectionLostError   the connection broke: the request may have been carried out
├── AnswerError               an answer came, and it is none of this API's (not JSON, no id)
└── ApiError                  the API answered with an error status (those without a class too)
    ├── BadRequestError       400, with the API's details
    ├── UnauthorizedError     401
    ├── ForbiddenError        403; the API's message names the missing permission
    ├── NotFoundError         404
    ├── ConflictError         409
    │   └── OrgFullError      409: the org holds as many deployments as it may
    ├── RateLimitedError      429 that lasted
    └── ServerError           5xx

Whether the call may have been carried out in spite of the error stands in one place for all:
`WidgetsError.maybe_done`.

``str()`` of each is one line for a person: which call, what happened, what to do about it.
None ever holds a token, a client secret or an Authorization header.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = [
    "AnswerError",
    "ApiError",
    "BadRequestError",
    "ConflictError",
    "ConnectionLostError",
    "ElsewhereError",
    "ForbiddenError",
    "NotFoundError",
    "OrgFullError",
    "RateLimitedError",
    "ServerError",
    "SettingsError",
    "StackError",
    "TimedOutError",
    "TlsError",
    "TransportError",
    "UnauthorizedError",
    "UnreachableError",
    "WidgetsError",
]

HIDDEN = "[secret]"
"""What stands for a secret in whatever a user reads, as Pulumi writes it."""


class WidgetsError(Exception):
    """The root of every error that this package raises on purpose.

    ``str()`` is one line; line breaks that came with a server's text become spaces.

    Args:
        parts: what happened, from the general to the particular: the call, then what went wrong.
        hint: what to do about it, a sentence; default: the class's.

    Attributes:
        maybe_done: whether the call may have been carried out although it failed. False is
            certain: nothing was changed. The class gives the rule, an instance the exception to
            it: an error of the token's request is never the call's own, and a PUT or DELETE that
            was repeated may have been done by any of its attempts.
        attempts: how often the call was tried; more than one is told in ``str()``.
    """

    hint = ""
    maybe_done = False
    attempts = 1

    def __init__(self, *parts: str, hint: str | None = None) -> None:
        super().__init__(*parts)
        if hint is not None:
            self.hint = hint

    def __copy__(self) -> WidgetsError:
        """The same error, not raised yet: without the calls that this one came through."""
        error = type(self).__new__(type(self), *self.args)
        vars(error).update(vars(self))
        return error

    def __str__(self) -> str:
        """``CALL: WHAT (n attempts). WHAT TO DO``, on one line."""
        return self._line(*self.args)

    def _line(self, *parts: object) -> str:
        # white space first: a full stop in front of it would else stay in the middle of the line
        said = ": ".join(filter(None, (_on_one_line(part) for part in parts)))
        if self.attempts > 1:
            said = f"{said.rstrip('. ')} ({self.attempts} attempts)"
        if self.hint:
            said = f"{said.rstrip('. ')}. {_on_one_line(self.hint)}"
        return said


def _on_one_line(text: object) -> str:
    return " ".join(str(text).split())


class SettingsError(WidgetsError):
    """Settings are missing, contradictory or unknown; no call was made.

    Attributes:
        problems: a sentence for each problem.
    """

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class ElsewhereError(WidgetsError):
    """A deployment is in another org than the one that the settings name; it was not touched."""


class StackError(WidgetsError):
    """A stack, or the Pulumi CLI that knows it, cannot be used as the tool was asked to."""


class TransportError(WidgetsError):
    """No usable answer was received."""


class UnreachableError(TransportError):
    """Name not found, connection refused or not made in time: the request was never sent."""

    hint = "Check the region (or the base URL) and the network."


class TlsError(TransportError):
    """The server's certificate was refused: the request was never sent."""

    hint = (
        "If your network inspects TLS, or the server has a certificate of its own, set "
        "REQUESTS_CA_BUNDLE to a PEM file with the CA's certificate; else do not trust this server."
    )


class TimedOutError(TransportError):
    """No whole answer came in time: the request may have been carried out."""

    hint = "The service or the network is slow: run again."
    maybe_done = True


class ConnectionLostError(TransportError):
    """The connection broke before the whole answer: the request may have been carried out."""

    hint = "The service or the network dropped the connection: run again."
    maybe_done = True


class AnswerError(WidgetsError):
    """An answer came that is none of this API's: not JSON, not an object, without an id."""

    hint = "Check that the region (or the base URL) leads to Genesys Cloud, and not to a proxy."
    maybe_done = True


class ApiError(WidgetsError):
    """The API answered with an error status.

    Attributes:
        call: the call, like ``POST /api/v2/widgets/deployments``.
        status: the HTTP status.
        code: the API's ``code``, like ``missing.permission``; empty where it gave none.
        message: the API's ``message``; where it gave none, what its answer was instead.
        correlation_id: header ``ININ-Correlation-Id`` or the body's ``contextId``; may be empty.
        details: the API's ``details`` and ``errors`` as one text, bounded; may be empty.
        retry_after: seconds that the API asked to wait (header ``Retry-After``, at most 60), or
            None where it did not.
    """

    retry_after: float | None = None

    def __init__(
        self,
        call: str,
        status: int,
        *,
        code: str = "",
        message: str = "",
        correlation_id: str = "",
        details: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(call, str(status), code, message, correlation_id, details, hint=hint)
        self.call = call
        self.status = status
        self.code = code
        self.message = message
        self.correlation_id = correlation_id
        self.details = details

    def __str__(self) -> str:
        """``CALL: STATUS CODE: MESSAGE [DETAILS] (correlation id ID). WHAT TO DO``, on one line."""
        message = _on_one_line(self.message).rstrip(". ")
        parts = [self.call, f"{self.status} {self.code}", *([message] if message else [])]
        if self.details:
            parts[-1] += f" [{self.details}]"
        if self.correlation_id:
            parts[-1] += f" (correlation id {self.correlation_id})"
        return self._line(*parts)


class BadRequestError(ApiError):
    """400: the API refuses the body."""

    hint = "Correct the input that the message names."


class UnauthorizedError(ApiError):
    """401: the token or the client's credentials are missing, wrong or expired."""

    hint = (
        "The credentials were refused: check the OAuth client's id and secret (or the access "
        "token) and the region."
    )


class ForbiddenError(ApiError):
    """403: a permission is missing; the API's message names it."""

    hint = "Give the OAuth client a role with this permission."


class NotFoundError(ApiError):
    """404 by the API for a deployment's id: no deployment has it.

    Never raised for another host's 404 (a gateway's page), nor for a call without an id: taking
    one of those for "it is gone" would drop deployments that exist.
    """

    hint = "Run `pulumi refresh` to bring the state up to date."


class ConflictError(ApiError):
    """409: somebody changes it at the same time and went on doing so, or the org forbids it."""

    hint = "Run `pulumi refresh`, then `pulumi up` again."


class OrgFullError(ConflictError):
    """409 with a code of `CODES`: the org holds as many deployments as it may; none was made.

    Attributes:
        limit: how many that are, where the API says so (``limit.value``, or its message).
        held: the org's deployments by id, from a listing read after it; None where none was.
    """

    CODES = ("maximum.deployments.exceeded", "too.many.deployments")

    hint = (
        "Delete a deployment that nobody needs, or adopt one (adopt_id). What a program takes out "
        "is deleted last: `pulumi up --target` it first. A replacement within the org needs the "
        "resource option delete_before_replace; a move needs room in its new org. Ask the vendor "
        "whether the limit can be raised."
    )
    limit: int | None = None
    held: Mapping[str, Mapping[str, Any]] | None = None


class RateLimitedError(ApiError):
    """429 that lasted past every retry."""

    hint = (
        "The org's rate limit (300 requests a minute for each client) is used up: run again in a "
        "minute, with a smaller --parallel, or with an OAuth client of its own."
    )


class ServerError(ApiError):
    """5xx: a fault of the service."""

    hint = "The service failed: run again; what is done stays done."
    maybe_done = True
