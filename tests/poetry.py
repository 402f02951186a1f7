"""A real poetry, as locked, in an environment of its own: it asks for much."""

from __future__ import annotations

import sys
from pathlib import Path

from .lock import LOCKS
from .once import made, run

__all__ = ["folder"]

LOCK = LOCKS / "poetry.txt"


def folder() -> Path:
    """The folder that holds the program `poetry`: made once (some seconds)."""

    def make(environment: Path) -> None:
        uv = Path(sys.executable).with_name("uv")
        run(uv, "venv", "--quiet", "--clear", "--python", sys.executable, environment)
        where = ("--python", environment / "bin" / "python")
        run(uv, "pip", "install", "--quiet", *where, "--require-hashes", "--requirement", LOCK)

    return made("poetry", f"{sys.version}\n{LOCK.read_text('utf-8')}", make) / "bin"
