"""The five calls of the Widgets API."""

from __future__ import annotations

import contextlib
import random as _random
import time
from collections.abc import Callable
from typing import Any, NoReturn

from ..addresses import server_url
from ..errors import NotFoundError, SettingsError
from ..redaction import Redactor
from . import answers
from .calls import Calls
from .retry import Gate, Retrying, RetryPolicy
from .token import ClientToken, Token
from .transport import Transport

_Deployments = list[dict[str, Any]]
"""The class has a method "list", which hides the type within it."""


def _silent(line: str) -> None:
    """Tell nobody."""


class WidgetsClient:
    """A client of the Genesys Cloud Widgets API: list, create, get, update and delete.

    One object serves any number of threads. Connections are kept alive, and shared with the other
    clients of the process. Nothing is sent before the first call. Answers are returned as the API
    gave them.

    **Retries.** What is tried again, and what is raised when it lasts:

    ====================================  ==============  ====  ===========================
    what happened                         GET PUT DELETE  POST  raised
    ====================================  ==============  ====  ===========================
    no connection: name unknown, refused  yes             yes   `UnreachableError`
    no connection: not in time, no proxy  yes             yes   `UnreachableError`
    no connection: closed in handshake    yes             yes   `UnreachableError`
    certificate or TLS refused            no              no    `TlsError`
    no whole answer in time               yes             no    `TimedOutError`
    connection reset, or an answer cut    yes             no    `ConnectionLostError`
    429                                   yes             yes   `RateLimitedError`
    5xx                                   yes             no    `ServerError`
    408                                   yes             no    `ApiError`
    409                                   yes             no    `ConflictError`
    409: the org is full                  no              no    `OrgFullError`
    401                                   once, with a    same  `UnauthorizedError`
                                          new token
    any other 4xx                         no              no    its `ApiError`
    3xx; not JSON, no id, too big …       no              no    `AnswerError`
    ====================================  ==============  ====  ===========================

    - A call is tried 10 times, of which 6 may end without a connection and 5 with a 409, not
      counting the answers 429; and no try begins later than 300 s after the call
      (`RetryPolicy`).
    - A 409 passes by itself where two writes met: its code is ``request.conflict``, or another
      that says "version mismatch" (CX as Code repeats those). Not so that of a full org.
    - The pause after the n-th failure is 0.5 s x 2^(n-1), at most 8 s; after a 429 that names no
      time 2 s x 2^(n-1), at most 30 s; of each a random part between half and all.
    - A ``Retry-After`` of a 429 or 5xx (seconds or an HTTP date) is honoured up to 60 s. It, and
      any pause after a 429, holds for every thread: none sends before it is over.
    - A POST is repeated only where nothing can have been created. Any error tells by
      ``maybe_done`` whether the call may have been carried out all the same.
    - The token is fetched once, by whoever needs it first, renewed a little before it ends and
      once for each call that is answered 401. Its request is retried as a GET is. When that fails
      for good, all calls fail with it that waited for it or begin within 60 s; the next one asks
      once. Credentials that the login server refused are not tried again.

    **Limits.** A connection must stand within ``connect_timeout``, and an answer be there, whole,
    within ``read_timeout``, however slowly it drips; it may have 64 MiB, unpacked. No redirect is
    followed. Plain http is for this machine alone, and never goes through a proxy. ``HTTPS_PROXY``,
    ``ALL_PROXY``, ``NO_PROXY`` and ``REQUESTS_CA_BUNDLE`` of the environment count; ``~/.netrc``
    does not. Whatever a server answers: what comes out is the answer or a `WidgetsError`.

    Args:
        base_url: where the API answers, like ``https://api.mypurecloud.com``; may end in a path.
        login_url: where tokens come from, like ``https://login.mypurecloud.com``; not needed with
            an access token.
        client_id: of an OAuth client with the grant "client credentials".
        client_secret: its secret.
        access_token: used as it is, instead of an OAuth client's, and never renewed.
        origin: what the credentials are and where they come from, for the error of their refusal:
            ``the access token (GENESYSCLOUD_ACCESS_TOKEN)``; default: it names no place.
        connect_timeout: seconds; default: the policy's.
        read_timeout: seconds for a whole answer; default: the policy's.
        sleep: how to wait, seconds.
        clock: seconds from any start, never going back.
        random: from 0 to 1, the jitter of pauses.
        notify: gets one line for each pause that is long by the policy; default: silence.
        policy: how often and how long calls are retried.

    Raises:
        SettingsError: a URL or a credential is missing or cannot be used.
    """

    def __init__(
        self,
        *,
        base_url: str,
        login_url: str = "",
        client_id: str = "",
        client_secret: str = "",
        access_token: str = "",
        origin: str = "",
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Callable[[], float] = _random.random,
        notify: Callable[[str], object] = _silent,
        policy: RetryPolicy = RetryPolicy(),  # noqa: B008 -- it never changes
    ) -> None:
        self._base_url = server_url("the base URL", base_url)
        self._redactor = Redactor()
        self._transport = Transport(
            policy.connect if connect_timeout is None else connect_timeout,
            policy.read if read_timeout is None else read_timeout,
            self._redactor,
        )

        def retrying() -> Retrying:
            # a gate for each server: the API's rate limit says nothing about the login server
            gate = Gate(clock, sleep, notify, policy.long)
            return Retrying(policy, gate, clock, sleep, random, notify)

        token: Token | ClientToken
        if access_token:
            token = Token(access_token, self._redactor)
        elif client_id and client_secret:
            token = ClientToken(
                server_url("the login URL", login_url),
                client_id,
                client_secret,
                self._transport,
                retrying(),
                self._redactor,
                clock,
            )
        else:
            raise SettingsError("no credentials: an OAuth client's id and secret, or a token")
        self._calls = Calls(
            self._base_url, self._transport, token, retrying(), self._redactor, origin
        )

    def list(self) -> _Deployments:
        """All deployments of the org, in one call: ``GET /api/v2/widgets/deployments``.

        Returns:
            the ``entities``; each has an ``id`` of its own.

        Raises:
            ApiError: the API refused; see the class for when.
            TransportError: no answer came.
            AnswerError: the answer is no listing.
        """
        call, answer = self._calls.of_all("GET")
        return answers.deployments(call, answer, self._redactor)

    def create(self, body: dict[str, Any]) -> dict[str, Any]:
        """Create a deployment: ``POST /api/v2/widgets/deployments``.

        Args:
            body: a WidgetDeployment as the API spells it.

        Returns:
            the deployment, with its ``id``.

        Raises:
            WidgetsError: as `list`; with ``maybe_done`` it may have been created all the same.
            SettingsError: the body cannot be written as JSON.
        """
        call, answer = self._calls.of_all("POST", body)
        return answers.deployment(call, answer, self._redactor)

    def get(self, id: str) -> dict[str, Any]:  # noqa: A002 — the API's name for it
        """One deployment: ``GET /api/v2/widgets/deployments/{id}``.

        Raises:
            NotFoundError: the API knows no such deployment (yet, or any more).
            WidgetsError: as `list`.
            SettingsError: the id is none; nothing was sent.
        """
        call, answer = self._calls.of_one("GET", id)
        return answers.deployment(call, answer, self._redactor, id)

    def update(self, id: str, body: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
        """Replace a deployment: ``PUT /api/v2/widgets/deployments/{id}``.

        Args:
            id: the deployment's.
            body: all of it, as for `create`.

        Raises:
            WidgetsError: as `get` and `create`.
        """
        call, answer = self._calls.of_one("PUT", id, body)
        return answers.deployment(call, answer, self._redactor, id)

    def delete(self, id: str) -> None:  # noqa: A002
        """Delete a deployment: ``DELETE /api/v2/widgets/deployments/{id}``; gone already is done.

        Raises:
            WidgetsError: as `get`, without `NotFoundError`.
        """
        with contextlib.suppress(NotFoundError):
            call, answer = self._calls.of_one("DELETE", id)
            if answer.body:  # the API sends none; a gateway's page is no deletion
                answers.json_object(call, answer, self._redactor)

    def close(self) -> None:
        """Close the process's connections that nobody uses now. A later call opens new ones."""
        self._transport.close()

    def __enter__(self) -> WidgetsClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"WidgetsClient({self._base_url!r})"

    def __reduce__(self) -> NoReturn:
        """Refuse to be pickled: what is pickled lands in a state, and this holds credentials."""
        raise TypeError("a WidgetsClient holds credentials and is not pickled")
