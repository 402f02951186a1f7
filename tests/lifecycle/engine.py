"""The real CLI through the Automation API, and what its engine says it did."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pulumi import automation
from pulumi.automation._stack import StackInitMode  # which a subclass of Stack needs
from pulumi.automation.events import DiffKind, EngineEvent, OpType, StepEventMetadata

from ..backends.kept import Backend, in_files

__all__ = ["TYPE", "Engine", "Happened", "Outcome"]

TYPE = "pulumi-python:dynamic/genesyscloud:WidgetDeployment"
PROJECT = "lifecycle"
PROGRAM = Path(__file__).parent / "program" / "__main__.py"
_REPLACEMENT = (OpType.REPLACE, OpType.CREATE_REPLACEMENT, OpType.DELETE_REPLACED)
_SIGNS = {DiffKind.ADD: "+", DiffKind.DELETE: "-", DiffKind.UPDATE: "~"}


@dataclass
class Happened:
    """What the engine did, or plans to do, with one resource."""

    ops: list[OpType] = field(default_factory=list)
    """In the order in which the steps began."""
    properties: set[str] = field(default_factory=set)
    """What the engine shows as changed: ``+flowId``, ``~allowedDomains[1]``, ``-description``."""
    failed: bool = False
    changed_in_state: bool = False
    """Whether a refresh changed the inputs or outputs in the state."""

    @property
    def op(self) -> str:
        """``create``, ``update``, ``same``, ``delete``, ``replace``, ``read``, …"""
        if any(op in _REPLACEMENT for op in self.ops):
            return "replace"
        return "+".join(op.value for op in self.ops)

    @property
    def deleted_first(self) -> bool:
        """Of a replacement: whether the old one went before the new one came."""
        order = [op for op in self.ops if op is not OpType.REPLACE]
        return order[:1] == [OpType.DELETE_REPLACED]

    def add(self, step: StepEventMetadata) -> None:
        """Count a step in."""
        self.ops.append(step.op)
        self.properties |= _properties(step)


@dataclass
class Outcome:
    """What a command did."""

    done: dict[str, Happened] = field(default_factory=lambda: defaultdict(Happened))
    """By the logical names of the deployments."""
    refreshed: dict[str, Happened] = field(default_factory=lambda: defaultdict(Happened))
    """The same of the refresh, where the command began with one or was one."""
    errors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """The error messages, by logical name."""
    remarks: list[str] = field(default_factory=list)
    """Warnings and whatever program or provider printed."""
    failed: bool = False
    text: str = ""
    """Everything that the user sees."""


class Engine:
    """One stack of a project of its own, and the CLI to move it.

    Args:
        folder: where its project, state and plugins go; stacks of one project may share it.
        cli: the folder of the CLI.
        command: the same CLI, its version known.
        environ: of the org.
        stack: the stack's name.
        virtualenv: the environment of program and provider.
        backend: where its state is kept; default: in a file in the folder.
    """

    def __init__(
        self,
        folder: Path,
        cli: Path,
        command: automation.PulumiCommand,
        environ: Mapping[str, str],
        stack: str,
        virtualenv: str | Path = sys.prefix,
        backend: Backend | None = None,
    ) -> None:
        self.folder = folder / stack
        self.backend = backend or in_files(folder / "backend")
        home = folder / "home"
        for each in (self.folder, home):
            each.mkdir(exist_ok=True)
        shutil.copy(PROGRAM, self.folder / "__main__.py")
        self.write_program('{"resources": {}, "exports": {}}')
        runtime = automation.ProjectRuntimeInfo("python", {"virtualenv": str(virtualenv)})
        workspace = automation.LocalWorkspace(
            str(self.folder),
            str(home),
            env_vars={
                "PATH": os.pathsep.join((str(cli), os.environ["PATH"])),
                **self.backend.environ,
                "PULUMI_CONFIG_PASSPHRASE": "",
                "PULUMI_SKIP_UPDATE_CHECK": "true",
                **environ,
            },
            pulumi_command=command,
            project_settings=automation.ProjectSettings(PROJECT, runtime),
        )
        self.stack = _Stack(stack, workspace, StackInitMode.CREATE)

    @property
    def environ(self) -> dict[str, str]:
        """What the commands get besides the tests' own environment; may be changed."""
        environ = self.stack.workspace.env_vars
        assert isinstance(environ, dict)
        return environ

    @property
    def state(self) -> str:
        """The state as the engine keeps it."""
        key = f".pulumi/stacks/{PROJECT}/{self.stack.name}.json"
        return self.backend.stored(key)[key].decode()

    def write_program(self, text: str) -> None:
        """Replace the program's data."""
        (self.folder / "program.json").write_text(text, "utf-8")

    def urn(self, name: str) -> str:
        """The URN of a deployment without a parent."""
        return f"urn:pulumi:{self.stack.name}::{PROJECT}::{TYPE}::{name}"

    def config(self, key: str, value: str, *, secret: bool = False) -> None:
        """`pulumi config set`."""
        self.stack.set_config(key, automation.ConfigValue(value, secret))

    def cli(self, *arguments: str) -> str:
        """Any other command; what it prints."""
        workspace = self.stack.workspace
        result = workspace.pulumi_command.run(
            [*arguments, "--stack", self.stack.name],
            workspace.work_dir,
            {**self.environ, "PULUMI_HOME": str(workspace.pulumi_home)},
        )
        return result.stdout + result.stderr

    def run(self, command: str, **options: Any) -> Outcome:
        """`up`, `preview`, `refresh` or `destroy`, with the options of the Automation API.

        Failing is an outcome too.
        """
        outcome = Outcome()
        end = threading.Event()
        refreshing: set[str] = set()

        def on_event(event: EngineEvent) -> None:
            _take(event, outcome, refreshing)
            if event.cancel_event:  # its last
                end.set()

        method: Callable[..., Any] = getattr(self.stack, command)
        try:
            result = method(on_event=on_event, color="never", **options)
            outcome.text = result.stdout + result.stderr
        except automation.CommandError as error:
            outcome.failed = True
            outcome.text = str(error)
        assert end.wait(10), outcome.text
        return outcome


class _Stack(automation.Stack):
    """The Automation API's, without the three commands (0.8 s) that follow each `up`.

    They ask for the stack's outputs and for its history; tests read the state instead.
    """

    def outputs(self) -> automation.OutputMap:
        return {}

    def info(self, show_secrets: bool = True) -> automation.UpdateSummary:
        now = datetime.now(timezone.utc)
        return automation.UpdateSummary("update", now, "", {}, {}, "succeeded")


def _properties(step: StepEventMetadata) -> set[str]:
    return {
        _SIGNS[DiffKind(change.diff_kind.value.removesuffix("-replace"))] + path
        for path, change in (step.detailed_diff or {}).items()
    }


def _name(urn: str | None) -> str:
    return (urn or "").rpartition("::")[2]


def _take(event: EngineEvent, outcome: Outcome, refreshing: set[str]) -> None:
    """Count an event in."""
    if event.resource_pre_event and event.resource_pre_event.metadata.type == TYPE:
        step = event.resource_pre_event.metadata
        if step.op is OpType.REFRESH:
            refreshing.add(step.urn)
        else:
            outcome.done[_name(step.urn)].add(step)
    elif event.res_outputs_event and event.res_outputs_event.metadata.urn in refreshing:
        # what a refresh found stands in the event of its end: `refresh` in a preview, else
        # `same`, `update` or `delete`
        step = event.res_outputs_event.metadata
        refreshing.remove(step.urn)
        found = outcome.refreshed[_name(step.urn)]
        found.add(step)
        old, new = step.old, step.new
        found.changed_in_state = not (
            old and new and (old.inputs, old.outputs) == (new.inputs, new.outputs)
        )
    elif event.res_op_failed_event:
        step = event.res_op_failed_event.metadata
        if step.type == TYPE:
            outcome.done[_name(step.urn)].failed = True
    elif event.diagnostic_event and not event.diagnostic_event.ephemeral:
        said = event.diagnostic_event
        if said.severity == "error":
            outcome.errors[_name(said.urn)].append(said.message.strip())
        elif said.severity != "debug":
            outcome.remarks.append(said.message.strip())
