"""Ctrl-C: one line, exit code 130, and nobody waits for what is under way."""

from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Reply, Simulator
from pulumi_widgets.tool.shell import output
from pulumi_widgets.tool.shell.pool import in_pool
from tests.waiting import eventually

from .project import Project
from .running import PROGRAM, in_terminal, screen

PATH = "/api/v2/widgets/deployments"
LIMIT = 20
"""Seconds, far less than any time-out of what hangs here."""

AS_A_SHELL = "import fcntl, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0)\n"
"""Makes the terminal the one whose Ctrl-C this process gets."""
INTERRUPTED_IMPORT = """
import os, signal, sys
from pulumi_widgets.cli import main
class Finder:
    def find_spec(name, path=None, target=None):
        if name == {name!r}:
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Finder)
main()
"""
POOL = """
import os
import threading
from pulumi_widgets.tool.shell.pool import in_pool
def hang(number):
    os.write(1, b"%d\\n" % number)  # in one piece, and with no lock that an end could meet held
    threading.Event().wait()
list(in_pool(hang, range(9)))
"""


def test_a_server_that_hangs(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    org = simulated_org_environ
    org.script("GET", PATH, Reply.hang(600), times=20)
    with subprocess.Popen(
        [*PROGRAM, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        eventually(lambda: org.scripted < 20, "the listing is asked for")
        process.send_signal(signal.SIGINT)
        assert process.communicate(timeout=LIMIT) == ("", "Interrupted.\n")
        assert process.returncode == 130


@pytest.mark.parametrize("name", ["click", "click.core", "pulumi_widgets.tool.org", "requests"])
def test_while_modules_are_imported(
    name: str, simulated_org_environ: Simulator, tmp_path: Path
) -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED_IMPORT.format(name=name), "list"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "Interrupted.\n")


def test_at_a_question(project: Project, org: Simulator) -> None:
    project.imports("support", "support-id")
    ran = in_terminal(
        "orphans",
        "--delete",
        prompt="[y/N]: ",
        answers=["\x03"],
        program=(*PROGRAM[:2], AS_A_SHELL + PROGRAM[2]),
    )
    assert ran.code == 130
    assert re.search(r"\[y/N\]: \^C\n+Interrupted\.\n$", screen(ran.out))
    assert len(org.dump()) == 3


def test_in_the_instant_in_which_a_question_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    class Shown(io.StringIO):
        def flush(self) -> None:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stderr", Shown())
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    with pytest.raises(KeyboardInterrupt):
        output.is_confirmed("Delete it?")


def test_the_pool_is_left_at_once() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", POOL],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        said = {process.stdout.readline() for _ in range(4)}
        process.send_signal(signal.SIGINT)
        assert process.wait(LIMIT) == -signal.SIGINT
        assert process.stdout.read() == ""
    assert said == {"0\n", "1\n", "2\n", "3\n"}


def test_results_come_in_order() -> None:
    passed = [threading.Event() for _ in range(3)]

    def backwards(number: int) -> int:
        if number + 1 < len(passed):
            assert passed[number + 1].wait(LIMIT)
        passed[number].set()
        return number

    assert list(in_pool(backwards, range(3), workers=3)) == [0, 1, 2]
    assert list(in_pool(str, [])) == []


def test_an_error_comes_in_its_items_place() -> None:
    begun: list[int] = []

    def half(number: int) -> float:
        begun.append(number)
        return 1 / (2 - number)

    results = in_pool(half, range(9), workers=1)
    assert [next(results), next(results)] == [0.5, 1]
    with pytest.raises(ZeroDivisionError):
        next(results)
    assert len(begun) <= 9
