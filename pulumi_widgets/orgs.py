"""The orgs that a process's settings name, each with one client, and what a state says of them."""

from __future__ import annotations

import codecs
import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from . import hidden, sdk
from .errors import ElsewhereError, NotFoundError, SettingsError, UnauthorizedError
from .settings import Names, Settings, unconfigured

if TYPE_CHECKING:
    from .api import Deployments, Settling

_STDOUT = 1

_STORED = (
    "A refresh or destroy uses the configuration stored at the last up, unless it runs the "
    "program: after rotating a secret in it, add --run-program, or set PULUMI_RUN_PROGRAM=true."
)


def tell(line: str) -> None:
    """Show the user a line: what the provider's process prints becomes a message of the stack.

    What the output's encoding lacks is escaped. Nothing is raised, whatever became of the output
    (the engine is gone, a program replaced it): what the line is about may be done.
    """
    with contextlib.suppress(Exception):
        encoding = "ascii"
        with contextlib.suppress(Exception):  # a stand-in may have none, or one of its own
            encoding = codecs.lookup(sys.stdout.encoding).name
        shown = line.encode(encoding, "backslashreplace").decode(encoding)
        sys.stdout.write(f"{shown}\n")
        sys.stdout.flush()


def _is_orphaned() -> bool:
    """Whether nobody is left who would record what the create in this thread makes.

    The engine holds the other end of this process's standard output. Killed, it says no word, and
    this process, its child's child, lives on and finishes what it is at (seen with v3.259).
    """
    if sdk.is_cancelled():
        return True
    if not hasattr(select, "poll"):  # Windows
        return False
    poll = select.poll()
    poll.register(_STDOUT, 0)  # a lost reader is reported unasked
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def is_home(id_: str, outputs: Mapping[str, Any], settings: Settings) -> None:
    """Make sure that an org's settings name the place where the state says that a deployment is.

    Raises:
        ElsewhereError: they name another base URL.
    """
    place = outputs.get(hidden.PLACE) or {}
    if place.get("baseUrl", "") not in ("", settings.base_url, settings.former_base_url):
        former = Names(outputs.get("org") or "").both("formerBaseUrl")
        raise ElsewhereError(
            f"the deployment {id_} is in {place['baseUrl']}, and the settings name "
            f"{settings.base_url}",
            hint="Set the region or the base URL back. If the org itself moved to the new "
            f"address, set {former} to the old one.",
        )


def is_gone(told: str, outputs: Mapping[str, Any], settings: Settings) -> None:
    """Take it for the end of a deployment that it is not found, if that is certain.

    Raises:
        ElsewhereError: the settings may name another org than the one of the state.
    """
    if _may_be_another(outputs, settings):
        raise ElsewhereError(
            f"{told}: the org that the settings name has no such deployment, and the state was "
            "written with another OAuth client, or at another address",
            hint="If that was another org, set the client or the address back. If it is the same, "
            "and the deployment was deleted there, take it out with `pulumi state delete`.",
        ) from None


def _may_be_another(outputs: Mapping[str, Any], settings: Settings) -> bool:
    """Whether the settings may name another org than the one that the state was written with.

    A token says nothing of its org; where the state names a client, that is another.
    """
    held, now = outputs.get(hidden.PLACE) or {}, settings.place
    same_client = held.get("client", "") in ("", now["client"])
    return not same_client or held.get("baseUrl", now["baseUrl"]) != now["baseUrl"]


class Orgs:
    """What the settings of the provider's process name. One object serves all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._config: Callable[[str], object] = unconfigured
        self._settings: dict[str, Settings | SettingsError] = {}
        self._deployments: dict[str, Deployments] = {}
        self._settling: Settling | None = None

    def configure(self, config: Callable[[str], object]) -> None:
        """Take in the stack configuration's lookup by full key."""
        self._config = config
        self._settings.clear()

    def settings(self, org: str) -> Settings:
        """An org's settings, read once; of the org without a name where it is empty.

        Raises:
            SettingsError: they do not name this org and credentials for it.
        """
        if org not in self._settings:
            try:
                self._settings[org] = Settings.load(self._config, os.environ, org)
            except SettingsError as error:
                self._settings[org] = error
        found = self._settings[org]
        if isinstance(found, SettingsError):
            raise found
        return found

    def deployments(self, org: str) -> Deployments:
        """An org's deployments: the process's one client of its API, made at its first use.

        Raises:
            SettingsError: the settings do not name this org and credentials for it.
        """
        with self._lock:
            if org not in self._deployments:
                # the program's process imports this module too, and needs no HTTP there
                from .api import Settling, connect

                self._settling = self._settling or Settling()
                self._deployments[org] = connect(
                    self.settings(org), tell, _is_orphaned, settling=self._settling
                )
            return self._deployments[org]

    def has_moved(self, outputs: Mapping[str, Any], org: object) -> bool:
        """Whether a deployment is to be in another org than the one that holds it.

        An org that gets a name, or another one, is the same still: where its settings name the
        place that the state remembers, or the same place and client as the old settings.

        Args:
            outputs: what the state holds of it.
            org: the name of the org where it is to be; a preview may not know it yet.
        """
        old, new = outputs.get("org") or "", org or ""
        if not isinstance(new, str):
            return True
        if old == new:
            return False
        place = outputs.get(hidden.PLACE)
        with contextlib.suppress(SettingsError):
            if place and place.get("client") and place == self.settings(new).place:
                return False
            return self.settings(old).identity != self.settings(new).identity
        return True

    def make_sure(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Make sure that the settings name the place of a deployment that the state holds.

        Args:
            id_: its id.
            outputs: what the state holds of it.

        Raises:
            ElsewhereError: the settings name another base URL than the state.
            SettingsError: they name none.
        """
        is_home(id_, outputs, self.settings(outputs.get("org") or ""))

    def home(self, id_: str, outputs: Mapping[str, Any]) -> Deployments:
        """The deployments among which one is that the state holds; otherwise as `make_sure`."""
        self.make_sure(id_, outputs)
        return self.deployments(outputs.get("org") or "")

    def find(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """As `make_sure`; where the settings may name another org, the deployment has to be there.

        Raises:
            ElsewhereError: it is, or may be, in another org.
            WidgetsError: the client's errors.
        """
        self.make_sure(id_, outputs)
        org = outputs.get("org") or ""
        if _may_be_another(outputs, self.settings(org)):
            try:
                self.deployments(org).read(id_)
            except NotFoundError as error:
                self.believe(error, outputs)

    @contextlib.contextmanager
    def by_stored_settings(self, properties: Mapping[str, Any]) -> Iterator[None]:
        """Let a refusal of credentials say that they may be old ones, where a state has a copy."""
        try:
            yield
        except UnauthorizedError as error:
            # a `get` comes from a program, with the configuration that is now
            is_get = "clientType" not in properties
            is_stored = not is_get and self.settings(properties.get("org") or "").is_stored
            if is_stored and _STORED not in error.hint:  # several threads may have the same error
                error.hint += f" {_STORED}"
            raise
        except SettingsError as error:
            if "clientType" in properties:
                error.hint = _STORED
            raise

    def problems(self, org: object, *, is_secret: bool) -> list[str]:
        """What is wrong with an org's settings; a preview may not know yet which org it is."""
        try:
            if isinstance(org or "", str):
                self.settings(str(org or ""))
        except SettingsError as error:
            if is_secret:
                return ["org: its settings are missing or wrong"]
            return [f"org: {text}" if org else text for text in error.problems]
        return []

    def remembered(self, org: str, outputs: Mapping[str, Any]) -> dict[str, Any]:
        """The output that remembers where a deployment lives.

        Args:
            org: the name of its org.
            outputs: what the state held of it; a client is remembered while tokens are used.
        """
        place, held = self.settings(org).place, outputs.get(hidden.PLACE) or {}
        return {hidden.PLACE: {**place, "client": place["client"] or held.get("client", "")}}

    def believe(self, error: NotFoundError, outputs: Mapping[str, Any]) -> None:
        """Take a deployment's 404 for its end, unless it may be another org's answer.

        Raises:
            ElsewhereError: the state was written with another OAuth client than the settings name.
        """
        told = f"{error.call}: {error.status}"
        is_gone(told, outputs, self.settings(outputs.get("org") or ""))
