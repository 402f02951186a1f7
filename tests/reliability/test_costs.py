"""What each command costs in calls of the API, on the real CLI, without faults."""

from __future__ import annotations

import contextlib

import pytest

from pulumi_widgets.sdk import THREADS
from pulumi_widgets.simulator import Simulator

from ..lifecycle.programs import deployment, text_of
from .stacks import NewStack, calls


@pytest.mark.parametrize("count", [1, 10, 100])
def test_calls_of_each_command(new_stack: NewStack, count: int) -> None:
    # slow enough that calls overlap as they do with the real service
    with Simulator(seed=1, limit=None, latency=0.05) as org:
        stack = new_stack(org, count)

        def cost(command: str, **options: object) -> dict[str, int]:
            org.reset_calls()
            stack.run(command, **options)
            counted = calls(org)
            assert counted.pop("token", 0) <= 1
            return dict(counted)

        def writes(command: str) -> dict[str, int]:
            counted = cost(command)
            # an engine that pauses for longer than a write lingers, as on a machine that is busy
            # with other tests, costs one more
            assert 1 <= counted.pop("LIST") <= 1 + count / 10
            return counted

        assert writes("up") == {"POST": count, "PUT": count}
        for command in ("up", "preview"):
            assert cost(command) == {}
            assert not org.requests, "not even a token"
        assert cost("refresh") == {"LIST": 1}
        stack.declare("second")
        assert writes("up") == {"PUT": count}
        assert writes("destroy") == {"DELETE": count}
        assert org.dump() == {}


def test_calls_of_a_fleet(new_stack: NewStack) -> None:
    """One program for six orgs of five: each org costs what it costs alone."""
    with contextlib.ExitStack() as servers:
        fleet = {
            name: servers.enter_context(Simulator(seed=number, latency=0.05))
            for number, name in enumerate(("a", "b", "c", "d", "e", "f"))
        }
        environ = {
            key.replace("GENESYSCLOUD_", f"GENESYSCLOUD_{name.upper()}_"): value
            for name, org in fleet.items()
            for key, value in org.environ.items()
        }
        engine = new_stack(fleet["a"], 0, **environ).engine

        def costs(command: str, description: str) -> list[dict[str, int]]:
            program = {
                f"{name}-{number}": deployment(
                    org=name, name=f"Web {number}", description=description
                )
                for name in fleet
                for number in range(5)
            }
            engine.write_program(text_of(program, {}))
            for org in fleet.values():
                org.reset_calls()
            outcome = engine.run(command, parallel=16)
            assert not outcome.failed, outcome.text
            counted = [calls(org) for org in fleet.values()]
            assert {each.pop("token") for each in counted} == {1}
            listings = [each.pop("LIST") for each in counted]
            assert min(listings) >= 1
            # as above: one pause of the engine, in which all orgs settle
            assert sum(listings) <= (1 if command == "refresh" else 2) * len(fleet)
            return [dict(each) for each in counted]

        assert costs("up", "first") == [{"POST": 5, "PUT": 5}] * 6
        assert costs("refresh", "first") == [{}] * 6
        assert costs("up", "second") == [{"PUT": 5}] * 6
        assert costs("destroy", "second") == [{"DELETE": 5}] * 6
        assert all(org.dump() == {} for org in fleet.values())


@pytest.mark.soak
def test_600_creates_take_what_the_rate_limit_dictates(new_stack: NewStack) -> None:
    limit = 300
    with Simulator(seed=1, limit=None, rate_limit=limit) as org:
        stack = new_stack(org, 600)
        outcome = stack.run("up")
        refused = [each for each in org.requests if each.status == 429]
        served = sum(org.calls.values()) - len(refused)
        windows = (served - 1) // limit
        # the token's; and where the limit lets go, each thread may end its write before the engine,
        # whose state is large by then, has handed out the next, and settle meanwhile
        assert served <= 2 * stack.count + 1 + 1 + THREADS * windows, calls(org)
        assert len(refused) <= THREADS * windows, "no more than were under way"
        assert len(outcome.remarks) == windows, outcome.remarks
        assert stack.disagreements(org.dump()) == []
