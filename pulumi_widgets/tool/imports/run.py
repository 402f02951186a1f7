"""An import, from the look at the stack and the org to the engine's own import."""

from __future__ import annotations

import re
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ...api import READING, connect
from ...errors import StackError
from ...patterns import is_like
from ..org import settings_of
from ..shell.child import run_child
from ..shell.output import note, progress
from ..stacks.holders import Holder, everyone, holders
from ..stacks.stack import Managed, NoStackError, Stack, names, resources
from . import choice as choosing
from . import terraform
from .choice import Choice, Known
from .file import import_file
from .program import Component, Program, program
from .restore import restored

__all__ = ["Import"]

_OLDEST = (3, 254)
"""The first CLI that takes inputs and outputs from an import file (pulumi/pulumi#23984)."""


class Import:
    """Takes deployments of an org into a stack.

    Args:
        org: the org's name; empty for the one without.
        stack: the stack's name; default: the selected one.
        needs_stack: whether it is to be written. Without it, settings come from the environment
            where no stack is selected.
        secrets: the inputs that are to be secret, in the API's names.
        protect: whether Pulumi is to refuse to delete what is imported.
        parent: the variable and the URN of the parent of what is imported; None: the stack.

    Raises:
        StackError: there is no such stack, or it cannot be read.
        SettingsError: the settings do not name this org and credentials for it.
    """

    def __init__(
        self,
        org: str,
        stack: str | None,
        *,
        needs_stack: bool,
        secrets: frozenset[str],
        protect: bool,
        parent: tuple[str, str] | None,
    ) -> None:
        self.stack: Stack | None = None
        self._protect, self._parent = protect, parent
        self._state: dict[str, Any] = {}
        held: dict[str, Holder] = {}
        with progress("Asking Pulumi for the stack …"):
            try:
                self.stack = Stack.select(stack)
            except NoStackError:
                if needs_stack or stack is not None:
                    raise
            if self.stack:
                self._state = self.stack.export()
                held = holders(everyone(note, last=self.stack)[:-1], note)
                own = self.stack.holdings(self._state)
                held |= {id_: (each.stack, each.name) for id_, each in own.items()}
        if parent and parent[1] not in {each["urn"] for each in resources(self._state)}:
            raise StackError(
                f"the stack has no resource {parent[1]!r} that could be the parent",
                hint="`pulumi stack --show-urns` shows all.",
            )
        self._settings = settings_of(self.stack, org)
        with progress("Listing the org's deployments …"):
            answers = connect(self._settings, note, policy=READING).list()
        self._known = Known(
            answers,
            held,
            names(self._state),
            org,
            secrets,
            {"protect": True} if protect else {},
            parent[1] if parent else "",
        )
        self._components: dict[str, Component] = {}

    def choose(
        self,
        pairs: Sequence[tuple[str, str]],
        pattern: str | None,
        files: Sequence[Path],
        *,
        again: bool,
    ) -> Choice:
        """Choose what is taken in.

        Args:
            pairs: logical names and ids; where there are none, `files` count.
            pattern: of the deployments' names; None: all. Counts where there are no files.
            files: Terraform's states.
            again: whether what the stack manages already is wanted too, for its program.

        Raises:
            WidgetsError: the pairs or the files are wrong.
        """
        if files:
            stdin = {Path("-"): Path("/dev/stdin")}
            held = [each for file in files for each in terraform.read(stdin.get(file, file))]
            return choosing.by_terraform(held, self._known)
        managed: list[Managed] = []
        if again and self.stack:  # of all orgs: what a program lacks, `pulumi up` deletes
            managed = self.stack.managed(self._state, decrypted=False)
        wanted = [
            each
            for each in managed
            if (each.name, each.id) in pairs
            or not (pairs or (pattern and not is_like(str(each.outputs.get("name")), pattern)))
        ]
        if pairs:
            named = {(each.name, each.id) for each in wanted}
            choice = choosing.by_pairs([each for each in pairs if each not in named], self._known)
        else:
            choice = choosing.by_pattern(pattern, self._known)
        found, self._components = restored(self._state, managed, {each.urn for each in wanted})
        own = {each.id.casefold() for each in managed}
        others = [each for each in choice.left_out if each.id.casefold() not in own]
        return Choice(choice.chosen + found.chosen, others + found.left_out)

    def program(self, choice: Choice) -> Program:
        """The program that declares what is chosen."""
        parents = {self._parent[1]: self._parent[0]} if self._parent else {}
        return program([each.declared for each in choice.chosen], self._components, parents)

    def file(self, choice: Choice) -> str:
        """The text of the import file of what is chosen."""
        parent = self._parent[1] if self._parent else ""
        return import_file(choice.chosen, self._settings.place, parent)

    def command(self, file: str) -> list[str]:
        """The command line that imports what is in a file."""
        return [
            *("pulumi", "import", "--file", file, "--generate-code=false"),
            *(["--stack", self.stack.name] if self.stack else []),
            *([] if self._protect else ["--protect=false"]),
        ]

    def check_cli(self) -> None:
        """Make sure that the CLI can do it.

        Raises:
            StackError: it is too old.
        """
        assert self.stack is not None  # noqa: S101 -- who imports has one
        told = self.stack.cli.run("version").strip()
        found = re.match(r"v(\d+)\.(\d+)\.", told)
        if found and tuple(map(int, found.groups())) < _OLDEST:
            least = ".".join(map(str, _OLDEST))
            raise StackError(
                f"this is Pulumi CLI {told}; an import needs {least} or newer",
                hint="Update it.",
            )

    def run(self, choice: Choice, *, yes: bool) -> int:
        """Let the engine import what is chosen, in the user's terminal.

        What it prints goes to stderr: stdout is the program's. The file that it reads has no name,
        so that nothing is left of the secrets in it, whatever happens.

        Args:
            choice: what to import.
            yes: do not ask.

        Returns:
            0 where all of it is in the stack; 130 after Ctrl-C; else 1.
        """
        interrupted = threading.Event()
        with tempfile.TemporaryFile() as file:
            file.write(self.file(choice).encode())
            file.flush()
            file.seek(0)
            name = f"/dev/fd/{file.fileno()}"
            code = run_child(
                [*self.command(name), *(["--yes"] if yes else [])],
                stdout=2,
                pass_fds=[file.fileno()],
                interrupted=interrupted,
            )
        return (130 if interrupted.is_set() else 1) if code else 0
