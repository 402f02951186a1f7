"""Whose turn it is to settle: the writes of a process, of all its orgs, hand it on to each other.

A command ends when its last step does, so the last write in flight has to wait until listings show
what was written (`exactly_once`). It does so for all orgs, at once: no write of one org is held up
by the listing of another while there is work, and each org costs one listing however its writes
came. The last one waits a moment whether more is coming, since the engine hands out the steps of a
large stack one by one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Protocol

from .steps import Call, Steps

_LEAST_LINGER, _LONGEST_LINGER = 0.05, 1.0
"""Seconds that are waited for more: the engine makes such pauses between steps."""


class Org(Protocol):
    """What has writes that want settling."""

    @property
    def awaits_settling(self) -> bool:
        """Whether something is pending that no write in flight will settle, and nobody is at it."""

    def settle(self) -> object:
        """Settle it."""


class Settling:
    """The writes in flight of a process; all its orgs share one.

    Args:
        clock: seconds, never going back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.began = clock()
        """When the process began to deal with its orgs."""
        self._idle_since: float | None = None
        self._pause = 0.0
        """The longest that the engine made while a write waited for more: how long depends on the
        machine, the stack, the backend."""
        self.changed = threading.Condition()
        """Its lock is held wherever steps are taken; it is notified when a write begins."""
        self.started = 0
        """How many writes began."""
        self._in_flight = 0
        self._orgs: list[Org] = []

    def join(self, org: Org) -> None:
        """Let an org's writes be settled with all others'."""
        with self.changed:
            self._orgs.append(org)

    def counted(self, steps: Steps) -> Steps:
        """A write, and the settling of all there is if it ends as the last one in flight."""
        self.started += 1
        if self._idle_since is not None:
            self._pause = max(self._pause, self._clock() - self._idle_since)
            self._idle_since = None
        self.changed.notify_all()
        self._in_flight += 1
        try:
            result = yield from steps
        except Exception:
            yield from self._end()
            raise
        yield from self._end()
        return result

    def _end(self) -> Steps:
        self._in_flight -= 1
        if self._in_flight or not self._awaited():
            return
        started, self._idle_since = self.started, self._clock()
        yield Call("linger", (min(_LEAST_LINGER + 2 * self._pause, _LONGEST_LINGER),))
        if self._in_flight or self.started != started:
            return
        yield Call("settle", tuple(self._awaited()))
        if self.started == started:  # what comes later was no pause: it waited for this write
            self._idle_since = None

    def _awaited(self) -> list[Org]:
        return [each for each in self._orgs if each.awaits_settling]
