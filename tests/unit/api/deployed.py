"""A provider process's deployments over the real client, and the simulated org behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import Any, TypeVar

from pulumi_widgets.api import Deployments, Settling, WidgetsClient
from pulumi_widgets.sdk import THREADS
from pulumi_widgets.simulator import Faults, Simulator

from .servers import Clock

PATH = "/api/v2/widgets/deployments"
ONE = f"{PATH}/{{deploymentId}}"
SECRET = "s3cret-Wörd"
EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
_T = TypeVar("_T")
_R = TypeVar("_R")


class Deployed:
    """An org, and processes that deploy to it, all by one clock; a context manager.

    Args:
        clock: the org's and the processes'; time passes in their sleeps alone.
        patience: of the processes, in seconds.
        rate_limit: of the org.
        limit: of the org, in deployments.
        seed: of the org.
        orphaned: see `Deployments`.
        client: changes to the client's arguments.
        settling: what the processes share with other orgs'.
        faults: of the org.
    """

    def __init__(
        self,
        clock: Any = None,
        *,
        patience: float = 15.0,
        rate_limit: int | None = None,
        limit: int | None = None,
        seed: int = 0,
        orphaned: Callable[[], bool] = lambda: False,
        client: dict[str, Any] | None = None,
        settling: Settling | None = None,
        **faults: Any,
    ) -> None:
        self.clock = clock or Clock()
        self.lines: list[str] = []
        self.notify: Callable[[str], object] = self.lines.append
        self.org = Simulator(
            seed=seed,
            limit=limit,
            clients={"an-id": SECRET},
            clock=self.clock,
            rate_limit=rate_limit,
            faults=Faults(**faults),
        )
        self._patience = patience
        self._orphaned = orphaned
        self._client = client or {}
        self._settling = settling
        self._clients: list[WidgetsClient] = []

    def __enter__(self) -> Deployed:
        self.org.start()
        self.deployments = self.process()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for client in self._clients:
            client.close()
        self.org.stop()

    def process(self) -> Deployments:
        """What the next command's provider process would hold."""
        given: dict[str, Any] = {
            "base_url": self.org.url,
            "login_url": self.org.url,
            "client_id": "an-id",
            "client_secret": SECRET,
            "read_timeout": 5.0,
            "sleep": self.clock.sleep,
            "clock": self.clock,
            "random": lambda: 1.0,
            "notify": self.notify,
        }
        self._clients.append(WidgetsClient(**{**given, **self._client}))
        return Deployments(
            self._clients[-1],
            patience=self._patience,
            notify=self.notify,
            clock=self.clock,
            now=self.now,
            sleep=self.clock.sleep,
            orphaned=self._orphaned,
            settling=self._settling,
        )

    def now(self) -> datetime:
        """The time of day."""
        return EPOCH + timedelta(seconds=self.clock())

    @property
    def calls(self) -> Counter[str]:
        """Calls of the API by ``GET`` (of one), ``LIST``, ``POST``, ``PUT``, ``DELETE``."""
        counted: Counter[str] = Counter()
        for route, count in self.org.calls.items():
            method, path = route.split()
            if path.startswith(PATH):
                counted["LIST" if route == f"GET {PATH}" else method] += count
        return counted

    @property
    def told(self) -> str:
        """All that the user was told."""
        return "\n".join(self.lines)


def in_threads(function: Callable[[_T], _R], items: Iterable[_T]) -> list[_R]:
    """Have it done for all by the threads of a provider process."""
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(function, items))


def body(name: str = "Web", **changes: Any) -> dict[str, Any]:
    """A whole deployment as the provider sends it."""
    return {
        "name": name,
        "description": "",
        "authenticationRequired": False,
        "disabled": False,
        "flow": None,
        "allowedDomains": [],
        "clientType": "v2",
        "clientConfig": {},
        **changes,
    }


def stored(sent: dict[str, Any]) -> dict[str, Any]:
    """What an org's dump holds of it."""
    return {key: value for key, value in sent.items() if value is not None}
