"""The Pulumi CLI, and other commands, as a user starts them, without a terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["pulumi", "run"]


def run(
    *command: str | Path, cwd: Path, environ: Mapping[str, str] | None = None, fails: bool = False
) -> str:
    """Run a command; what it prints, to both streams.

    Args:
        command: its command line.
        cwd: the folder in which it runs.
        environ: its whole environment; default: this process's.
        fails: whether it is to fail.
    """
    done = subprocess.run(
        command,
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout


def pulumi(
    *arguments: str | Path, cwd: Path, environ: Mapping[str, str] | None = None, fails: bool = False
) -> str:
    """Run the CLI that is on PATH; see `run`."""
    command = ("pulumi", "--non-interactive", *arguments)
    return run(*command, cwd=cwd, environ=environ, fails=fails)
