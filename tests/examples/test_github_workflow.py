"""The workflows' own commands, in a shell as GitHub starts it, against a simulated org."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from pins import cli_version

from pulumi_widgets.simulator import Simulator

from .conftest import CLONE, Program

FOLDER = Path("examples/github_workflow")
WORKFLOWS = FOLDER / ".github" / "workflows"


def workflow(name: str) -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load((CLONE / WORKFLOWS / name).read_text("utf-8"))
    return loaded


def steps(name: str) -> list[dict[str, Any]]:
    [job] = workflow(name)["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


@pytest.mark.parametrize("name", ["preview.yml", "drift.yml"])
def test_its_form(name: str) -> None:
    loaded = workflow(name)
    assert loaded["permissions"] == {}
    [job] = loaded["jobs"].values()
    assert job["permissions"] == {"contents": "read", "id-token": "write"}
    assert loaded["defaults"]["run"]["shell"] == "bash"
    triggers = loaded[True]  # YAML takes the key "on" for a boolean
    assert triggers.keys() <= {"pull_request", "schedule", "workflow_dispatch"}
    readme = (CLONE / FOLDER / "README.md").read_text("utf-8")
    for source, variable in re.findall(r"(vars|secrets)\.(\w+)", str(loaded)):
        assert f"| `{variable}` |" in readme, source
        assert (source, variable[:4]) != ("secrets", "AWS_")


@pytest.mark.parametrize("name", ["preview.yml", "drift.yml"])
def test_its_cli_is_the_one_of_the_tests(name: str) -> None:
    [version] = [
        step["with"]["pulumi-version"] for step in steps(name) if "pulumi" in str(step.get("uses"))
    ]
    assert f"v{version}" == cli_version()


def test_its_commands(
    clone: Path, environ: Mapping[str, str], simulated_org: Simulator, tmp_path: Path
) -> None:
    folder = clone / FOLDER
    (folder / ".venv").symlink_to(sys.prefix)
    program = Program(folder, environ)
    program.run("stack", "init", workflow("preview.yml")["env"]["STACK"])
    summary = tmp_path / "summary"
    bash = shutil.which("bash")
    assert bash

    def run(name: str) -> tuple[list[int], str]:
        """The codes of the steps that follow the installation, and the job's summary."""
        summary.write_text("", "utf-8")
        codes = []
        for step in steps(name):
            if "run" not in step or step["name"] == "Install":
                continue
            done = subprocess.run(
                [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]],
                cwd=folder,
                env={**environ, "STACK": "prod", "GITHUB_STEP_SUMMARY": str(summary)},
                capture_output=True,
                encoding="utf-8",
                check=False,
            )
            codes.append(done.returncode)
        return codes, summary.read_text("utf-8")

    codes, told = run("preview.yml")
    assert codes == [0, 0], told
    assert "+ pulumi-python:dynamic/genesyscloud:WidgetDeployment: (create)" in told
    assert simulated_org.dump() == {}

    program.run("up", "--yes", "--skip-preview", "--stack", "prod")
    codes, told = run("drift.yml")
    assert codes == [0, 0], told

    [id_] = simulated_org.dump()
    simulated_org.edit(id_, description="by hand")
    codes, told = run("drift.yml")
    assert codes == [2, 0], told
    assert "by hand" in told
    codes, told = run("preview.yml")
    assert codes == [0, 0], told
    assert '"by hand" => "Chat on the support pages"' in told
    assert simulated_org.dump()[id_]["description"] == "by hand"
