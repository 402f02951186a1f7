"""Exactly once on the real CLI, while the service misbehaves in every way that it can.

After each command the state equals the org, and what others own is as it was. `make soak` runs
the same with more deployments and seeds.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from pulumi_widgets.simulator import Simulator

from .stacks import Colleague, NewStack, Stack, misbehaving

soak = pytest.mark.soak


def is_one_with(stacks: list[Stack], colleague: Colleague) -> None:
    """The org holds what the states say and what the colleague owns, and nothing else."""
    others = colleague.others()
    for stack in stacks:
        assert stack.disagreements(others) == []
    ids = [each["id"] for stack in stacks for each in stack.state]
    assert sorted(ids) == sorted(others)


def live(stacks: list[Stack], colleague: Colleague) -> None:
    """Create, update all, refresh, destroy: all stacks at once, compared after each command.

    A third of all calls goes wrong: some call fails ten times in a row once in many runs. Then one
    does as a user does, and runs the command again; it is to be the exception.
    """
    failed: list[int] = []

    def at_once(do: Callable[[Stack], object]) -> None:
        with ThreadPoolExecutor(len(stacks)) as pool:
            list(pool.map(do, stacks))
        is_one_with(stacks, colleague)

    def create(stack: Stack) -> None:
        failed.append(stack.insist("up"))

    def update(stack: Stack) -> None:
        stack.declare("second")
        failed.append(stack.insist("up"))

    def refresh(stack: Stack) -> None:
        outcome = stack.run("refresh")
        assert len(outcome.refreshed) == stack.count
        assert not [name for name, each in outcome.refreshed.items() if each.changed_in_state]

    def nothing(stack: Stack) -> None:
        outcome = stack.run("up")
        assert {each.op for each in outcome.done.values()} == {"same"}

    for do in (create, refresh, update, refresh, nothing):
        at_once(do)
    with ThreadPoolExecutor(len(stacks)) as pool:
        failed += pool.map(lambda stack: stack.insist("destroy"), stacks)
    assert [stack.state for stack in stacks] == [[]] * len(stacks)
    assert colleague.others() == {}
    assert sum(failed) <= 1, "how often a command had to be run again"


@pytest.mark.parametrize(
    ("counts", "seed"),
    [
        ([50, 50, 50, 50], 1),  # four stacks at once: two hundred deployments in a minute
        *(
            pytest.param(counts, seed, marks=soak)
            for counts, seed in itertools.product([[1000], [250, 250]], [1, 2, 3])
        ),
    ],
)
def test_exactly_once(new_stack: NewStack, counts: list[int], seed: int) -> None:
    with Simulator(seed=seed, limit=None, faults=misbehaving()) as org:
        colleague = Colleague(org, 50)
        stacks = [new_stack(org, count, f"stack{n}") for n, count in enumerate(counts)]
        live(stacks, colleague)
