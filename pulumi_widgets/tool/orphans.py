"""``pulumi-widgets orphans``: deployments that no state holds, and their deletion."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import click

from ..errors import WidgetsError
from . import output
from .options import json_option, not_empty

if TYPE_CHECKING:
    from .stack import Stack
    from .unheld import Orphan

__all__ = ["orphans"]

_WARNING = (
    "Another project, a colleague or the web interface may own them: equal names and equal "
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

    Half-made ones, which an interrupted create left, are marked with the time when it began; those
    with the content of a managed one as look-alikes. Neither proves whose they are: another
    project or a colleague may own what no stack here knows.

    \b
    pulumi-widgets orphans
    pulumi-widgets orphans --stack dev --stack prod --json
    pulumi-widgets orphans --delete

    With --delete, what another stack of the project holds is never deleted, nor what came to be
    held while you were asked.
    """
    if yes and not delete:
        raise click.UsageError("--yes is for --delete")
    asks = delete and not yes
    if asks and not sys.stdin.isatty():
        raise click.UsageError("--delete asks for each; without a terminal, give --yes")

    from .stack import Stack
    from .unheld import orphans_of, places

    with output.progress("Looking for deployments that no stack holds …") as tell:
        everything = Stack.every()
        chosen = [_of_name(name, everything) for name in names] or everything
        named = {each.name for each in chosen}
        others = [each for each in everything if each.name not in named]
        found, count = orphans_of(chosen, others, places(chosen, org), tell)
    deleted: dict[str, str] = {}
    if not as_json or asks:
        _show(found, count, err=as_json)
    if delete:
        deleted = _delete(found, everything, ask=asks)
    if as_json:
        output.write_json(
            {
                "stacks": sorted(named),
                "deployments": count,
                "orphans": [_document(each, deleted) for each in found],
            }
        )
    sys.exit(1 if any(deleted.values()) else 0)


def _of_name(name: str, stacks: Sequence[Stack]) -> Stack:
    """A stack of the project; some backends list their names with the owner's in front."""
    from .stack import Stack

    for each in stacks:
        if each.name == name or each.name.endswith(f"/{name}"):
            return each
    return Stack.select(name)  # which tells what there is


def _show(found: Sequence[Orphan], count: int, *, err: bool) -> None:
    if not found:
        output.note(f"All {count} deployments are held.")
        return
    if err:  # the answer goes to stdout later, as JSON
        for each in found:
            output.note(f"{each.name!r} ({each.id}): {_marks(each) or 'held by no stack'}")
    else:
        output.table(
            [
                output.Column("NAME", limit=60),
                output.Column("ID", whole=True),
                output.Column("WHAT IS KNOWN"),
            ],
            [(each.name, each.id, _marks(each)) for each in found],
        )
    output.note(f"{len(found)} of {count} deployments are held by none of the stacks. {_WARNING}")


def _marks(orphan: Orphan) -> str:
    marks = []
    if orphan.held_elsewhere:
        stack, name = orphan.held_elsewhere
        marks.append(f"held by stack {stack}, as {name!r}")
    if orphan.half_made:
        marks.append(f"half made at {orphan.half_made:%Y-%m-%d %H:%M:%S} UTC")
    if orphan.looks_like:
        like = ", ".join(f"{name!r} of stack {stack}" for stack, name in orphan.looks_like[:3])
        more = len(orphan.looks_like) - 3
        marks.append(f"looks like {like}{f' and {more} more' if more > 0 else ''}")
    return "; ".join(marks)


def _delete(found: Sequence[Orphan], stacks: Sequence[Stack], *, ask: bool) -> dict[str, str]:
    """Delete what was listed; id → why not, empty where it is deleted."""
    wanted = []
    for each in found:
        if each.held_elsewhere:
            output.note(f"Kept: {each.name!r} ({each.id}): {_marks(each)}")
        elif not ask or click.confirm(
            output.harmless(f"Delete {each.name!r} ({each.id})?"), err=True
        ):
            wanted.append(each)
    if not wanted:
        return {}

    from .holders import holders

    held = holders(stacks)  # once more: asking takes time
    kept = [each for each in wanted if each.id in held]
    for each in kept:
        output.note(f"Kept: {each.name!r} ({each.id}): stack {held[each.id][0]} holds it now")
    wanted = [each for each in wanted if each.id not in held]

    def delete(orphan: Orphan) -> str:
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
            f"Not deleted: {each.name!r} ({each.id}): {problem}"
            if problem
            else f"Deleted: {each.name!r} ({each.id})"
        )
    return done


def _document(orphan: Orphan, deleted: dict[str, str]) -> dict[str, Any]:
    return {
        "id": orphan.id,
        "name": orphan.name,
        "halfMade": orphan.half_made and orphan.half_made.isoformat(),
        "looksLike": [{"stack": stack, "name": name} for stack, name in orphan.looks_like],
        "heldBy": orphan.held_elsewhere
        and {"stack": orphan.held_elsewhere[0], "name": orphan.held_elsewhere[1]},
        "deleted": orphan.id in deleted and not deleted[orphan.id],
    }
