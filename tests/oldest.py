"""An environment of its own that holds exactly the lower bounds of `pyproject.toml`.

What these need in turn is locked.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .lock import constraints

__all__ = ["CLONE", "bounds", "environment"]

CLONE = Path(__file__).resolve().parents[1]
TOOLS = ("pytest", "werkzeug")
"""What tests that run within it need, as locked."""


def bounds() -> list[str]:
    """The oldest of each dependency, like ``requests==2.31``."""
    found = re.search(r"^dependencies = (\[.*\])$", _pyproject(), re.MULTILINE)
    assert found
    return [each.replace(">=", "==") for each in json.loads(found[1])]


def environment() -> Path:
    """Its folder, in `.local`: made once (half a minute), and anew where its versions change."""
    folder = CLONE / ".local" / "oldest"
    folder.parent.mkdir(exist_ok=True)
    python = _python()
    names = [each.partition("==")[0] for each in bounds()]
    file = folder.with_suffix(".txt")
    mark = folder / "holds"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # workers that come meanwhile wait
        locked = constraints(file, but=names)
        wanted = "\n".join((python, *bounds(), *TOOLS, file.read_text("utf-8")))
        if not mark.is_file() or mark.read_text("utf-8") != wanted:
            _run(python, "-m", "venv", "--clear", folder)
            pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
            _run(folder / "bin" / "python", *pip, *locked, *bounds(), *TOOLS)
            mark.write_text(wanted, "utf-8")
    return folder


def _pyproject() -> str:
    return (CLONE / "pyproject.toml").read_text("utf-8")


def _python() -> str:
    """The oldest Python that is supported, where the machine has it, else the running one."""
    found = re.search(r'^requires-python = ">=(.+)"$', _pyproject(), re.MULTILINE)
    assert found
    name = shutil.which(f"python{found[1]}")
    # of pyenv's, PATH has a stand-in, which may know none of this version
    environ = {**os.environ, "PYENV_VERSION": found[1]}
    try:
        return _run(name or "", "-c", "import sys, venv; print(sys.executable)", environ=environ)
    except (OSError, AssertionError):
        return sys.executable


def _run(*command: str | Path, environ: dict[str, str] | None = None) -> str:
    """What a command prints; it must succeed."""
    done = subprocess.run(command, env=environ, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()
