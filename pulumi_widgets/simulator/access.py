"""Who calls, and how often: OAuth clients and their tokens, and the rate limit."""

from __future__ import annotations

import json
import math
import re
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any, Final

from .rules import RefusedError

__all__ = ["RateLimit", "Tokens", "too_many_requests"]

_PREFIX: Final = "simulated-"
WINDOW: Final = 60.0
"""Seconds that the rate limit counts over."""


class Tokens:
    """The tokens of an org; they do not outlive it. Thread-safe."""

    def __init__(
        self, clients: Mapping[str, str], expires_in: float, clock: Callable[[], float]
    ) -> None:
        self._clients = dict(clients)
        self._expires_in = expires_in
        self._clock = clock
        self._tokens: dict[str, tuple[str, float]] = {}
        # as they stand in JSON; of whatever token, an expired one too
        named = [re.escape(json.dumps(secret)[1:-1]) for secret in clients.values() if secret]
        self._credential = re.compile("|".join([*named, rf"{_PREFIX}[\w-]{{32}}"]))
        self._lock = threading.Lock()

    def knows(self, client_id: str, secret: str) -> bool:
        """Whether there is such a client, with this secret."""
        return self._clients.get(client_id) == secret

    def issue(self, client_id: str, expires_in: float | None = None) -> tuple[str, float]:
        """A new token for a client, and the seconds that it is good for."""
        token = f"{_PREFIX}{secrets.token_urlsafe(24)}"
        seconds = self._expires_in if expires_in is None else expires_in
        with self._lock:
            self._tokens[token] = (client_id, self._clock() + seconds)
        return token, seconds

    def hidden(self, value: Any) -> Any:
        """A value of JSON without the secrets and tokens of the org, wherever they stand in it."""
        return json.loads(self._credential.sub("[hidden]", json.dumps(value)))

    def revoke(self) -> None:
        """From now on, none of the tokens issued so far is good."""
        with self._lock:
            self._tokens.clear()

    def client_of(self, token: str | None) -> str:
        """The client that a bearer token was issued to.

        Raises:
            RefusedError: 401; no token, not one of ours, or expired.
        """
        if not token:
            raise RefusedError("authentication.required")
        with self._lock:
            client_id, expires = self._tokens.get(token, (None, 0.0))
        if client_id is None or self._clock() >= expires:
            raise RefusedError("bad.credentials")
        return client_id


class RateLimit:
    """So many requests in 60 seconds, counted from the first one on. Thread-safe."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._windows: dict[str, tuple[float, int]] = {}
        self._lock = threading.Lock()

    def count(self, who: str, limit: int) -> dict[str, str]:
        """Count a request; the headers that tell a caller where it stands.

        Raises:
            RefusedError: 429, with ``Retry-After`` in whole seconds; the request is not counted.
        """
        now = self._clock()
        with self._lock:
            start, counted = self._windows.get(who, (now, 0))
            if now - start >= WINDOW:
                start, counted = now, 0
            left = math.ceil(start + WINDOW - now)
            full = counted >= limit
            if not full:
                counted += 1
                self._windows[who] = (start, counted)
        headers = {
            "inin-ratelimit-count": str(counted),
            "inin-ratelimit-allowed": str(limit),
            "inin-ratelimit-reset": str(left),
        }
        if full:
            raise too_many_requests(limit, left, headers)
        return headers


def too_many_requests(
    limit: int, retry_after: float, headers: Mapping[str, str] | None = None
) -> RefusedError:
    """A 429; ``retry_after``: seconds."""
    headers = {**(headers or {}), "Retry-After": str(retry_after)}
    return RefusedError("too.many.requests", headers=headers, limit=limit, seconds=f"{WINDOW:.0f}")
