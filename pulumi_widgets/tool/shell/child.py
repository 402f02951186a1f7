"""A command in the user's terminal, to its end."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any

import click

__all__ = ["on_signals", "run_child", "wait_for"]


def run_child(
    command: Sequence[str],
    environ: Mapping[str, str] | None = None,
    *,
    stdout: int | None = None,
    pass_fds: Sequence[int] = (),
    interrupted: threading.Event | None = None,
) -> int:
    """Run it to its end; its exit code, as a shell says it.

    Args:
        command: what to run.
        environ: its whole environment; default: this process's.
        stdout: a file descriptor for what it prints; default: this process's own.
        pass_fds: file descriptors that it gets under their numbers.
        interrupted: set when Ctrl-C comes.
    """
    child: subprocess.Popen[bytes] | None = None
    forwarded: set[int] = set()

    def forward(signum: int, _: FrameType | None) -> None:
        # once: who signals the whole process group has signalled the command already, and to
        # Pulumi a second signal means "now", not "when you can"
        if child is None:
            sys.exit(128 + signum)
        if signum not in forwarded:
            forwarded.add(signum)
            child.send_signal(signum)

    def interrupt(*_: object) -> None:
        if interrupted:
            interrupted.set()

    # Ctrl-C and Ctrl-\ reach the command by the terminal, which signals the whole group. They
    # are handled, not ignored: the command would inherit that.
    with (
        on_signals(interrupt, "SIGINT", "SIGQUIT"),
        on_signals(forward, "SIGTERM", "SIGHUP"),
    ):
        try:
            child = subprocess.Popen(command, env=environ, stdout=stdout, pass_fds=pass_fds)
        except OSError as error:
            click.echo(f"Error: {command[0]}: {error.strerror or error}", err=True)
            return 127 if isinstance(error, FileNotFoundError) else 126
        ended = threading.Event()

        def watch(running: subprocess.Popen[bytes]) -> None:
            running.wait()
            ended.set()

        threading.Thread(target=watch, args=(child,), daemon=True).start()
        wait_for(ended)
        code = child.wait()
    return code if code >= 0 else 128 - code


def wait_for(event: threading.Event) -> None:
    """Wait, open to signals."""
    # in slices: a signal that comes in the instant before a wait is handled only after it
    while not event.wait(1.0):
        pass


@contextmanager
def on_signals(handler: Any, *names: str) -> Iterator[None]:
    """Handle signals in another way for a while."""
    before: dict[int, Any] = {}
    for name in names:
        signum = getattr(signal, name, None)  # Windows lacks some
        # what was ignored from the start (nohup, a shell's `&`) stays so, for the command too
        if signum is not None and signal.getsignal(signum) != signal.SIG_IGN:
            before[signum] = signal.signal(signum, handler)
    try:
        yield
    finally:
        for signum, old in before.items():
            signal.signal(signum, old)
