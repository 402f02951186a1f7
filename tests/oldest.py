"""An environment of its own that holds exactly the lower bounds of `pyproject.toml`.

What these need in turn is locked.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from pathlib import Path

from .lock import constraints, pins
from .once import CLONE, made, run

__all__ = ["CLONE", "bounds", "environment"]

TOOLS = ("pytest", "werkzeug")
"""What tests that run within it need, as locked."""


def bounds() -> list[str]:
    """The oldest of each dependency, like ``requests==2.31``."""
    found = re.search(r"^dependencies = (\[.*\])$", _pyproject(), re.MULTILINE)
    assert found
    return [each.replace(">=", "==") for each in json.loads(found[1])]


def environment() -> Path:
    """Its folder, in `.local`: made once (half a minute), and anew where its versions change."""
    python = _python()
    names = [each.partition("==")[0] for each in bounds()]
    locked = [str(pin) for pin in pins() if pin.name not in names]

    def make(folder: Path) -> None:
        run(python, "-m", "venv", "--clear", folder)
        pip = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        others = constraints(folder.with_suffix(".txt"), but=names)
        run(folder / "bin" / "python", *pip, *others, *bounds(), *TOOLS)

    return made("oldest", "\n".join((python, *bounds(), *TOOLS, *locked)), make)


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
        return run(name or "", "-c", "import sys, venv; print(sys.executable)", environ=environ)
    except (OSError, AssertionError):
        return sys.executable
