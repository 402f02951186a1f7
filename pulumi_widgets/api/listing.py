"""One listing at a time, for all threads that it is fresh enough for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import WidgetsError


@dataclass(frozen=True)
class Listing:
    """What the service listed.

    Attributes:
        began: when its request was sent, by the clock of `SharedListing`.
        by_id: the deployments as the service gave them, by their ids in small letters: it takes an
            id in capitals for the same.
    """

    began: float
    by_id: dict[str, dict[str, Any]]

    def get(self, id_: str) -> dict[str, Any] | None:
        """One of them."""
        return self.by_id.get(id_.casefold())


class SharedListing:
    """Fetches listings, one at a time, and shares each with all who wait for one like it."""

    def __init__(
        self, fetch: Callable[[], list[dict[str, Any]]], clock: Callable[[], float]
    ) -> None:
        self._fetch = fetch
        self._clock = clock
        self._changed = threading.Condition()
        self._fetching: float | None = None
        self._latest: Listing | None = None
        self._failed: tuple[float, WidgetsError] | None = None

    def get(self, since: float) -> Listing:
        """A listing whose request began at ``since`` (by the clock) or later.

        Raises:
            WidgetsError: fetching failed; all who waited for that listing get the same error.
        """
        with self._changed:
            while True:
                if self._latest and self._latest.began >= since:
                    return self._latest
                if self._fetching is None:
                    break
                awaited = self._fetching
                while self._fetching == awaited:
                    self._changed.wait()
                if awaited >= since and self._failed and self._failed[0] == awaited:
                    raise self._failed[1]
            began = self._fetching = self._clock()
        listing, failure = None, None
        try:
            listing = Listing(began, {each["id"].casefold(): each for each in self._fetch()})
            return listing
        except WidgetsError as error:
            failure = (began, error)
            raise
        finally:
            with self._changed:
                self._fetching = None
                self._latest = listing or self._latest
                self._failed = failure
                self._changed.notify_all()
