"""Type checkers accept right programs and refuse wrong ones, line by line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pulumi_widgets import WidgetDeploymentArgs, WidgetDeploymentArgsDict

from .editor import Editor, editor

HERE = Path(__file__).parent
RIGHT, WRONG = HERE / "right.py", HERE / "wrong.py"
PROJECT = HERE.parents[1]


def mypy(program: Path) -> dict[int, str]:
    """Line → what mypy, in its strict mode, says about it."""
    ran = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--output=json", str(program)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr
    reports = [json.loads(line) for line in ran.stdout.splitlines() if line.startswith("{")]
    return {
        report["line"]: report["message"] for report in reports if report["severity"] == "error"
    }


def pyright(program: Path) -> dict[int, str]:
    """Line → what pyright says about it."""
    ran = subprocess.run(
        [sys.executable, "-m", "pyright", "--outputjson", str(program)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stdout + ran.stderr
    result = json.loads(ran.stdout)
    assert result["summary"]["filesAnalyzed"] == 1
    return {
        report["range"]["start"]["line"] + 1: report["message"]
        for report in result["generalDiagnostics"]
    }


def marked(program: Path) -> set[int]:
    lines = program.read_text(encoding="utf-8").splitlines()
    return {number for number, line in enumerate(lines, 1) if re.search(r"# error$", line)}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_a_right_program_is_accepted(checker: Callable[[Path], dict[int, str]]) -> None:
    assert checker(RIGHT) == {}


@pytest.mark.parametrize("checker", [mypy, pyright])
def test_each_wrong_line_is_reported_and_no_other(
    checker: Callable[[Path], dict[int, str]],
) -> None:
    reports = checker(WRONG)
    assert {line: text for line, text in reports.items() if line not in marked(WRONG)} == {}
    assert marked(WRONG) - reports.keys() == set()


@contextmanager
def opened(folder: Path, *lines: str) -> Iterator[Editor]:
    """An editor with a program that imports the package."""
    program = folder / "program.py"
    names = "ClientConfigArgs, WidgetDeployment, WidgetDeploymentArgs"
    program.write_text("\n".join((f"from pulumi_widgets import {names}", *lines)), "utf-8")
    python = Path(sys.prefix)
    config = {"extraPaths": [str(PROJECT)], "venvPath": str(python.parent), "venv": python.name}
    (folder / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
    with editor(program) as shown:
        yield shown


def test_editors_show_the_sentence_of_each_input(tmp_path: Path) -> None:
    inputs = WidgetDeploymentArgsDict.__annotations__
    assert list(inputs) == list(WidgetDeploymentArgs.__annotations__)
    with opened(
        tmp_path,
        *[f'WidgetDeployment("x", {each}=None)' for each in inputs],
        *[f"WidgetDeploymentArgs({each}=None)  # of {each}" for each in inputs],
        "class Ours(WidgetDeployment): ...",
        *[f'Ours("x", {each}=None)  # in {each}' for each in inputs],
    ) as shown:
        # Of an overloaded constructor's keyword pyright (1.1.414) shows the class's member of that
        # name, which is the output; of an input that is none, and in a subclass, nothing. One
        # signature alone would show the input, and then accept what is left out or given twice.
        without = {each for each in inputs if "---\n" not in shown.hover(f"{each}=None)\nW")}
        assert without == {"adopt_id"}
        for each in inputs:
            assert shown.typing(f"{each}=None").startswith(f"{each}: ")
            assert shown.typing(f"{each}=None)  # in").startswith(f"{each}: ")
            assert "---\n" in shown.hover(f"{each}=None)  # of")


PARTS = {'"v1"', '"v1_http"', '"v2"', '"third_party"'}
WEB_CHAT = {'"web_chat_skin"', '"authentication_url"'}
SKINS = {'"basic"', '"modern-caret-skin"'}
COMPLETED = {
    'WidgetDeployment("x", client_type="v1", client_config={"?"})': PARTS,
    'WidgetDeployment("x", client_type="v1", client_config={"v1": {"?"}})': WEB_CHAT,
    'WidgetDeployment("x", {"client_type": "v1", "client_config": {"?"}})': PARTS,
    'WidgetDeployment("x", {"client_config": {"v1_http": {"?"}}})': WEB_CHAT,
    'WidgetDeployment("x", {"client_config": {"v1": {"web_chat_skin": "?"}}})': SKINS,
    'WidgetDeploymentArgs(client_type="v1", client_config={"v1": {"?"}})': WEB_CHAT,
    'ClientConfigArgs(v1={"?"})': WEB_CHAT,
}


def test_editors_complete_dicts(tmp_path: Path) -> None:
    lines = [line.replace("?", f"?{number}") for number, line in enumerate(COMPLETED)]
    with opened(tmp_path, *lines) as shown:
        for number, (line, wanted) in enumerate(COMPLETED.items()):
            assert shown.completes(f"?{number}") == wanted, line


def test_editors_show_the_sentence_of_each_key(tmp_path: Path) -> None:
    with opened(
        tmp_path,
        'WidgetDeployment("x", client_type="v1", client_config={"v1": {"web_chat_skin": "basic"}})',
        'WidgetDeployment("x", {"flow_id": "f", "client_config": {"v1_http": {}}})',
    ) as shown:
        for key, sentence in {
            'v1": ': "For `v1`",
            "web_chat_skin": "`WebChatSkin`, or `basic`",
            "flow_id": "The id of the inbound chat flow",
            "v1_http": "For `v1-http`",
        }.items():
            assert sentence in shown.hover(key)
