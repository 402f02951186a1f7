"""The workflows of GitHub: what checkers say of them, and what our own do at a release."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml
from pins import cli_version

from tests.real_cli import run

from .test_lock import PROJECT, PYTHONS
from .test_wheel import CLONE

WORKFLOWS = CLONE / ".github" / "workflows"
EXAMPLES = CLONE / "examples" / "github_workflow" / ".github" / "workflows"
ALL = sorted([*WORKFLOWS.glob("*.yml"), *EXAMPLES.glob("*.yml")])


def jobs(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((WORKFLOWS / name).read_text("utf-8"))["jobs"]
    return loaded


def step(job: dict[str, Any], name: str) -> str:
    (found,) = (each["run"] for each in job["steps"] if each.get("name") == name)
    return str(found)


def shell(script: str, tag: str, cwd: Path) -> int:
    """The exit code of a step, in a shell as GitHub starts it."""
    bash = shutil.which("bash")
    assert bash
    return subprocess.run(
        [bash, "-e", "-c", script], cwd=cwd, env={**os.environ, "GITHUB_REF_NAME": tag}, check=False
    ).returncode


def beside(name: str) -> str:
    """A program of the environment that the tests run in."""
    found = shutil.which(name, path=str(Path(sys.executable).parent))
    assert found
    return found


@pytest.mark.skipif(shutil.which("go") is None, reason="actionlint is built with Go")
def test_actionlint_finds_nothing() -> None:
    actionlint = ("go", "-C", "tools/actionlint", "tool", "actionlint")
    options = ("-shellcheck", beside("shellcheck"), "-pyflakes=")
    assert run(*actionlint, *options, *ALL, cwd=CLONE) == ""


@pytest.mark.skipif(sys.version_info < (3, 11), reason="zizmor needs Python 3.11")
def test_zizmor_finds_nothing() -> None:
    options = ("--offline", "--persona=pedantic", "--quiet")
    dependabot = CLONE / ".github" / "dependabot.yml"
    assert "No findings" in run(beside("zizmor"), *options, *ALL, dependabot, cwd=CLONE)


def test_actions_are_pinned_alike() -> None:
    used: dict[str, set[str]] = defaultdict(set)
    for file in ALL:
        text = file.read_text("utf-8")
        assert text.count("actions/checkout@") == text.count("persist-credentials: false"), file
        for action, pin in re.findall(r"uses: (\S+)@(.*)", text):
            used[action].add(pin)
    for action, pins in used.items():
        assert len(pins) == 1, action
        assert all(re.fullmatch(r"[0-9a-f]{40} # v\d+\.\d+\.\d+", pin) for pin in pins), action


def test_ci_runs_with_the_pinned_cli() -> None:
    newest = jobs("ci.yml")["official-cli"]["strategy"]["matrix"]["cli"][0]
    assert f"v{newest}" == cli_version()


def test_ci_runs_with_every_supported_python() -> None:
    assert jobs("ci.yml")["test"]["strategy"]["matrix"]["python"] == PYTHONS
    assert jobs("release.yml")["test"]["strategy"]["matrix"]["python"] == [PYTHONS[0], PYTHONS[-1]]


def test_a_release_needs_the_tag_of_its_version(tmp_path: Path) -> None:
    shutil.copy(CLONE / "pyproject.toml", tmp_path)
    script = step(jobs("release.yml")["build"], "The tag is the version")
    assert shell(script, f"v{PROJECT['version']}", tmp_path) == 0
    for tag in ("v0.0.0", f"v{PROJECT['version']}.1", PROJECT["version"].replace(".", "x")):
        assert shell(script, tag, tmp_path) != 0, tag


def test_the_notes_are_the_section_of_the_version(tmp_path: Path) -> None:
    script = step(jobs("release.yml")["build"], "The version's section of the changelog")
    (tmp_path / "CHANGELOG.md").write_text(
        "# Changelog\n\n## [Unreleased]\n\n- not yet\n\n## [1.2.0] - 2026-01-02\n\n"
        "### Added\n\n- [a link](x.md): new\n\n## [1.2] - 2025-01-02\n\n- old\n\n"
        "[1.2.0]: https://pypi.org/\n"
    )
    assert shell(script, "v1.2.0", tmp_path) == 0
    notes = (tmp_path / "notes" / "notes.md").read_text("utf-8")
    assert notes.strip() == "### Added\n\n- [a link](x.md): new"


def test_the_changelog_has_the_version(tmp_path: Path) -> None:
    shutil.copy(CLONE / "CHANGELOG.md", tmp_path)
    script = step(jobs("release.yml")["build"], "The version's section of the changelog")
    assert shell(script, f"v{PROJECT['version']}", tmp_path) == 0
    assert shell(script, "v0.0.0", tmp_path) != 0
