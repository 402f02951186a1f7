"""Stacks of many deployments, half of which share names, in an org of others' look-alikes."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from pulumi_widgets.api.half_made import token_of
from pulumi_widgets.simulator import Faults, Simulator

from ..lifecycle import truth
from ..lifecycle.engine import Engine, Outcome
from ..lifecycle.programs import deployment, text_of

__all__ = ["PATIENCE", "Colleague", "NewStack", "Stack", "calls", "half_made", "misbehaving"]

LAG = 2.0
PATIENCE = 4.0
"""Seconds for ``GENESYSCLOUD_CONSISTENCY_SECONDS``: twice the lag, as 15 is for a real org."""
FAULTS = Faults(
    lost_answers=0.2,
    errors=0.05,
    resets=0.05,
    throttle=0.05,
    double_post=5,
    read_lag=LAG,
    delete_lag=LAG,
    hang=0.5,  # then the connection closes; how long a client waits by itself is its own test's
)
_PATH = "/api/v2/widgets/deployments"


def name_of(number: int, count: int) -> str:
    """Of the first half of a stack's deployments two each have the same name."""
    return f"Web {number // 2 if number < count // 2 else number}"


class Stack:
    """One stack of a program that makes so many deployments.

    Args:
        org: where it deploys to.
        engine: a new stack's.
        count: how many.
    """

    def __init__(self, org: Simulator, engine: Engine, count: int) -> None:
        self.org = org
        self.engine = engine
        self.count = count
        self.declare("first")

    def declare(self, description: str) -> None:
        """What the program wants from now on."""
        self._wanted = {
            f"w{n:04}": {"name": name_of(n, self.count), "description": description}
            for n in range(self.count)
        }
        program = {name: deployment(None, **inputs) for name, inputs in self._wanted.items()}
        self.engine.write_program(text_of(program, {}))

    def run(self, command: str, **options: Any) -> Outcome:
        """Run a command that has to succeed."""
        outcome = self.engine.run(command, **options)
        assert not outcome.failed, outcome.text
        return outcome

    def insist(self, command: str) -> int:
        """Run a command until it succeeds, three times at most; how often it failed."""
        for failed in range(2):
            if not self.engine.run(command).failed:
                return failed
        self.run(command)
        return 2

    @property
    def state(self) -> list[dict[str, Any]]:
        """Our resources in the state."""
        return truth.deployments(self.engine)

    def disagreements(self, dump: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """Where state, program and org are not one."""
        state = self.state
        found = [line for each in state for line in truth.disagreements(each, dump[each["id"]])]
        held = {
            each["urn"].rpartition("::")[2]: {
                key: each["inputs"][key] for key in ("name", "description")
            }
            for each in state
        }
        found += ["the state is not of the program"] if held != self._wanted else []
        ids = Counter(each["id"] for each in state)
        return found + [f"{id_} is there twice" for id_, times in ids.items() if times > 1]


NewStack = Callable[..., Stack]


class Colleague:
    """Somebody who has deployments that look like ours, and like what ours are half made."""

    def __init__(self, org: Simulator, count: int) -> None:
        self._org = org
        ours = {"clientType": "v2", "authenticationRequired": False}
        for number in range(count):
            org.add(
                {
                    **ours,
                    "name": name_of(number, count),
                    "description": "first" if number % 2 else "second",
                    "disabled": number % 3 == 0,
                    **({"allowedDomains": [], "clientConfig": {}} if number % 5 else {}),
                }
            )
        self.held = copy.deepcopy(org.dump())

    def others(self) -> dict[str, dict[str, Any]]:
        """What the org holds besides; the colleague's own are as they were."""
        dump = self._org.dump()
        assert {id_: dump.pop(id_, None) for id_ in self.held} == self.held
        return dump


def calls(org: Simulator) -> Counter[str]:
    """The calls since the last reset: ``LIST``, ``GET``, …; a token's as ``token``."""
    counted: Counter[str] = Counter()
    for route, count in org.calls.items():
        method, path = route.split(" ", 1)
        name = "LIST" if route == f"GET {_PATH}" else method
        counted["token" if path == "/oauth/token" else name] += count
    return counted


def half_made(dump: Mapping[str, Mapping[str, Any]]) -> set[str]:
    """The ids of what interrupted creates left, by their own word."""
    found = {id_ for id_, body in dump.items() if token_of(body)}
    assert all(dump[id_]["disabled"] for id_ in found)
    return found


def misbehaving(**changes: Any) -> Faults:
    """The faults of these tests, some of them otherwise."""
    return replace(FAULTS, **changes)
