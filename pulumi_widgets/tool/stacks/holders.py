"""Which stack holds which deployment, in this project and in the others of the backend."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ...errors import StackError
from ..shell.pool import in_pool
from .cli import NoStackError, PulumiCli
from .stack import Managed, Stack

__all__ = ["Holder", "everyone", "holders", "holdings", "in_short", "in_words", "strangers"]

Holder = tuple[str, str]
"""A stack's name, as the CLI takes it here, and a resource's logical name in it."""


def holdings(
    stacks: Sequence[Stack], doubt: Callable[[str], object] | None = None
) -> dict[str, Managed]:
    """Id, in small letters → what these stacks hold; where several do, the last of them.

    Args:
        stacks: whose states are asked; nothing is decrypted for it.
        doubt: gets a sentence about each that cannot be read; default: that is an error.

    Raises:
        StackError: one of them cannot be read; who asks wants to know of all.
    """

    def held(stack: Stack) -> dict[str, Managed] | StackError:
        try:
            return stack.holdings()
        except StackError as error:
            if doubt is None:
                raise
            return error

    states = list(in_pool(held, stacks))
    found: dict[str, Managed] = {}
    for stack, state in zip(stacks, states, strict=True):
        if not isinstance(state, StackError):
            found |= state
        elif doubt:
            doubt(f"What {in_words(stack.name)} holds is unknown: {state}")
    return found


def holders(
    stacks: Sequence[Stack], doubt: Callable[[str], object] | None = None
) -> dict[str, Holder]:
    """Id, in small letters → holder of all that these stacks hold. All else as of `holdings`."""
    return {id_: (each.stack, each.name) for id_, each in holdings(stacks, doubt).items()}


def everyone(doubt: Callable[[str], object], last: Stack | None) -> list[Stack]:
    """All stacks of the backend, as far as the user may see them.

    Args:
        doubt: gets a sentence where the CLI cannot tell.
        last: the one that is to be the last of them.

    Raises:
        NoStackError: there is no CLI, or no project here.
    """
    own = [last] if last else []
    try:
        ours = Stack.every()
    except NoStackError:
        raise
    except StackError as error:
        doubt(f"What other stacks of the project hold is unknown: {error}")
        ours = own
    found = [*strangers(ours, doubt), *ours]
    return [each for each in found if last is None or each.name != last.name] + own


def strangers(known: Sequence[Stack], doubt: Callable[[str], object]) -> list[Stack]:
    """The stacks of the backend's other projects, as far as the user may see them.

    Args:
        known: the stacks of the project.
        doubt: gets a sentence where the CLI cannot tell.
    """
    cli = PulumiCli()
    try:
        names = cli.stacks(everywhere=True)
    except StackError as error:
        doubt(f"What the stacks of other projects hold is unknown: {error}")
        return []
    ours = {each.name for each in known}
    return [Stack(cli, name) for name in names if name not in ours]


def in_words(stack: str) -> str:
    """A stack for a sentence: ``stack prod``, or ``stack pipe of project two``.

    Args:
        stack: its name; the CLI puts owner and project in front where it is another project's.
    """
    parts = stack.split("/")
    return f"stack {parts[2]} of project {parts[1]}" if len(parts) == 3 else f"stack {stack}"


def in_short(stack: str) -> str:
    """A stack for a column: ``prod``, or ``two/pipe`` where it is another project's."""
    parts = stack.split("/")
    return "/".join(parts[1:]) if len(parts) == 3 else stack
