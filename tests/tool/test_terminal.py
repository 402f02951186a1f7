"""The tool in a terminal and without one, and what its help says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pyte
import pytest

from pulumi_widgets import cli
from pulumi_widgets.simulator import Simulator

from .running import PROGRAM, in_process, in_terminal, run, screen

ESCAPE = "\x1b"


@pytest.fixture(autouse=True)
def org(
    simulated_org_environ: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Simulator:
    monkeypatch.chdir(tmp_path)
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    simulated_org_environ.add({"name": "Support of everything " * 4, "clientType": "v2"})
    return simulated_org_environ


def test_list_in_a_terminal(org: Simulator) -> None:
    ran = in_terminal("list")
    assert ran.code == 0
    assert f"{ESCAPE}[1mNAME" in ran.out  # the titles are bold
    assert "Listing the org's deployments" in ran.out  # and progress was shown
    (id_,) = org.dump()
    assert id_ in screen(ran.out)
    wide = screen(in_terminal("list", columns=160).out)
    assert re.search(rf"Support of everything +Support.*{id_}|Support of.*….*{id_}", wide)


def test_a_snippet_in_a_terminal(org: Simulator) -> None:
    (id_,) = org.dump()
    ran = in_terminal("snippet", id_)
    assert ran.code == 0
    assert "Reading the deployment" in ran.out  # progress was shown
    shown = screen(ran.out)
    piped = in_process("snippet", id_)
    # a page is copied from there: not a line is folded
    assert piped.out in shown
    assert piped.err.splitlines()[-1] in shown


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour(environ: dict[str, str]) -> None:
    ran = in_terminal("doctor", environ=environ)
    assert not re.search(r"\x1b\[[0-9;]*m", ran.out)
    assert "environment  ok" in screen(ran.out)


def test_without_a_terminal() -> None:
    for command in ("list", "doctor", "show"):
        arguments = ["Support of everything " * 4] if command == "show" else []
        ran = in_process(command, *arguments)
        assert ESCAPE not in ran.out + ran.err
        assert ran.err == ""
        if command == "list":
            assert ran.out.count("\n") == 2  # nothing is folded
        if command == "show":
            assert ("Support of everything " * 4).strip() in ran.out
        assert all(line == line.rstrip() for line in ran.out.splitlines())


NOTE = "Genesys Cloud's rate limit: the next call waits 42 s."
DOING = "Listing the org's deployments …"
NOTES = f"""
import os, threading, tty
from pulumi_widgets.tool.shell.output import note, progress
tty.setcbreak(0)  # what is typed is not shown
with progress({DOING!r}):
    os.read(0, 1)  # it is typed when the progress is there to be seen
    note({NOTE!r})
    other = threading.Thread(target=note, args=["red \\x1b[31m " + "x" * 100])
    other.start()
    other.join()
note("Done.")
"""


def test_notes_keep_clear_of_progress() -> None:
    ran = in_terminal(program=[sys.executable, "-c", NOTES], prompt=DOING, answers=[""])
    assert ran.code == 0
    terminal = pyte.Screen(80, 24)
    pyte.Stream(terminal).feed(ran.out.replace("\n", "\r\n"))
    left = [line.rstrip() for line in terminal.display if line.strip()]
    assert left[0] == NOTE
    assert "".join(left[1:-1]).replace(" ", "") == r"red\x1b[31m" + "x" * 100
    assert left[-1] == "Done."


def test_errors_in_a_terminal() -> None:
    ran = in_terminal("show", "no\x07pe")
    assert ran.code == 1
    last = screen(ran.out).rstrip("\n").rpartition("\n")[2].lstrip("\r")
    assert last.startswith("Error: No deployment has the id or the name")
    assert "\x07" not in ran.out


def test_a_reader_that_goes_away(org: Simulator) -> None:
    for number in range(2000):
        org.add({"name": f"n{number}", "clientType": "v1"})
    with subprocess.Popen(
        [*PROGRAM, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_help_teaches_by_example(name: str) -> None:
    ran = run(name, "--help")
    assert (ran.code, ran.err) == (0, "")
    assert re.search(rf"^  pulumi-widgets {name}\b", ran.out, re.MULTILINE)
    assert "\\b" not in ran.out
    assert "\b" not in ran.out
    assert run(name, "-h").out == ran.out
    assert all(len(line) <= 80 for line in ran.out.splitlines())


def test_help() -> None:
    ran = in_process("--help", COLUMNS="80")
    assert (ran.code, ran.err) == (0, "")
    commands = ran.out.partition("Commands:\n")[2].partition("\n\n")[0]
    assert re.findall(r"^  (\S+)", commands, re.MULTILINE) == list(cli.COMMANDS)
    assert "..." not in commands
    assert all(len(line) <= 80 for line in ran.out.splitlines())
    for shell in ("bash", "zsh", "fish"):
        assert f"_PULUMI_WIDGETS_COMPLETE={shell}_source pulumi-widgets" in ran.out
    assert run("--help").out.startswith("Usage: pulumi-widgets [OPTIONS] COMMAND")
    assert re.fullmatch(r"pulumi-widgets \d+\.\d+\.\d+\n", run("--version").out)


def test_help_and_simulate_import_little() -> None:
    """Help needs no HTTP and no table; a simulated org nothing of stacks."""
    for arguments, unwanted in [
        (["--help"], ("requests", "rich.table", "werkzeug")),
        (["simulate", "--", "true"], ("rich.table", "pulumi_widgets.tool.stacks.stack")),
    ]:
        program = (
            f"import sys, pulumi_widgets.cli as c\nsys.argv[1:] = {arguments!r}\n"
            "try: c.main()\nexcept SystemExit: pass\n"
            f"sys.stderr.write(repr(sorted(set({unwanted!r}) & set(sys.modules))))"
        )
        done = subprocess.run(
            [PROGRAM[0], "-c", program], capture_output=True, text=True, check=False
        )
        assert done.stderr == "[]"


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("s", {"show", "snippet", "simulate"}),
        ("list --cl", {"--client-type"}),
        ("list --client-type v1", {"v1", "v1-http"}),
        ("show --org ", {"asia", "eu"}),
    ],
)
def test_completion(words: str, offered: set[str]) -> None:
    ran = in_process(
        _PULUMI_WIDGETS_COMPLETE="bash_complete",
        COMP_WORDS=f"pulumi-widgets {words}",
        COMP_CWORD=str(len(f"pulumi-widgets {words}".split(" ")) - 1),
        GENESYSCLOUD_EU_REGION="eu-west-1",
        GENESYSCLOUD_ASIA_REGION="ap-south-1",
    )
    assert {line.partition(",")[2] for line in ran.out.splitlines()} == offered


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str) -> None:
    ran = in_process(_PULUMI_WIDGETS_COMPLETE=f"{shell}_source")
    assert (ran.code, ran.err) == (0, "")
    assert f"_PULUMI_WIDGETS_COMPLETE={shell}_complete" in ran.out
    assert re.search(r"(complete|compdef) .*pulumi-widgets", ran.out)
