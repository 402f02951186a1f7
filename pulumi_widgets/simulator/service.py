"""The Widgets API and its login, without HTTP: the parts of an org, and its five calls."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from .access import RateLimit, Tokens, too_many_requests
from .faults import Dice, Faults
from .records import Records
from .replies import Reply, Script
from .rules import RefusedError, checked_body
from .spelling import listed, spelled
from .store import Store

__all__ = ["Service"]


@dataclass
class Service:
    """The parts of a simulated org, shared by the threads that serve it."""

    store: Store
    tokens: Tokens
    rate: RateLimit
    dice: Dice
    faults: Faults
    permissions: Collection[str]
    scopes: Collection[str]
    rate_limit: int | None
    rate_limit_by: str
    latency: float
    pause: Callable[[float], None]
    """Waits for so many seconds."""
    injected_sleep: bool
    """Whether ``pause`` is a test's, which takes no real time."""
    seed: int
    script: Script = field(default_factory=Script)
    records: Records = field(default_factory=Records)

    def listing(self) -> Reply:
        """GET, all of them."""
        faults = self.faults
        seen = self.store.listing(faults.listing_lag, uneven=faults.uneven_lags)
        answers = [spelled(key, body, faults) for key, body in seen.items()]
        return Reply(json=listed(answers, faults))

    def create(self, content_type: str, data: bytes) -> Reply:
        """POST."""
        body = checked_body(content_type, data)
        faults = self.faults
        twin = self.dice.up_to(faults.late_twins) if self.dice.doubles(faults.double_post) else None
        ids = self.store.create(body, lag=faults.read_lag, twin_after=twin)
        if not ids:
            limit = self.store.limit
            # a namespace of the vendor's; what its key is called is not known
            more = {"limit": {"key": "widgets.deployments", "namespace": "webchat", "value": limit}}
            raise RefusedError("maximum.deployments.exceeded", more=more, limit=limit)
        told = ids[0] if len(ids) == 1 else self.dice.choice(tuple(ids))
        return Reply(json=spelled(told, body, faults))

    def read(self, deployment_id: str) -> Reply:
        """GET, one."""
        faults = self.faults
        body = self.store.seen(deployment_id, faults.get_lag, uneven=faults.uneven_lags)
        if body is None:
            raise RefusedError("not.found")
        return Reply(json=spelled(self.store.key(deployment_id), body, faults))

    def update(self, deployment_id: str, content_type: str, data: bytes) -> Reply:
        """PUT. Writes see the truth at once: only reads lag."""
        body = checked_body(content_type, data)
        if not self.store.replace(deployment_id, body, lag=self.faults.read_lag):
            raise RefusedError("not.found")
        return Reply(json=spelled(self.store.key(deployment_id), body, self.faults))

    def delete(self, deployment_id: str) -> Reply:
        """DELETE."""
        faults = self.faults
        unknown_yet = self.store.age(deployment_id) < faults.delete_404
        if unknown_yet or not self.store.remove(deployment_id, lag=faults.delete_lag):
            raise RefusedError("not.found")
        return Reply(204)

    def fault_before(self, method: str) -> Reply | None:
        """What comes in place of carrying a request out, by chance."""
        faults = self.faults
        if self.dice.happens(faults.resets):
            return Reply.reset()
        if self.dice.happens(faults.errors):
            return self.dice.choice(_ERRORS)  # type: ignore[no-any-return]
        if self.dice.happens(faults.throttle):
            # without a limit of its own it says the real service's
            return too_many_requests(self.rate_limit or 300, faults.retry_after).reply()
        if method in ("PUT", "DELETE") and self.dice.happens(faults.conflicts):
            return RefusedError("request.conflict").reply()
        return None

    def fault_after(self) -> Reply | None:
        """What comes in place of a write's answer, by chance."""
        faults = self.faults
        if not self.dice.happens(faults.lost_answers):
            return None
        lost = self.dice.choice(faults.lost_as)
        if lost == "reset":
            return Reply.reset()
        if lost == "hang":
            return Reply.hang(faults.hang)
        return self.dice.choice(_ERRORS)  # type: ignore[no-any-return]


_ERRORS: Final = (
    RefusedError("internal.server.error").reply(),
    Reply.html(502),  # a gateway's own page: no error body at all
    RefusedError("service.unavailable").reply(),
    RefusedError("request.timeout").reply(),
)
