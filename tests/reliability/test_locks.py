"""Two commands at once on a stack whose state is shared."""

from __future__ import annotations

import getpass
import signal
import socket
import sys
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from ..backends.kept import Backend
from ..waiting import eventually
from .processes import Command
from .stacks import NewStack

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


def test_the_second_command_says_who_has_the_lock(
    new_stack: NewStack, shared_backend: Backend, tmp_path: Path
) -> None:
    with Simulator(seed=1) as org:
        stack = new_stack(org, 3, backend=shared_backend)
        first, second = (Command(stack.engine, tmp_path / name) for name in ("first", "second"))
        with first:
            eventually(lambda: org.calls, "under way")
            first.send(signal.SIGSTOP)
            with second:
                said = second.wait()
            assert "the stack is currently locked by 1 lock(s)" in said
            owner = f"{getpass.getuser()}@{socket.gethostname()} (pid {first.pid})"
            assert f"created by {owner}" in said
            first.send(signal.SIGCONT)
            first.wait()
        assert stack.disagreements(org.dump()) == []
        assert len(org.dump()) == 3
        assert shared_backend.stored(".pulumi/locks") == {}
        stack.run("destroy")
        assert org.dump() == {}
