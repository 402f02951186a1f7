"""One request, one answer: sessions, limits, and what an exception of the network means.

Nothing here repeats anything or looks into a body. Nothing but a `WidgetsError` comes out of it.

A connection that the server closed while it was idle is found closed by urllib3 and replaced
before anything is sent. What cannot be told apart is a server that closes it while our request is
on its way from one that did the work and then failed: both are a `ConnectionLostError`. So a POST
does not use a connection that has been idle for longer than `connection.POST_IDLE` at all.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import urlsplit

from ..errors import AnswerError, WidgetsError
from ..redaction import Redactor
from .answer import Answer
from .connection import SESSIONS, Authorization, wire
from .failures import transport_error

_LOG = logging.getLogger(__package__)

MAX_ANSWER = 64 * 1024 * 1024
"""Bytes of one answer, unpacked: a listing of 5,000 deployments takes about 5 MiB."""

_CHUNK = 16 * 1024
"""Bytes read at once. Old urllib3 unpacks them whole: gzip makes 16 MiB of them at the worst."""

_PACKED = {"", "identity", "gzip", "x-gzip", "deflate"}
"""Encodings that are unpacked: one layer, and none whose bombs grow without bound."""


class Transport:
    """Sends requests, from any thread, over the process's connections.

    Args:
        connect_timeout: seconds for a connection, TLS and a proxy's CONNECT included.
        read_timeout: seconds for the whole answer, from the end of the request on.
        redactor: hides what a server echoes from the log; default: nothing secret is sent.
    """

    def __init__(
        self, connect_timeout: float, read_timeout: float, redactor: Redactor | None = None
    ) -> None:
        self._timeouts = (connect_timeout, read_timeout)
        self._redactor = redactor or Redactor()

    def send(
        self, call: str, method: str, url: str, authorization: str, body: bytes, content_type: str
    ) -> Answer:
        """Send one request and read its answer, whatever its status.

        Args:
            call: the call's name in errors.
            method: GET, POST, PUT or DELETE.
            url: all of it, with quoted path.
            authorization: the header's value; empty for none.
            body: empty for none.
            content_type: of the body.

        Raises:
            TransportError: no answer came; its class says whether the request was sent.
            AnswerError: the answer is too big, packed in an unknown way, not HTTP, or nothing that
                can be read.
            SettingsError: the environment's proxy or CA bundle is not usable.
        """
        began = time.monotonic()
        try:
            answer = self._send(call, method, url, authorization, body, content_type)
        except WidgetsError as error:
            _LOG.debug("%s, after %.0f ms", ": ".join(error.args), _since(began))
            raise
        said = self._redactor.clean(answer.headers.get("ININ-Correlation-Id", ""), 80)
        of = f" (correlation id {said})" if said else ""
        _LOG.debug("%s: %d in %.0f ms%s", call, answer.status, _since(began), of)
        return answer

    def _send(
        self, call: str, method: str, url: str, authorization: str, body: bytes, content_type: str
    ) -> Answer:
        headers = {"Accept": "application/json", "Accept-Encoding": "gzip"}
        if body:
            headers["Content-Type"] = content_type
        wire.sent, wire.is_post = False, method == "POST"
        failure: WidgetsError
        try:
            with SESSIONS[urlsplit(url).scheme].request(
                method,
                url,
                data=body or None,
                headers=headers,
                auth=Authorization(authorization),
                timeout=self._timeouts,
                allow_redirects=False,
                stream=True,
            ) as response:
                encoding = response.headers.get("Content-Encoding", "").strip().lower()
                if encoding not in _PACKED:
                    raise AnswerError(call, "the answer is packed in an unknown way")
                may_be_cut = not response.raw.chunked and response.raw.length_remaining is None
                content = bytearray()
                for chunk in response.raw.stream(_CHUNK, decode_content=True):
                    content += chunk
                    if len(content) > MAX_ANSWER:
                        raise AnswerError(
                            call, f"the answer is bigger than {MAX_ANSWER // 1024 // 1024} MiB"
                        )
                return Answer(response.status_code, response.headers, bytes(content), may_be_cut)
        except WidgetsError:
            raise
        except Exception as error:  # whatever it is: the request may have been carried out
            failure = transport_error(call, url, error, self._timeouts, sent=wire.sent)
        # Outside of "except": the exception at hand holds the request with its Authorization.
        raise failure

    def close(self) -> None:
        """Close the connections that nobody uses now. The transport can be used again."""
        for session in SESSIONS.values():
            session.close()


def _since(began: float) -> float:
    """Milliseconds."""
    return 1000 * (time.monotonic() - began)
