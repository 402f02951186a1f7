"""What `requests` and urllib3 do not do by themselves, put into their own extension points.

- **A whole answer has one deadline.** A read time-out of a socket starts anew with every byte, so
  a server that drips one byte every 29 s is never too slow for it. `_Answer` gives each read
  only what is left of the answer's time; that covers status line, headers and body alike.
- **Answers before the answer** (RFC 9110, 15.2: any number of 1xx) are passed over. `http.client`
  does so with 100 alone; a 103 would be taken for the answer, and the answer for the next call's.
- **Whether a byte of the request was sent** is recorded in `wire`. urllib3's exceptions do not
  tell: an ``SSLError`` or a reset means the same to them before the request and after it.
- **Nothing but our Authorization header** is sent: `requests` puts the password of ``~/.netrc`` in
  its place, unless an ``auth`` is given (seen in ``Session.prepare_request`` of 2.34).
- **No redirect** is followed, nor prepared: even with ``allow_redirects=False`` `requests` reads
  the whole body of a redirect, unbounded (seen in ``Session.resolve_redirects`` of 2.34).
- **No cookie** is kept: the API has none, and a gateway's would tie the calls together.
- **All threads and all orgs share the connections**: `requests` warns of sharing a session for its
  cookies and its changing settings alone, and urllib3's pools are made for it.
- **Of the connections that are idle, the oldest are closed**, whatever server they lead to: urllib3
  keeps them for each server and without end, and a process may have 256 open files (macOS), which a
  fleet of orgs with a gateway each would take.
- **A POST uses no connection that was idle for long**, which the server may be about to close.
"""

from __future__ import annotations

import http
import http.client
import http.cookiejar
import io
import socket
import threading
import time
from typing import TYPE_CHECKING, Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class _Wire(threading.local):
    """What this thread's current request did on the wire."""

    sent = False
    """Whether a byte of the request was handed to an established connection. While it is False,
    the server cannot have carried out anything."""
    is_post = False
    """Whether it is one that must not be sent twice."""


wire = _Wire()


class _Timed(io.RawIOBase):
    """A socket's bytes, until the time that its time-out leaves from now on is over."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock
        timeout = sock.gettimeout()
        self._ends = None if timeout is None else time.monotonic() + timeout

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        if self._ends is not None:
            left = self._ends - time.monotonic()
            if left <= 0:
                raise TimeoutError("timed out")
            self._sock.settimeout(left)  # urllib3 sets it anew before each request
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


_INTERIM = 50
"""Answers before the answer, at most: one for each hint of a page is what servers send."""


class _Answer(http.client.HTTPResponse):
    """An answer that has to be there, whole, within one read time-out."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_Timed(self.fp.detach(), sock))

    def begin(self) -> None:
        """Read status line and headers.

        What the header parser could not make sense of is dropped: urllib3 would log it as it
        came, and a server that echoes the request puts our Authorization header there.
        """
        super().begin()
        if self.status == http.HTTPStatus.SWITCHING_PROTOCOLS:
            self.will_close = True  # what comes next is no HTTP
        self.msg.defects.clear()
        self.msg.set_payload("")

    def _read_status(self) -> tuple[str, int, str]:
        """The status line of the final answer."""
        for _ in range(_INTERIM):
            version, status, reason = super()._read_status()  # type: ignore[misc]  # private in the stubs
            if not 100 <= status <= 199 or status == http.HTTPStatus.SWITCHING_PROTOCOLS:
                return version, status, reason
            http.client.parse_headers(self.fp)
        raise http.client.HTTPException("answers before the answer without end")


class _Recording(http.client.HTTPConnection):
    """A connection that records in `wire` when the request begins to go out."""

    response_class = _Answer

    def connect(self) -> None:
        try:
            super().connect()
        finally:
            wire.sent = False  # a proxy's CONNECT is not the request

    def send(self, data: Any) -> None:
        if self.sock is None:  # http.client connects at the first send, where urllib3 did not
            self.connect()
        wire.sent = True
        super().send(data)


class _Plain(_Recording, HTTPConnection):
    """urllib3's connection over plain http, recording."""


class _Tls(_Recording, HTTPSConnection):
    """urllib3's connection over TLS, recording."""


POST_IDLE = 1.0
"""Seconds. Servers and balancers close idle connections after 5 s and more."""


MOST_IDLE = 32
"""Idle connections that a process keeps open."""

_idle: dict[Any, float] = {}
"""Each with the time since when, the oldest first."""
_idle_lock = threading.Lock()


class _Pool(HTTPConnectionPool):
    """urllib3's pool of the connections to one server; one that is closed connects when used."""

    def _get_conn(self, timeout: float | None = None) -> Any:
        """A connection; for a POST one that is surely alive."""
        with _idle_lock:
            connection = super()._get_conn(timeout)
            now = time.monotonic()
            since = _idle.pop(connection, now)
        if wire.is_post and now - since > POST_IDLE:
            connection.close()
        return connection

    def _put_conn(self, conn: Any) -> None:
        """Take a connection back."""
        with _idle_lock:
            super()._put_conn(conn)
            if conn:
                _idle[conn] = time.monotonic()
            if len(_idle) > MOST_IDLE:
                oldest = next(iter(_idle))
                del _idle[oldest]
                oldest.close()


class _PlainPool(_Pool):
    ConnectionCls = _Plain


class _TlsPool(_Pool, HTTPSConnectionPool):
    ConnectionCls = _Tls


_POOLS = {"http": _PlainPool, "https": _TlsPool}


class _Adapter(HTTPAdapter):
    """`requests`' adapter with our connections, directly and through a proxy.

    It repeats nothing (``max_retries=0``): what may be repeated is decided in `retry`.
    """

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        if proxy.lower().startswith("socks"):  # its connections would not record, nor have limits
            raise requests.exceptions.InvalidSchema("SOCKS")
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


class Session(requests.Session):
    """A session of `requests` for all threads: keep-alive, no redirects, no cookies."""

    def __init__(self, *, trust_env: bool) -> None:
        super().__init__()
        self.trust_env = trust_env
        # more than there are servers, and threads: what is idle is limited by `MOST_IDLE`
        adapter = _Adapter(pool_connections=1000, pool_maxsize=64)
        self.mount("https://", adapter)
        self.mount("http://", adapter)
        self.cookies.set_policy(http.cookiejar.DefaultCookiePolicy(allowed_domains=()))

    def get_redirect_target(self, resp: requests.Response) -> None:
        """No answer is a redirect to `requests`; `transport` makes an error of it."""


class Authorization(requests.auth.AuthBase):
    """Puts one Authorization header on a request, whatever ``~/.netrc`` holds for the host."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Set the header, where there is a value for it."""
        if self._value:
            request.headers["Authorization"] = self._value
        return request


SESSIONS = {
    "https": Session(trust_env=True),
    # a proxy would carry plain http, and the token in it, off this machine
    "http": Session(trust_env=False),
}
"""The process's sessions, by the scheme of the URL."""
