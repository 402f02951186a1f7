"""Which stack holds which deployment."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from .stack import Stack

__all__ = ["Holder", "holders"]

_THREADS = 4

Holder = tuple[str, str]
"""A stack's name and a resource's logical name in it."""


def holders(stacks: Sequence[Stack]) -> dict[str, Holder]:
    """Id → holder of all deployments in the states of these stacks.

    Raises:
        StackError: one of them cannot be read; who asks wants to know of all.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        states = list(pool.map(Stack.held, stacks))
    return {
        id_: (stack.name, name)
        for stack, held in zip(stacks, states, strict=True)
        for id_, name in held.items()
    }
