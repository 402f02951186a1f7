"""An import, from the look at the stack and the org to the written state."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ...api import connect
from ...errors import StackError
from ...settings import Settings, unconfigured
from ..shell.output import note, progress
from ..stacks.holders import Holder, holders, strangers
from ..stacks.stack import TYPE, Managed, NoStackError, Stack, names
from ..stacks.state import has_default_provider, pending, with_deployments
from .choice import Choice, by_pairs, by_pattern

__all__ = ["Import", "Written"]


@dataclass(frozen=True)
class Written:
    """What was put into a state."""

    urns: Mapping[str, str]
    """Logical name → URN."""
    backup: Path
    """The file that keeps the state before."""


class Import:
    """Takes deployments of an org into a stack.

    Args:
        org: the org's name; empty for the one without.
        stack: the stack's name; default: the selected one.
        needs_stack: whether it is to be written. Without it, settings come from the environment
            where no stack is selected, and what the stack manages already is no obstacle.

    Raises:
        StackError: there is no such stack, it cannot be read, or an interrupted command left it
            in doubt.
        SettingsError: the settings do not name this org and credentials for it.
    """

    def __init__(self, org: str, stack: str | None, *, needs_stack: bool) -> None:
        self.org = org
        self.stack: Stack | None = None
        self._state: dict[str, Any] = {}
        self._held: dict[str, Holder] = {}
        self._again: dict[str, Managed] = {}
        self._choice = Choice()
        with progress("Asking Pulumi for the stack …"):
            try:
                self.stack = Stack.select(stack)
            except NoStackError:
                if needs_stack or stack is not None:
                    raise
            if self.stack:
                self._read(self.stack, needs_stack)
        settings = (
            self.stack.settings(org) if self.stack else Settings.load(unconfigured, os.environ, org)
        )
        self._deployments = connect(settings, note)

    def _read(self, stack: Stack, to_write: bool) -> None:
        self._state = stack.export()
        doubtful = pending(self._state)
        if to_write and doubtful:
            raise StackError(
                f"stack {stack.name} has operations that did not end: {', '.join(doubtful)}",
                hint="Run `pulumi refresh`, which asks about them, and then import again.",
            )
        others: list[Stack] = []
        try:
            others = [each for each in stack.siblings() if each.name != stack.name]
        except StackError as error:
            note(f"What other stacks of the project hold is unknown: {error}")
        self._held = holders([*strangers([stack, *others], note), *others], note)
        self._held |= {id_: (stack.name, name) for id_, name in stack.held(self._state).items()}
        if not to_write:
            self._again = {
                each.id.casefold(): each
                for each in stack.managed(self._state, decrypted=False)
                # a component's is declared by its component
                if each.org == self.org and each.urn.split("::")[2] == TYPE
            }

    def choose(self, pairs: Sequence[tuple[str, str]], pattern: str | None) -> Choice:
        """Look at the org and choose what is taken in.

        Args:
            pairs: logical names and ids; where there are none, `pattern` counts.
            pattern: of the deployments' names; None: all.

        Raises:
            WidgetsError: the org cannot be read, or the pairs are wrong.
        """
        taken = names(self._state)
        with progress("Listing the org's deployments …"):
            answers = self._deployments.list()
        if pairs:
            self._choice = by_pairs(pairs, answers, self._held, taken, self.org, self._again)
        else:
            self._choice = by_pattern(pattern, answers, self._held, taken, self.org, self._again)
        return self._choice

    def write(self, protect: bool) -> Written:
        """Put what was chosen into the stack's state; the state before is kept in a file.

        The state is compared once more right before. What changes it in the instant after that
        (about a tenth of a second) is overwritten, as by any `pulumi stack import`.

        Raises:
            StackError: the stack has changed since it was read, or cannot be written.
        """
        stack = self.stack
        assert stack is not None  # noqa: S101 -- what makes the program only does not write
        configuration: dict[str, tuple[Any, bool]] = {}
        with progress("Writing the stack's state …"):
            if not has_default_provider(self._state):
                configuration = stack.configuration(every=True)
            additions = [
                (each.name, each.id, each.inputs, each.outputs) for each in self._choice.chosen
            ]
            new, urns = with_deployments(
                self._state,
                stack.name,
                stack.cli.project(),
                additions,
                configuration,
                protect=protect,
            )
            if stack.export() != self._state:
                raise StackError(
                    f"stack {stack.name} was changed meanwhile; nothing was imported",
                    hint="Run it again.",
                )
            backup = _back_up(stack.name, self._state)
            try:
                stack.replace(new)
            except StackError as error:
                if self._is_as_it_was(stack):
                    backup.unlink()
                    error.hint += " Nothing was imported."
                else:
                    error.hint += f" The state as it was is in {backup}."
                raise
        chosen = [each.name for each in self._choice.chosen]
        return Written(dict(zip(chosen, urns, strict=True)), backup)

    def _is_as_it_was(self, stack: Stack) -> bool:
        """Whether the state is the one that was read; False where that cannot be told."""
        try:
            return stack.export() == self._state
        except StackError:
            return False


def _back_up(stack: str, state: Mapping[str, Any]) -> Path:
    """Keep a state in a new file of the current folder that only its owner may read."""
    now = datetime.now(timezone.utc).strftime("%Y%m%dT%H%M%S%fZ")
    path = Path(f"{stack.replace('/', '-')}.before-import-{now}.json")
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(state, file, indent=4)
    except OSError as error:
        raise StackError(
            f"the state before cannot be kept in {path}: {error.strerror}",
            hint="Nothing was imported.",
        ) from None
    return path
