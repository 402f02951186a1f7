"""When a call that failed is tried again, and when all calls wait.

A small loop of our own, not urllib3's ``Retry``: that one cannot share a pause between threads,
takes no clock, and retries a POST by method and status alone, not by whether a byte was sent. Its
reading of ``Retry-After`` is used.
"""

from __future__ import annotations

import logging
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from urllib3.exceptions import HTTPError
from urllib3.util import Retry

from ..errors import (
    ApiError,
    ConflictError,
    ConnectionLostError,
    OrgFullError,
    RateLimitedError,
    ServerError,
    TimedOutError,
    UnreachableError,
    WidgetsError,
)

_T = TypeVar("_T")
_LOG = logging.getLogger(__package__)

REQUEST_TIMEOUT = 408
"""The server gave up on reading the request; whether a gateway had passed it on is not known."""


@dataclass(frozen=True)
class RetryPolicy:
    """How often and how long. All times in seconds."""

    attempts: int = 10
    """Tries of one call. Where three in ten fail, as in a bad hour, one call in 100,000 fails
    for good, so a stack of a thousand resources comes through."""
    unreachable: int = 6
    """Tries of one call that may end without a connection: most likely an address is wrong."""
    conflicts: int = 5
    """Tries of one call that may be answered 409: what passes by itself does in seconds."""
    rate_limited: int = 100
    """Tries of one call that may be answered 429: before, `total` is over where a pause is 3 s or
    more. Where it is a second, 32 threads take the calls that are free from each other."""
    total: float = 300.0
    """No try begins later than this after the call."""
    base: float = 0.5
    """The first pause; each further one is twice as long."""
    cap: float = 8.0
    """The longest pause."""
    rate_base: float = 2.0
    """The first pause after a 429 that names none."""
    rate_cap: float = 30.0
    """The longest pause after a 429 that names none: 300 requests a minute come back in one."""
    connect: float = 10.0
    """The time for a connection, where the client is given none."""
    read: float = 30.0
    """The time for a whole answer, likewise."""
    long: float = 10.0
    """A longer pause is worth a line to the user."""

    def tries(self, error: WidgetsError) -> int:
        """How many tries of one call may fail like this; all but 429 count as `attempts` too."""
        if isinstance(error, RateLimitedError):
            return self.rate_limited
        if isinstance(error, UnreachableError):
            return self.unreachable
        return self.conflicts if isinstance(error, ConflictError) else self.attempts

    def pause(self, failures: int, error: WidgetsError, random: float) -> float:
        """Seconds to wait after so many failures (1 after the first): half to all of the backoff.

        Args:
            failures: of this call, so far: answers 429, or all others.
            error: the last one.
            random: the jitter, from 0 to 1.
        """
        limited = isinstance(error, RateLimitedError)
        base, cap = (self.rate_base, self.rate_cap) if limited else (self.base, self.cap)
        return float(min(cap, base * 2 ** (failures - 1))) * (0.5 + random / 2)


READING = RetryPolicy(attempts=3, unreachable=2, rate_limited=3, connect=5.0, read=4.0, long=0.0)
"""Of commands that only read, before which a person sits: they end in 15 s at the worst, but for
the pauses that the service asks for. Who waits for longer runs them again."""


def may_repeat(error: WidgetsError, *, repeatable: bool) -> bool:
    """Whether a call that failed so may be sent again.

    Args:
        error: how it failed.
        repeatable: sending it twice does no harm (GET, PUT, DELETE; not POST).
    """
    if isinstance(error, (RateLimitedError, UnreachableError)):
        return True  # nothing was carried out
    if isinstance(error, (TimedOutError, ConnectionLostError, ServerError)):
        return repeatable
    if isinstance(error, ConflictError):
        # Any code: the API's own is request.conflict, others call it a version mismatch. A full
        # org is full until somebody deletes.
        return repeatable and not isinstance(error, OrgFullError)
    return repeatable and isinstance(error, ApiError) and error.status == REQUEST_TIMEOUT


RETRY_AFTER_CAP = 60
"""The longest ``Retry-After`` that is honoured, in seconds: the API's limit is by the minute."""


def retry_after(header: str | None) -> float | None:
    """Seconds that a header ``Retry-After`` asks to wait, 0 to 60; None where it asks nothing.

    It may hold seconds or an HTTP date (RFC 9110, 10.2.3). One that is neither counts as none.
    """
    if not header:
        return None
    try:
        seconds = Retry().parse_retry_after(header)
    except (HTTPError, ValueError, OverflowError):
        return None
    return float(min(max(seconds, 0), RETRY_AFTER_CAP))


class Gate:
    """The moment before which no thread sends, as a ``Retry-After`` or a 429 taught one of them.

    Args:
        clock, sleep, notify: as of `WidgetsClient`.
        long: as of `RetryPolicy`.
    """

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        notify: Callable[[str], object],
        long: float,
    ) -> None:
        self._long = long
        self._clock = clock
        self._sleep = sleep
        self._notify = notify
        self._lock = threading.Lock()
        self._opens = float("-inf")
        self._why = ""
        self._told = float("-inf")

    def close_for(self, seconds: float, why: str) -> None:
        """Let nobody pass for so long from now; a longer closure stays.

        Args:
            seconds: how long.
            why: who asks for it, the begin of a sentence.
        """
        with self._lock:
            opens = self._clock() + seconds
            if opens > self._opens:
                self._opens, self._why = opens, why

    def wait(self, at_most_until: float) -> None:
        """Wait until the gate is open, or (others may close it again and again) that moment."""
        while True:
            with self._lock:
                now = self._clock()
                left, why = min(self._opens, at_most_until) - now, self._why
                tell = left > self._long and self._told <= now
                if tell:  # one line for all threads that wait for the same
                    self._told = self._opens
            if left <= 0:
                return
            if tell:
                self._notify(f"{why}: the next call waits {left:.0f} s.")
            self._sleep(left)


class Retrying:
    """Runs calls by the policy, behind one gate. Thread-safe.

    Args:
        policy: how often and how long.
        gate: shared by all calls of one server.
        clock, sleep, random, notify: as of `WidgetsClient`.
    """

    def __init__(
        self,
        policy: RetryPolicy,
        gate: Gate,
        clock: Callable[[], float],
        sleep: Callable[[float], object],
        random: Callable[[], float],
        notify: Callable[[str], object],
    ) -> None:
        self._policy = policy
        self._notify = notify
        self._gate = gate
        self._clock = clock
        self._sleep = sleep
        self._random = random

    def run(self, call: Callable[[], _T], *, repeatable: bool, maybe_done: bool = False) -> _T:
        """Call until it succeeds, or may not be repeated, or is out of tries or time.

        Args:
            call: one try; returns the answer or raises a `WidgetsError`.
            repeatable: sending it twice does no harm.
            maybe_done: whether an earlier try, outside of this run, may have been carried out.

        Raises:
            WidgetsError: the last try's, with ``attempts``, and ``maybe_done`` of any of them.
        """
        policy, started = self._policy, self._clock()
        attempts = failed = 0
        alike: Counter[type[WidgetsError]] = Counter()
        while True:
            self._gate.wait(started + policy.total)
            attempts += 1
            try:
                return call()
            except WidgetsError as caught:
                error = caught
            # Raised below, outside of "except": so it drags no other exception along.
            maybe_done = error.maybe_done = maybe_done or error.maybe_done
            alike[type(error)] += 1
            limited = isinstance(error, RateLimitedError)
            failed += not limited
            shared, pause = self._pause(error, alike[type(error)] if limited else failed)
            if shared:
                self._gate.close_for(pause, _who_asks(error))
            left = min(policy.tries(error) - alike[type(error)], policy.attempts - failed)
            if (
                not may_repeat(error, repeatable=repeatable)
                or left <= 0
                or self._clock() + pause > started + policy.total
            ):
                error.attempts = attempts
                raise error
            _LOG.debug("Try %d failed; the next one comes in %.1f s.", attempts, pause)
            if not shared:  # else the gate tells
                if pause > policy.long:
                    error.hint = ""
                    said = str(error).rstrip(". ")
                    self._notify(f"{said}; trying again ({failed + 1} of {failed + left}).")
                self._sleep(pause)

    def _pause(self, error: WidgetsError, failures: int) -> tuple[bool, float]:
        """Whether all threads wait, and how many seconds."""
        asked = error.retry_after if isinstance(error, ApiError) else None
        if asked:  # "0" asks for nothing, and would spin
            return True, asked
        pause = self._policy.pause(failures, error, self._random())
        return isinstance(error, RateLimitedError), pause


def _who_asks(error: WidgetsError) -> str:
    """Who asks all threads to wait."""
    if isinstance(error, RateLimitedError) or not isinstance(error, ApiError):
        return "Genesys Cloud's rate limit"
    return f"Genesys Cloud asks for a pause ({error.status})"
