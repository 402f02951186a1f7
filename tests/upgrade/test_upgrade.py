"""Every recorded state is at home in this version: nothing to do, then updates, then deletes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.lifecycle.truth import inputs

from .project import STACK, Project
from .record import record
from .recording import Orgs, Recording

Held = dict[str, dict[str, Any]]


class Stack:
    """A stack with a recorded state, and the orgs as they were then."""

    def __init__(self, recording: Recording, folder: Path, cli: Path, orgs: Orgs) -> None:
        self.orgs = orgs
        self.recorded = {name: org.dump() for name, org in orgs.items()}
        for file in ("__main__.py", f"Pulumi.{STACK}.yaml"):
            shutil.copy(recording.folder / file, folder)
        self.project = Project(folder, cli, orgs)
        state = recording.state(orgs)
        (folder / "state.json").write_text(state, "utf-8")
        self.project.run("pulumi", "stack", "import", "--file", "state.json")
        resources = json.loads(state)["deployment"]["resources"]
        declared = [each for each in resources if "providers:" not in each["type"]]
        self.reads = [each for each in declared if each.get("external")]
        self.managed = [each for each in declared if each["custom"] and each not in self.reads]
        self.count = len(declared)

    def is_unchanged(self) -> None:
        """Neither the stack nor an org has anything to do."""
        preview = self.project.pulumi("preview", "--expect-no-changes", "--diff")
        assert preview == f"{self.count - len(self.reads)} unchanged"

    def change(self) -> None:
        """Update every deployment: the orgs have the change, and nothing else."""
        updated = len(self.managed)
        rest = self.count - len(self.reads) - updated
        printed = self.project.pulumi("up", "--yes", "--skip-preview", step="changed")
        assert printed == f"~ {updated} updated, {rest} unchanged"
        wanted = self.recorded
        for each in self.managed:
            body = wanted[each["inputs"].get("org", "")][each["id"]]
            body["description"] = body.get("description", "").replace("as recorded", "")
            body["description"] += "changed"
        assert _comparable(self.held()) == _comparable(wanted)

    def held(self) -> dict[str, Held]:
        return {name: org.dump() for name, org in self.orgs.items()}

    def rest(self, *kept: str) -> dict[str, Held]:
        """What is to be left in the orgs by a destroy that keeps what is marked so."""
        rest = {name: dict(bodies) for name, bodies in self.held().items()}
        for each in self.managed:
            if not any(each.get(mark) for mark in ("retainOnDelete", *kept)):
                del rest[each["inputs"].get("org", "")][each["id"]]
        return rest


def _comparable(held: dict[str, Held]) -> Any:
    return {
        name: {id_: inputs(body) for id_, body in bodies.items()} for name, bodies in held.items()
    }


@pytest.fixture(params=Recording.all(), ids=lambda each: each.folder.name)
def stack(request: pytest.FixtureRequest, pulumi_cli: Path, tmp_path: Path) -> Iterator[Stack]:
    """A new stack for each recording."""
    recording: Recording = request.param
    with recording.orgs() as orgs:
        yield Stack(recording, tmp_path, pulumi_cli, orgs)


def test_nothing_is_to_be_done_before_and_after_a_refresh(stack: Stack) -> None:
    stack.is_unchanged()
    printed = stack.project.pulumi("refresh", "--yes", "--skip-preview")
    assert printed == f"{stack.count} unchanged"
    assert stack.held() == stack.recorded
    stack.is_unchanged()
    stack.change()
    rest = stack.rest()
    stack.project.pulumi("destroy", "--yes", "--skip-preview")
    assert stack.held() == rest


def test_it_is_updated_without_a_refresh(stack: Stack) -> None:
    stack.change()


def test_it_is_destroyed_as_it_is(stack: Stack) -> None:
    rest = stack.rest("protect")
    stack.project.pulumi("destroy", "--yes", "--skip-preview", "--exclude-protected")
    assert stack.held() == rest


def test_the_newest_one_is_as_this_version_writes_states(tmp_path: Path) -> None:
    now = Recording(tmp_path / "now")
    record(now)
    assert _shapes(Recording.all()[-1]) == _shapes(now)
    with pytest.raises(FileExistsError, match="a recording never changes"):
        record(now)


def _shapes(recording: Recording) -> dict[str, Any]:
    """What each resource of a recorded state has, but for the values themselves."""
    state = json.loads((recording.folder / "state.json").read_text("utf-8"))
    without = ("id", "provider", "created", "modified", "propertyDependencies")
    return {
        each["urn"]: _shape({key: value for key, value in each.items() if key not in without})
        for each in state["deployment"]["resources"]
    }


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shape(each) for key, each in value.items()}
    return [_shape(each) for each in value] if isinstance(value, list) else type(value)
