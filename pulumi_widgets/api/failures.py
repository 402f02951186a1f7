"""Which of the package's errors a failure is, in words that a person can act on.

`transport_error` reads what the network threw, `status_error` what the API answered. No text of an
exception of `requests` or urllib3 is passed on: it may hold a URL with a proxy's password.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests.exceptions
import urllib3.exceptions

from ..errors import (
    AnswerError,
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionLostError,
    ForbiddenError,
    NotFoundError,
    OrgFullError,
    RateLimitedError,
    ServerError,
    SettingsError,
    TimedOutError,
    TlsError,
    UnauthorizedError,
    UnreachableError,
    WidgetsError,
)
from .answer import Answer
from .proxies import Proxy, proxy_before
from .redaction import LOOKED_AT, Redactor
from .retry import REQUEST_TIMEOUT, retry_after

_BY_STATUS: Mapping[int, type[ApiError]] = {
    400: BadRequestError,
    401: UnauthorizedError,
    403: ForbiddenError,
    404: NotFoundError,
    409: ConflictError,
    429: RateLimitedError,
}

_TIMEOUTS = (TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)

_TLS = (
    ssl.SSLError,
    ssl.CertificateError,
    requests.exceptions.SSLError,
    urllib3.exceptions.SSLError,
)

_BAD_PROXY = (
    requests.exceptions.InvalidProxyURL,
    requests.exceptions.InvalidSchema,  # SOCKS, which takes a package that is not there
    urllib3.exceptions.ProxySchemeUnknown,
)


def transport_error(
    call: str, url: str, error: Exception, timeouts: tuple[float, float], *, sent: bool
) -> WidgetsError:
    """What the network's exception means.

    Args:
        call: the call's name.
        url: of the request.
        error: whatever `requests` or urllib3 raised; the latter's reading raises others' too.
        timeouts: seconds for a connection and for an answer.
        sent: whether a byte of the request went out.
    """
    causes = list(_causes(error))
    return (
        _after_sending(call, causes, timeouts[1])
        if sent
        else _before_sending(call, url, causes, timeouts[0])
    )


def _before_sending(
    call: str, url: str, causes: list[BaseException], timeout: float
) -> WidgetsError:
    """No byte of the request went out."""

    def of(*types: type[BaseException]) -> BaseException | None:
        return next((cause for cause in causes if isinstance(cause, types)), None)

    host, proxy = urlsplit(url).netloc, proxy_before(url)
    if proxy and (of(*_BAD_PROXY) or not proxy.host):
        return SettingsError(f"{call}: the proxy in {proxy.place} is no URL that can be used")
    # before the request, HTTP is only read where a proxy answers CONNECT
    of_proxies = requests.exceptions.ProxyError, urllib3.exceptions.ProxyError
    if proxy and of(*of_proxies, http.client.HTTPException):
        return _proxy_error(call, host, proxy, causes)
    if of(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        # a balancer that restarts does so; who distrusts the other says it in an alert
        return UnreachableError(call, f"no TLS connection to {host}", "it closed the connection")
    if tls := of(*_TLS):
        verify = of(ssl.SSLCertVerificationError)
        reason = getattr(verify or tls, "verify_message", "") or getattr(tls, "reason", "")
        reason = reason if isinstance(reason, str) and reason else "the handshake failed"
        return TlsError(call, f"no TLS connection to {host}", reason)
    if of(socket.gaierror, urllib3.exceptions.LocationParseError):
        return UnreachableError(call, f"the host name of {host} is unknown")
    if of(ConnectionRefusedError):
        return UnreachableError(call, f"{host} refused the connection")
    if type(causes[0]) is OSError and causes[0].errno is None:
        # so `requests` says that the environment's CA bundle is not there
        return SettingsError(f"{call}: REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names no file")
    if said := _errno(causes):
        return UnreachableError(call, f"no connection to {host}", said)
    # last, because urllib3 derives "no connection" for any reason from its connect time-out
    if of(*_TIMEOUTS):
        return UnreachableError(call, f"no connection to {host} within {timeout:g} s")
    return UnreachableError(call, f"no connection to {host}", type(causes[-1]).__name__)


def _proxy_error(call: str, host: str, proxy: Proxy, causes: list[BaseException]) -> WidgetsError:
    """The proxy could not be reached, or does not connect to the host."""
    # http.client's only word on it: "Tunnel connection failed: 407 Proxy Authentication Required"
    said = next((found for c in causes if (found := re.search(r"failed: (\d{3})\b", str(c)))), None)
    if said and said[1] == "407":
        return SettingsError(
            f"{call}: {proxy} asks for a login (407): give it one, like "
            "http://USER:PASSWORD@proxy.example:3128"
        )
    what = f"{proxy} answered {said[1]}" if said else f"{proxy} cannot be used"
    hint = f"Check {proxy.place}, or name the host in NO_PROXY where it is reached directly."
    unknown = any(isinstance(cause, socket.gaierror) for cause in causes)
    reason = "" if said else "its host name is unknown" if unknown else _errno(causes)
    return UnreachableError(call, f"no connection to {host}", what, reason, hint=hint)


def _errno(causes: list[BaseException]) -> str:
    """The system's word for what went wrong, where it was the system."""
    number = next((c.errno for c in causes if isinstance(c, OSError) and c.errno), None)
    return os.strerror(number) if number else ""


def _after_sending(call: str, causes: list[BaseException], timeout: float) -> WidgetsError:
    """The request went out, in part or whole; what became of it is not known."""
    for cause in causes:
        if isinstance(cause, _TIMEOUTS):
            return TimedOutError(call, f"no whole answer within {timeout:g} s")
        if isinstance(cause, urllib3.exceptions.DecodeError):
            return AnswerError(call, "the answer cannot be unpacked")
        if isinstance(cause, http.client.HTTPException) and not isinstance(
            cause, (ConnectionError, http.client.IncompleteRead, urllib3.exceptions.IncompleteRead)
        ):
            return AnswerError(call, "the answer is not HTTP")
    if not isinstance(causes[0], (OSError, urllib3.exceptions.HTTPError)):
        # not the network's: a ValueError of urllib3's for a chunk of -5 bytes, for example
        return AnswerError(call, "the answer cannot be read", type(causes[0]).__name__)
    return cut(call)


def cut(call: str) -> ConnectionLostError:
    """The error of an answer that is not there, or not all of it."""
    return ConnectionLostError(call, "the connection broke before the whole answer")


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exception and those within it, the outermost first.

    `requests` and urllib3 put them into arguments and ``reason``, and chain them with "from". The
    implicit ``__context__`` is left out: it leads to whatever our caller is handling.
    """
    found: list[BaseException] = [error]
    for cause in found:
        inner = (*cause.args, getattr(cause, "reason", None), cause.__cause__)
        found += [e for e in inner if isinstance(e, BaseException) and e not in found]
    return iter(found)


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
            "The vendor announced the API's end for June 2025.",
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
    number = re.search(r"\b([0-9]{1,6})\b", f"{value or ''} {said.get('message') or ''}")
    return int(number[1]) if number else None


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
