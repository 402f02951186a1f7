"""Kills at any moment, each followed by a plain `pulumi up`, and the org compared after each.

What an interrupted command leaves in the org carries the token of `exactly_once`, or falls into
the one window that its argument names; a later command never deletes it.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from pulumi_widgets.sdk import THREADS
from pulumi_widgets.simulator import Simulator

from ..backends.kept import Backend
from ..waiting import eventually
from .processes import Command
from .stacks import Colleague, NewStack, Stack, half_made, misbehaving

MORE = 12
"""Deployments that each round's program has more than the last one's."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


class Killings:
    """Rounds of: a command that is killed, a plain `up`, and what is in the org after each."""

    def __init__(self, stack: Stack, colleague: Colleague, chance: random.Random) -> None:
        self._stack = stack
        self._colleague = colleague
        self._chance = chance
        self._left: set[str] = set()

    def round(self, victim: str, output: Path) -> None:
        """Kill one process, or interrupt the command, at a moment of chance; go on."""
        stack = self._stack
        stack.count += MORE
        stack.declare(f"until {victim} died")
        stack.org.reset_calls()
        # it changes what is there and makes MORE: a call and two for each, and the token's
        moment = self._chance.randrange(1, stack.count + MORE)
        with Command(stack.engine, output) as command:
            eventually(lambda: command.ended or sum(stack.org.calls.values()) >= moment, "calls")
            assert not command.ended, output.read_text("utf-8")
            if victim == "ctrl-c":
                command.interrupt()
            else:
                command.kill(victim)
            said = command.wait()
            if victim == "cli":
                # its provider lives on, and takes back what nobody would record
                eventually(lambda: half_made(self._unknown()) <= self._left, "deleted")
        # what is under way at the service's side comes to its end
        eventually(lambda: all(each.status for each in stack.org.requests), "answered")
        self._look(victim, moment, said)
        if victim == "cli":
            # the engine's own lock: it cannot know that the process which took it is dead
            with Command(stack.engine, output) as command:
                assert "the stack is currently locked" in command.wait()
            stack.engine.cli("cancel", "--yes")
        stack.run("up")
        assert stack.disagreements(self._colleague.others()) == []
        assert self._unknown().keys() == self._left, "what was left is still there, and no more"

    def end(self) -> None:
        """Destroy; what was left is still there."""
        self._stack.run("destroy")
        assert self._stack.state == []
        assert self._unknown().keys() == self._left

    def _unknown(self) -> dict[str, dict[str, object]]:
        """What the org holds that neither the state nor the colleague knows."""
        others = self._colleague.others()
        for each in self._stack.state:
            others.pop(each["id"], None)
        return others

    def _look(self, victim: str, moment: int, said: str) -> None:
        unknown = self._unknown()
        labelled = half_made(unknown)
        complete = unknown.keys() - labelled - self._left
        where = f"{victim} died at call {moment}:\n{said}"
        if victim in ("program", "ctrl-c"):
            assert unknown.keys() == self._left, where  # the engine lives, and ends in order
        # those whose PUT was under way, or its answer, when the engine could not record it
        assert len(complete) <= THREADS, where
        for id_ in complete:
            puts = [each for each in self._stack.org.requests if each.path.endswith(f"/{id_}")]
            assert [each.method for each in puts] == ["PUT"], where
        self._left = set(unknown)


@pytest.mark.parametrize(
    "seed", [1, 2, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 13))]
)
def test_whatever_is_killed_the_next_up_goes_on(
    new_stack: NewStack, seed: int, tmp_path: Path
) -> None:
    chance = random.Random(seed)
    faults = misbehaving(lost_answers=0, errors=0, resets=0, throttle=0, read_lag=0.3)
    faults.delete_lag, faults.double_post = 0.3, 3
    with Simulator(seed=seed, limit=None, faults=faults, latency=0.03) as org:
        stack = new_stack(org, 0)
        # else the backend keeps a second file for each, which a kill may leave empty: "failed to
        # load checkpoint: EOF" (v3.259), until it is deleted by hand
        stack.engine.environ["PULUMI_BACKEND_URL"] += "?metadata=skip"
        killings = Killings(stack, Colleague(org, 10), chance)
        victims = ["cli", "provider", "program", "ctrl-c"]
        chance.shuffle(victims)
        for number, victim in enumerate(victims):
            killings.round(victim, tmp_path / f"{number}-{victim}")
        killings.end()


def test_a_cli_that_died_holds_a_shared_stack_till_it_is_cancelled(
    new_stack: NewStack, shared_backend: Backend, tmp_path: Path
) -> None:
    with Simulator(seed=1, limit=None, latency=0.03) as org:
        stack = new_stack(org, 0, backend=shared_backend)
        killings = Killings(stack, Colleague(org, 10), random.Random(1))
        killings.round("cli", tmp_path / "output")
        killings.end()


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_second_ctrl_c_leaves_nothing_behind(
    new_stack: NewStack, tmp_path: Path, method: str
) -> None:
    """After it the engine waits for no answer and records none; it ends its processes in 5 s."""
    path = "/api/v2/widgets/deployments"
    route = f"{method} {path}" + ("" if method == "POST" else "/{deploymentId}")
    with Simulator(seed=1, latency=0.5) as org:
        stack = new_stack(org, 4)
        output = tmp_path / "output"
        with Command(stack.engine, output) as command:
            eventually(lambda: org.calls.get(route) == 4, "under way")
            command.interrupt()
            eventually(lambda: "^C received" in output.read_text("utf-8"), "heard")
            command.interrupt()
            command.wait()
            assert stack.state == []
            eventually(lambda: not org.dump(), "taken back")
