"""A Pulumi project in a folder, its stacks on the real CLI, and the tool within it."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.tool.stacks.stack import TYPE
from tests.lifecycle import truth
from tests.real_cli import pulumi
from tests.waiting import BRIEFLY

from .running import Ran, run

__all__ = ["Project", "content", "in_project"]

_IMPORT = "from pulumi_widgets import WidgetDeployment\nimport pulumi\n"


class Project:
    """A project in a folder, with a stack; the tool runs in it where it is the current one.

    Args:
        folder: an empty one.
        org: where the environment leads.
        name: the project's.
        stack: the stack's name.
    """

    def __init__(
        self, folder: Path, org: Simulator, name: str = "shop", stack: str = "dev"
    ) -> None:
        self.folder = folder
        self.org = org
        (folder / "Pulumi.yaml").write_text(
            json.dumps(
                {
                    "name": name,
                    "runtime": {"name": "python", "options": {"virtualenv": sys.prefix}},
                }
            )
        )
        self.write("")
        self.pulumi("stack", "init", stack)

    def write(self, program: str) -> None:
        """Replace the program."""
        (self.folder / "__main__.py").write_text(program, "utf-8")

    def declare(self, **declared: str) -> None:
        """Replace the program by one of variables and their arguments."""
        statements = (f"WidgetDeployment({name!r}, {args})\n" for name, args in declared.items())
        self.write(_IMPORT + "".join(statements))

    def pulumi(self, *arguments: str, fails: bool = False) -> str:
        """Run the CLI; what it prints, to both streams."""
        return pulumi("--color=never", *arguments, cwd=self.folder, fails=fails)

    def up(self, *options: str) -> str:
        """`pulumi up`."""
        return self.pulumi("up", "--yes", "--skip-preview", *options)

    def tool(self, *arguments: str, code: int = 0) -> Ran:
        """Run the tool, and look at its exit code; no secret of the org is in what it prints."""
        ran = run(*arguments)
        assert ran.code == code, ran
        assert "simulated-secret" not in ran.out + ran.err
        return ran

    def json(self, *arguments: str, code: int = 0) -> Any:
        """Run the tool with ``--json``."""
        return json.loads(self.tool(*arguments, "--json", code=code).out)

    def state(self, *options: str) -> dict[str, Any]:
        """`pulumi stack export`."""
        state: dict[str, Any] = json.loads(self.pulumi("stack", "export", *options))
        return state

    def resources(self, *options: str) -> list[dict[str, Any]]:
        """The deployments in the state."""
        found = self.state(*options)["deployment"].get("resources", [])
        return [each for each in found if each["type"] == TYPE]

    def is_settled(self) -> None:
        """Neither a refresh nor the preview after it shows a change."""
        self.pulumi("preview", "--expect-no-changes", "--refresh")

    def imports(self, *arguments: str, code: int = 0) -> Ran:
        """Run ``pulumi-widgets import --yes``."""
        return self.tool("import", "--yes", *arguments, code=code)

    def writes(self) -> Counter[str]:
        """How often the org was asked to write something."""
        return Counter(
            each.method
            for each in self.org.requests
            if each.method != "GET" and each.path != "/oauth/token"
        )


def in_project(
    folder: Path, org: Simulator, cli: Path, patch: pytest.MonkeyPatch, **environ: str
) -> Project:
    """Make a project, go there, and set the environment so that nothing of the user's is used."""
    state, home = folder / "state", folder / "home"
    project = folder / "project"
    for each in (state, home, project):
        each.mkdir(parents=True)
    patch.chdir(project)
    for name, value in {
        "PATH": os.pathsep.join((str(cli), os.environ["PATH"])),
        "PULUMI_HOME": str(home),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "open sesame",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        **org.environ,
        **BRIEFLY,
        **environ,
    }.items():
        patch.setenv(name, value)
    return Project(project, org)


def content(bodies: Iterable[Mapping[str, Any]]) -> list[str]:
    """What deployments say, whatever their ids and however empty is spelled."""
    found = []
    for body in bodies:
        said = truth.inputs(_without_nulls(dict(body)))
        if "allowedDomains" in said:
            said["allowedDomains"] = sorted(set(said["allowedDomains"]))
        found.append(json.dumps(said, sort_keys=True))
    return sorted(found)


def _without_nulls(value: Any) -> Any:
    """A JSON value without what Pulumi drops: nulls in objects, and how whole numbers look."""
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_without_nulls(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value
