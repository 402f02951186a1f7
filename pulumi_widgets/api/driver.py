"""Takes the steps of writes, from any thread."""

from __future__ import annotations

import contextlib
import math
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from .client import WidgetsClient
from .exactly_once import ExactlyOnce
from .listing import SharedListing
from .settling import Org, Settling
from .steps import Call, Steps

_AT_ONCE = 32
"""Orgs whose listings are read at once."""


class Driver:
    """Has done what an org's steps want done; what they do in between is done under one lock.

    Args:
        once: whose steps.
        client, listing: what calls the API.
        sleep: how to wait, seconds.
        settling: the writes of all orgs of the process, with the lock.
    """

    def __init__(
        self,
        once: ExactlyOnce,
        client: WidgetsClient,
        listing: SharedListing,
        sleep: Callable[[float], object],
        settling: Settling,
    ) -> None:
        self._once = once
        self._client = client
        self._listing = listing
        self._sleep = sleep
        self._settling = settling
        settling.join(self)

    @property
    def awaits_settling(self) -> bool:
        """As of `settling.Org`."""
        return self._once.awaits_settling

    def settle(self) -> None:
        """Settle the org's writes."""
        self.run(self._once.settle())

    def run(self, steps: Steps) -> dict[str, Any]:
        """Take the steps to their end and return the answer that they end with, or raise it."""
        send: Callable[[Any], Call] = steps.send
        value: Any = None
        while True:
            try:
                with self._settling.changed:
                    call, started = send(value), self._settling.started
            except StopIteration as end:
                return end.value  # type: ignore[no-any-return]  # a generator tells not what it ends with
            try:
                send, value = steps.send, self._do(call, started)
            except Exception as error:
                send, value = steps.throw, error

    def _do(self, call: Call, started: int) -> Any:
        if call.name == "pause":
            return self._sleep(*call.args)
        if call.name == "linger":
            changed = self._settling.changed
            with changed:
                return changed.wait_for(lambda: self._settling.started != started, *call.args)
        if call.name == "settle":
            return _settle(call.args)
        if call.name == "list":
            return list(self._listing.get(later(*call.args)).by_id.values())
        return getattr(self._client, call.name)(*call.args)


def _settle(orgs: Sequence[Org]) -> None:
    """Settle orgs, several at once where threads can be had: what was written stands anyhow."""
    waiting, threads = deque(orgs), []

    def work() -> None:
        with contextlib.suppress(IndexError):  # none is left
            while True:
                waiting.popleft().settle()

    with contextlib.suppress(RuntimeError):
        for _ in orgs[1:_AT_ONCE]:
            thread = threading.Thread(target=work)
            thread.start()
            threads.append(thread)
    work()
    for thread in threads:
        thread.join()


def later(moment: float) -> float:
    """The next moment: a clock may stand still for a while, and a call go before another in it."""
    return math.nextafter(moment, math.inf)
