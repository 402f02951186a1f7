"""Commands, their time, and the memory of the processes that they start."""

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
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ROOT", "Measured", "Project", "engine_environ", "watched"]

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).resolve().parents[2]
_MARKS = {
    "program": b"pulumi-language-python-exec\0--monitor\0",
    "provider": b"\0-m\0pulumi.dynamic",
}


@dataclass(frozen=True)
class Measured:
    """What a command took; MiB are 0 where a process did not run or cannot be watched."""

    seconds: float
    program: int
    """Peak memory in MiB."""
    provider: int
    together: int
    """Of all its processes at one moment; what they share counts for each."""


def engine_environ(folder: Path, cli: Path) -> dict[str, str]:
    """An environment for the CLI, with a state of its own.

    Args:
        folder: for what it keeps.
        cli: its own.
    """
    state = folder / "state"
    state.mkdir(exist_ok=True)
    return {
        **os.environ,
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), str(cli), os.environ["PATH"])),
        "PYTHONPATH": str(ROOT),  # the do-nothing provider is imported from here
        "PULUMI_HOME": str(folder / "home"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


def watched(
    command: list[str],
    folder: Path,
    environ: Mapping[str, str],
    on_line: Callable[[str], object] = lambda line: None,
    *,
    may_fail: bool = False,
) -> Measured:
    """Run a command to its end.

    Args:
        command: a program and its arguments.
        folder: where it runs.
        environ: its whole environment.
        on_line: gets each line at the moment in which it is printed.
        may_fail: whether it counts too where it fails.

    Raises:
        SystemExit: it failed.
    """
    began = time.monotonic()
    printed = []
    with (
        subprocess.Popen(
            command,
            cwd=folder,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        ) as process,
        _memory(process.pid) as peaks,
    ):
        for line in process.stdout or ():
            printed.append(line)
            on_line(line)
        code = process.wait()
        seconds = time.monotonic() - began
    if code and not may_fail:
        raise SystemExit(f"{' '.join(command)}:\n{''.join(printed)}")
    return Measured(seconds, *(peaks[what] // 1024 for what in (*_MARKS, "together")))


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
        (self._folder / "Pulumi.yaml").write_text(
            f"name: {program}\nruntime:\n  name: python\n  options:\n    virtualenv: {sys.prefix}\n"
        )
        self._environ = {**engine_environ(folder, cli), **environ}
        self.run("stack", "init", "bench")

    def run(
        self,
        *arguments: str,
        description: str = "",
        on_line: Callable[[str], object] = lambda line: None,
        may_fail: bool = False,
    ) -> Measured:
        """Run a command of the CLI.

        Args:
            arguments: its own.
            description: of the deployments, as the program declares them.
            on_line: as of `watched`.
            may_fail: as of `watched`.
        """
        command = ["pulumi", *arguments, "--non-interactive", "--color", "never"]
        environ = {**self._environ, "BENCH_DESCRIPTION": description}
        return watched(command, self._folder, environ, on_line, may_fail=may_fail)


@contextlib.contextmanager
def _memory(root: int) -> Iterator[dict[str, int]]:
    """Watch a process and those below it; their peak memory in KiB (Linux)."""
    peaks: dict[str, int] = defaultdict(int)
    end = threading.Event()

    def watch() -> None:
        while not end.wait(0.1):
            together = 0
            for pid, command in _family(root):
                peak, now = _sizes(pid)
                together += now
                for what, mark in _MARKS.items():
                    if mark in command:
                        peaks[what] = max(peaks[what], peak)
            peaks["together"] = max(peaks["together"], together)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peaks
    finally:
        end.set()
        thread.join()


def _family(root: int) -> Iterator[tuple[int, bytes]]:
    """A process, those that it has started, and those that these have, with their commands."""
    children: dict[int, list[int]] = defaultdict(list)
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            after_name = (entry / "stat").read_bytes().rpartition(b")")[2].split()
            children[int(after_name[1])].append(int(entry.name))
    found = [root]
    for pid in found:
        found += children[pid]
        with contextlib.suppress(OSError):
            yield pid, Path(f"/proc/{pid}/cmdline").read_bytes()


def _sizes(pid: int) -> tuple[int, int]:
    """The most that it had in KiB, and what it has."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{pid}/status").read_text()
        sizes = dict(re.findall(r"(VmHWM|VmRSS):\s+(\d+) kB", status))
        return int(sizes.get("VmHWM", 0)), int(sizes.get("VmRSS", 0))
    return 0, 0
