"""The dynamic resource provider: the engine's calls, each one call of the API.

It knows no HTTP and no names of fields: `mapping` and `validation` do, and `api` talks. One
object serves all resources of a command, from four threads of the provider's process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import re
import select
import sys
import threading
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)

from . import mapping, validation
from .errors import HIDDEN, NotFoundError, SettingsError, UnauthorizedError, WidgetsError
from .holdings import Holdings, Place
from .settings import Settings, unconfigured

if TYPE_CHECKING:
    from .api import Deployments

_STDOUT = 1

_Method = TypeVar("_Method", bound=Callable[..., Any])


def _one_line(method: _Method) -> _Method:
    """Let a method's errors reach the user without the frames of where they were found.

    The engine prints an exception as a traceback; its last line is the message, and each frame
    above it is one that the user has to read past. This one frame is the least there can be.
    """

    @functools.wraps(method)
    def call(*args: Any) -> Any:
        try:
            return method(*args)
        except WidgetsError as error:
            raise error.with_traceback(None) from None

    return call  # type: ignore[return-value]  # it is called as the method is


_STORED = (
    "A refresh or destroy uses the configuration stored at the last up, unless it runs the "
    "program: after rotating a secret in it, add --run-program, or set PULUMI_RUN_PROGRAM=true."
)


def _by_stored_settings(method: _Method) -> _Method:
    """Let a refusal of credentials say that they may be old ones, where a state has a copy."""

    @functools.wraps(method)
    def call(provider: WidgetDeploymentProvider, id_: str, props: dict[str, Any]) -> Any:
        try:
            return method(provider, id_, props)
        except UnauthorizedError as error:
            # a `get` comes from a program, with the configuration that is now
            if "clientType" in props and provider.settings(props.get("org") or "").is_stored:
                error.hint += f" {_STORED}"
            raise

    return call  # type: ignore[return-value]  # it is called as the method is


def _tell(line: str) -> None:
    """Show the user a line: what the provider's process prints becomes a message of the stack."""
    with contextlib.suppress(OSError):  # the engine is gone: nobody reads it
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


def _engine_is_gone() -> bool:
    """Whether nobody is left who could record what a create makes.

    The engine holds the other end of this process's standard output. Killed, it says no word, and
    this process, its child's child, lives on and finishes what it is at (seen with v3.259).
    """
    if not hasattr(select, "poll"):  # Windows
        return False
    poll = select.poll()
    poll.register(_STDOUT, 0)  # a lost reader is reported unasked
    return any(event & (select.POLLERR | select.POLLHUP) for _, event in poll.poll(0))


def _failure(path: str, reason: str, secrets: Collection[str]) -> CheckFailure:
    """A problem for the engine, which prints the value of the property that it names."""
    name = re.split(r"[.\[]", path)[0]
    if name not in secrets:
        return CheckFailure(path, reason)
    return CheckFailure("", f"{name}: {validation.without_value(reason)}; it is a secret")


class WidgetDeploymentProvider(ResourceProvider):
    """Maps the engine's calls to POST, GET, PUT and DELETE of ``/api/v2/widgets/deployments``.

    Programs do not use it; `WidgetDeployment` does. Any error of the API is raised as one of
    `pulumi_widgets.errors`, in one line.
    """

    # It holds nothing secret; and diffs stay readable, the state small, where it is plain.
    serialize_as_secret_always = False

    # The engine stores the pickled provider with each resource, in inputs and outputs. Pickled
    # as the name of `PROVIDER` in the package it takes 56 characters, holds no dict (which makes
    # the SDK's pickler recurse deeper with each resource, until it fails) and is configured once
    # a process. States hold this name: it must never move without leaving one behind.
    __module__ = "pulumi_widgets"

    def __reduce__(self) -> str:
        """Pickle as the name of the package's one provider."""
        return "PROVIDER"

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._config: Callable[[str], object] = unconfigured
        self._settings: dict[str, Settings | SettingsError] = {}
        self._deployments: dict[str, Deployments] = {}
        self._holdings = Holdings()

    def configure(self, req: ConfigureRequest) -> None:
        """Take in the stack configuration; no call is made before one is needed.

        What is wrong with it `check` tells, which can do so without a traceback.
        """
        self._config = req.config.get
        self._settings.clear()

    def settings(self, org: str = "") -> Settings:
        """An org's settings, read once.

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

    def deployments(self, org: str = "") -> Deployments:
        """An org's deployments: the process's one client of its API, made at its first use.

        Args:
            org: its name; empty for the one without.

        Raises:
            SettingsError: the settings do not name this org and credentials for it.
        """
        with self._lock:
            if org not in self._deployments:
                # the program's process imports this module too, and needs no HTTP there
                from .api import connect

                self._deployments[org] = connect(self.settings(org), _tell, _engine_is_gone)
            return self._deployments[org]

    def _place(self, org: str, id_: str) -> Place:
        """Where a deployment is, whatever name the program has for the org."""
        try:
            return self.settings(org).identity, id_
        except SettingsError:
            return org, id_

    def check(self, _olds: dict[str, Any], news: dict[str, Any]) -> CheckResult:
        """Report every problem of the inputs and the settings; bring inputs into normal form."""
        given = mapping.in_api_names(news)
        secrets = given.get(mapping.SECRETS, ())
        failures = [_failure(*problem, secrets) for problem in validation.problems(given)]
        org = given.get("org") or ""
        if isinstance(org, str):  # a preview may not know it yet
            try:
                self.settings(org)
            except SettingsError as error:
                failures += [CheckFailure("org" if org else "", text) for text in error.problems]
        if not self._settle_adoption(given, _olds):
            reason = "this stack manages this deployment already, as another resource"
            failures.append(_failure("adoptId", reason, secrets))
        if not failures and not _olds:
            failures += [
                _failure("adoptId", reason, secrets) for reason in self._unadoptable(given, secrets)
            ]
        return CheckResult(news if failures else mapping.inputs(given, _olds), failures)

    @_one_line
    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        """Tell whether an update would send anything else than what is there.

        "Yes" is said with an empty result: the engine then compares the old and the new inputs
        itself (both in normal form) and so learns *which* properties change, which no field of
        the dynamic provider's answer can tell it. Without that, ``replace_on_changes`` and the
        property names in previews would not work (seen with CLI v3.259).
        """
        old, new = _olds.get("org") or "", _news.get("org") or ""
        place = self._place(old, _id)
        self._holdings.holds(place, by_adoption=_olds.get("adoptId") == _id)
        if mapping.has_moved(_olds, _news):
            # an org that gets a name, or another one, is the same org still
            if not isinstance(new, str) or self._place(new, _id) != place:
                return DiffResult(changes=True, replaces=["org"])
            return DiffResult()
        return DiffResult() if mapping.changes(_olds, _news) else DiffResult(changes=False)

    @_one_line
    def create(self, props: dict[str, Any]) -> CreateResult:
        """Make the deployment, exactly once (`api.exactly_once`), or adopt the one it names."""
        wanted = mapping.inputs(props, props)
        if "adoptId" in wanted:
            return self._adopt(wanted["adoptId"], wanted)
        answer = self.deployments(wanted.get("org", "")).create(mapping.body(wanted))
        return CreateResult(answer["id"], mapping.outputs(wanted, answer, {}))

    def _settle_adoption(self, given: dict[str, Any], olds: dict[str, Any]) -> bool:
        """Let ``adoptId`` say how a new deployment comes in, and of an old one how it came in.

        What the state holds is kept, whatever the program says by now: its removal is no change.

        Returns:
            False where a new resource names what another of the program has.
        """
        named, held, org = given.get("adoptId"), olds.get("adoptId"), given.get("org") or ""
        if olds:
            given.pop("adoptId", None)
            if held:
                given["adoptId"] = held
        if not isinstance(named, str) or not isinstance(org, str):
            return True
        place = self._place(org, named)
        return self._holdings.names(place, is_new=not olds, has_it=named == held)

    def _unadoptable(self, given: dict[str, Any], secrets: Collection[str]) -> list[str]:
        """Why a new resource cannot adopt what it names: the preview shall say so already.

        However many there are, one listing tells of all (`Deployments.read`).
        """
        id_ = given.get("adoptId")
        if not isinstance(id_, str) or not id_:  # none, or a preview does not know it yet
            return []
        try:
            self.deployments(given.get("org") or "").read(id_)
        except NotFoundError:
            return ["the org has no such deployment: correct the id, or leave it out to make one"]
        except WidgetsError as error:
            told = str(error).replace(id_, HIDDEN) if "adoptId" in secrets else str(error)
            return [f"cannot be looked up: {told}"]
        return []

    def _adopt(self, id_: str, wanted: dict[str, Any]) -> CreateResult:
        """Take an existing deployment over; it is written only where it differs."""
        org = wanted.get("org", "")
        self._holdings.adopts(self._place(org, id_))
        deployments = self.deployments(org)
        try:
            answer = deployments.get(id_)
        except NotFoundError as error:
            error.hint = "Correct adopt_id, or leave it out and a deployment is made."
            raise
        _, drifted = mapping.refreshed(answer, wanted)
        if drifted is not None:
            answer = deployments.update(id_, mapping.body(wanted))
        return CreateResult(id_, mapping.outputs(wanted, answer, {}))

    @_one_line
    @_by_stored_settings
    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        """Read the deployment; what drifted goes into outputs and inputs.

        One that is gone leaves the state; one that a `get` names has to be there.
        """
        try:
            answer = self.deployments(props.get("org") or "").read(id_, mapping.held(props))
        except NotFoundError as error:
            # A refresh comes with outputs, a `get` with the program's inputs. To a `get` that is
            # answered "gone" the engine (seen with v3.259) says nothing, and all outputs are None.
            if "clientType" in props:
                return ReadResult("", {})
            error.hint = "Correct the id that WidgetDeployment.get was given."
            raise
        self._holdings.reads(self._place(props.get("org") or "", id_))
        outputs, inputs = mapping.refreshed(answer, props)
        return ReadResult(id_, outputs, inputs)

    @_one_line
    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        """PUT the whole deployment."""
        wanted = mapping.inputs(_news, _news)
        answer = self.deployments(wanted.get("org", "")).update(_id, mapping.body(wanted))
        return UpdateResult(mapping.outputs(wanted, answer, _olds))

    @_one_line
    @_by_stored_settings
    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        """DELETE the deployment; one that is gone already is done.

        One that the program adopts, or that another resource of it has, stays (`holdings`).
        """
        org = _props.get("org") or ""
        place, by_adoption = self._place(org, _id), _props.get("adoptId") == _id
        if not self._holdings.keeps(place, by_adoption=by_adoption):
            self.deployments(org).delete(_id)


PROVIDER = WidgetDeploymentProvider()
"""The provider of all `WidgetDeployment` resources; states hold its name."""
