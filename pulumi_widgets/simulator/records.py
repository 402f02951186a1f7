"""What was asked: counters by route and a log of requests, for assertions."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

from .contract import DEPLOYMENTS
from .replies import Reply

__all__ = ["Records", "Request", "json_value"]

KEPT: Final = 10_000
"""Requests in the log; older ones go."""
KEPT_BYTES: Final = 64 * 1024 * 1024
"""Of bodies in the log, requests' and answers'; those of older ones go."""


def json_value(text: bytes | str) -> Any:
    """The value of a JSON text.

    Raises:
        ValueError: it is none; nor are ``NaN``, ``Infinity`` and ``1e400``, which Python takes,
            but no answer could hold.
    """
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value


@dataclass
class Request:
    """One request that the server got; control requests are not among them."""

    method: str
    path: str
    route: str
    """Like ``/api/v2/widgets/deployments/{deploymentId}``."""
    data: bytes = field(repr=False)
    """The body as it came; empty where it is kept no more."""
    token: str | None = field(repr=False)
    """The bearer token; only here in memory, never in a ``repr`` or an answer."""
    status: int | None = None
    """Of the answer; ``None`` where none was sent, or not yet."""
    number: int = 0
    """Counts the requests of the org, from 1."""
    at: float = field(default_factory=time.time)
    """When it came: seconds since the epoch."""
    seconds: float | None = None
    """From then till it was answered, or till it was known that it is not; ``None``: not yet."""
    fault: str = ""
    """The faults that struck, named as in ``Faults``, or ``scripted``."""
    wire: str = ""
    """How its answer went out, see ``Reply.wire``."""
    answer: bytes | None = field(default=None, repr=False)
    """The answer's body; ``None`` where none was sent, or where it is kept no more."""
    change: int = 0
    """Counts what was written into the log: that of the last time for this request."""

    @property
    def body(self) -> Any:
        """The body, as a value; ``None`` where it is no JSON."""
        try:
            return json_value(self.data)
        except ValueError:
            return None

    def summary(self) -> dict[str, Any]:
        """Ready for JSON, without the bodies."""
        return {
            "number": self.number,
            "at": self.at,
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "status": self.status,
            "seconds": self.seconds,
            "fault": self.fault,
            "wire": self.wire,
        }

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, its body included; see `bodies`."""
        return {**self.summary(), "body": self._shown_body()}

    def bodies(self) -> dict[str, Any]:
        """Both bodies, ready for JSON, of the deployments' calls alone.

        What a login asks for and answers is a credential; what went to a wrong address, or came
        without a good token, may be one.
        """
        shown = self.answer is not None and self.path.startswith(DEPLOYMENTS)
        answer = (self.answer or b"").decode(errors="replace") if shown else None
        return {"body": self._shown_body(), "answer": answer}

    def _shown_body(self) -> Any:
        return self.body if self.path.startswith(DEPLOYMENTS) and self.status != 401 else None


class Records:
    """Thread-safe."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._requests: deque[Request] = deque()
        self._bytes = 0
        self._number = 0
        self._change = 0
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Count and keep it."""
        with self._lock:
            self._number += 1
            self._change += 1
            request.number, request.change = self._number, self._change
            self._calls[f"{request.method} {request.route}"] += 1
            if len(self._requests) == KEPT:
                self._forget(self._requests.popleft())
            self._requests.append(request)
            self._keep(len(request.data))

    def done(self, request: Request, reply: Reply, content: bytes) -> None:
        """Write down what came of it."""
        sent = reply.wire in ("whole", "drip", "endless", "cut")
        with self._lock:
            self._change += 1
            request.change = self._change
            request.seconds = max(0.0, time.time() - request.at)
            request.fault, request.wire = reply.fault, reply.wire
            if sent:
                request.status = reply.status
            if sent and self._requests and request.number >= self._requests[0].number:
                request.answer = content
                self._keep(len(content))

    def _keep(self, more: int) -> None:
        self._bytes += more
        for old in self._requests:
            if self._bytes <= KEPT_BYTES:
                break
            self._forget(old)

    def _forget(self, request: Request) -> None:
        self._bytes -= len(request.data) + len(request.answer or b"")
        request.data, request.answer = b"", None

    @property
    def calls(self) -> Counter[str]:
        """How often each route was asked."""
        with self._lock:
            return Counter(self._calls)

    @property
    def requests(self) -> list[Request]:
        """The last 10,000 requests, the oldest first."""
        with self._lock:
            return list(self._requests)

    def since(self, change: int) -> tuple[list[Request], int, int]:
        """The requests that were written since; the number of the oldest one; the last change."""
        with self._lock:
            oldest = self._requests[0].number if self._requests else self._number + 1
            if change == self._change:
                return [], oldest, change
            return [each for each in self._requests if each.change > change], oldest, self._change

    def reset(self) -> None:
        """Forget them."""
        with self._lock:
            self._calls.clear()
            self._requests.clear()
            self._bytes = 0
