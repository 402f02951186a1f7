"""How each call is made: its path, its body, its token, its retries and its error."""

from __future__ import annotations

import functools
import json
from typing import Any
from urllib.parse import quote, urlsplit

from ..errors import SettingsError, UnauthorizedError, WidgetsError
from ..redaction import Redactor
from .answer import Answer
from .failures import cut
from .refusals import status_error
from .retry import Retrying
from .token import ClientToken, Token
from .transport import Transport

PATH = "/api/v2/widgets/deployments"

PERMISSIONS = {
    "GET": ("widgets:deployment:view", "webchat:deployment:read"),
    "POST": ("widgets:deployment:add", "webchat:deployment:create"),
    "PUT": ("widgets:deployment:edit", "webchat:deployment:update"),
    "DELETE": ("widgets:deployment:delete", "webchat:deployment:delete"),
}
"""The permissions for each call, any one of them; from the vendor's page of the API."""


class Calls:
    """Makes calls of one API with one token. Thread-safe where its parts are.

    Args:
        base_url: as `server_url` returns it.
        transport, token, retrying, redactor: what sends, authorizes, repeats and hides.
        origin: what the credentials are and where they come from, for their refusal; may be empty.
    """

    def __init__(
        self,
        base_url: str,
        transport: Transport,
        token: Token | ClientToken,
        retrying: Retrying,
        redactor: Redactor,
        origin: str = "",
    ) -> None:
        self._base_url = base_url
        self._transport = transport
        self._token = token
        self._retrying = retrying
        self._redactor = redactor
        self._origin = origin

    def of_all(self, method: str, body: dict[str, Any] | None = None) -> tuple[str, Answer]:
        """Make one call of the path of all deployments.

        Returns:
            the call's name in errors, like ``POST /api/v2/widgets/deployments``, and the 2xx.

        Raises:
            WidgetsError: as `WidgetsClient` documents.
        """
        return self._send(method, PATH, body, one=False)

    def of_one(
        self, method: str, id_: str, body: dict[str, Any] | None = None
    ) -> tuple[str, Answer]:
        """Make one call of one deployment's path; otherwise as `of_all`."""
        return self._send(method, f"{PATH}/{_segment(id_)}", body, one=True)

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None, *, one: bool
    ) -> tuple[str, Answer]:
        try:
            return self._authorized(method, path, body, one=one)
        except UnauthorizedError as error:
            if self._origin:
                error.hint = f"The credentials were refused: check {self._origin}, and the region."
            raise

    def _authorized(
        self, method: str, path: str, body: dict[str, Any] | None, *, one: bool
    ) -> tuple[str, Answer]:
        """Send with a token that is good; one that the API refuses is renewed once."""
        url = self._base_url + path
        call = f"{method} {urlsplit(url).path}"
        content = b"" if body is None else _json(call, body)
        token = self._token.current()
        renewed = maybe_done = False
        while True:
            attempt = functools.partial(self._try, call, method, url, token, content, one=one)
            try:
                answer = self._retrying.run(
                    attempt, repeatable=method != "POST", maybe_done=maybe_done
                )
            except UnauthorizedError as caught:
                error = caught
            else:
                return call, answer
            if renewed or not self._token.renewable:
                raise error
            renewed, maybe_done = True, error.maybe_done
            try:
                token = self._token.renewed(token)
            except WidgetsError as failed:
                failed.maybe_done = maybe_done
                raise

    def _try(
        self, call: str, method: str, url: str, token: str, content: bytes, *, one: bool
    ) -> Answer:
        """Send once; anything but a 2xx is raised."""
        answer = self._transport.send(
            call, method, url, f"Bearer {token}", content, "application/json"
        )
        if 200 <= answer.status <= 299:
            if answer.is_cut and (answer.body or method != "DELETE"):  # whose answer has no body
                raise cut(call)
            return answer
        raise status_error(call, answer, self._redactor, PERMISSIONS[method], one=one)


def _segment(id_: str) -> str:
    """An id as one segment of a path.

    Raises:
        SettingsError: no path can name it. "." and ".." would be resolved on the way, quoted or
            not, and with them the call would be of all deployments.
    """
    try:
        if id_.strip() not in ("", ".", ".."):
            return quote(id_, safe="")
    except (AttributeError, UnicodeEncodeError):
        pass
    raise SettingsError(f"{str(id_)[:60]!a} is no deployment's id; no call was made")


def _json(call: str, body: dict[str, Any]) -> bytes:
    """The body as it is sent: ASCII, so that no gateway has an encoding to guess."""
    try:
        return json.dumps(body, allow_nan=False).encode("ascii")
    except (TypeError, ValueError, RecursionError):
        pass
    raise SettingsError(f"{call}: the deployment cannot be written as JSON; no call was made")
