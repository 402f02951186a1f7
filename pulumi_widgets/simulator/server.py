"""The simulated org on a socket: Werkzeug's threaded server, and what goes wrong on the wire."""

from __future__ import annotations

import contextlib
import io
import logging
import re
import selectors
import socket
import struct
import threading
import time
from http import HTTPStatus
from typing import Any, Final

from werkzeug import Request
from werkzeug.serving import DechunkedInput, ThreadedWSGIServer, WSGIRequestHandler

from . import routes
from .replies import Reply
from .rules import RefusedError
from .service import Service
from .watch import HEARTBEAT, NOTHING, PAUSE, Watcher

__all__ = ["Server"]

LOOPBACK: Final = "127.0.0.1"
MAX_BODY: Final = 16 * 1024 * 1024
"""Bytes of a request's body; more is answered with 413."""
_log: Final = logging.getLogger("pulumi_widgets.simulator")


class _Handler(WSGIRequestHandler):
    """One connection, request after request.

    Werkzeug closes a connection after each answer (its ``run_wsgi`` says so); the real service
    keeps it open, and a client that reuses connections is tested only against a server that does.
    So this method alone is replaced: the body is read to its end before anything is answered,
    which makes the next request line the next thing on the wire.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def run_wsgi(self) -> None:
        """Answer one request."""
        try:
            environ = self.make_environ()
            data = self._body(environ)
        except ValueError:  # an address that is none
            self._refuse(RefusedError("bad.request"))
            return
        except RefusedError as error:
            self._refuse(error)
            return
        environ["wsgi.input"] = io.BytesIO(data)
        environ["CONTENT_LENGTH"] = str(len(data))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        try:
            reply, record = routes.answer(self.server.service, Request(environ))
        except Exception:
            _log.exception("%s %s failed in the simulator itself", self.command, self.path)
            reply, record = routes.finished(RefusedError("internal.server.error").reply()), None
        content = reply.content()
        if reply.wire == "hang":
            self.server.wait(self.connection, reply.seconds)
        if record:
            self.server.service.records.done(record, reply, content)
        getattr(self, f"_{reply.wire}")(reply, content)

    def _body(self, environ: dict[str, Any]) -> bytes:
        stream = environ["wsgi.input"]
        data = b""
        if isinstance(stream, DechunkedInput):
            length = 0
            try:
                while len(data) <= MAX_BODY and (piece := stream.read(65_536)):
                    data += piece
            except OSError:
                raise RefusedError("client.failed.request") from None
        else:
            said = self.headers.get("Content-Length") or "0"
            if not re.fullmatch("[0-9]{1,18}", said):
                raise RefusedError("bad.request")
            length = int(said)
            data = stream.read(length) if length <= MAX_BODY else b""
        if max(length, len(data)) > MAX_BODY:
            raise RefusedError("request.entity.too.large", bytes=MAX_BODY)
        if len(data) < length:
            raise RefusedError("client.failed.request")
        return data

    def _refuse(self, error: RefusedError) -> None:
        self.close_connection = True  # nobody knows where the next request begins
        reply = routes.finished(error.reply())
        self._whole(reply, reply.content())

    def send_error(self, *_: Any) -> None:
        """Answer what is no HTTP request, for which Python's own server has a web page."""
        self._refuse(RefusedError("bad.request"))

    def _head(self, reply: Reply, length: int | None) -> bytes:
        phrase = HTTPStatus(reply.status).phrase if reply.status in _STATUSES else "Unknown"
        headers = {"Date": self.date_time_string(), **reply.headers}
        lines = [f"HTTP/1.1 {reply.status} {phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if length is not None and reply.status != 204:
            lines.append(f"Content-Length: {length}")
        if self.close_connection:
            lines.append("Connection: close")
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace")

    def _whole(self, reply: Reply, content: bytes) -> None:
        if self.command == "HEAD" or reply.status == 204:
            content = b""
        self.wfile.write(self._head(reply, len(content)) + content)

    def _reset(self, reply: Reply, content: bytes) -> None:
        # with a linger time of nothing, closing sends RST in place of FIN
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.rfile.close()
        self.connection.close()

    def _close(self, reply: Reply, content: bytes) -> None:
        self.close_connection = True

    _hang = _close

    def _drip(self, reply: Reply, content: bytes) -> None:
        self.wfile.write(self._head(reply, len(content)))
        for at in range(len(content)):
            self.wfile.write(content[at : at + 1])
            if self.server.wait(self.connection, reply.seconds):
                self.close_connection = True
                return

    def _events(self, reply: Reply, content: bytes) -> None:
        self.close_connection = True
        self.wfile.write(self._head(reply, None))
        watcher = Watcher(self.server.service)
        told = time.monotonic()
        while not _hung_up(self.connection, PAUSE):
            event = watcher.event()
            if not event and time.monotonic() - told > HEARTBEAT:
                event = NOTHING
            if event:
                self.wfile.write(event)
                told = time.monotonic()

    def _cut(self, reply: Reply, content: bytes) -> None:
        self.close_connection = True
        self.wfile.write(self._head(reply, len(content)) + content[: len(content) // 2])

    def _endless(self, reply: Reply, content: bytes) -> None:
        self.close_connection = True
        self.wfile.write(self._head(reply, None) + b'{"name": "')
        while True:  # till the client hangs up, or the simulator does
            self.wfile.write(b"endless " * 1024)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  Werkzeug's name
        """Nothing: a command that runs in a simulated org has the terminal for itself."""


_STATUSES: Final = {status.value for status in HTTPStatus}


class Server(ThreadedWSGIServer):
    """Serves an org on 127.0.0.1 in threads of its own till ``stop``."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, service: Service, port: int) -> None:
        """Listen.

        Raises:
            OSError: the port is in use, or not ours to use.
        """
        self.service = service
        self._connections: set[socket.socket] = set()
        self._changed = threading.Condition()
        self._stopping = False
        # Werkzeug ends the process where it cannot listen; a socket of our own raises
        with socket.create_server((LOOPBACK, port), backlog=128) as listening:
            super().__init__(LOOPBACK, port, _no_app, _Handler, fd=listening.fileno())
        # polled this often for `stop`: a test that needs a fresh org does not wait for it
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="simulator", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, cut what is open, wait (5 seconds at most) till its threads end."""
        self.shutdown()
        self._thread.join()
        with self._changed:
            self._stopping = True
            for connection in self._connections:
                _shut(connection)
            self._changed.wait_for(lambda: not self._connections, timeout=5)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve one connection to its end."""
        with self._changed:
            self._connections.add(request)
            if self._stopping:
                _shut(request)
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._changed:
                self._connections.discard(request)
                self._changed.notify_all()

    def wait(self, connection: socket.socket, seconds: float) -> bool:
        """Wait; ``True``: it ended early, because the client hung up or the server stops."""
        if self.service.injected_sleep:
            self.service.pause(seconds)
            return False
        return _hung_up(connection, seconds)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Nothing: a connection that breaks is the client's business."""


def _hung_up(connection: socket.socket, seconds: float) -> bool:
    """Whether a client that has nothing more to say hangs up within so many seconds."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        return bool(selector.select(seconds))


def _shut(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it may be closed already
        connection.shutdown(socket.SHUT_RDWR)


def _no_app(environ: Any, start_response: Any) -> list[bytes]:
    raise NotImplementedError  # the handler answers by itself
