"""The package's modules import each other in one direction, those for type checkers included."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path

import pulumi_widgets

ROOT = Path(pulumi_widgets.__file__).parent


def modules() -> dict[str, Path]:
    """All modules by their whole names."""
    found = {}
    for path in ROOT.rglob("*.py"):
        parts = path.relative_to(ROOT.parent).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(name: str, path: Path, known: set[str]) -> Iterator[str]:
    """The modules that one names in its imports, wherever in it they are."""
    package = name.split(".") if path.name == "__init__.py" else name.split(".")[:-1]
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (each.name for each in node.names if each.name in known)
        if isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *(node.module or "").split(".")]).strip(".")
            for each in node.names:
                inner = f"{base}.{each.name}"
                yield inner if inner in known else base


def test_no_import_runs_in_a_circle() -> None:
    known = modules()
    graph = {
        name: {each for each in imported(name, path, set(known)) if each in known}
        for name, path in known.items()
    }
    assert graph["pulumi_widgets.api.client"] >= {
        "pulumi_widgets.api.calls",
        "pulumi_widgets.api.answers",
        "pulumi_widgets.errors",
    }
    graphlib.TopologicalSorter(graph).prepare()  # or it tells the circle
