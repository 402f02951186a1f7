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
@click.option("--show-secrets", is_flag=True, help="Show what the stack's state keeps secret.")
@json_option
def show(wanted: str, org: str, stack: str | None, show_secrets: bool, as_json: bool) -> None:
    r"""Show a deployment, by its id or its whole name.

    The fields have the names of a program's inputs; with --json, the API's.

    \b
    pulumi-widgets show Support
    pulumi-widgets show 5f8a3c1e-0d0c-4b8e-9a57-3c2b1d9e7f60 --org eu
    pulumi-widgets show Support --json | jq .allowedDomains
    """
    from ... import mapping
    from ..org import Org, document

    asked = Org(org, stack)
    found = asked.find(wanted)
    managed = asked.managed().get(found["id"].casefold())
    shown = document(found, managed, show_secrets=show_secrets)
    if as_json:
        output.write_json({"org": org, "stack": asked.stack and asked.stack.name, **shown})
        return
    del shown["managed"]
    names = mapping.in_python_names({key: value for key, value in shown.items() if key != "flow"})
    rows = [(key, value) for key, value in names.items() if value is not None]
    flow = shown["flow"]
    if isinstance(flow, dict) and flow.get("name"):
        rows.append(("flow.name", flow["name"]))
    if managed:
        protected = ", protected" if managed.protected else ""
        by = f"stack {asked.stack and asked.stack.name}, as {managed.name!r}{protected}"
        rows += [("managed by", by), ("urn", managed.urn)]
    elif asked.stack:
        rows.append(("managed by", f"nobody in stack {asked.stack.name}"))
    output.fields(rows)
