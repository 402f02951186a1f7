"""The Widgets API and its login, without HTTP: the parts of an org, and its five calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from .access import RateLimit, Tokens, too_many_requests
from .faults import Dice, Faults
from .records import Records
from .replies import Reply, Script
from .rules import RefusedError, checked_body
from .spelling import listed, spelled, struck
from .store import Store

__all__ = ["Service", "joined"]


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
    page: bool
    """Whether there is a page for a browser."""
    data: str | None
    """The data file, links resolved."""
    environ: Mapping[str, str] = field(default_factory=dict)
    """What points a program at it."""
    script: Script = field(default_factory=Script)
    records: Records = field(default_factory=Records)

    def about(self) -> dict[str, Any]:
        """What does not change while the org runs."""
        return {
            "seed": self.seed,
            "limit": self.store.limit,
            "data": self.data,
            "environ": dict(self.environ),
        }

    def listing(self) -> Reply:
        """GET, all of them."""
        faults = self.faults
        truth = self.store.truth()
        seen = self.store.listing(faults.listing_lag, uneven=faults.uneven_lags)
        answers = [spelled(key, body, faults) for key, body in seen.items()]
        answer = listed(answers, faults)
        lag = self._lags("listing_lag") if seen != truth else ""
        spelt = struck(answer["entities"], seen, faults, "listing_omits")
        return Reply(json=answer, fault=joined(lag, *spelt))

    def create(self, content_type: str, data: bytes) -> Reply:
        """POST."""
        body = checked_body(content_type, data)
        faults = self.faults
        twin = self.dice.up_to(faults.late_twins) if self.dice.doubles(faults.double_post) else None
        ids = self._made(body, lag=faults.read_lag, twin_after=twin)
        told = ids[0] if len(ids) == 1 else self.dice.choice(tuple(ids))
        return self._one(told, body, "double_post" if twin or len(ids) > 1 else "")

    def add(self, body: dict[str, Any]) -> str:
        """A colleague makes one in the admin pages, without a fault; its id."""
        return self._made(body)[0]

    def load(self, bodies: Sequence[dict[str, Any]]) -> None:
        """A colleague puts these in place of all that there are."""
        self._require_room(self.store.limit is None or len(bodies) <= self.store.limit)
        self.store.load(bodies)

    def _made(
        self, body: dict[str, Any], *, lag: float = 0.0, twin_after: float | None = None
    ) -> list[str]:
        ids = self.store.create(body, lag=lag, twin_after=twin_after)
        self._require_room(bool(ids))
        return ids

    def _require_room(self, room: bool) -> None:
        if not room:
            limit = self.store.limit
            # a namespace of the vendor's; what its key is called is not known
            more = {"limit": {"key": "widgets.deployments", "namespace": "webchat", "value": limit}}
            raise RefusedError("maximum.deployments.exceeded", more=more, limit=limit)

    def _one(self, deployment_id: str, body: Mapping[str, Any], fault: str = "") -> Reply:
        answer = spelled(deployment_id, body, self.faults)
        spelt = struck([answer], {deployment_id: body}, self.faults)
        return Reply(json=answer, fault=joined(fault, *spelt))

    def read(self, deployment_id: str) -> Reply:
        """GET, one."""
        faults = self.faults
        deployment_id = self.store.key(deployment_id)
        stored = self.store.stored(deployment_id)
        body = self.store.seen(deployment_id, faults.get_lag, uneven=faults.uneven_lags)
        lag = self._lags("get_lag") if body != stored else ""
        if body is None:
            return replace(RefusedError("not.found").reply(), fault=lag)
        return self._one(deployment_id, body, lag)

    def _lags(self, own: str) -> str:
        """Those that a read which shows what is not so any more has."""
        on = (name for name in ("read_lag", "delete_lag", own) if getattr(self.faults, name))
        return joined(*on) or "read_lag"  # what was written while it was on

    def update(self, deployment_id: str, content_type: str, data: bytes) -> Reply:
        """PUT. Writes see the truth at once: only reads lag."""
        body = checked_body(content_type, data)
        if not self.store.replace(deployment_id, body, lag=self.faults.read_lag):
            raise RefusedError("not.found")
        return self._one(self.store.key(deployment_id), body)

    def delete(self, deployment_id: str) -> Reply:
        """DELETE."""
        faults = self.faults
        if self.store.age(deployment_id) < faults.delete_404:
            return replace(RefusedError("not.found").reply(), fault="delete_404")
        if not self.store.remove(deployment_id, lag=faults.delete_lag):
            raise RefusedError("not.found")
        return Reply(204)

    def fault_before(self, method: str) -> Reply | None:
        """What comes in place of carrying a request out, by chance."""
        faults = self.faults
        if self.dice.happens(faults.resets):
            return replace(Reply.reset(), fault="resets")
        if self.dice.happens(faults.errors):
            error: Reply = self.dice.choice(_ERRORS)
            return replace(error, fault="errors")
        if self.dice.happens(faults.throttle):
            # without a limit of its own it says the real service's
            throttled = too_many_requests(self.rate_limit or 300, faults.retry_after)
            return replace(throttled.reply(), fault="throttle")
        if method in ("PUT", "DELETE") and self.dice.happens(faults.conflicts):
            return replace(RefusedError("request.conflict").reply(), fault="conflicts")
        return None

    def fault_after(self) -> Reply | None:
        """What comes in place of a write's answer, by chance."""
        faults = self.faults
        if not self.dice.happens(faults.lost_answers):
            return None
        lost = self.dice.choice(faults.lost_as)
        if lost == "reset":
            reply = Reply.reset()
        elif lost == "hang":
            reply = Reply.hang(faults.hang)
        else:
            reply = self.dice.choice(_ERRORS)
        return replace(reply, fault="lost_answers")


def joined(*faults: str) -> str:
    """Several faults, as the log has them."""
    return ", ".join(filter(None, faults))


_ERRORS: Final = (
    RefusedError("internal.server.error").reply(),
    Reply.html(502),  # a gateway's own page: no error body at all
    RefusedError("service.unavailable").reply(),
    RefusedError("request.timeout").reply(),
)
