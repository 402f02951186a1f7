"""The deployments of an org: what is stored, and what a reader sees of it at a given time.

Every write is kept with the time from which readers see it. A lag is therefore no timer: which
content a read shows follows from the history and from the clock that the org was given.
"""

from __future__ import annotations

import copy
import hashlib
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from .journal import Journal

__all__ = ["Store"]

Body = dict[str, Any]
KEPT: Final = 300.0
"""Seconds of history: a listing lags behind reads by this much at most."""


@dataclass
class _Entry:
    body: Body | None
    """What is stored; ``None``: deleted, though readers may still see it."""
    history: list[tuple[float, Body | None]] = field(default_factory=list)
    """(from when readers see it, what they see), in the order of the writes."""

    def seen(self, now: float) -> Body | None:
        return next((body for since, body in reversed(self.history) if since <= now), None)

    def write(self, body: Body | None, since: float, now: float) -> None:
        self.body = body
        visible = [n for n, (at, _) in enumerate(self.history) if at <= now - KEPT]
        # what came before the last write that everybody sees can never be seen again
        self.history = self.history[visible[-1] if visible else 0 :]
        self.history.append((since, body))


class Store:
    """Thread-safe. Stored bodies are never changed in place: a write puts a new one there."""

    def __init__(self, seed: int, clock: Callable[[], float], journal: Journal | None) -> None:
        self._seed = seed
        self._clock = clock
        self._journal = journal
        self._lock = threading.RLock()
        self._entries: dict[str, _Entry] = {}
        self._issued = journal.issued if journal else 0
        if journal:
            self._entries = {
                deployment_id: _Entry(body, [(float("-inf"), body)])
                for deployment_id, body in journal.deployments.items()
            }

    def dump(self) -> dict[str, Body]:
        """What is stored, lag or not."""
        with self._lock:
            stored = {key: e.body for key, e in self._entries.items() if e.body is not None}
            return copy.deepcopy(stored)

    def listing(self, lag: float = 0.0) -> dict[str, Body]:
        """What a listing shows now, in the order of creation; the bodies are for reading only.

        ``lag``: seconds by which it is behind what reads show.
        """
        now = self._clock()
        with self._lock:
            entries = self._entries.items()
            gone = [k for k, e in entries if e.body is None and e.history[-1][0] <= now - KEPT]
            for key in gone:
                del self._entries[key]
            seen = {key: entry.seen(now - lag) for key, entry in entries}
            return {k: body for k, body in seen.items() if body is not None}

    def seen(self, deployment_id: str) -> Body | None:
        """What a read of this one shows now; for reading only."""
        with self._lock:
            entry = self._entries.get(deployment_id)
            return entry.seen(self._clock()) if entry else None

    def add(
        self,
        body: Mapping[str, Any],
        *,
        lag: float = 0.0,
        copies: int = 1,
        deployment_id: str | None = None,
    ) -> list[str]:
        """Store new deployments of this content, visible after ``lag`` seconds; their ids.

        Raises:
            ValueError: there is one of ``deployment_id`` already.
            OSError: the data file could not be written; nothing was stored.
        """
        with self._lock:
            ids = [deployment_id or self._new_id() for _ in range(copies)]
            if deployment_id and self._stored(deployment_id) is not None:
                raise ValueError(f"there is a deployment {deployment_id} already")
            self._write({key: copy.deepcopy(dict(body)) for key in ids}, lag)
            return ids

    def replace(self, deployment_id: str, body: Mapping[str, Any], *, lag: float = 0.0) -> bool:
        """Store this content in place of the old; ``False``: no such deployment."""
        return self.change(deployment_id, lambda _: dict(body), lag=lag)

    def change(
        self, deployment_id: str, how: Callable[[Body], Body | None], *, lag: float = 0.0
    ) -> bool:
        """Store what ``how`` makes of the stored content; ``False``: no such deployment."""
        with self._lock:
            old = self._stored(deployment_id)
            if old is None:
                return False
            self._write({deployment_id: copy.deepcopy(how(copy.deepcopy(old)))}, lag)
            return True

    def edit(self, deployment_id: str, changes: Mapping[str, Any]) -> bool:
        """Set these fields, drop those that are ``None``; ``False``: no such deployment."""

        def how(body: Body) -> Body:
            return {k: value for k, value in {**body, **changes}.items() if value is not None}

        return self.change(deployment_id, how)

    def remove(self, deployment_id: str, *, lag: float = 0.0) -> bool:
        """Delete it, out of sight after ``lag`` seconds; ``False``: no such deployment."""
        return self.change(deployment_id, lambda _: None, lag=lag)

    def _stored(self, deployment_id: str) -> Body | None:
        entry = self._entries.get(deployment_id)
        return entry.body if entry else None

    def _write(self, changes: dict[str, Body | None], lag: float) -> None:
        # the file first: what cannot be kept is not done
        if self._journal:
            self._journal.append(changes, self._issued)
        now = self._clock()
        for deployment_id, body in changes.items():
            entry = self._entries.setdefault(deployment_id, _Entry(None))
            entry.write(body, now + lag, now)

    def _new_id(self) -> str:
        # one seedable source of ids; the count lasts with the data file, so none comes twice
        self._issued += 1
        digest = hashlib.sha256(f"{self._seed}/{self._issued}".encode()).digest()
        return str(uuid.UUID(bytes=digest[:16], version=4))
