"""What is measured and what is wanted of it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

LATENCY = 0.1
"""Seconds of each call."""
STEPS = (
    ("preview", ("preview",), "first"),
    ("create", ("up", "--yes", "--skip-preview"), "first"),
    ("no-op", ("up", "--yes", "--skip-preview"), "first"),
    ("refresh", ("refresh", "--yes", "--skip-preview"), "first"),
    ("update", ("up", "--yes", "--skip-preview"), "second"),
    ("destroy", ("destroy", "--yes", "--skip-preview"), "second"),
)
"""What it is called, the command, how the program describes its deployments."""
CALLS = {"create": (2, 1), "update": (1, 1), "destroy": (1, 1), "refresh": (0, 1)}
"""Calls for each deployment and for each org; the other commands make none, nor ask for tokens."""


@dataclass(frozen=True)
class Case:
    """Deployments in orgs, with our provider and with the one that does nothing."""

    orgs: int
    each: int
    """Deployments of an org."""
    parallel: int | None = None
    """``None``: as the CLI has it."""
    runs: int = 3
    """Of each provider, in turn; the best counts."""
    latency: float = LATENCY
    checkpoints: bool = True
    """Whether the engine writes its state after each step, as it does for a user."""
    goals: Mapping[str, float] = field(default_factory=dict)
    """By command, the most that our seconds may be of the do-nothing provider's."""

    def facts(self, command: str) -> dict[str, Any]:
        """What a row of a command says of the case, with the calls and tokens that it is to cost.

        Args:
            command: as a step is called.
        """
        of_deployment, of_org = CALLS.get(command, (0, 0))
        facts = asdict(self)
        del facts["goals"]
        return {
            **facts,
            "command": command,
            "goal": self.goals.get(command),
            "expected_calls": self.orgs * (self.each * of_deployment + of_org),
            "expected_tokens": self.orgs * bool(of_org),
        }


_SMALL = {"create": 1.05, "update": 1.1, "destroy": 1.1, "refresh": 1.2}
_LARGE = {
    "create": 0.5,
    "update": 0.7,
    "destroy": 0.62,
    "refresh": 1.15,
    "no-op": 1.05,
    "preview": 1.05,
}
FLEET = Case(20, 10, 32, runs=2, goals={"create": 0.45, "update": 0.7, "destroy": 0.7})
COMPARED = {
    "one": (
        Case(1, 1),
        Case(1, 10, goals=_SMALL),
        Case(1, 100, goals={"create": 0.7}),
        Case(1, 100, 16, goals=_LARGE),
    ),
    # with checkpoints, many are the engine's work more than anybody's: what is written grows
    "fleet": (
        FLEET,
        replace(FLEET, checkpoints=False),
        Case(100, 10, 32, runs=1, checkpoints=False),
    ),
    "thousand": (Case(1, 1000, runs=1, checkpoints=False),),
    "many": tuple(Case(1, each, runs=1, latency=0.0, checkpoints=False) for each in (1000, 4000)),
}
"""Groups that compare, and their cases."""
GROWTH = {"fleet": 5.5, "many": None}
"""By group, how many times the seconds of its last case but one its last may take."""
_STACKS = replace(FLEET, parallel=None, runs=1, goals={})
STACKS = {"stacks": _STACKS, "stacks-100": replace(_STACKS, orgs=100)}
"""The orgs that are stacks of the Automation API too, by group."""
STACKS_AT_ONCE = 8
DOWN = replace(FLEET, runs=2)
"""The orgs of which the first is down."""
DOWN_GOAL = 1.1
"""How many times what they take without it the others may take."""
DOWN_PATIENCE = 120.0
"""Seconds after which nobody waits for the others any more."""
LIMITED = Case(1, 600, runs=1, latency=0.0, goals={"create": 1.1})
"""The org with the real limit of calls; the goal is of what the limit dictates."""
RATE_LIMIT = 300
"""Calls in a minute."""
GROUPS = ("one", "fleet", "stacks", "down", "limit")
EXTRA = ("stacks-100", "thousand", "alone", "many")
"""What takes long and is not asked for often."""
