"""The deletion of orphans: what may go, and only what no stack holds at that moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone

from ...api.half_made import OLD
from ...errors import StackError, WidgetsError
from ..shell import output
from ..shell.pool import in_pool
from ..stacks.holders import holders, in_words, strangers
from ..stacks.stack import Stack
from .find import Orphan

__all__ = ["delete_all", "half_made_ones", "may_be_deleted", "refuse"]


def refuse(doubt: str) -> None:
    """Let a doubt be the end.

    Raises:
        StackError: always.
    """
    raise StackError(doubt, hint="Nothing was deleted.")


def may_be_deleted(found: Sequence[Orphan]) -> list[Orphan]:
    """What may be deleted: where another backend may have the stacks of an org, the half made.

    These say by themselves that no state has them, once nobody can be making them any more.

    Raises:
        StackError: no stack of the project holds anything in an org that has orphans, and nothing
            is half made.
    """
    alone = {each.org for each in found if not (each.beside_ours or each.held_elsewhere)}
    if not alone:
        return list(found)
    where = ", ".join(f"org {name!r}" if name else "this org" for name in sorted(alone))
    said = f"no stack of this project holds anything in {where}"
    hint = "Is it the right backend (`pulumi whoami -v`)?"
    half_made = half_made_ones(found)
    if not half_made:
        raise StackError(said, hint=f"{hint} Nothing was deleted.")
    output.note(f"Only what is half made is deleted: {said}. {hint}")
    return half_made


def half_made_ones(found: Sequence[Orphan]) -> list[Orphan]:
    """Those that are half made, and that nobody can be making any more; younger ones are told."""
    now = datetime.now(timezone.utc)
    ages = [(each, now - each.half_made) for each in found if each.half_made]
    old = [each for each, age in ages if age > OLD]
    if young := len(ages) - len(old):
        number = output.number_of(young, "half-made deployment")
        minutes = f"{OLD.total_seconds() / 60:.0f} minutes"
        output.note(f"Left out: {number} of the last {minutes}, which may be in the making.")
    return old


def delete_all(found: Sequence[Orphan], *, ask: bool) -> dict[str, str]:
    """Delete what was listed; id → why not, empty where it is deleted."""
    wanted = [
        each
        for each in found
        if not each.held_elsewhere and (not ask or output.is_confirmed(f"Delete {each.called}?"))
    ]
    if not wanted:
        return {}
    everything = Stack.every()  # once more: asking takes time
    held = holders([*everything, *strangers(everything, refuse)], refuse)

    def delete(orphan: Orphan) -> str:
        if holder := held.get(orphan.id.casefold()):
            return f"{in_words(holder[0])} holds it now"
        try:
            orphan.deployments.delete(orphan.id)
        except WidgetsError as error:
            return str(error)
        return ""

    done: dict[str, str] = {}
    with output.progress("Deleting …") as tell:
        for each, problem in zip(wanted, in_pool(delete, wanted), strict=True):
            # at once: Ctrl-C may come
            output.note(
                f"Not deleted: {each.called}: {problem}" if problem else f"Deleted: {each.called}"
            )
            done[each.id] = problem
            tell(f"{len(done)} of {len(wanted)}")
    return done
