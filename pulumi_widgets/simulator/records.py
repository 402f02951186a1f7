"""What was asked: counters by route and a log of requests, for assertions."""

from __future__ import annotations

import json
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Records", "Request", "json_value"]

KEPT: Final = 10_000
"""Requests in the log; older ones go."""


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
    """The body as it came."""
    token: str | None = field(repr=False)
    """The bearer token; only here in memory, never in a ``repr`` or an answer."""
    status: int | None = None
    """Of the answer; ``None`` where none was sent, or not yet."""

    @property
    def body(self) -> Any:
        """The body, as a value; ``None`` where it is no JSON."""
        try:
            return json_value(self.data)
        except ValueError:
            return None

    def as_dict(self) -> dict[str, Any]:
        """Ready for JSON, without the token and without a login's form."""
        return {
            "method": self.method,
            "path": self.path,
            "route": self.route,
            "status": self.status,
            "body": self.body,
        }


class Records:
    """Thread-safe."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._requests: deque[Request] = deque(maxlen=KEPT)
        self._lock = threading.Lock()

    def add(self, request: Request) -> None:
        """Count and keep it."""
        with self._lock:
            self._calls[f"{request.method} {request.route}"] += 1
            self._requests.append(request)

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

    def reset(self) -> None:
        """Forget them."""
        with self._lock:
            self._calls.clear()
            self._requests.clear()
