"""The org's deployments, safely: writes happen exactly once, reads share listings."""

from __future__ import annotations

import contextlib
import secrets
import time
from collections.abc import Callable, Mapping, Set
from datetime import datetime, timezone
from typing import Any

from ..errors import AnswerError, NotFoundError
from .client import WidgetsClient
from .driver import Driver, later
from .exactly_once import ExactlyOnce
from .half_made import token_of
from .listing import SharedListing
from .settling import Settling
from .shown import lacks, with_values
from .steps import SELDOM, growing_pauses

FRESH = 60.0
"""Seconds that a listing serves reads, but for what was written since."""
_LONG = 5.0
"""Seconds of waiting that are worth a line."""


class Deployments:
    """What the provider asks of an org: create, read, update, delete.

    One object serves all threads. Writes follow `exactly_once`. Reads cost one call for any number
    of deployments: a listing, held for `FRESH` seconds; what it lacks is asked for by GET. That it
    holds whole deployments is the API's contract: a field left out of what no state holds is lost.

    Args:
        client: the client of the API.
        patience: the longest time, in seconds, that the service may take to show a write.
        notify: gets a line that the user should read; default: silence.
        clock: seconds from any start, never going back.
        now: the time of day, with its zone.
        sleep: how to wait, seconds.
        orphaned: whether nobody is left to record what a create makes; then it makes nothing.
        settling: what the orgs of a process share; default: there is no other org.
    """

    def __init__(
        self,
        client: WidgetsClient,
        *,
        patience: float = 15.0,
        notify: Callable[[str], object] = lambda _: None,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        sleep: Callable[[float], object] = time.sleep,
        orphaned: Callable[[], bool] = lambda: False,
        settling: Settling | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._notify, self._is_told = notify, False
        self._patience = patience
        settling = settling or Settling(clock)
        self._began = settling.began
        self._listing = SharedListing(client.list, clock)
        self._once = ExactlyOnce(
            new_token=lambda: secrets.token_hex(16),
            clock=clock,
            now=now,
            notify=notify,
            patience=patience,
            orphaned=orphaned,
            settling=settling,
        )
        self._driver = Driver(self._once, client, self._listing, sleep, settling)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make one deployment.

        Args:
            body: the whole WidgetDeployment, as the API spells it.

        Returns:
            The service's answer, with the ``id``.

        Raises:
            OrgFullError: the org holds as many as it may; ``held`` says which.
            WidgetsError: it was not made; what a POST may have made was deleted, or was named to
                ``notify``.
        """
        return self._driver.run(self._once.create(body))

    def update(self, id_: str, body: dict[str, Any]) -> dict[str, Any]:
        """PUT a whole deployment and return the service's answer.

        Raises:
            NotFoundError: it is gone.
            WidgetsError: the client's other errors.
        """
        return self._driver.run(self._once.update(id_, body))

    def delete(self, id_: str) -> None:
        """DELETE a deployment; one that is gone already is done. Errors are the client's."""
        self._driver.run(self._once.delete(id_))

    def get(self, id_: str) -> dict[str, Any]:
        """A deployment as its own GET tells it.

        That may lag behind listings: its 404 counts where one asked for after it lacks the id too.

        Raises:
            NotFoundError: it is gone.
            WidgetsError: the client's other errors.
        """
        try:
            return self._client.get(id_)
        except NotFoundError:
            entity = self._listing.get(later(self._clock())).get(id_)
            if entity is None:
                raise
            return entity

    def list(self, since: float | None = None) -> Mapping[str, dict[str, Any]]:
        """All deployments of the org, by their ids in small letters.

        Args:
            since: by the clock; the listing's request began then or later. None: `FRESH` ago.

        Raises:
            WidgetsError: the client's errors.
        """
        return self._listing.get(self._clock() - FRESH if since is None else since).by_id

    def shown_since(self, ids: Set[str], since: float) -> float:
        """When a listing was asked for that shows what another process has made, and wholly.

        Args:
            ids: what it made, in small letters.
            since: by the clock; none from before counts. Past our patience, the last one does.

        Raises:
            WidgetsError: the client's errors.
        """
        deadline, pauses = since + self._patience, growing_pauses()
        while True:
            try:
                listing = self._listing.get(since)
            except AnswerError:
                return since  # as in `read`
            those = map(listing.get, ids)
            if all(each and not token_of(each) for each in those) or listing.began >= deadline:
                return listing.began
            self._sleep(min(next(pauses), max(0.0, deadline - self._clock())))
            since = self._clock()

    def read(
        self, id_: str, held: Mapping[str, Any] | None = None, since: float | None = None
    ) -> dict[str, Any]:
        """A deployment as the service has it.

        Args:
            id_: its id.
            held: what the state holds of it, in the API's names; where a listing lacks a field
                that has a value here, nested or not, the deployment itself is asked. What the state
                holds is not gone before our patience is over.
            since: as of `list`.

        Raises:
            NotFoundError: it is gone, as `get` tells.
            WidgetsError: the client's other errors.
        """
        if self._once.is_pending(id_):
            return self._driver.run(self._once.read(id_))
        try:
            entity = self.list(since).get(id_.casefold())
        except AnswerError:
            return self.get(id_)  # what one cannot say of all, it may say of one
        if entity is None and held:
            return self._missed(id_)
        if entity is None or lacks(entity, with_values(held or {})):
            return self.get(id_)
        return entity

    def _missed(self, id_: str) -> dict[str, Any]:
        """What the state holds and a listing lacks.

        The command before this one has seen it in a listing, but part of the service may lag: its
        end is certain only when our patience is over, counted from the process's beginning.
        """
        with contextlib.suppress(NotFoundError):
            return self.get(id_)
        pauses = growing_pauses(*SELDOM)
        while (left := self._began + self._patience - self._clock()) > 0:
            if left > _LONG and not self._is_told:  # without its id, which may be a secret
                self._notify(f"The org lacks what the state holds: looking for {left:.0f} s.")
                self._is_told = True
            self._sleep(min(next(pauses), left))
            if entity := self._listing.get(later(self._clock())).get(id_):
                return entity
        return self.get(id_)
