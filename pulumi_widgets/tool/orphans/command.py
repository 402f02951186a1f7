"""``pulumi-widgets orphans``: deployments that no state holds, and their deletion."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

import click

from ...errors import StackError, WidgetsError
from ..shell import output
from ..shell.options import json_option, not_empty

if TYPE_CHECKING:
    from ..stacks.stack import Stack
    from .find import Orphan

__all__ = ["orphans"]

_WARNING = (
    "Another backend, a colleague or the web interface may own them: equal names and equal "
    "content prove nothing about whose a deployment is."
)
_THREADS = 4


@click.command(short_help="Deployments that no stack holds; --delete deletes them.")
@click.option(
    "--stack", "names", metavar="NAME", multiple=True, callback=not_empty,
    help="A stack whose deployments count as held, once for each. Default: all of the project.",
)  # fmt: skip
@click.option(
    "--org",
    metavar="NAME",
    callback=not_empty,
    help="One of several orgs in the settings. Default: all that the stacks name.",
)
@click.option("--delete", is_flag=True, help="Delete them; asks for each.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def orphans(
    names: tuple[str, ...], org: str | None, delete: bool, yes: bool, as_json: bool
) -> None:
    r"""List the deployments of the org that no stack of the project holds.

    What another project of the same backend holds is marked so. Half-made ones, which an
    interrupted create left, are marked with the time when it began; those with the content of a
    managed one as look-alikes. Neither proves whose they are: a colleague or another backend may
    own what no stack here knows.

    \b
    pulumi-widgets orphans
    pulumi-widgets orphans --stack dev --stack prod --json
    pulumi-widgets orphans --delete

    With --delete, what any stack of the backend holds is never deleted, nor what came to be held
    while you were asked. Nothing is deleted where no stack of the project holds anything in the
    org, or where what another project holds cannot be told.
    """
    if yes and not delete:
        raise click.UsageError("--yes is for --delete")
    asks = delete and not yes
    if asks and not sys.stdin.isatty():
        raise click.UsageError("--delete asks for each; without a terminal, give --yes")

    from ..stacks.holders import holders, strangers
    from ..stacks.stack import Stack
    from .find import orphans_of, places

    doubt = _refuse if delete else output.note
    with output.progress("Looking for deployments that no stack holds …"):
        everything = Stack.every()
        chosen = [_of_name(name, everything) for name in names] or everything
        named = {each.name for each in chosen}
        others = [each for each in everything if each.name not in named]
        strange = holders(strangers(everything, doubt), doubt)
        orgs = places(chosen, others, org)
        found, count = orphans_of(chosen, others, strange, orgs)
    if delete:
        found = _of_our_orgs(found)
    problems: dict[str, str] = {}
    if not as_json or asks:
        _show(found, count, several=len(orgs) > 1, err=as_json)
    if delete:
        problems = _delete(found, ask=asks)
    if as_json:
        output.write_json(
            {
                "stacks": sorted(named),
                "deployments": count,
                "orphans": [_document(each, problems) for each in found],
            }
        )
    sys.exit(1 if any(problems.values()) else 0)


def _refuse(doubt: str) -> None:
    raise StackError(doubt, hint="Nothing was deleted.")


def _of_our_orgs(found: Sequence[Orphan]) -> list[Orphan]:
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
    from ...api.half_made import OLD  # help and usage errors need no HTTP

    now = datetime.now(timezone.utc)
    half_made = [each for each in found if each.half_made and now - each.half_made > OLD]
    if not half_made:
        raise StackError(said, hint=f"{hint} Nothing was deleted.")
    output.note(f"Only what is half made is deleted: {said}. {hint}")
    return half_made


def _of_name(name: str, stacks: Sequence[Stack]) -> Stack:
    """A stack of the project; some backends list their names with the owner's in front."""
    from ..stacks.stack import Stack

    for each in stacks:
        if each.name == name or each.name.endswith(f"/{name}"):
            return each
    return Stack.select(name)  # which tells what there is


def _show(found: Sequence[Orphan], count: int, *, several: bool, err: bool) -> None:
    everything = output.number_of(count, "deployment")
    if not found:
        output.note(f"No orphans among {everything}.")
        return
    if err:  # the answer goes to stdout later, as JSON
        for each in found:
            output.note(f"{_called(each)}: {_marks(each) or 'held by no stack'}")
    else:
        output.table(
            [
                output.Column("NAME", limit=60),
                *([output.Column("ORG")] if several else []),
                output.Column("ID", whole=True),
                output.Column("WHAT IS KNOWN"),
            ],
            [
                (each.name, *([each.org] if several else []), each.id, _marks(each))
                for each in found
            ],
        )
    others = sum(each.held_elsewhere is not None for each in found)
    held = f", {others:,} of them by another" if others else ""
    output.note(f"Held by none of the stacks: {len(found):,} of {everything}{held}. {_WARNING}")


def _called(orphan: Orphan) -> str:
    """A deployment for a sentence."""
    org = f", org {orphan.org}" if orphan.org else ""
    return f"{orphan.name!r} ({orphan.id}{org})"


def _marks(orphan: Orphan) -> str:
    from ..stacks.holders import in_words

    marks = []
    if orphan.held_elsewhere:
        stack, name = orphan.held_elsewhere
        marks.append(f"held by {in_words(stack)}, as {name!r}")
    if orphan.half_made:
        marks.append(f"half made at {orphan.half_made:%Y-%m-%d %H:%M:%S} UTC")
    if orphan.looks_like:
        like = ", ".join(f"{name!r} of stack {stack}" for stack, name in orphan.looks_like[:3])
        more = len(orphan.looks_like) - 3
        marks.append(f"looks like {like}{f' and {more} more' if more > 0 else ''}")
    return "; ".join(marks)


def _delete(found: Sequence[Orphan], *, ask: bool) -> dict[str, str]:
    """Delete what was listed; id → why not, empty where it is deleted."""
    wanted = []
    for each in found:
        if each.held_elsewhere:
            output.note(f"Kept: {_called(each)}: {_marks(each)}")
        elif not ask or click.confirm(output.harmless(f"Delete {_called(each)}?"), err=True):
            wanted.append(each)
    if not wanted:
        return {}

    from ..stacks.holders import holders, in_words, strangers
    from ..stacks.stack import Stack

    everything = Stack.every()  # once more: asking takes time
    held = holders([*everything, *strangers(everything, _refuse)], _refuse)

    def delete(orphan: Orphan) -> str:
        if holder := held.get(orphan.id.casefold()):
            return f"{in_words(holder[0])} holds it now"
        try:
            orphan.deployments.delete(orphan.id)
        except WidgetsError as error:
            return str(error)
        return ""

    with output.progress("Deleting …") as tell, ThreadPoolExecutor(_THREADS) as pool:
        done: dict[str, str] = {}
        for number, (each, problem) in enumerate(
            zip(wanted, pool.map(delete, wanted), strict=True), 1
        ):
            done[each.id] = problem
            tell(f"{number} of {len(wanted)}")
    for each in wanted:
        problem = done[each.id]
        output.note(
            f"Not deleted: {_called(each)}: {problem}" if problem else f"Deleted: {_called(each)}"
        )
    return done


def _document(orphan: Orphan, problems: dict[str, str]) -> dict[str, Any]:
    return {
        "id": orphan.id,
        "name": orphan.name,
        "org": orphan.org,
        "halfMade": orphan.half_made and orphan.half_made.isoformat(),
        "looksLike": [{"stack": stack, "name": name} for stack, name in orphan.looks_like],
        "heldBy": orphan.held_elsewhere
        and {"stack": orphan.held_elsewhere[0], "name": orphan.held_elsewhere[1]},
        "deleted": problems.get(orphan.id) == "",
        "problem": problems.get(orphan.id) or None,
    }
