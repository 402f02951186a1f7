"""README and pages: their tests run, their tables are complete, their links lead somewhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

import pulumi_widgets
from pulumi_widgets import ClientType, WebChatSkin, cli, mapping, settings

from .conftest import CLONE

README = CLONE / "README.md"
PAGES = sorted((CLONE / "docs").glob("*.md"))
PAPERS = {file: file.read_text("utf-8") for file in (README, *PAGES)}
TEXT = "\n".join(PAPERS.values())

PROGRAM = """
from pulumi_widgets import WidgetDeployment

chat = WidgetDeployment("chat", client_type="v1", authentication_required=True)
"""


def test_their_tests_pass(environ: Mapping[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "project"
    (folder / "chat").mkdir(parents=True)
    (folder / "chat" / "__main__.py").write_text(PROGRAM, "utf-8")
    (folder / "chat" / "Pulumi.yaml").write_text(
        f"name: chat\nruntime: {{name: python, options: {{virtualenv: '{sys.prefix}'}}}}\n", "utf-8"
    )
    blocks = re.findall(r"<!-- (test_\w+\.py) -->\n```python\n(.*?)```", TEXT, re.DOTALL)
    assert len(blocks) == 2
    for name, text in blocks:
        (folder / name).write_text(text, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=folder,
        env={**environ, "GENESYSCLOUD_ACCESS_TOKEN": "of a real org"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "2 passed" in done.stdout


def test_their_tables_are_complete() -> None:
    rows = re.findall(r"^\| (`.*)$", TEXT, re.MULTILINE)
    first = [row.partition(" | ")[0] for row in rows]
    named = {name for cell in first for name in re.findall(r"`([\w:]+)`", cell)}
    assert named >= {*mapping.INPUTS, *mapping.HOW, *mapping.OUTPUTS, "id"}
    assert named >= {name for name in pulumi_widgets.__all__ if name.startswith("get_")}
    commands = re.findall(r"`pulumi-widgets (\w+)", "".join(first))
    assert sorted(commands) == sorted(cli.COMMANDS)
    assert named >= {*mapping.CLIENT_CONFIG, *mapping.WEB_CHAT_CONFIG}
    for key, variable in settings.KEYS.items():
        assert any(row.startswith(f"`genesyscloud:{key}` | `{variable}` |") for row in rows), key
    for enum in (*ClientType, *WebChatSkin):
        assert any(f'`"{enum.value}"`' in row for row in rows), enum


def prose(file: Path) -> str:
    """A paper without its blocks of code, where a # is no heading and a bracket no link."""
    return re.sub(r"^```.*?^```$", "", file.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)


def links(file: Path) -> set[tuple[Path, str]]:
    """The files that a paper links to, and the anchors in them."""
    found = re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", prose(file))
    return {((file.parent / link).resolve() if link else file, anchor) for link, anchor in found}


def anchors(file: Path) -> list[str]:
    """Those that GitHub gives to a paper's headings."""
    headings = re.findall(r"^#+ (.*)$", prose(file), re.MULTILINE)
    return [re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings]


@pytest.mark.tree
@pytest.mark.parametrize(
    "file", [*PAPERS, CLONE / "CONTRIBUTING.md", CLONE / "CHANGELOG.md"], ids=lambda file: file.name
)
def test_its_links_lead_somewhere(file: Path) -> None:
    found = links(file)
    assert found or file.name == "CHANGELOG.md"
    for target, anchor in found:
        assert target.exists(), target
        assert not anchor or anchors(target).count(anchor) == 1, (target, anchor)


def test_each_page_is_found_from_all() -> None:
    for file in PAPERS:
        missing = {*PAPERS} - {target for target, _ in links(file)} - {file}
        assert not missing, file


def test_the_readme_is_read_in_one_sitting() -> None:
    assert len(PAPERS[README].splitlines()) <= 250


def test_they_name_no_machine() -> None:
    assert os.path.expanduser("~") + os.sep not in TEXT
    assert str(CLONE) not in TEXT


@pytest.mark.tree
def test_their_way_to_install_is_everywhere() -> None:
    """No name that is not ours on PyPI: anyone could take it."""
    assert 'pip install "path/to/the/checkout[cli]"' in TEXT
    files = [
        each
        for folder in ("pulumi_widgets", "examples")
        for each in (CLONE / folder).rglob("*")
        if each.suffix in (".py", ".md", ".txt", ".yml") and ".venv" not in each.parts
    ]
    assert len(files) > 80
    for file in (*PAPERS, *files):
        text = file.read_text("utf-8")
        assert not re.search(r"pip install[^\n]*[ \"']pulumi[-_]widgets", text), file
    requirements = (CLONE / "examples/automation/requirements.txt").read_text("utf-8")
    named = [line for line in requirements.splitlines() if line[0] != "#" and "==" not in line]
    assert named == ["path/to/the/checkout"]
