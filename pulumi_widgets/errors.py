"""What can go wrong, as one tree.

WidgetsError                  every error that this package raises on purpose
├── SettingsError             what is configured is missing, contradictory or unknown
├── TransportError            no usable answer was received
│   ├── UnreachableError      name not found or connection refused: the request was never sent
│   ├── TlsError              the server's certificate was refused: never sent either
│   ├── TimedOutError         no whole answer in time: the request may have been carried out
│   └── ConnectionLostError   the connection broke: the request may have been carried out
├── AnswerError               an answer came, and it is none of this API's (not JSON, no id)
└── ApiError                  the API answered with an error status
    ├── BadRequestError       400, with the API's details
    ├── UnauthorizedError     401
    ├── ForbiddenError        403; the API's message names the missing permission
    ├── NotFoundError         404
    ├── ConflictError         409
    ├── RateLimitedError      429 that lasted
    └── ServerError           5xx

``str()`` of each is one line for a person: which call, what happened, what to do about it.
None ever holds a token, a client secret or an Authorization header.
"""

from __future__ import annotations

__all__ = [
    "AnswerError",
    "ApiError",
    "BadRequestError",
    "ConflictError",
    "ConnectionLostError",
    "ForbiddenError",
    "NotFoundError",
    "RateLimitedError",
    "ServerError",
    "SettingsError",
    "TimedOutError",
    "TlsError",
    "TransportError",
    "UnauthorizedError",
    "UnreachableError",
    "WidgetsError",
]


class WidgetsError(Exception):
    """The root of every error that this package raises on purpose.

    ``str()`` is one line; line breaks that came with a server's text become spaces.
    """

    def __str__(self) -> str:
        """The message on one line."""
        return " ".join(super().__str__().split())


class SettingsError(WidgetsError):
    """A setting is missing, contradictory or unknown; no call was made."""


class TransportError(WidgetsError):
    """No usable answer was received."""


class UnreachableError(TransportError):
    """The name was not found or the connection refused: the request was never sent."""


class TlsError(TransportError):
    """The server's certificate was refused: the request was never sent."""


class TimedOutError(TransportError):
    """No whole answer came in time: the request may have been carried out."""


class ConnectionLostError(TransportError):
    """The connection broke before the whole answer: the request may have been carried out."""


class AnswerError(WidgetsError):
    """An answer came that is none of this API's: not JSON, not an object, without an id."""


class ApiError(WidgetsError):
    """The API answered with an error status.

    Attributes:
        call: the call, like ``POST /api/v2/widgets/deployments``.
        status: the HTTP status.
        code: the API's ``code``, like ``missing.permission``; empty where it gave none.
        message: the API's ``message``; where it gave none, what its answer was instead.
        correlation_id: header ``ININ-Correlation-Id`` or the body's ``contextId``; may be empty.
    """

    hint = ""
    """What to do about it, a sentence; subclasses and callers set it."""

    def __init__(
        self,
        call: str,
        status: int,
        *,
        code: str = "",
        message: str = "",
        correlation_id: str = "",
        hint: str | None = None,
    ) -> None:
        super().__init__(call, status, code, message, correlation_id)
        self.call = call
        self.status = status
        self.code = code
        self.message = message
        self.correlation_id = correlation_id
        if hint is not None:
            self.hint = hint

    def __str__(self) -> str:
        """``CALL: STATUS CODE: MESSAGE (correlation id ID). WHAT TO DO``, on one line."""
        head = " ".join(part for part in (str(self.status), self.code) if part)
        said = ": ".join(part for part in (self.call, head, self.message.rstrip(". ")) if part)
        if self.correlation_id:
            said += f" (correlation id {self.correlation_id})"
        return " ".join(f"{said}. {self.hint}".split())


class BadRequestError(ApiError):
    """400: the API refuses the body."""

    hint = "Correct the input that the message names."


class UnauthorizedError(ApiError):
    """401: the token or the client's credentials are missing, wrong or expired."""

    hint = (
        "The credentials were refused: check the OAuth client's id and secret (or the access "
        "token) and the region. A plain refresh or destroy uses the configuration stored at the "
        "last up: after rotating a secret in the stack configuration, run it with --run-program."
    )


class ForbiddenError(ApiError):
    """403: a permission is missing; the API's message names it."""

    hint = "Give the OAuth client a role with this permission."


class NotFoundError(ApiError):
    """404: no deployment has this id."""

    hint = "Run `pulumi refresh` to bring the state up to date."


class ConflictError(ApiError):
    """409: somebody changed it at the same time, or the org does not allow it."""

    hint = "Run `pulumi refresh`, then `pulumi up` again."


class RateLimitedError(ApiError):
    """429 that lasted past every retry."""

    hint = (
        "The org's rate limit (300 requests a minute for each client) is used up: run again in a "
        "minute, with a smaller --parallel, or with an OAuth client of its own."
    )


class ServerError(ApiError):
    """5xx: a fault of the service."""

    hint = "The service failed: run again; what is done stays done."
