#!/usr/bin/env python3
"""Puts the real Pulumi CLI into `tools/pulumi/bin/` on a machine that has none.

    python3 tools/pulumi/install.py              # install if needed, and say where the CLI is
    python3 tools/pulumi/install.py --print-dir  # the same; standard output is the folder alone

A `pulumi` on PATH always wins: then nothing is installed. Otherwise the CLI that `go.mod` pins is
built from its published Go module (about 4 minutes once, seconds from a warm Go cache), and the
Python language host in `host/` stands in for the official one, which is not published as a module.
The official distribution has the same four programs in one folder.

Everything is made in `bin/.partial` and moved into place at the end, the mark of completeness
last, so an interrupted install leaves the folder as it was. Needs Python 3.10 and nothing else.
"""

import argparse
import hashlib
import os
import platform
import re
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from go_toolchain import Go, InstallError, find_go, run
from pins import CLI_PACKAGE, HERE, SDK_MODULE, cli_version

BIN = HERE / "bin"
COMPLETE = ".complete"
# Scripts of the official distribution, by the names that the engine looks for.
SDK_SCRIPTS = (
    "python/cmd/pulumi-language-python-exec",
    "python/dist/pulumi-resource-pulumi-python",
)
# Relative to itself, so that the clone can move; the clone's environment before any other, because
# the language host needs the `pulumi` package. -E: the host's own imports do not follow the
# user's PYTHONPATH; the program's do, since the environment is passed on.
LAUNCHER = f"""\
#!/bin/sh
# The Python language host; written by tools/pulumi/install.py.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P) || exit
python=$here/../../../.venv/bin/python
[ -x "$python" ] || python=${{VIRTUAL_ENV:+$VIRTUAL_ENV/bin/}}python3
exec "$python" -E "$here/../host/language_host.py" --version {cli_version()} \\
    --use-executor "$here/pulumi-language-python-exec" "$@"
"""
LANGUAGE_HOST = "pulumi-language-python"
PROGRAMS = (LANGUAGE_HOST, *(Path(path).name for path in SDK_SCRIPTS), "pulumi")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; the result is the exit code."""
    parser = argparse.ArgumentParser(description="Get the Pulumi CLI where there is none.")
    parser.add_argument(
        "--print-dir", action="store_true", help="print the CLI's folder on standard output"
    )
    options = parser.parse_args(arguments)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        directory = cli_directory()
    except (InstallError, OSError) as error:
        say(
            f"The Pulumi CLI cannot be built here ({error}). "
            "Install the official one: https://www.pulumi.com/docs/install/"
        )
        return 1
    except KeyboardInterrupt:
        say("Interrupted; nothing was installed.")
        return 130
    if options.print_dir:
        sys.stdout.write(f"{directory}\n")
    else:
        say(f"The Pulumi CLI is {directory / 'pulumi'}")
    return 0


def cli_directory() -> Path:
    """The folder that holds `pulumi`, installed first if no PATH folder does.

    Raises:
        InstallError: There is none and it cannot be built.
    """
    if on_path := cli_on_path():
        return on_path
    if not is_complete():
        install()
    return BIN


def cli_on_path() -> Path | None:
    """The PATH folder that holds `pulumi`; our own `bin/` on PATH does not count."""
    folders = os.environ.get("PATH", "").split(os.pathsep)
    others = [folder for folder in folders if folder and Path(folder).resolve() != BIN]
    found = shutil.which("pulumi", path=os.pathsep.join(others))
    return Path(found).absolute().parent if found else None


def is_complete(launcher: str = LAUNCHER) -> bool:
    """Whether `bin/` holds all four programs as this clone wants them, but with this launcher."""
    mark = BIN / COMPLETE
    return (
        mark.is_file()
        and mark.read_text("utf-8") == fingerprint(launcher)
        and all(os.access(BIN / name, os.X_OK) for name in PROGRAMS)
    )


def fingerprint(launcher: str) -> str:
    """Changes whenever what would be installed changes, the kind of machine included."""
    digest = hashlib.sha256()
    for part in ((HERE / "go.mod").read_bytes(), (HERE / "go.sum").read_bytes(), launcher.encode()):
        digest.update(part)
    return f"{cli_version()} {platform.system()} {platform.machine()} {digest.hexdigest()}\n"


def install() -> None:
    """Build and put in place; does nothing if another install did so while this one waited.

    Where only the launcher is that of another version of this clone, nothing is built.

    Raises:
        InstallError: It cannot be built here.
    """
    BIN.mkdir(exist_ok=True)
    with _lock(BIN / ".lock"):
        if is_complete():
            return
        there = BIN / LANGUAGE_HOST
        built = there.is_file() and is_complete(there.read_text("utf-8"))
        made = (LANGUAGE_HOST,) if built else PROGRAMS
        began = time.monotonic()
        stage = BIN / ".partial"
        shutil.rmtree(stage, ignore_errors=True)  # of an install that was killed
        (stage / "tmp").mkdir(parents=True)
        try:
            if not built:
                _build(find_go(stage, say), stage)
            (stage / LANGUAGE_HOST).write_text(LAUNCHER, "utf-8")
            (stage / COMPLETE).write_text(fingerprint(LAUNCHER), "utf-8")
            for name in made:
                (stage / name).chmod(0o755)
            # While some programs are old and some new, the folder must not pass for complete.
            (BIN / COMPLETE).unlink(missing_ok=True)
            for name in (*made, COMPLETE):
                os.replace(stage / name, BIN / name)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        if not built:
            say(f"Pulumi CLI {cli_version()} installed in {_seconds(began)}")


def _build(go: Go, stage: Path) -> None:
    """Make in `stage` all programs but the launcher."""
    # What Go leaves behind when it is killed then goes with the stage.
    environment = {**go.environment, "GOTMPDIR": str(stage / "tmp")}
    build = ["-trimpath", "-buildvcs=false"]
    version = f"{SDK_MODULE}/go/common/version.Version={cli_version()}"

    say(f"No pulumi on PATH: building the CLI {cli_version()} with Go {go.version}")
    progress = Progress()
    template = "{{if .Stale}}{{.ImportPath}}{{end}}"
    listing = [str(go.executable), "list", "-deps", "-f", template, *build, CLI_PACKAGE]
    progress.total = len(run(listing, environment, stage, progress).split())
    progress.close()
    say(
        f"{progress.total:,} packages to compile: about 4 minutes on 2 cores, once"
        if progress.total > 100
        else "Compiled before: some seconds"
    )
    # -s -w leave out the symbol tables: 115 MB instead of 160. Without the version the CLI says
    # that it has none, and the Automation API refuses it.
    flags = ["-v", *build, "-ldflags", f"-s -w -X {version}", "-o", str(stage / "pulumi")]
    run([str(go.executable), "build", *flags, CLI_PACKAGE], environment, stage, progress)
    progress.close()

    where = [str(go.executable), "list", "-m", "-f", "{{.Dir}}", SDK_MODULE]
    module = Path(run(where, environment, stage).strip())
    for path in SDK_SCRIPTS:
        shutil.copyfile(module / path, stage / Path(path).name)


class Progress:
    """Turns Go's lines into a line that is rewritten, or in a log into one every 30 seconds."""

    def __init__(self) -> None:
        self.total = 0
        self._downloaded = self._built = 0
        self._began = self._said = time.monotonic()
        self._open = False

    def __call__(self, line: str) -> bool:
        """See a line of Go's standard error; False if it is a complaint."""
        if line.startswith("go: downloading "):
            self._downloaded += 1
        elif re.fullmatch(r"[\w.~-]+(/[\w.~-]+)*", line):  # `go build -v` names each package
            self._built += 1
        else:
            return False
        terminal = sys.stderr.isatty()
        if time.monotonic() - self._said >= (0.1 if terminal else 30):
            self._said = time.monotonic()
            built = f"{min(self._built, self.total):,} of {self.total:,} packages compiled"
            text = built if self._built else f"{self._downloaded:,} modules downloaded"
            text = f"  {text}, {_seconds(self._began)}"
            sys.stderr.write(f"\r{text}\x1b[K" if terminal else f"{text}\n")
            sys.stderr.flush()
            self._open = terminal
        return True

    def close(self) -> None:
        """End the line that is being rewritten, if there is one."""
        if self._open:
            sys.stderr.write("\r\x1b[K")
            self._open = False


def say(text: str) -> None:
    """Tell the user; on standard error, since standard output may be read by a Makefile."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _seconds(began: float) -> str:
    seconds = round(time.monotonic() - began)
    return f"{seconds // 60} min {seconds % 60:02} s" if seconds >= 60 else f"{seconds} s"


def _interrupt(*_: object) -> None:
    """SIGTERM and SIGHUP end an install as Ctrl-C does, through the same clean-up."""
    raise KeyboardInterrupt


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    """Let one install at a time work; the kernel frees the lock whatever ends the process."""
    try:
        import fcntl
    except ImportError:
        raise InstallError("only Linux and macOS are provided for") from None
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another install of the Pulumi CLI is under way: waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


if __name__ == "__main__":
    sys.exit(main())
