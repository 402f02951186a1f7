"""Environments that several tests need and that take a while: made once, in `.local`."""

from __future__ import annotations

import fcntl
import subprocess
from collections.abc import Callable
from pathlib import Path

__all__ = ["CLONE", "made", "run"]

CLONE = Path(__file__).resolve().parents[1]


def made(name: str, wanted: str, make: Callable[[Path], None]) -> Path:
    """A folder that `make` has filled.

    Args:
        name: the folder's.
        wanted: all that its content follows from; it is made anew where that changes.
        make: fills it; what is there may be older or half made.
    """
    folder = CLONE / ".local" / name
    folder.parent.mkdir(exist_ok=True)
    mark = folder / "holds"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers that come meanwhile wait
        if not mark.is_file() or mark.read_text("utf-8") != wanted:
            make(folder)
            mark.write_text(wanted, "utf-8")
    return folder


def run(*command: str | Path, environ: dict[str, str] | None = None) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
