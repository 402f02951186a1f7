"""One listing at a time, shared by all whom it is fresh enough for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_widgets.api.listing import Listing, SharedListing
from pulumi_widgets.errors import AnswerError, WidgetsError

from .servers import Clock


class Service:
    """Answers listings one by one, each when a test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self.began = threading.Semaphore(0)
        self._go_on = threading.Semaphore(0)
        self.failure: WidgetsError | None = None

    def fetch(self) -> list[dict[str, Any]]:
        self.asked += 1
        number = self.asked
        self.began.release()
        assert self._go_on.acquire(timeout=10)
        if self.failure:
            raise self.failure
        return [{"id": "a", "number": number}]

    def wait(self) -> None:
        """Until a fetch is under way."""
        assert self.began.acquire(timeout=10)

    def answer(self, times: int = 1) -> None:
        self._go_on.release(times)


@pytest.fixture
def service() -> Service:
    return Service()


@pytest.fixture
def listing(service: Service, clock: Clock) -> SharedListing:
    return SharedListing(service.fetch, clock)


def number_of(listing: Listing) -> int:
    return int(listing.by_id["a"]["number"])


def waiters(
    pool: ThreadPoolExecutor, listing: SharedListing, since: float, count: int
) -> list[Future[Listing]]:
    """Threads that have asked, and wait for a fetch that is under way."""
    arrived = threading.Semaphore(0)

    def get() -> Listing:
        arrived.release()
        return listing.get(since)

    futures = [pool.submit(get) for _ in range(count)]
    for _ in futures:
        assert arrived.acquire(timeout=10)
    return futures


def test_one_fetch_serves_all_who_wait(
    service: Service, listing: SharedListing, clock: Clock
) -> None:
    with ThreadPoolExecutor(8) as pool:
        since = clock()
        first = pool.submit(listing.get, since)
        service.wait()
        others = waiters(pool, listing, since, 7)
        service.answer()
        assert {number_of(each.result(10)) for each in (first, *others)} == {1}
    assert service.asked == 1


def test_one_that_began_too_early_serves_nobody_who_asked_later(
    service: Service, listing: SharedListing, clock: Clock
) -> None:
    with ThreadPoolExecutor(8) as pool:
        first = pool.submit(listing.get, clock())
        service.wait()
        clock.sleep(1)  # something was written
        others = waiters(pool, listing, clock(), 5)
        service.answer(2)
        assert number_of(first.result(10)) == 1
        assert {number_of(each.result(10)) for each in others} == {2}
    assert service.asked == 2


def test_it_is_fetched_again_only_when_it_is_not_fresh_enough(
    service: Service, listing: SharedListing, clock: Clock
) -> None:
    service.answer(3)
    began = clock()
    assert number_of(listing.get(began)) == 1
    clock.sleep(5)
    assert number_of(listing.get(began)) == 1
    assert listing.get(began).began == began
    assert number_of(listing.get(clock())) == 2
    assert number_of(listing.get(began)) == 2, "the newer one serves too"
    assert service.asked == 2


def test_a_failure_is_shared_by_those_who_waited_and_by_nobody_later(
    service: Service, listing: SharedListing, clock: Clock
) -> None:
    service.failure = AnswerError("GET", "no JSON")
    with ThreadPoolExecutor(8) as pool:
        since = clock()
        first = pool.submit(listing.get, since)
        service.wait()
        others = waiters(pool, listing, since, 5)
        service.answer(6)
        assert {each.exception(10) for each in (first, *others)} == {service.failure}
    # a thread that had not yet begun to wait may have asked again
    assert service.asked <= 6
    service.failure = None
    service.answer()
    asked = service.asked
    assert number_of(listing.get(since)) == asked + 1


def test_a_failure_leaves_an_older_one_for_whom_it_is_fresh_enough(
    service: Service, listing: SharedListing, clock: Clock
) -> None:
    service.answer(2)
    began = clock()
    listing.get(began)
    clock.sleep(1)
    service.failure = AnswerError("GET", "no JSON")
    with pytest.raises(AnswerError):
        listing.get(clock())
    assert number_of(listing.get(began)) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt, MemoryError])
def test_whatever_ends_a_fetch_lets_others_fetch(
    clock: Clock, error: Callable[[], BaseException]
) -> None:
    errors = [error()]

    def fetch() -> list[dict[str, Any]]:
        if errors:
            raise errors.pop()
        return [{"id": "a", "number": 1}]

    listing = SharedListing(fetch, clock)
    with pytest.raises(error):  # type: ignore[call-overload]
        listing.get(clock())
    assert number_of(listing.get(clock())) == 1
