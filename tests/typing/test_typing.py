"""Type checkers accept right programs and refuse wrong ones, line by line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pulumi_widgets import WidgetDeploymentArgs, WidgetDeploymentArgsDict

from .editor import editor

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


def test_editors_show_the_sentence_of_each_input(tmp_path: Path) -> None:
    inputs = WidgetDeploymentArgsDict.__annotations__
    assert list(inputs) == list(WidgetDeploymentArgs.__annotations__)
    program = tmp_path / "program.py"
    program.write_text(
        "from pulumi_widgets import WidgetDeployment, WidgetDeploymentArgs\n"
        + "".join(f'WidgetDeployment("x", {each}=None)\n' for each in inputs)
        + "".join(f"WidgetDeploymentArgs({each}=None)  # of {each}\n" for each in inputs)
        + 'WidgetDeployment("x", {"client_type": "v2", "flow_id": "f"})\n',
        "utf-8",
    )
    python = Path(sys.prefix)
    config = {"extraPaths": [str(PROJECT)], "venvPath": str(python.parent), "venv": python.name}
    (tmp_path / "pyrightconfig.json").write_text(json.dumps(config), "utf-8")
    with editor(program) as shown:
        # an input that is no output: pyright takes the sentence from the output's property
        without = {each for each in inputs if "---\n" not in shown.hover(f"{each}=None)\nW")}
        assert without == {"adopt_id"}
        for each in inputs:
            assert shown.typing(f"{each}=None").startswith(f"{each}: ")
            assert "---\n" in shown.hover(f"{each}=None)  # of")
        assert "The id of the inbound chat flow" in shown.hover('flow_id": "f"')
