"""What a shell offers for an unfinished word: stacks, orgs and deployments.

Whatever goes wrong means that nothing is offered; a line in the middle of what is typed helps
nobody.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..stacks.stack import Stack

__all__ = ["deployments", "orgs", "stacks"]

_Offer = Callable[[click.Context, click.Parameter, str], list[str]]


def _quietly(offer: Callable[[click.Context], Iterable[str]]) -> _Offer:
    """What begins like the word, or nothing."""

    @functools.wraps(offer)
    def offered(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
        try:
            found = sorted(set(offer(context)))
        except Exception:
            return []
        # what is not printable would steer the terminal, and cannot be typed either
        return [each for each in found if each.startswith(incomplete) and each.isprintable()]

    return offered


@_quietly
def stacks(_: click.Context) -> Iterable[str]:
    """The project's stacks."""
    from ..stacks.cli import PulumiCli

    return PulumiCli().stacks()


@_quietly
def orgs(context: click.Context) -> Iterable[str]:
    """The orgs that the stack configuration and the environment name."""
    from ...settings import known_orgs, unconfigured

    stack = _stack(context)
    return known_orgs(stack.config() if stack else unconfigured, os.environ)


@_quietly
def deployments(context: click.Context) -> Iterable[str]:
    """The names and ids of the org's deployments."""
    from ...api import READING, connect
    from ..org import settings_of

    settings = settings_of(_stack(context), str(context.params.get("org") or ""))
    # a key was pressed: nobody waits for a second try, nor for what a 429 asks
    brief = replace(READING, attempts=1, unreachable=1, rate_limited=1, connect=2.0, read=3.0)
    listed = connect(settings, lambda _: None, policy=brief).list().values()
    return [str(each[key]) for each in listed for key in ("id", "name") if each.get(key)]


def _stack(context: click.Context) -> Stack | None:
    """The stack of ``--stack``, else the selected one, where there is one."""
    from ..stacks.cli import NoStackError
    from ..stacks.stack import Stack

    try:
        return Stack.select(context.params.get("stack"))
    except NoStackError:
        return None
