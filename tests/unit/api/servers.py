"""What a WSGI server cannot do: a server that is given the socket."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable

from ...clock import Clock

__all__ = ["Clock", "Handler", "RawServer", "answer", "read_request"]

Handler = Callable[[socket.socket, int], None]


def answer(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "") -> bytes:
    """An answer of the API, to be kept alive."""
    lines = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{headers}"
    return f"{lines}Content-Length: {len(body)}\r\n\r\n".encode() + body


def read_request(connection: socket.socket) -> bytes:
    """One whole request; nothing at the connection's end."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


class RawServer:
    """Calls a function with each connection and its number (0 for the first), in a thread."""

    def __init__(self, handler: Handler, context: ssl.SSLContext | None = None) -> None:
        self._handler = handler
        self._context = context
        self._lock = threading.Lock()
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.connections = 0
        self.closed = 0
        """How many of them are closed again: the other side can know it."""
        self._open: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    @property
    def url(self) -> str:
        return f"{'https' if self._context else 'http'}://127.0.0.1:{self.port}"

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listening.accept()
            except OSError:
                return
            number, self.connections = self.connections, self.connections + 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection, number), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket, number: int) -> None:
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            stack.callback(connection.close)
            if self._context:
                connection = self._context.wrap_socket(connection, server_side=True)
                stack.callback(connection.close)
                self._open.append(connection)
            self._handler(connection, number)
        with self._lock:
            self.closed += 1

    def close(self) -> None:
        # "shutdown" wakes the thread that waits for a connection; "close" would not
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        for connection in self._open:
            with contextlib.suppress(OSError):
                socket.socket.shutdown(connection, socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
