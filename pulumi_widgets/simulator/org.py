"""``Simulator``: a simulated org, from its start to its end."""

from __future__ import annotations

import copy
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from .access import RateLimit, Tokens
from .contract import ALL_PERMISSIONS, ALL_SCOPES
from .faults import Dice, Faults
from .journal import Journal
from .records import Request
from .replies import Reply
from .service import Service
from .store import Store

if TYPE_CHECKING:
    from .server import Server

__all__ = ["Simulator", "environ_over"]

CLIENTS: Final = {"simulated-client": "simulated-secret"}
"""Client id to secret, made up."""
VARIABLES: Final = "GENESYSCLOUD_"


class Simulator:
    """A simulated Genesys Cloud org that serves the Widgets API on 127.0.0.1.

    A context manager; ``start`` and ``stop`` do the same. Once stopped it stays so, and ``dump``,
    ``calls`` and ``requests`` still answer.

    Args:
        port: 0 (default) takes a free one.
        data: a file that keeps the deployments; ``None`` (default): memory only. It is made where
            none is, and is whole at any moment, also when the process is killed.
        seed: of the ids and of the faults' chance. ``None`` (default): one of its own, so that no
            two orgs hand out the same ids.
        faults: what goes wrong. Default: nothing.
        limit: deployments that the org may hold, of which the vendor says that it is 10 (default);
            a POST that would make more is answered with 409. ``None``: no limit.
        rate_limit: requests in 60 seconds for each client (the real service: 300); more are
            answered with 429. ``None`` (default): no limit.
        rate_limit_by: whether ``client`` (default) or ``token`` is what the limit counts by.
        permissions: what all clients may do. Default: all that the five calls need.
        scopes: what all clients' tokens are good for, of ``widgets`` and ``widgets:readonly``.
            Default: both.
        clients: OAuth client id to secret; the first one is that of ``environ``.
        page: whether ``url`` shows the org in a browser. Default: yes.
        joinable: whether `pulumi-widgets simulate --data` runs its command in this org where it
            has the same data file. Default: no.
        latency: seconds before each request is carried out. Default 0.
        expires_in: seconds that a token is good for. Default 86,400, the platform's.
        clock: seconds, from any start: lags, tokens and the rate limit go by it.
        sleep: waits for the latency, a hang, a drip; ``None`` (default): real time, which ends
            early when the client hangs up or the simulator stops.

    Raises:
        ValueError: no clients, or an unknown ``rate_limit_by``.
    """

    def __init__(
        self,
        port: int = 0,
        data: str | os.PathLike[str] | None = None,
        seed: int | None = None,
        faults: Faults | None = None,
        *,
        limit: int | None = 10,
        rate_limit: int | None = None,
        rate_limit_by: Literal["client", "token"] = "client",
        permissions: Collection[str] = ALL_PERMISSIONS,
        scopes: Collection[str] = ALL_SCOPES,
        clients: Mapping[str, str] = CLIENTS,
        page: bool = True,
        joinable: bool = False,
        latency: float = 0.0,
        expires_in: float = 86_400.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] | None = None,
    ) -> None:
        if not clients:
            raise ValueError("a simulated org needs at least one client")
        if rate_limit_by not in ("client", "token"):
            raise ValueError(f"rate_limit_by is client or token, not {rate_limit_by!r}")
        self._port = port
        self._data = data
        self.seed = secrets.randbits(64) if seed is None else seed
        """The same seed gives the same ids and the same chance."""
        self._clock = clock
        self._client = next(iter(clients.items()))
        self._journal: Journal | None = None
        self._server: Server | None = None
        self._stopped = threading.Event()
        self._service = Service(
            store=Store(self.seed, clock, None, limit),
            tokens=Tokens(clients, expires_in, clock),
            rate=RateLimit(clock),
            dice=Dice(self.seed),
            faults=faults or Faults(),
            permissions=permissions,
            scopes=scopes,
            rate_limit=rate_limit,
            rate_limit_by=rate_limit_by,
            latency=latency,
            pause=sleep or self._pause,
            injected_sleep=sleep is not None,
            seed=self.seed,
            page=page,
            data=None if data is None else os.path.realpath(data),
        )
        self._joinable = joinable

    def _pause(self, seconds: float) -> None:
        self._stopped.wait(seconds)

    def start(self) -> Simulator:
        """Open the data file and listen; itself.

        Raises:
            OSError: the port is in use.
            DataFileError: the data file cannot be used.
            ModuleNotFoundError: Werkzeug is not installed (the extra ``simulator``).
        """
        from .server import Server  # here: who only has the pytest plugin installed pays nothing

        if self._data is not None:
            self._journal = Journal(self._data)
            limit = self._service.store.limit
            self._service.store = Store(self.seed, self._clock, self._journal, limit)
        try:
            self._server = Server(self._service, self._port)
        except BaseException:
            self._close()
            raise
        self._service.environ = self.environ
        if self._journal and self._joinable:
            self._journal.serve(self.url)
        return self

    def stop(self) -> None:
        """Stop listening, cut open connections, close the data file."""
        self._stopped.set()
        if self._server:
            self._server.stop()
        self._close()

    def _close(self) -> None:
        self._service.store.close()
        if self._journal:
            self._journal.close()
            self._journal = None

    def __enter__(self) -> Simulator:
        return self.start()

    def __exit__(self, *error: object) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """``http://127.0.0.1:PORT``, the base of the API and of the login."""
        if not self._server:
            raise RuntimeError("the simulator was not started")
        return f"http://127.0.0.1:{self._server.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The four environment variables that point a program at this org."""
        client_id, secret = self._client
        return {
            f"{VARIABLES}BASE_URL": self.url,
            f"{VARIABLES}LOGIN_URL": self.url,
            f"{VARIABLES}OAUTHCLIENT_ID": client_id,
            f"{VARIABLES}OAUTHCLIENT_SECRET": secret,
        }

    def environ_over(self, base: Mapping[str, str]) -> dict[str, str]:
        """A whole environment: ``base``, ``environ``, and nothing else of Genesys Cloud.

        No real credential gets through, and 127.0.0.1 is not asked through a proxy.
        """
        return environ_over(base, self.environ)

    def dump(self) -> dict[str, dict[str, Any]]:
        """What is stored, id to body: the truth, whatever readers see of it.

        A body holds what was sent, without ``null`` and without what is read only (``id``,
        ``selfUri``, the flow's ``name`` and ``selfUri``). A copy.
        """
        return self._service.store.dump()

    @property
    def calls(self) -> Counter[str]:
        """How often each route was asked, like ``GET /api/v2/widgets/deployments``. A copy."""
        return self._service.records.calls

    @property
    def requests(self) -> list[Request]:
        """The last 10,000 requests, the oldest first."""
        return self._service.records.requests

    def reset_calls(self) -> None:
        """Start ``calls`` and ``requests`` anew."""
        self._service.records.reset()

    def add(self, body: Mapping[str, Any], *, deployment_id: str | None = None) -> str:
        """A colleague makes a deployment, by another way than this API and its limit; its id.

        Raises:
            ValueError: there is one of this id already.
        """
        return self._service.store.add(body, deployment_id)

    def edit(self, deployment_id: str, **changes: Any) -> None:
        """A colleague sets fields, named as in the API; ``None`` drops one. Seen at once.

        Raises:
            KeyError: no such deployment.
        """
        if not self._service.store.edit(deployment_id, copy.deepcopy(changes)):
            raise KeyError(deployment_id)

    def remove(self, deployment_id: str) -> None:
        """A colleague deletes one. Gone at once.

        Raises:
            KeyError: no such deployment.
        """
        if not self._service.store.remove(deployment_id):
            raise KeyError(deployment_id)

    @property
    def faults(self) -> Faults:
        """What goes wrong; may be changed at any time, a field or the whole."""
        return self._service.faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._service.faults = faults

    @property
    def permissions(self) -> Collection[str]:
        """What all clients may do; may be set at any time."""
        return self._service.permissions

    @permissions.setter
    def permissions(self, permissions: Collection[str]) -> None:
        self._service.permissions = tuple(permissions)

    def script(self, method: str, path_pattern: str, *replies: Reply, times: int = 1) -> None:
        """Answer the next matching requests with these replies, one each, then as usual again.

        Args:
            method: like ``POST``; ``*`` is any.
            path_pattern: a path; ``{anything}`` stands for one segment, ``*`` for the rest.
            replies: in this order. A request that matches several scripts takes the oldest.
            times: how often the whole row comes.
        """
        self._service.script.add(method, path_pattern, list(replies) * times)

    @property
    def scripted(self) -> int:
        """How many scripted replies no request has taken yet."""
        return self._service.script.left()

    def token(self, expires_in: float | None = None) -> str:
        """An access token as the login would issue it.

        Args:
            expires_in: seconds; ``None``: as the simulator was told.
        """
        return self._service.tokens.issue(self._client[0], expires_in)[0]

    def revoke_tokens(self) -> None:
        """No token issued so far is good any more: the next calls with one are answered 401."""
        self._service.tokens.revoke()


def environ_over(base: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """See ``Simulator.environ_over``; ``environ``: what points a program at the org."""
    kept = {name: value for name, value in base.items() if not name.startswith(VARIABLES)}
    if any(name.lower().endswith("_proxy") for name in kept):
        for name in ("NO_PROXY", "no_proxy"):
            kept[name] = ",".join(filter(None, (base.get(name), "127.0.0.1")))
    return {**kept, **environ}
