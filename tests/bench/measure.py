"""Commands of the real CLI, their time, and the memory of the processes that they start."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Measured", "Project"]

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).resolve().parents[2]
_MARKS = {
    "program": b"pulumi-language-python-exec\0--monitor\0",
    "provider": b"\0-m\0pulumi.dynamic",
}


@dataclass(frozen=True)
class Measured:
    """What a command took."""

    seconds: float
    program: int
    """Peak memory in MiB; 0 where the process did not run or cannot be watched."""
    provider: int
    calls: int = 0
    """Of the API, tokens not counted."""


class Project:
    """A program of `programs/`, with a stack and a state of its own.

    Args:
        folder: for all of it; new.
        cli: the folder of the CLI.
        program: its name.
        environ: what its processes get besides the machine's.
    """

    def __init__(self, folder: Path, cli: Path, program: str, environ: Mapping[str, str]) -> None:
        self._folder = folder / program
        shutil.copytree(PROGRAMS / program, self._folder)
        state = folder / "state"
        state.mkdir(exist_ok=True)
        (self._folder / "Pulumi.yaml").write_text(
            f"name: {program}\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        self._environ = {
            **os.environ,
            "PATH": os.pathsep.join((str(cli), os.environ["PATH"])),
            "PYTHONPATH": str(ROOT),  # the do-nothing provider is imported from here
            "PULUMI_HOME": str(folder / "home"),
            "PULUMI_BACKEND_URL": state.as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            **environ,
        }
        self.pulumi("stack", "init", "bench")

    def pulumi(self, *arguments: str) -> str:
        """Run a command that has to succeed; what it printed."""
        done = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self._folder,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
        )
        if done.returncode:
            raise SystemExit(f"pulumi {' '.join(arguments)}:\n{done.stdout}{done.stderr}")
        return done.stdout

    def run(self, command: str, count: int, description: str) -> Measured:
        """Run one of the commands that move a stack."""
        self._environ |= {"BENCH_COUNT": str(count), "BENCH_DESCRIPTION": description}
        arguments = [command] if command == "preview" else [command, "--yes", "--skip-preview"]
        with _memory() as peaks:
            began = time.monotonic()
            self.pulumi(*arguments, "--suppress-progress")
            seconds = time.monotonic() - began
        return Measured(seconds, peaks["program"] // 1024, peaks["provider"] // 1024)


@contextlib.contextmanager
def _memory() -> Iterator[dict[str, int]]:
    """Watch the processes below this one; their peak memory in KiB (Linux)."""
    peaks: dict[str, int] = defaultdict(int)
    end = threading.Event()

    def watch() -> None:
        while not end.wait(0.1):
            for pid, command in _below(os.getpid()):
                for what, mark in _MARKS.items():
                    if mark in command:
                        peaks[what] = max(peaks[what], _peak(pid))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        end.set()
        thread.join()


def _below(root: int) -> Iterator[tuple[int, bytes]]:
    """The processes that a process has started, and those that these have, with their commands."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            after_name = (entry / "stat").read_bytes().rpartition(b")")[2].split()
            children[int(after_name[1])].append(int(entry.name))
    found = [root]
    for pid in found:
        found += children[pid]
        if pid != root:
            with contextlib.suppress(OSError):
                yield pid, Path(f"/proc/{pid}/cmdline").read_bytes()


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError):
        shown = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
        return int(shown[1]) if shown else 0
    return 0
