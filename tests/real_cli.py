"""The Pulumi CLI as a user starts it, without a terminal."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

__all__ = ["pulumi"]


def pulumi(
    *arguments: str, cwd: Path, environ: Mapping[str, str] | None = None, fails: bool = False
) -> str:
    """Run the CLI that is on PATH; what it prints, to both streams.

    Args:
        arguments: its command line.
        cwd: the project's folder.
        environ: its whole environment; default: this process's.
        fails: whether it is to fail.
    """
    done = subprocess.run(
        ["pulumi", "--non-interactive", *arguments],
        cwd=cwd,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode != 0) == fails, done.stdout
    return done.stdout
