"""What each command costs in calls of the API, on the real CLI, without faults."""

from __future__ import annotations

import pytest

from pulumi_widgets.simulator import Simulator

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

        listing = {"LIST": 1}
        assert cost("up") == {"POST": count, "PUT": count, **listing}
        for command in ("up", "preview"):
            assert cost(command) == {}
            assert not org.requests, "not even a token"
        assert cost("refresh") == listing
        stack.declare("second")
        assert cost("up") == {"PUT": count, **listing}
        destroyed = cost("destroy")
        # an engine that pauses for longer than a write lingers costs one more
        assert destroyed.pop("LIST") <= 2
        assert destroyed == {"DELETE": count}
        assert org.dump() == {}


@pytest.mark.soak
def test_600_creates_take_what_the_rate_limit_dictates(new_stack: NewStack) -> None:
    limit, threads = 300, 4
    with Simulator(seed=1, limit=None, rate_limit=limit) as org:
        stack = new_stack(org, 600)
        outcome = stack.run("up")
        refused = [each for each in org.requests if each.status == 429]
        served = sum(org.calls.values()) - len(refused)
        windows = (served - 1) // limit
        # the token's; and where the limit lets go, each thread may end its write before the engine,
        # whose state is large by then, has handed out the next, and settle meanwhile
        assert served <= 2 * stack.count + 1 + 1 + threads * windows, calls(org)
        assert len(refused) <= threads * windows, "no more than were under way"
        assert len(outcome.remarks) == windows, outcome.remarks
        assert stack.disagreements(org.dump()) == []
