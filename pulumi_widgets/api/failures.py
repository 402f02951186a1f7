"""Which of the package's errors a failure of the network is, in words that a person can act on.

No text of an exception of `requests` or urllib3 is passed on: it may hold a URL with a proxy's
password.
"""

from __future__ import annotations

import http.client
import os
import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests.exceptions
import urllib3.exceptions

from ..errors import (
    AnswerError,
    ConnectionLostError,
    SettingsError,
    TimedOutError,
    TlsError,
    UnreachableError,
    WidgetsError,
)
from .proxies import Proxy, proxy_before

_TIMEOUTS = (TimeoutError, requests.exceptions.Timeout, urllib3.exceptions.TimeoutError)

_TLS = (
    ssl.SSLError,
    ssl.CertificateError,
    requests.exceptions.SSLError,
    urllib3.exceptions.SSLError,
)

_BAD_PROXY = (
    requests.exceptions.InvalidProxyURL,
    requests.exceptions.InvalidSchema,
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
    if proxy and proxy.host and of(requests.exceptions.InvalidSchema):
        return SettingsError(
            f"{call}: the proxy in {proxy.place} speaks no HTTP, and SOCKS is not supported"
        )
    if proxy and (of(*_BAD_PROXY) or not proxy.host):
        return SettingsError(f"{call}: the proxy in {proxy.place} is no URL that can be used")
    # before the request, HTTP is only read where a proxy answers CONNECT
    of_proxies = requests.exceptions.ProxyError, urllib3.exceptions.ProxyError
    if proxy and of(*of_proxies, http.client.HTTPException):
        return _proxy_error(call, host, proxy, causes)
    if of(ssl.SSLEOFError, ssl.SSLZeroReturnError):
        # a balancer that restarts does so; who distrusts the other says it in an alert
        return UnreachableError(call, f"no TLS connection to {host}", "it closed the connection")
    broken = of(ssl.SSLError)
    # OpenSSL's part that reads the CA bundle; of a server's certificate its part SSL complains
    if getattr(broken, "library", "") == "X509":
        return SettingsError(
            f"{call}: REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) names a file that holds no "
            "certificate as PEM"
        )
    if getattr(broken, "reason", "") == "WRONG_VERSION_NUMBER":
        hint = "Check the region (or the base URL and its port) and the network."
        return TlsError(call, f"no TLS connection to {host}", "it speaks no TLS", hint=hint)
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
