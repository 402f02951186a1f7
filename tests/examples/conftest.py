"""The examples, each deployed from a copy of the clone as a user has it."""

from __future__ import annotations

import json
import os
import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator
from tests.real_cli import pulumi
from tests.waiting import BRIEFLY

CLONE = Path(__file__).resolve().parents[2]


class Program:
    """A Pulumi program in a folder, a stack of it, and the CLI.

    Args:
        folder: where its ``Pulumi.yaml`` is.
        environ: of the CLI.
    """

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self.folder = folder
        self._environ = dict(environ)
        self.run("stack", "init", "test")

    def run(self, *arguments: str, fails: bool = False) -> str:
        """Run the CLI; what it prints, to both streams."""
        return pulumi(*arguments, cwd=self.folder, environ=self._environ, fails=fails)

    def up(self) -> str:
        """`pulumi up`; its counts, like ``+ 3 created, 1 unchanged``."""
        return counts(self.run("up", "--yes", "--skip-preview"))

    def outputs(self) -> Any:
        """The stack's outputs."""
        return json.loads(self.run("stack", "output", "--json"))

    def replace(self, file: str, old: str, new: str) -> None:
        """Edit a file of the program."""
        path = self.folder / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")


def counts(printed: str) -> str:
    """What the engine says under "Resources:"."""
    found = re.search(r"^Resources:\n((?: +.+\n)*)", printed, re.MULTILINE)
    assert found, printed
    return ", ".join(" ".join(line.split()) for line in found[1].splitlines())


def named(org: str, simulator: Simulator) -> dict[str, str]:
    """The environment variables of an org to which a program gives a name."""
    return {
        name.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{org.upper()}_"): value
        for name, value in simulator.environ.items()
    }


@pytest.fixture
def environ(pulumi_cli: Path, simulated_org: Simulator, tmp_path: Path) -> dict[str, str]:
    """The CLI, the org, and nothing of the user's."""
    state = tmp_path / "state"
    state.mkdir()
    return {
        **simulated_org.environ_over(os.environ),
        **BRIEFLY,
        "PATH": os.pathsep.join((str(pulumi_cli), os.environ["PATH"])),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": state.as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A copy of the clone with what examples need of it; its ``.venv`` is that of the tests."""
    copy = tmp_path / "clone"
    ignored = shutil.ignore_patterns("__pycache__", "Pulumi.*.yaml")
    shutil.copytree(CLONE / "examples", copy / "examples", symlinks=True, ignore=ignored)
    shutil.copy(CLONE / "Pulumi.yaml", copy)
    (copy / ".venv").symlink_to(sys.prefix)
    return copy
