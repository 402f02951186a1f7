"""What differs between a stack's state and its orgs, as a refresh would find it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ... import mapping
from ...api import READING, connect
from ...comparison import differences
from ...errors import HIDDEN, NotFoundError, WidgetsError
from ...orgs import is_gone, is_home
from ..shell.output import note
from ..shell.pool import in_pool
from ..stacks.stack import Managed, Stack

__all__ = ["Change", "Compared", "Drifted", "compared", "drifted"]


@dataclass(frozen=True)
class Change:
    """A field that differs."""

    field: str
    """Its path, in the API's names: ``clientConfig.v2.theme``."""
    state: Any
    """What the state says; None where it has nothing."""
    org: Any
    """What the org says; None where it has nothing."""
    is_secret: bool
    """Whether it is secret in the state: then neither value is to be shown."""


@dataclass(frozen=True)
class Drifted:
    """A managed deployment that is not as the state says."""

    managed: Managed
    gone: bool
    """Whether the org has it no more; then there are no changes."""
    changes: tuple[Change, ...] = ()

    @property
    def name(self) -> str:
        """The deployment's own name, as the state has it; hidden where it is secret there."""
        return self._told("name")

    @property
    def org(self) -> str:
        """The name of its org, likewise."""
        return self._told("org")

    def _told(self, key: str) -> str:
        if key in self.managed.secrets:
            return HIDDEN
        return str(self.managed.outputs.get(key) or "")


@dataclass(frozen=True)
class Compared:
    """A stack that was compared with its orgs."""

    stack: str
    managed: int = 0
    """How many deployments it manages."""
    drifted: tuple[Drifted, ...] = ()
    error: str = ""
    """Why it could not be told; then the rest is empty."""


def compared(stacks: Sequence[Stack], tell: Callable[[str], object]) -> list[Compared]:
    """Several stacks, a few at a time; what is wrong with one is told of that one.

    Args:
        stacks: whose.
        tell: gets how far it is.
    """

    def compare(stack: Stack) -> Compared:
        try:
            return drifted(stack, lambda _: None)
        except WidgetsError as error:
            return Compared(stack.name, error=str(error))

    found = []
    for each in in_pool(compare, stacks):
        found.append(each)
        tell(f"{len(found)} of {len(stacks)} stacks")
    return found


def drifted(stack: Stack, tell: Callable[[str], object]) -> Compared:
    """The managed deployments of a stack that are not as its state says.

    Nothing is written, neither to the state nor to an org; each org is listed once.

    Args:
        stack: whose.
        tell: gets how far it is.

    Raises:
        StackError: the stack cannot be read.
        ElsewhereError: the settings name another org than the state.
        WidgetsError: an org cannot be asked.
    """
    managed = stack.managed()
    found: list[Drifted] = []
    for org in sorted({each.org for each in managed}):
        of_org = {each.id: each for each in managed if each.org == org}
        settings = stack.settings(org)
        for id_, each in of_org.items():
            is_home(id_, each.outputs, settings)
        deployments = connect(settings, note, policy=READING)
        for number, (id_, each) in enumerate(of_org.items(), 1):
            try:
                answer = deployments.read(id_, mapping.held(each.outputs))
            except NotFoundError:
                is_gone(id_, each.outputs, settings)
                found.append(Drifted(each, gone=True))
            else:
                if changes := tuple(_changes(each, answer)):
                    found.append(Drifted(each, gone=False, changes=changes))
            tell(f"{number} of {len(of_org)}")
    found.sort(key=lambda each: each.managed.urn)
    return Compared(stack.name, len(managed), tuple(found))


def _changes(managed: Managed, answer: Mapping[str, Any]) -> Iterator[Change]:
    seen = mapping.refreshed(answer, managed.outputs)[1]
    if seen is None:
        return
    before = mapping.inputs(managed.outputs, managed.outputs)
    for field in mapping.changes(before, seen):
        is_secret = field in managed.secrets
        for path, state, org in differences(field, before.get(field), seen.get(field)):
            # the keys of a secret object are its affair too
            yield Change(field if is_secret else path, state, org, is_secret)
            if is_secret:
                break
