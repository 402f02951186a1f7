"""``pulumi-widgets show``: all of one deployment."""

from __future__ import annotations

import click

from ..shell import output
from ..shell.options import json_option, org_option, stack_option, wanted_argument

__all__ = ["show"]


@click.command(short_help="All of one deployment.")
@wanted_argument
@org_option
@stack_option
@click.option("--show-secrets", is_flag=True, help="Show what a state keeps secret.")
@json_option
def show(wanted: str, org: str, stack: str | None, show_secrets: bool, as_json: bool) -> None:
    r"""Show a deployment, by its id or its whole name.

    The fields have the names of a program's inputs; with --json, the API's.

    \b
    pulumi-widgets show Support
    pulumi-widgets show 5f8a3c1e-0d0c-4b8e-9a57-3c2b1d9e7f60 --org eu
    pulumi-widgets show Support --json | jq .allowedDomains
    """
    from ...mapping import PYTHON
    from ..org import Org, document
    from ..stacks.holders import in_words

    asked = Org(org, stack)
    found = asked.find(wanted)
    held = asked.holder(found)
    shown = document(found, held, show_secrets=show_secrets)
    if as_json:
        output.write_json({"org": org, "stack": asked.stack and asked.stack.name, **shown})
        return
    del shown["managed"]
    flow = shown.pop("flow")
    rows = [(PYTHON.get(key, key), value) for key, value in shown.items() if value is not None]
    if isinstance(flow, dict) and flow.get("name"):
        rows.append(("flow.name", flow["name"]))
    if held:
        protected = ", protected" if held.protected else ""
        by = f"{in_words(held.stack)}, as {held.name!r}{protected}"
        rows += [("managed by", by), ("urn", held.urn)]
    elif asked.holders is not None:
        rows.append(("managed by", "no stack of this backend"))
    output.fields(rows)
