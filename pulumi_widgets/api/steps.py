"""The steps of a write: what it asks for, one after the other.

They are generators: they yield each `Call` they want done and get its result or its error, and
whatever they do in between happens at once, under the caller's lock. So `deployments` drives them
with threads, and the tests in any order there can be.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Call:
    """What a step wants done.

    ``create(body)``, ``get(id)``, ``update(id, body)``, ``delete(id)`` and ``list(since)`` (any
    listing whose request began after ``since``) are calls of the API; ``pause(seconds)`` waits, and
    ``linger(seconds)`` waits until another write begins, at most so long. ``settle(org, ...)``
    takes the steps of several orgs' settling, all at once.
    """

    name: Literal["create", "get", "update", "delete", "list", "pause", "linger", "settle"]
    args: tuple[Any, ...]


Steps = Generator[Call, Any, Any]


def growing_pauses(first: float = 0.25, factor: float = 1.5, most: float = 1.0) -> Iterator[float]:
    """Seconds between calls that wait for something: so many times as long each time, up to most.

    The defaults are for what may be there at any moment.
    """
    pause = first
    while True:
        yield pause
        pause = min(factor * pause, most)


SELDOM = (1.0, 2.0, 8.0)
"""Pauses where most likely nothing comes: of each, a call for each resource that is gone."""
