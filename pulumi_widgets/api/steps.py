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


def growing_pauses() -> Iterator[float]:
    """Seconds between listings that wait for something: half as much again each time, up to 1."""
    pause = 0.25
    while True:
        yield pause
        pause = min(1.5 * pause, 1.0)
