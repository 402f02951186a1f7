"""What is read of pyproject.toml and of locks, and how packages are named there."""

import re
import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any

from toolchain import ToolchainError


def canonical_name(name: str) -> str:
    """A distribution's name as PEP 503 writes it: `pulumi-widgets`."""
    return re.sub(r"[-_.]+", "-", name).lower()


def above(folder: Path, name: str) -> Path | None:
    """The nearest folder, this one or one above it, that has a file of the name."""
    return next((each for each in (folder, *folder.parents) if (each / name).exists()), None)


def read_toml(file: Path | str, text: str | None = None) -> dict[str, Any]:
    """What a file holds, or what a text does that could be one.

    Raises:
        ToolchainError: It is no TOML.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        from pip._vendor import tomli as tomllib
    try:
        return tomllib.loads(Path(file).read_text("utf-8") if text is None else text)
    except ValueError as error:
        raise ToolchainError(f"{file}: {error}") from None


def has_project(folder: Path) -> bool:
    """Whether the pyproject.toml there describes a project as Python's own tools know it."""
    return "project" in read_toml(folder / "pyproject.toml")


def asked_by(pyproject: dict[str, Any]) -> Iterator[str]:
    """The packages that a pyproject.toml names, in the places where the official host looks."""
    project, poetry = pyproject.get("project", {}), pyproject.get("tool", {}).get("poetry", {})
    texts = (project.get("dependencies", ()), *project.get("optional-dependencies", {}).values())
    for text in chain(*texts):
        yield re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0]
    for table in (poetry, *poetry.get("group", {}).values()):
        yield from table.get("dependencies", ())
    yield from poetry.get("dev-dependencies", ())
