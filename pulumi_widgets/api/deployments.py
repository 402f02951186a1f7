"""The org's deployments, safely: writes happen exactly once, reads share listings."""

from __future__ import annotations

import contextlib
import heapq
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Set
from datetime import datetime, timezone
from typing import Any

from ..errors import AnswerError, NotFoundError
from .client import WidgetsClient
from .exactly_once import Call, ExactlyOnce, Steps, growing_pauses, token_of
from .listing import Listing, SharedListing
from .shown import lacks, with_values

FRESH = 60.0
"""Seconds that a listing serves reads, but for what was written since."""

_TRIES = 3
"""How many deployments are asked for as the second sample, where a listing lags behind deletes."""

FIELDS = (
    "name",
    "description",
    "authenticationRequired",
    "disabled",
    "flow",
    "allowedDomains",
    "clientType",
    "clientConfig",
    "selfUri",
)
"""The fields of a WidgetDeployment (the API's page) that a state holds."""


def _silent(line: str) -> None:
    """Tell nobody."""


class Deployments:
    """What the provider asks of an org: create, read, update, delete.

    One object serves all threads. Writes follow `exactly_once`. Reads cost two calls for any
    number of deployments: the first is a GET of one, all others are served by one listing, which
    is held for `FRESH` seconds; what it lacks is asked for by GET. Of deployments of which nothing
    is known they cost one GET more, of a second sample.

    Args:
        client: the client of the API.
        patience: the longest time, in seconds, that the service may take to show a write.
        notify: gets a line that the user should read; default: silence.
        clock: seconds from any start, never going back.
        now: the time of day, with its zone.
        sleep: how to wait, seconds.
        orphaned: whether nobody is left to record what a create makes; then it makes nothing.
    """

    def __init__(
        self,
        client: WidgetsClient,
        *,
        patience: float = 15.0,
        notify: Callable[[str], object] = _silent,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = lambda: datetime.now(timezone.utc),
        sleep: Callable[[float], object] = time.sleep,
        orphaned: Callable[[], bool] = lambda: False,
    ) -> None:
        self._client = client
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self._listing = SharedListing(client.list, clock)
        self._once = ExactlyOnce(
            new_token=lambda: secrets.token_hex(16),
            clock=clock,
            now=now,
            notify=notify,
            patience=patience,
            orphaned=orphaned,
        )
        self._changed = threading.Condition()
        self._written: dict[str, float] = {}
        self._sample: dict[str, Any] | None = None
        self._sampling = False
        self._proving = threading.Lock()
        self._proven: tuple[Listing, bool] | None = None

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Make one deployment.

        Args:
            body: the whole WidgetDeployment, as the API spells it.

        Returns:
            The service's answer, with the ``id``.

        Raises:
            WidgetsError: it was not made; what a POST may have made was deleted, or was named to
                ``notify``.
        """
        answer: dict[str, Any] = self._run(self._once.create(body))
        return answer

    def update(self, id_: str, body: dict[str, Any]) -> dict[str, Any]:
        """PUT a whole deployment and return the service's answer.

        Raises:
            NotFoundError: it is gone.
            WidgetsError: the client's other errors.
        """
        answer: dict[str, Any] = self._run(self._once.update(id_, body))
        return answer

    def delete(self, id_: str) -> None:
        """DELETE a deployment; one that is gone already is done.

        Raises:
            WidgetsError: the client's errors.
        """
        self._run(self._once.delete(id_))

    def get(self, id_: str) -> dict[str, Any]:
        """A deployment as its own GET tells it; otherwise as `read`."""
        return self._client.get(id_)

    def list(self, since: float | None = None) -> Mapping[str, dict[str, Any]]:
        """All deployments of the org by id.

        Args:
            since: by the clock; the listing's request began then or later. None: `FRESH` ago.

        Raises:
            WidgetsError: the client's errors.
        """
        return self._listing.get(self._since(since)).by_id

    def shown_since(self, ids: Set[str], since: float) -> float:
        """When a listing was asked for that shows what another process has made, and wholly.

        Args:
            ids: what it made.
            since: by the clock; no listing from before counts.

        Returns:
            That moment, by the clock; past our patience, that of the last listing.

        Raises:
            WidgetsError: the client's errors.
        """
        deadline, pauses = self._clock() + self._patience, growing_pauses()
        while True:
            try:
                listing = self._listing.get(since)
            except AnswerError:
                return since  # as in `read`
            whole = {id_ for id_, each in listing.by_id.items() if not token_of(each)}
            if ids <= whole or listing.began >= deadline:
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
                that has a value here, nested or not, the deployment itself is asked. None: nothing
                is known of it, and a second sample shows whether a listing may be trusted.
            since: as of `list`.

        Raises:
            NotFoundError: it is gone, which the deployment's own GET said.
            WidgetsError: the client's other errors.
        """
        with self._changed:
            written = self._once.is_pending(id_)
        if written:
            answer: dict[str, Any] = self._run(self._once.read(id_))
            return answer
        with self._changed:
            first = self._sample is None and not self._sampling
            self._sampling = self._sampling or first
        if first:
            return self._read_sample(id_)
        try:
            listing = self._listing.get(
                max(self._since(since), self._written.get(id_, float("-inf")))
            )
        except AnswerError:
            return self._client.get(id_)  # what one cannot say of all, it may say of one
        entity = listing.by_id.get(id_)
        if entity is None or not self._is_whole(listing):
            return self._client.get(id_)
        is_all = self._is_proven(listing) if held is None else not lacks(entity, with_values(held))
        return entity if is_all else self._client.get(id_)

    def _since(self, given: float | None) -> float:
        return self._clock() - FRESH if given is None else given

    def _read_sample(self, id_: str) -> dict[str, Any]:
        """GET the first deployment.

        Where it stays the only one, there is no cheaper way; else it shows whether listings leave
        anything out that a GET tells.
        """
        try:
            self._sample = self._client.get(id_)
            return self._sample
        finally:
            with self._changed:
                self._sampling = False
                self._changed.notify_all()

    def _is_whole(self, listing: Listing) -> bool:
        """Whether a listing tells all fields that a GET tells."""
        with self._changed:
            self._changed.wait_for(lambda: not self._sampling)
        sample = self._sample
        listed = listing.by_id.get(sample["id"]) if sample else None
        return sample is not None and listed is not None and _tells_all(listed, sample)

    def _is_proven(self, listing: Listing) -> bool:
        """Whether a listing tells all fields of the deployment of which it tells the most, too.

        The first sample may have nothing that could be left out. Asked once for each listing.
        """
        with self._proving:
            if self._proven is None or self._proven[0] is not listing:
                self._proven = (listing, self._prove(listing))
            return self._proven[1]

    def _prove(self, listing: Listing) -> bool:
        first = self._sample["id"] if self._sample else None
        others = [each for id_, each in listing.by_id.items() if id_ != first]
        for entity in heapq.nlargest(_TRIES, others, key=_how_much):
            with contextlib.suppress(NotFoundError):  # the listing lags behind its delete
                return _tells_all(entity, self._client.get(entity["id"]))
        return not others

    def _run(self, steps: Steps) -> Any:
        """Take a write's steps; what they do between their calls is done under one lock."""
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
                return end.value
            try:
                send, value = steps.send, self._do(call, started)
            except Exception as error:
                send, value = steps.throw, error

    def _do(self, call: Call, started: int) -> Any:
        """Have done what a step wants done."""
        if call.name == "pause":
            return self._sleep(*call.args)
        if call.name == "linger":
            with self._changed:
                return self._changed.wait_for(
                    lambda: self._once.started != started, timeout=call.args[0]
                )
        if call.name == "list":
            return list(self._listing.get(*call.args).by_id.values())
        try:
            return getattr(self._client, call.name)(*call.args)
        finally:
            if call.name in ("update", "delete"):
                self._written[call.args[0]] = self._clock()


def _how_much(entity: Mapping[str, Any]) -> tuple[int, int]:
    """How much a listing tells of a deployment: fields with a value, then text."""
    return sum(bool(entity.get(field)) for field in FIELDS), len(str(entity))


def _tells_all(listed: Mapping[str, Any], sample: Mapping[str, Any]) -> bool:
    """Whether a listing has all fields that the deployment's own GET has."""
    return not lacks(listed, {field: sample[field] for field in FIELDS if field in sample})
