"""The Widgets API and its login, without HTTP: the parts of an org, and its five calls."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from .access import RateLimit, Tokens
from .faults import Dice, Faults
from .records import Records
from .replies import Reply, Script
from .rules import RefusedError, checked_body
from .spelling import listed, spelled
from .store import Store

__all__ = ["CALLS", "Service"]


@dataclass
class Service:
    """The parts of a simulated org, shared by the threads that serve it."""

    store: Store
    tokens: Tokens
    limit: RateLimit
    dice: Dice
    faults: Faults
    permissions: Collection[str]
    rate_limit: int | None
    rate_limit_by: str
    latency: float
    pause: Callable[[float], None]
    """Waits for so many seconds."""
    injected_sleep: bool
    """Whether ``pause`` is a test's, which takes no real time."""
    script: Script = field(default_factory=Script)
    records: Records = field(default_factory=Records)

    def listing(self) -> Reply:
        """GET, all of them."""
        seen = self.store.listing(self.faults.listing_lag)
        return Reply(
            json=listed(
                [spelled(key, body, self.faults) for key, body in seen.items()], self.faults
            )
        )

    def create(self, content_type: str, data: bytes) -> Reply:
        """POST."""
        body = checked_body(content_type, data)
        copies = 2 if self.dice.doubles(self.faults.double_post) else 1
        ids = self.store.add(body, lag=self.faults.read_lag, copies=copies)
        told = ids[0] if copies == 1 else self.dice.choice(tuple(ids))
        return Reply(json=spelled(told, body, self.faults))

    def read(self, deployment_id: str) -> Reply:
        """GET, one."""
        body = self.store.seen(deployment_id)
        if body is None:
            raise not_found()
        return Reply(json=spelled(deployment_id, body, self.faults))

    def update(self, deployment_id: str, content_type: str, data: bytes) -> Reply:
        """PUT. Writes see the truth at once: only reads lag."""
        body = checked_body(content_type, data)
        if not self.store.replace(deployment_id, body, lag=self.faults.read_lag):
            raise not_found()
        return Reply(json=spelled(deployment_id, body, self.faults))

    def delete(self, deployment_id: str) -> Reply:
        """DELETE."""
        if not self.store.remove(deployment_id, lag=self.faults.delete_lag):
            raise not_found()
        return Reply(204)

    def fault_before(self) -> Reply | None:
        """What comes in place of carrying a request out, by chance."""
        faults = self.faults
        if self.dice.happens(faults.resets):
            return Reply.reset()
        if self.dice.happens(faults.errors):
            return self.dice.choice(_ERRORS)  # type: ignore[no-any-return]
        if self.dice.happens(faults.throttle):
            return Reply.error(
                429,
                "too.many.requests",
                "Rate limit exceeded the maximum [300] requests within [60] seconds",
                retry_after=faults.retry_after,
            )
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


def not_found() -> RefusedError:
    """404, as the platform words it."""
    return RefusedError(404, "not.found", "The requested resource was not found.")


_ERRORS: Final = (
    Reply.error(
        500,
        "internal.server.error",
        "The server encountered an unexpected condition which prevented it from fulfilling the "
        "request.",
    ),
    Reply.html(502),  # a gateway's own page: no error body at all
    Reply.error(
        503,
        "service.unavailable",
        "Service Unavailable - The server is currently unavailable (because it is overloaded or "
        "down for maintenance).",
    ),
    Reply.error(504, "request.timeout", "The request timed out."),
)

CALLS: Final[Mapping[str, tuple[str, ...]]] = {
    "/oauth/token": ("POST",),
    "/api/v2/widgets/deployments": ("GET", "POST"),
    "/api/v2/widgets/deployments/{deploymentId}": ("GET", "PUT", "DELETE"),
}
"""The routes and their methods."""
