"""``pulumi-widgets list``: what the org holds, and who manages it."""

from __future__ import annotations

import click

from ...errors import HIDDEN
from ...patterns import is_like
from ...types import ClientType
from ..shell import output
from ..shell.options import json_option, not_empty, org_option, stack_option

__all__ = ["list_"]


@click.command("list", short_help="The org's deployments, and which stack manages each.")
@org_option
@stack_option
@click.option(
    "--name", "pattern", metavar="GLOB", callback=not_empty,
    help="Names that fit: * is any text, ? a sign.",
)  # fmt: skip
@click.option(
    "--client-type",
    type=click.Choice([each.value for each in ClientType]),
    help="Those that show this widget.",
)
@click.option("--disabled/--enabled", default=None, help="Those that refuse new chats, or do not.")
@click.option("--show-secrets", is_flag=True, help="Show what a state keeps secret.")
@json_option
def list_(
    org: str,
    stack: str | None,
    pattern: str | None,
    client_type: str | None,
    disabled: bool | None,
    show_secrets: bool,
    as_json: bool,
) -> None:
    r"""List the org's widget deployments.

    MANAGED BY is the stack and the resource in it, of all stacks of the backend that you may read.

    \b
    pulumi-widgets list
    pulumi-widgets list --name 'support*' --client-type v2
    pulumi-widgets list --org eu --disabled
    pulumi-widgets list --json | jq -r '.deployments[] | select(.managed|not).id'

    The way out, for other tools: every deployment with all that the API says of it.

    \b
    pulumi-widgets list --json --show-secrets > deployments.json
    """
    from ..org import Org, document, name_of
    from ..stacks.holders import in_short

    asked = Org(org, stack)
    everything = asked.list()
    found = [
        (document(each, held, show_secrets=show_secrets), held)
        for each in everything
        for held in [asked.holder(each)]
        if (pattern is None or is_like(name_of(each), pattern))
        and (client_type is None or each.get("clientType") == client_type)
        and (disabled is None or bool(each.get("disabled")) == disabled)
    ]
    own = asked.stack and asked.stack.name
    if as_json:
        output.write_json({"org": org, "stack": own, "deployments": [each for each, _ in found]})
        return
    if not found:
        output.line(
            f"None fits: the org has {output.number_of(len(everything), 'deployment')}."
            if everything
            else "The org has no widget deployments."
        )
        return
    in_project = asked.holders is not None
    output.table(
        [
            output.Column("NAME", limit=60),
            output.Column("TYPE"),
            output.Column("CHATS"),
            *([output.Column("MANAGED BY")] if in_project else []),
            output.Column("ID", whole=True),
        ],
        (
            (
                name_of(each),
                each["clientType"] or "",
                _chats(each["disabled"]),
                *([f"{in_short(held.stack)}: {held.name}" if held else ""] if in_project else []),
                each["id"],
            )
            for each, held in found
        ),
    )
    if in_project:
        managed = [held.stack for _, held in found if held]
        ours = f", {managed.count(own):,} of them by stack {own}" if own else ""
        output.line()
        output.line(f"Managed: {len(managed):,} of {len(found):,}{ours}.", "dim")


def _chats(disabled: object) -> object:
    """Whether a deployment takes new chats, for its cell."""
    if disabled == HIDDEN:
        return HIDDEN
    return ("off", "yellow") if disabled else "on"
