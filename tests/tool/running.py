"""The tool in this process, in one of its own, and in a terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from click.testing import CliRunner

from pulumi_widgets import cli

__all__ = ["PROGRAM", "Ran", "in_process", "in_terminal", "run", "screen"]

PROGRAM = (sys.executable, "-c", "from pulumi_widgets.cli import main; main()")


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str = ""

    @property
    def last(self) -> str:
        """The last line on stderr: the one that tells what is wrong."""
        return self.err.rstrip("\n").rpartition("\n")[2]


def run(*arguments: str) -> Ran:
    """In this process: quick."""
    done = CliRunner().invoke(cli.command(), arguments, prog_name="pulumi-widgets")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Ran(done.exit_code, done.stdout, done.stderr)


def in_process(*arguments: str, **environ: str) -> Ran:
    """In a process of its own, without a terminal."""
    done = subprocess.run(
        [*PROGRAM, *arguments],
        env={**os.environ, **environ},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def in_terminal(
    *arguments: str,
    columns: int = 80,
    environ: Mapping[str, str] | None = None,
    prompt: str = "",
    answers: Sequence[str] = (),
    program: Sequence[str] = PROGRAM,
) -> Ran:
    """In a terminal; its output is what the terminal got, stdout and stderr in their order.

    Args:
        arguments: the command line.
        columns: the terminal's width.
        environ: over this process's.
        prompt: what a question ends with.
        answers: one line to type for each question.
        program: what gets the command line; default: the tool.
    """
    left = list(answers)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with subprocess.Popen(
        [*program, *arguments],
        env={**os.environ, "TERM": "xterm-256color", **(environ or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
    ) as process:
        os.close(theirs)
        got = bytearray()
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # so Linux says that nobody holds the other end any more
                break
            if not part:
                break
            got += part
            if left and got.count(prompt.encode()) > len(answers) - len(left):
                os.write(ours, left.pop(0).encode() + b"\r")
        os.close(ours)
        return Ran(process.wait(30), got.decode("utf-8").replace("\r\n", "\n"))


def screen(text: str) -> str:
    """What stays to be read: without the sequences that a terminal takes for itself."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", text)
