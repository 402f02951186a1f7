"""Takes the steps of writes, from any thread."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from typing import Any

from .client import WidgetsClient
from .exactly_once import ExactlyOnce
from .listing import SharedListing
from .steps import Call, Steps


class Driver:
    """Has done what steps want done; what they do between their calls is done under one lock.

    Args:
        once: whose steps.
        client, listing: what calls the API.
        sleep: how to wait, seconds.
    """

    def __init__(
        self,
        once: ExactlyOnce,
        client: WidgetsClient,
        listing: SharedListing,
        sleep: Callable[[float], object],
    ) -> None:
        self._once = once
        self._client = client
        self._listing = listing
        self._sleep = sleep
        self._changed = threading.Condition()

    def run(self, steps: Steps) -> dict[str, Any]:
        """Take the steps to their end and return the answer that they end with, or raise it."""
        send: Callable[[Any], Call] = steps.send
        value: Any = None
        while True:
            try:
                with self._changed:
                    started = self._once.started
                    call = send(value)
                    if self._once.started != started:
                        self._changed.notify_all()
                    started = self._once.started
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
            with self._changed:
                return self._changed.wait_for(lambda: self._once.started != started, *call.args)
        if call.name == "list":
            return list(self._listing.get(later(*call.args)).by_id.values())
        return getattr(self._client, call.name)(*call.args)


def later(moment: float) -> float:
    """The next moment: a clock may stand still for a while, and a call go before another in it."""
    return math.nextafter(moment, math.inf)
