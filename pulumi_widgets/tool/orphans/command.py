"""``pulumi-widgets orphans``: deployments that no state holds, and their deletion."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

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


@click.command(short_help="Deployments that no stack holds; --delete deletes them.")
@click.argument("ids", metavar="[ID]...", nargs=-1, callback=not_empty)
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
@click.option(
    "--half-made",
    is_flag=True,
    help="Those alone that a create left half made, ten minutes ago or earlier.",
)
@click.option("--delete", is_flag=True, help="Delete them; asks for each.")
@click.option("--yes", is_flag=True, help="Do not ask; wants IDs or --half-made.")
@json_option
def orphans(
    ids: tuple[str, ...],
    names: tuple[str, ...],
    org: str | None,
    half_made: bool,
    delete: bool,
    yes: bool,
    as_json: bool,
) -> None:
    r"""List the deployments of the org that no stack of the project holds; of IDs, those alone.

    What another project of the same backend holds is marked so. Half-made ones, which an
    interrupted create left, are marked with the time when it began; those with the content of a
    managed one as look-alikes. Neither proves whose they are: a colleague or another backend may
    own what no stack here knows.

    \b
    pulumi-widgets orphans
    pulumi-widgets orphans --stack dev --stack prod --json
    pulumi-widgets orphans --delete
    pulumi-widgets orphans 6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f --delete

    For a job at night, which removes what interrupted creates left:

    \b
    pulumi-widgets orphans --half-made --delete --yes

    With --delete, what any stack of the backend holds is never deleted, nor what came to be held
    while you were asked. Nothing is deleted where no stack of the project holds anything in the
    org (but what is half made), or where what another project holds cannot be told.
    """
    if yes and not delete:
        raise click.UsageError("--yes is for --delete")
    if ids and half_made:
        raise click.UsageError("give IDs or --half-made, not both")
    if yes and not (ids or half_made):
        raise click.UsageError("--delete --yes does not ask: give the IDs, or --half-made")
    asks = delete and not yes
    if asks and not sys.stdin.isatty():
        raise click.UsageError(
            "--delete asks for each; without a terminal, give --yes and IDs or --half-made"
        )

    from ..stacks.holders import holdings, strangers
    from ..stacks.stack import Stack
    from .delete import delete_all, half_made_ones, may_be_deleted, refuse
    from .find import orphans_of, places

    doubt = refuse if delete else output.note
    with output.progress("Looking for deployments that no stack holds …"):
        everything = Stack.every()
        chosen = [_of_name(name, everything) for name in names] or everything
        named = {each.name for each in chosen}
        others = [each for each in everything if each.name not in named]
        strange = holdings(strangers(everything, doubt), doubt)
        orgs = places(chosen, others, org)
        found, count = orphans_of(chosen, others, strange, orgs, ids)
    if half_made:
        found = half_made_ones(found)
    elif delete:
        found = may_be_deleted(found)
    problems: dict[str, str] = {}
    if not as_json or asks:
        what = "half-made orphans" if half_made else "orphans asked for" if ids else "orphans"
        _show(found, what, count, several=len(orgs) > 1, err=as_json)
    if delete:
        problems = delete_all(found, ask=asks)
    if as_json:
        output.write_json(
            {
                "stacks": sorted(named),
                "deployments": count,
                "orphans": [_document(each, problems) for each in found],
            }
        )
    sys.exit(1 if any(problems.values()) else 0)


def _of_name(name: str, stacks: Sequence[Stack]) -> Stack:
    """A stack of the project; some backends list their names with the owner's in front."""
    from ..stacks.stack import Stack

    for each in stacks:
        if each.name == name or each.name.endswith(f"/{name}"):
            return each
    return Stack.select(name)  # which tells what there is


def _show(found: Sequence[Orphan], what: str, count: int, *, several: bool, err: bool) -> None:
    everything = output.number_of(count, "deployment")
    if not found:
        output.note(f"No {what} among {everything}.")
        return
    if err:  # the answer goes to stdout later, as JSON
        for each in found:
            output.note(f"{each.called}: {each.marks or 'held by no stack'}")
    else:
        output.table(
            [
                output.Column("NAME", limit=60),
                *([output.Column("ORG")] if several else []),
                output.Column("ID", whole=True),
                output.Column("WHAT IS KNOWN"),
            ],
            [(each.name, *([each.org] if several else []), each.id, each.marks) for each in found],
        )
    others = sum(each.held_elsewhere is not None for each in found)
    held = f" Listed too, and never deleted: {others:,} that another stack holds." if others else ""
    said = f"{what.capitalize()}: {len(found) - others:,} of {everything}."
    output.note(f"{said}{held} {_WARNING}")


def _document(orphan: Orphan, problems: dict[str, str]) -> dict[str, Any]:
    return {
        "id": orphan.id,
        "name": orphan.name,
        "org": orphan.org,
        "halfMade": orphan.half_made and orphan.half_made.isoformat(),
        "looksLike": [{"stack": stack, "resource": name} for stack, name in orphan.looks_like],
        "heldBy": orphan.held_elsewhere
        and {"stack": orphan.held_elsewhere[0], "resource": orphan.held_elsewhere[1]},
        "deleted": problems.get(orphan.id) == "",
        "problem": problems.get(orphan.id) or None,
    }
