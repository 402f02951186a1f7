"""The locks in `requirements/` are of `pyproject.toml`; `make lock` makes them anew."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.lock import LOCKS, pins

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PYPROJECT = tomllib.loads((LOCKS.parent / "pyproject.toml").read_text("utf-8"))
PROJECT, GROUPS = PYPROJECT["project"], PYPROJECT["dependency-groups"]
PYTHONS = re.findall(r"Python :: (3\.\d+)", "\n".join(PROJECT["classifiers"]))


def asked(texts: Iterable[str | dict[str, str]]) -> Iterator[Requirement]:
    """Requirements, and in place of groups and the package's own extras what these ask for."""
    for text in texts:
        if isinstance(text, dict):
            yield from asked(GROUPS[text["include-group"]])
        elif (requirement := Requirement(text)).name == PROJECT["name"]:
            for extra in requirement.extras:
                yield from asked(PROJECT["optional-dependencies"][extra])
        else:
            yield requirement


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("lock", ["cli", "dev", "poetry", "postgresql"])
def test_it_has_what_is_asked_for(lock: str, python: str) -> None:
    ours = (*PROJECT["dependencies"], "pulumi-widgets[cli]")
    package = ours if lock in ("cli", "dev") else ()
    asked_for = asked([*package, *GROUPS[{"cli": "build"}.get(lock, lock)]])
    there = {"python_version": python, "python_full_version": f"{python}.9"}
    held = {
        canonicalize_name(pin.name): str(pin.specifier).removeprefix("==")
        for pin in pins(lock)
        if pin.marker is None or pin.marker.evaluate(there)
    }
    wrong = [
        str(each)
        for each in asked_for
        if each.marker is None or each.marker.evaluate(there)
        if (version := held.get(canonicalize_name(each.name))) is None
        or not each.specifier.contains(version)
    ]
    assert wrong == []


def test_they_agree() -> None:
    assert {str(pin) for pin in pins("cli")} <= {str(pin) for pin in pins("dev")}
    assert GROUPS["build"] == PYPROJECT["build-system"]["requires"]


@pytest.mark.parametrize("lock", ["cli", "dev", "poetry", "postgresql"])
def test_they_name_no_place(lock: str) -> None:
    text = (LOCKS / f"{lock}.txt").read_text("utf-8")
    hashed = re.sub(r"( \\\n    --hash=sha256:[0-9a-f]{64})+$", " hashed", text, flags=re.MULTILINE)
    lines = [line for line in hashed.splitlines() if not re.match(r" *#", line)]
    assert len(lines) == len(pins(lock))
    assert all(line.endswith(" hashed") and "/" not in line for line in lines)
    assert "://" not in text
