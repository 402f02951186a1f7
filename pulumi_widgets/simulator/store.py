"""The deployments of an org: what is stored, and what a reader sees of it at a given time.

Every write is kept with the time from which readers see it. A lag is therefore no timer: which
content a read shows follows from the history and from the clock that the org was given.
"""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .faults import HISTORY
from .journal import Journal

__all__ = ["Store"]

Body = dict[str, Any]
_T = TypeVar("_T")


@dataclass
class _Entry:
    body: Body | None
    """What is stored; ``None``: deleted, though readers may still see it."""
    made: float = float("-inf")
    history: list[tuple[float, float, Body | None]] = field(default_factory=list)
    """(when it was written, seconds till readers see it, what they see), in this order."""

    def seen(self, now: float, behind: float = 0.0, share: float = 1.0) -> Body | None:
        """What a kind of read shows that is so far behind, where lags are this share of theirs."""
        return next(
            (
                body
                for at, lag, body in reversed(self.history)
                if at + share * (lag + behind) <= now
            ),
            None,
        )

    def write(self, body: Body | None, at: float, lag: float) -> None:
        self.body = body
        seen = [n for n, (then, its, _) in enumerate(self.history) if then + its <= at - HISTORY]
        # what came before the last write that everybody sees can never be seen again
        self.history = self.history[seen[-1] if seen else 0 :]
        self.history.append((at, lag, body))

    def gone(self, now: float) -> bool:
        """Whether nobody sees anything of it any more."""
        return self.body is None and sum(self.history[-1][:2]) <= now - HISTORY


class Store:
    """Thread-safe. Stored bodies are never changed in place: a write puts a new one there."""

    def __init__(
        self,
        seed: int,
        clock: Callable[[], float],
        journal: Journal | None,
        limit: int | None = None,
    ) -> None:
        self.limit = limit
        """How many deployments an org may hold; ``None``: any number."""
        self._seed = seed
        self._clock = clock
        self._journal = journal
        self._lock = threading.RLock()
        self._entries: dict[str, _Entry] = {}
        # (when it is made, its lag, its content), in this order: second ones of POSTs
        self._twins: list[tuple[float, float, Body]] = []
        self._issued = journal.issued if journal else 0
        self._writes = 0
        if journal:
            self._entries = {
                deployment_id: _Entry(body, history=[(float("-inf"), 0.0, body)])
                for deployment_id, body in journal.deployments.items()
            }

    @contextmanager
    def _held(self) -> Iterator[float]:
        """The store for oneself, and the time; the twins whose time has come are there."""
        with self._lock:
            now = self._clock()
            while self._twins and self._twins[0][0] <= now:
                at, lag, body = self._twins.pop(0)
                if self._room():
                    self._write({self._new_id(): body}, at, lag)
            yield now

    def close(self) -> None:
        """Twins that are still to come do not come any more."""
        with self._lock:
            self._twins.clear()

    def _room(self) -> float:
        if self.limit is None:
            return float("inf")
        # a colleague's are not bound by it: there may be more than there is room for
        return max(0, self.limit - sum(e.body is not None for e in self._entries.values()))

    def dump(self) -> dict[str, Body]:
        """A copy of what is stored, lag or not."""
        return _copy(self.truth())

    @property
    def writes(self) -> int:
        """How many there were."""
        with self._held():
            return self._writes

    def truth(self) -> dict[str, Body]:
        """What is stored, lag or not, for reading only: as long as it stays, the same objects."""
        with self._held():
            return {key: e.body for key, e in self._entries.items() if e.body is not None}

    def stored(self, deployment_id: str) -> Body | None:
        """What is stored of this one, for reading only; ``None``: no such deployment."""
        with self._held():
            entry = self._entry(deployment_id)
            return entry.body if entry else None

    def listing(self, lag: float = 0.0, *, uneven: bool = False) -> dict[str, Body]:
        """What a listing shows now, in the order of creation; the bodies are for reading only.

        ``lag``: seconds by which it is behind besides; ``uneven``: see ``Faults.uneven_lags``.
        """
        with self._held() as now:
            entries = self._entries.items()
            for key in [key for key, entry in entries if entry.gone(now)]:
                del self._entries[key]
            seen = {
                key: entry.seen(now, lag, self._share("listing", key) if uneven else 1.0)
                for key, entry in entries
            }
            return {k: body for k, body in seen.items() if body is not None}

    def seen(self, deployment_id: str, lag: float = 0.0, *, uneven: bool = False) -> Body | None:
        """What a read of this one shows now; for reading only. See `listing`."""
        with self._held() as now:
            entry = self._entry(deployment_id)
            share = self._share("read", deployment_id) if uneven else 1.0
            return entry.seen(now, lag, share) if entry else None

    def age(self, deployment_id: str) -> float:
        """Seconds since it was made; of what is not known, infinitely many."""
        with self._held() as now:
            entry = self._entry(deployment_id)
            return now - entry.made if entry else float("inf")

    def create(self, body: Body, *, lag: float, twin_after: float | None = None) -> list[str]:
        """Store a new deployment, visible after ``lag`` seconds, as far as there is room.

        ``twin_after``: the seconds after which there is a second one, if there is room then.
        Returns the ids of those that are there now; none: the org is full.

        Raises:
            OSError: the data file could not be written; nothing was stored.
        """
        with self._held() as now:
            copies = 2 if twin_after == 0 else 1
            ids = [self._new_id() for _ in range(int(min(copies, self._room())))]
            if ids:
                self._write({key: _copy(body) for key in ids}, now, lag)
            if ids and twin_after:
                self._twins.append((now + twin_after, lag, _copy(body)))
                self._twins.sort(key=lambda twin: twin[0])
            return ids

    def add(self, body: Mapping[str, Any], deployment_id: str | None = None) -> str:
        """Store a deployment, room or not; its id.

        Raises:
            ValueError: there is one of ``deployment_id`` already.
            OSError: the data file could not be written; nothing was stored.
        """
        with self._held() as now:
            key = deployment_id or self._new_id()
            if self.stored(key) is not None:
                raise ValueError(f"there is a deployment {key} already")
            self._write({key: _copy(dict(body))}, now, 0.0)
            return key

    def replace(self, deployment_id: str, body: Mapping[str, Any], *, lag: float = 0.0) -> bool:
        """Store this content in place of the old; ``False``: no such deployment."""
        return self.change(deployment_id, lambda _: dict(body), lag=lag)

    def change(
        self, deployment_id: str, how: Callable[[Body], Body | None], *, lag: float = 0.0
    ) -> bool:
        """Store what ``how`` makes of the stored content; ``False``: no such deployment."""
        with self._held() as now:
            deployment_id = self.key(deployment_id)
            old = self.stored(deployment_id)
            if old is None:
                return False
            self._write({deployment_id: _copy(how(_copy(old)))}, now, lag)
            return True

    def edit(self, deployment_id: str, changes: Mapping[str, Any]) -> bool:
        """Set these fields, drop those that are ``None``; ``False``: no such deployment."""

        def how(body: Body) -> Body:
            return {k: value for k, value in {**body, **changes}.items() if value is not None}

        return self.change(deployment_id, how)

    def remove(self, deployment_id: str, *, lag: float = 0.0) -> bool:
        """Delete it, out of sight after ``lag`` seconds; ``False``: no such deployment."""
        return self.change(deployment_id, lambda _: None, lag=lag)

    def key(self, deployment_id: str) -> str:
        """The id as it was given out, which may be asked for in any case."""
        if deployment_id in self._entries:
            return deployment_id
        folded = deployment_id.casefold()
        return next((key for key in self._entries if key.casefold() == folded), deployment_id)

    def load(self, bodies: Sequence[Body]) -> None:
        """Store these in place of all that there are, in one write."""
        with self._held() as now:
            self._twins.clear()
            changes: dict[str, Body | None] = dict.fromkeys(self.truth())
            changes.update({self._new_id(): _copy(body) for body in bodies})
            self._write(changes, now, 0.0)

    def _entry(self, deployment_id: str) -> _Entry | None:
        return self._entries.get(self.key(deployment_id))

    def _write(self, changes: dict[str, Body | None], at: float, lag: float) -> None:
        # the file first: what cannot be kept is not done
        if self._journal:
            self._journal.append(changes, self._issued)
        for deployment_id, body in changes.items():
            entry = self._entries.setdefault(deployment_id, _Entry(None, made=at))
            entry.write(body, at, lag)
        self._writes += 1

    def _share(self, kind: str, deployment_id: str) -> float:
        """Of each lag, for one deployment and one kind of read: always the same, from 0 to 1."""
        return int.from_bytes(self._digest(f"{kind}/{deployment_id}")[:4], "big") / 2**32

    def _new_id(self) -> str:
        # one seedable source of ids; the count lasts with the data file, so none comes twice
        self._issued += 1
        return str(uuid.UUID(bytes=self._digest(str(self._issued))[:16], version=4))

    def _digest(self, text: str) -> bytes:
        return hashlib.sha256(f"{self._seed}/{text}".encode()).digest()


def _copy(value: _T) -> _T:
    # not deepcopy, which gives up on JSON half as deep as the parser takes
    copied: _T = json.loads(json.dumps(value))
    return copied
