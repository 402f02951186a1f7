"""The access token: fetched once for the process, at its first use, and renewed when it must be.

``POST {login_url}/oauth/token`` with the OAuth client's id and secret (RFC 6749, 4.4).
"""

from __future__ import annotations

import base64
import contextlib
import copy
import math
import re
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ..errors import (
    AnswerError,
    BadRequestError,
    SettingsError,
    UnauthorizedError,
    WidgetsError,
)
from ..redaction import Redactor
from .answer import Answer
from .answers import json_object
from .failures import cut
from .refusals import status_error
from .retry import Retrying
from .transport import Transport

_AHEAD = 60.0
"""Seconds before its end that a token is renewed, at most; a tenth of its life for shorter ones."""

_LONGEST = 1e9
"""Seconds: a number past a float's range would be an error, and thirty years are enough."""

_REFUSED = {"invalid_client", "unauthorized_client"}
"""Codes of a 400 that are about the client's credentials (RFC 6749, 5.2)."""


class Token:
    """A token that was given, and stays what it is.

    Raises:
        SettingsError: it cannot be sent in a header; it is not printed.
    """

    renewable = False

    def __init__(self, access_token: str, redactor: Redactor) -> None:
        if not _is_sendable(access_token):
            raise SettingsError(
                "the access token holds white space or characters that no token has: check where "
                "it was copied from (its value is not shown)"
            )
        redactor.hide(access_token)
        self._token = access_token

    def current(self) -> str:
        """The token for the next call."""
        return self._token

    def renewed(self, refused: str) -> str:
        """The token after the API refused one: none is better than the given one."""
        return self._token


_FAILED = 60.0
"""Seconds that a failed login is everybody's: as long as a server may ask to wait. The calls of a
command come at once, or as the ones before them fail: each would pay all tries of a login anew."""


class ClientToken:
    """The token of an OAuth client. Thread-safe: threads that need one wait for one login.

    One that failed, after all its tries, is the failure of all calls that waited for it or come
    within a minute; then one request shows whether the login server is back. A client whose
    credentials were refused is not tried again by this process: a thousand resources would make
    a thousand wrong logins.

    Args:
        login_url: as `server_url` returns it.
        client_id, client_secret: may hold any characters; sent as UTF-8.
        transport, retrying, redactor: what sends, repeats and hides.
        clock: as of `WidgetsClient`.

    Raises:
        SettingsError: the id holds a colon, or the id or secret is no text.
    """

    renewable = True

    def __init__(
        self,
        login_url: str,
        client_id: str,
        client_secret: str,
        transport: Transport,
        retrying: Retrying,
        redactor: Redactor,
        clock: Callable[[], float],
    ) -> None:
        if ":" in client_id:  # HTTP Basic ends the id there (RFC 7617)
            raise SettingsError("the OAuth client's id must not hold a colon")
        try:
            basic = base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        except UnicodeEncodeError:
            basic = ""
        if not basic:
            raise SettingsError("the OAuth client's id or secret is not valid text (UTF-8)")
        redactor.hide(client_secret)
        redactor.hide(basic)
        self._url = f"{login_url}/oauth/token"
        self._call = f"POST {urlsplit(self._url).netloc}{urlsplit(self._url).path}"
        self._basic = f"Basic {basic}"
        self._transport = transport
        self._retrying = retrying
        self._redactor = redactor
        self._clock = clock
        self._lock = threading.Lock()
        self._token = ""
        self._renew_at = float("-inf")
        self._failure: WidgetsError | None = None
        self._failed_until = float("-inf")

    def current(self) -> str:
        """The token for the next call, fetched first where there is none or it ends soon.

        Raises:
            WidgetsError: there is none to be had; ``maybe_done`` is False: nothing was sent to
                the API.
        """
        with self._lock:
            if not self._token or self._clock() >= self._renew_at:
                self._fetch()
            return self._token

    def renewed(self, refused: str) -> str:
        """The token after the API refused this one; another thread may have renewed it already.

        Raises:
            WidgetsError: as `current`.
        """
        with self._lock:
            if self._token == refused:
                self._fetch()
            return self._token

    def _fetch(self) -> None:
        """Ask for a token, with the lock held."""
        if self._failure and self._clock() < self._failed_until:
            raise copy.copy(self._failure)
        try:
            # Repeating is safe: a token more does no harm.
            answer = (
                self._ask() if self._failure else self._retrying.run(self._ask, repeatable=True)
            )
            token, lasts = self._read(answer)
        except WidgetsError as caught:
            error = self._failure = copy.copy(caught)
        else:
            self._failure = None
            self._redactor.hide(token)
            self._token = token
            self._renew_at = self._clock() + lasts - min(_AHEAD, lasts / 10)
            return
        error.maybe_done = False  # the call that needs the token was not sent
        error.hint = error.hint.replace("base URL", "login URL")
        if isinstance(error, AnswerError):
            error.hint = "Check the region (or the login URL)."
        refused = isinstance(error, UnauthorizedError)
        self._failed_until = math.inf if refused else self._clock() + _FAILED
        raise copy.copy(error)  # whoever gets one may change it

    def _ask(self) -> Answer:
        answer = self._transport.send(
            self._call,
            "POST",
            self._url,
            self._basic,
            b"grant_type=client_credentials",
            "application/x-www-form-urlencoded",
        )
        if 200 <= answer.status <= 299:
            if answer.is_cut:
                raise cut(self._call)
            return answer
        error = status_error(self._call, answer, self._redactor)
        if isinstance(error, BadRequestError) and error.code in _REFUSED:
            raise UnauthorizedError(
                self._call,
                error.status,
                code=error.code,
                message=error.message,
                correlation_id=error.correlation_id,
                details=error.details,
            )
        raise error

    def _read(self, answer: Answer) -> tuple[str, float]:
        """The token and the seconds that it lasts, endless where the answer does not say."""
        found: dict[str, Any] = {}
        with contextlib.suppress(AnswerError):
            found = json_object(self._call, answer, self._redactor)
        token, lasts = found.get("access_token"), found.get("expires_in")
        if not isinstance(token, str) or not _is_sendable(token):
            kind = self._redactor.clean(answer.content_type, 60) or "no content type"
            raise AnswerError(
                self._call,
                str(answer.status),
                "no usable access_token",
                f"the answer is {kind} (not shown: it may hold a credential)",
            )
        if isinstance(lasts, (int, float)) and not isinstance(lasts, bool) and lasts > 0:
            return token, float(min(lasts, _LONGEST))
        return token, math.inf


def _is_sendable(token: str) -> bool:
    """Whether a header can hold it: printable ASCII without blanks (RFC 6750, 2.1, is narrower)."""
    return re.fullmatch(r"[!-~]+", token) is not None
