"""A create of many under the API's rate limit, in time that passes only where all wait."""

from __future__ import annotations

import heapq
import threading
import time

from pulumi_widgets.sdk import THREADS

from .deployed import Deployed, body, in_threads

LIMIT, WINDOW = 300, 60.0
"""Requests in so many seconds."""


class SharedClock:
    """A clock for threads: it moves to the next sleeper's end when all of them sleep.

    A thread that waits for another one, or for the service, does not sleep; where nobody has done
    anything for `idle` real seconds it counts as if it did.
    """

    idle = 0.25

    def __init__(self, threads: int) -> None:
        self._threads = threads
        self._now = 1000.0
        self._sleepers: list[float] = []
        self._changed = threading.Condition()

    def __call__(self) -> float:
        with self._changed:
            return self._now

    def sleep(self, seconds: float) -> None:
        with self._changed:
            end = self._now + seconds
            heapq.heappush(self._sleepers, end)
            while self._now < end:
                if len(self._sleepers) >= self._threads or not self._changed.wait(self.idle):
                    self._now = max(self._now, self._sleepers[0])
                    self._changed.notify_all()
            self._sleepers.remove(end)
            heapq.heapify(self._sleepers)


def test_a_create_of_600_takes_what_the_limit_dictates() -> None:
    count = 600
    with Deployed(SharedClock(THREADS), rate_limit=LIMIT) as it:
        began, clock = it.clock(), time.monotonic()
        in_threads(it.deployments.create, [body(f"Web {n}") for n in range(count)])
        took = it.clock() - began
        assert len(it.org.dump()) == count
        refused = [each for each in it.org.requests if each.status == 429]
        served = sum(it.org.calls.values()) - len(refused)
        assert served <= 2 * count + 4 + 1  # and the token
        windows = (served - 1) // LIMIT
        # the first ones: whatever was under way when the limit was reached
        assert len(refused) <= THREADS * windows
        assert windows * WINDOW <= took <= 1.1 * windows * WINDOW
        assert len(it.lines) == windows
        assert all("rate limit: the next call waits" in line for line in it.lines)
        assert time.monotonic() - clock < 60
