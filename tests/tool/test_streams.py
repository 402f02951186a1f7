"""Where the output cannot go: one line and exit code 1, and nothing from Python itself."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from .running import PROGRAM, in_process

FULL = "Error: The output cannot be written: No space left on device.\n"
CLOSED = "Error: stdout is closed: there is nowhere to print to.\n"
COMMANDS = ["list", "list --json", "show Süd", "doctor", "--help", "list --help", "--version"]
WRITES = """
import click, pathlib
@click.command()
def writes():
    pathlib.Path("no/folder/file").write_text("")
"""


@pytest.fixture(autouse=True)
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.chdir(tmp_path)
    simulated_org_environ.add({"name": "Süd 家", "clientType": "v2"}, deployment_id="id")
    simulated_org_environ.add({"name": "Süd", "clientType": "v2"}, deployment_id="id-2")
    return simulated_org_environ


def in_shell(arguments: str, rest: str) -> tuple[int, str]:
    """By a shell, with what it does to the streams; the exit code, and what came to stderr."""
    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{shlex.join(PROGRAM)} {arguments} {rest}"],
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("arguments", COMMANDS)
def test_no_room(arguments: str) -> None:
    assert in_shell(arguments, ">/dev/full") == (1, FULL)


def test_no_room_for_what_a_simulated_org_prints() -> None:
    code, said = in_shell("simulate", ">/dev/full")
    first, rest = said.split("\n", 1)
    assert first.startswith("A simulated org is at ")
    assert (code, rest) == (1, FULL)


@pytest.mark.parametrize("arguments", [*COMMANDS, "simulate"])
def test_a_closed_stdout(arguments: str) -> None:
    assert in_shell(arguments, ">&-") == (1, CLOSED)


@pytest.mark.parametrize("arguments", COMMANDS)
def test_a_reader_that_has_gone_away(arguments: str) -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [*PROGRAM, *arguments.split()], stdout=write, stderr=subprocess.PIPE, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.parametrize("rest", ["2>/dev/full", "2>&-"])
def test_errors_that_nobody_can_read(rest: str) -> None:
    assert in_shell("show nobody", rest) == (1, "")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "writes.py").write_text(WRITES)
    program = (
        "from pulumi_widgets.tool.shell.group import Tool\n"
        "Tool('tool', places={'writes': 'writes:writes'})()"
    )
    done = subprocess.run(
        [PROGRAM[0], "-c", program, "writes"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "Error: no/folder/file: No such file or directory.\n"


def test_a_locale_without_the_signs() -> None:
    ascii_ = {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ran = in_process("list", **ascii_)
    assert (ran.code, ran.err) == (0, "")
    assert "Süd 家" in ran.out
