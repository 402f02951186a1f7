"""``pulumi-widgets list``: what the org holds, and what of it the selected stack manages."""

from __future__ import annotations

import click

from ...patterns import is_like
from ...types import ClientType
from ..shell import output
from ..shell.options import json_option, org_option, stack_option

__all__ = ["list_"]


@click.command("list", short_help="The org's deployments; what the stack manages is marked.")
@org_option
@stack_option
@click.option("--name", "pattern", metavar="GLOB", help="Names that fit: * is any text, ? a sign.")
@click.option(
    "--client-type",
    type=click.Choice([each.value for each in ClientType]),
    help="Those that show this widget.",
)
@click.option("--disabled/--enabled", default=None, help="Those that refuse new chats, or do not.")
@json_option
def list_(
    org: str,
    stack: str | None,
    pattern: str | None,
    client_type: str | None,
    disabled: bool | None,
    as_json: bool,
) -> None:
    r"""List the org's widget deployments.

    What the stack manages has a * in front.

    \b
    pulumi-widgets list
    pulumi-widgets list --name 'support*' --client-type v2
    pulumi-widgets list --org eu --disabled
    pulumi-widgets list --json | jq -r '.deployments[] | select(.managed|not).id'
    """
    from ..org import Org, document, name_of

    asked = Org(org, stack)
    everything = asked.list()
    managed = asked.managed()
    found = [
        (each, managed.get(each["id"].casefold()))
        for each in everything
        if (pattern is None or is_like(name_of(each), pattern))
        and (client_type is None or each.get("clientType") == client_type)
        and (disabled is None or bool(each.get("disabled")) == disabled)
    ]
    if as_json:
        output.write_json(
            {
                "org": org,
                "stack": asked.stack and asked.stack.name,
                "deployments": [document(*each) for each in found],
            }
        )
        return
    if not found:
        output.line(
            f"None fits: the org has {output.number_of(len(everything), 'deployment')}."
            if everything
            else "The org has no widget deployments."
        )
        return
    output.table(
        [
            *([output.Column("")] if asked.stack else []),
            output.Column("NAME", limit=60),
            output.Column("TYPE"),
            output.Column("CHATS"),
            output.Column("ID", whole=True),
        ],
        (
            (
                *([("*", "bold green") if its else ""] if asked.stack else []),
                name_of(each),
                each.get("clientType") or "",
                ("off", "yellow") if each.get("disabled") else "on",
                each["id"],
            )
            for each, its in found
        ),
    )
    if asked.stack:
        count = sum(its is not None for _, its in found)
        output.line()
        output.line(f"* managed by stack {asked.stack.name}: {count} of {len(found)}", "dim")
