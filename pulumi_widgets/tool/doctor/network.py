"""The checks of `doctor` that ask the org: names, connections, clock, token, one listing."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ...addresses import REGIONS, unlisted
from ...api import WidgetsClient
from ...api.answer import Answer
from ...api.calls import PATH
from ...api.proxies import proxy_before
from ...api.retry import RetryPolicy
from ...api.transport import Transport
from ...errors import ApiError, SettingsError, WidgetsError
from ...settings import Settings
from ..shell.output import number_of
from .findings import Finding, failed

__all__ = ["network"]

_QUICK = RetryPolicy(attempts=2, unreachable=1, rate_limited=1, total=20.0)
"""A diagnosis does not wait out a bad hour, as a deployment does."""
_SKEW = 60.0
"""Seconds that the clock may be wrong without a warning."""


def network(settings: Settings) -> Iterator[Finding]:
    """All checks of the network, each after what it needs."""
    yield _region(settings)
    urls = {settings.base_url: "base URL"}
    if not settings.access_token:
        urls.setdefault(settings.login_url, "login URL")
    names = [_name(url, what) for url, what in urls.items()]
    yield from names
    if any(each.status == "problem" for each in names):
        yield from _skipped("no name, no connection", "connection", "clock", "token", "view")
        return
    answers: list[Answer] = []
    reached = [_connection(url, what, answers) for url, what in urls.items()]
    yield from reached
    if any(each.status == "problem" for each in reached):
        yield from _skipped("there is no connection", "clock", "token", "view")
        return
    yield _clock(answers[0])
    yield from _listing(settings)


def _region(settings: Settings) -> Finding:
    """Which region the URLs belong to."""
    host = urlsplit(settings.base_url).hostname or ""
    for region, domain in REGIONS.items():
        if host == f"api.{domain}":
            return Finding("region", "ok", f"{region}: {settings.base_url}")
    if newer := unlisted(host.removeprefix("api.")):
        return Finding("region", "warning", f"{newer}: {settings.base_url}", "Check its spelling.")
    said = f"{settings.base_url} is no region's address: a gateway, or a simulated org"
    return Finding("region", "ok", said)


def _name(url: str, setting: str) -> Finding:
    """Whether the host's name, or that of the proxy before it, has an address."""
    proxy = proxy_before(url)
    if proxy and not proxy.host:
        said = f"the proxy in {proxy.place} is no URL that can be used"
        return Finding("dns", "problem", said, f"Correct {proxy.place}.")
    host = urlsplit(f"//{proxy.host}" if proxy else url).hostname or ""
    what = str(proxy) if proxy else host
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        todo = f"Check the region (or the {setting}), and DNS."
        todo = f"Correct {proxy.place}." if proxy else todo
        return Finding("dns", "problem", f"{what} has no address", todo)
    addresses = list(dict.fromkeys(str(each[4][0]) for each in found))
    return Finding("dns", "ok", f"{what} is {', '.join(addresses[:2])}")


def _connection(url: str, setting: str, answers: list[Answer]) -> Finding:
    """Whether the server answers, by TLS if it is to; nothing secret is sent."""
    parts = urlsplit(url)
    transport = Transport(10.0, 20.0)
    call, path = f"GET {parts.netloc}", PATH if setting == "base URL" else "/"
    try:
        answer = transport.send(call, "GET", url + path, "", b"", "")
    except WidgetsError as error:
        error.hint = error.hint.replace("base URL", setting)
        return failed("connection", error)
    finally:
        transport.close()
    answers.append(answer)
    tls = "its certificate is trusted" if parts.scheme == "https" else "without TLS: this machine"
    return Finding("connection", "ok", f"{parts.netloc} answers; {tls}")


def _clock(answer: Answer) -> Finding:
    """How far this machine's clock is from the server's header ``Date``."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (TypeError, ValueError):
        return Finding("clock", "skipped", "the server does not tell the time")
    off = time.time() - theirs
    if abs(off) < _SKEW:
        return Finding("clock", "ok", "right within a minute")
    which = "ahead of" if off > 0 else "behind"
    return Finding(
        "clock",
        "warning",
        f"this machine's clock is {abs(off):.0f} s {which} the server's",
        "Set the clock: certificates and what is left of interrupted creates are judged by it.",
    )


def _listing(settings: Settings) -> Iterator[Finding]:
    """A token, and with it one listing."""
    started = time.monotonic()
    try:
        with WidgetsClient(
            base_url=settings.base_url,
            login_url=settings.login_url,
            client_id=settings.client_id,
            client_secret=settings.client_secret,
            access_token=settings.access_token,
            policy=_QUICK,
        ) as client:
            count = len(client.list())
    except WidgetsError as caught:
        error = caught
    else:
        yield _token(settings)
        took = time.monotonic() - started
        yield Finding("view", "ok", f"{number_of(count, 'deployment')}, listed in {took:.1f} s")
        return
    if isinstance(error, SettingsError) or _is_about_the_token(error):
        yield failed("token", error)
        yield from _skipped("there is no token", "view")
    else:
        yield _token(settings)
        yield failed("view", error)


def _is_about_the_token(error: WidgetsError) -> bool:
    """Whether the login failed, or the API refused the token."""
    refused = isinstance(error, ApiError) and error.status == 401
    return refused or "/oauth/token" in str(error.args[0] if error.args else "")


def _token(settings: Settings) -> Finding:
    if settings.access_token:
        return Finding("token", "ok", "the given one is accepted; how long, it does not tell")
    return Finding("token", "ok", "the OAuth client gets one")


def _skipped(why: str, *checks: str) -> Iterator[Finding]:
    for check in checks:
        yield Finding(check, "skipped", f"not tried: {why}")
