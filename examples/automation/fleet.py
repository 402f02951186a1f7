"""One org of a fleet: its stack, what a command makes of it, and who holds its lock."""

import getpass
import os
import re
import socket
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pulumi import automation

from pulumi_widgets import WidgetDeployment

PROJECT = "chat"
COMMANDS = ("preview", "up", "refresh", "destroy")


@dataclass(frozen=True)
class Result:
    """What became of one org."""

    org: str
    changes: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Runner:
    """Runs a command for one org after the other, in any thread."""

    command: str
    folder: Path
    """For the files that Pulumi needs while it works."""
    unlock: bool
    """Whether to take away what a process of ours that ended has left locked."""
    pulumi: automation.PulumiCommand = field(default_factory=automation.PulumiCommand)
    """Asks the CLI for its version: once for all orgs."""

    def reach(self) -> None:
        """Open the place of the states once: where it cannot be, no org has to find out.

        And a new database gets its table, which two commands at once cannot both make.

        Raises:
            automation.CommandError: it cannot be opened.
        """
        automation.LocalWorkspace(str(self.folder), pulumi_command=self.pulumi).who_am_i()

    def run(self, org: str, entry: Mapping[str, Any], on_step: Callable[[], object]) -> Result:
        """Run it; whatever goes wrong is in the result, so that the other orgs go on."""
        start = time.monotonic()
        errors: list[str] = []

        def on_event(event: automation.events.EngineEvent) -> None:
            said = event.diagnostic_event
            if said and said.severity == "error":
                errors.append(said.message.strip())
            done = event.res_outputs_event or event.res_op_failed_event
            # neither the stack itself nor its provider
            if done and not done.metadata.type.startswith("pulumi:"):
                on_step()

        try:
            stack = self._stack(org, entry)
            try:
                changes = self._carry_out(stack, on_event)
            except automation.ConcurrentUpdateError as error:
                if not (self.unlock and _ended(_locks(str(error)))):
                    raise
                stack.cancel()
                changes = self._carry_out(stack, on_event)
            return Result(org, changes, seconds=time.monotonic() - start)
        except Exception as error:
            said = reason(org, error, errors)
            return Result(org, error=said, seconds=time.monotonic() - start)

    def _stack(self, org: str, entry: Mapping[str, Any]) -> automation.Stack:
        # An inline program: a function in place of a folder with a `Pulumi.yaml`.
        def program() -> None:
            for name, inputs in entry["deployments"].items():
                WidgetDeployment(name, org=org, **inputs)

        folder = self.folder / org
        folder.mkdir()
        config = {"genesyscloud:orgs": {org: {"region": entry["region"]}}}
        options = automation.LocalWorkspaceOptions(
            # else the SDK makes one for each stack in the system's folder, and leaves it there
            work_dir=str(folder),
            pulumi_command=self.pulumi,
            stack_settings={org: automation.StackSettings(config=config)},
            # of an inline program the provider runs in the first Python on PATH
            env_vars={
                "PATH": os.pathsep.join((os.path.dirname(sys.executable), os.environ["PATH"]))
            },
        )
        return automation.create_or_select_stack(org, PROJECT, program, opts=options)

    def _carry_out(
        self, stack: automation.Stack, on_event: automation.OnEvent
    ) -> Mapping[str, int]:
        done = getattr(stack, self.command)(on_event=on_event)
        preview = isinstance(done, automation.PreviewResult)
        changes = done.change_summary if preview else done.summary.resource_changes
        return {automation.OpType(op).value: count for op, count in (changes or {}).items()}


def reason(org: str, error: Exception, errors: list[str]) -> str:
    """One line for a reader."""
    if isinstance(error, automation.ConcurrentUpdateError) and (locks := _locks(str(error))):
        who = ", ".join(f"{user}@{host} (pid {pid}) since {at}" for user, host, pid, at in locks)
        if _ended(locks):
            return f"locked by {who}, which has ended: add --unlock"
        cancel = f"pulumi cancel --stack organization/{PROJECT}/{org}"
        return f"locked by {who}: wait for it, or if you know that it has ended: {cancel}"
    if any(errors):  # the last line of a provider's error is the one that says what is wrong
        last = next(filter(None, errors)).splitlines()[-1]
        return re.sub(r"^pulumi_widgets\.errors\.\w+: ", "", last)
    if killed := re.match(r"\s*code: -(\d+)", str(error)):
        return f"its Pulumi CLI was killed (signal {killed[1]}): run it again with --unlock"
    said = re.search(r"error: (.+)", str(error))  # the CLI's own
    told = said[1] if said else " ".join(f"{type(error).__name__}: {error}".split())
    return re.sub(r"(?<=://)[^/\s]+@", "****@", told)  # CLI v3.259 tells a database's password


def _locks(error: str) -> list[tuple[str, str, int, str]]:
    """User, host, process and time of each lock that a DIY backend tells of."""
    found = re.findall(r"created by (.+)@(\S+) \(pid (\d+)\) at (\S+)", error)
    return [(user, host, int(pid), at) for user, host, pid, at in found]


def _ended(locks: list[tuple[str, str, int, str]]) -> bool:
    """Whether each lock is of a process of this user on this machine that runs no more.

    Where containers share a host name, "this machine" may be another: so nothing acts on it
    without --unlock. Windows has no such question: there `os.kill` kills.
    """
    ours = (getpass.getuser(), socket.gethostname())
    return bool(locks) and all(
        os.name == "posix" and (user, host) == ours and not _runs(pid)
        for user, host, pid, _ in locks
    )


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace").rpartition(") ")[2]
    except ProcessLookupError:
        return False
    except OSError:  # not ours to ask, or a system without /proc
        return True
    return not state.startswith("Z")  # ended, and in a container perhaps never cleared away
