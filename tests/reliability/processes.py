"""A command of the real CLI as processes, for killing one of them."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType

from ..lifecycle.engine import Engine

__all__ = ["VICTIMS", "Command"]

VICTIMS = {
    "cli": "pulumi up",
    "program": "pulumi-language-python-exec",
    "provider": "-m pulumi.dynamic",
}
"""What stands in the command line of each process of a `pulumi up`."""
_OPTIONS = ("--yes", "--skip-preview", "--non-interactive", "--color", "never")


class Command:
    """A `pulumi up` under way; at the block's end nothing of it is left.

    Args:
        engine: the stack's.
        output: where what it prints goes.
    """

    def __init__(self, engine: Engine, output: Path) -> None:
        self._engine = engine
        self._output = output
        self._left: list[int] = []

    def __enter__(self) -> Command:
        workspace = self._engine.stack.workspace
        with self._output.open("wb") as output:
            self._process = subprocess.Popen(
                ["pulumi", "up", *_OPTIONS, "--stack", self._engine.stack.name],
                cwd=self._engine.folder,
                env={
                    **os.environ,
                    **self._engine.environ,
                    "PULUMI_HOME": str(workspace.pulumi_home),
                },
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._left += self._family()
        for pid in self._left:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()

    @property
    def pid(self) -> int:
        """The process id of the CLI."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """Whether the command has ended."""
        return self._process.poll() is not None

    def kill(self, victim: str) -> None:
        """SIGKILL one of its processes; what is left alive then ends with the block."""
        family = self._family()
        mark = VICTIMS[victim]
        # its own command line: a shell or a host that started it has it as an argument
        victims = [pid for pid in family if mark in _command_line(pid)]
        assert victims, (victim, [_command_line(pid) for pid in family])
        os.kill(victims[-1], signal.SIGKILL)
        self._left = [pid for pid in family if pid not in (victims[-1], self._process.pid)]

    def interrupt(self) -> None:
        """Ctrl-C."""
        self.send(signal.SIGINT)

    def send(self, number: signal.Signals) -> None:
        """Send the CLI a signal."""
        self._process.send_signal(number)

    def wait(self) -> str:
        """What it printed, once it has ended."""
        self._process.wait(60)
        return self._output.read_text("utf-8", "replace")

    def _family(self) -> list[int]:
        """Its processes, children after their parents."""
        children: dict[int, list[int]] = {}
        for pid, parent in _parents():
            children.setdefault(parent, []).append(pid)
        family = [self._process.pid]
        for pid in family:
            family += children.get(pid, [])
        return family


def _parents() -> Iterator[tuple[int, int]]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, check=True)
    for line in listed.stdout.splitlines():
        pid, parent = line.split()
        yield int(pid), int(parent)


def _command_line(pid: int) -> str:
    shown = subprocess.run(
        ["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, check=False
    )
    return shown.stdout.decode("utf-8", "replace")
