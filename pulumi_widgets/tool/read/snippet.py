"""``pulumi-widgets snippet``: the HTML that a web page embeds."""

from __future__ import annotations

import click

from ..shell import output
from ..shell.options import org_option, stack_option, wanted_argument

__all__ = ["snippet"]

_USED = ("name", "disabled", "authenticationRequired", "allowedDomains", "clientConfig")
"""The fields that are told here; ``clientType`` shows in any page."""


@click.command(short_help="The HTML with which a page embeds a deployment.")
@wanted_argument
@org_option
@stack_option
@click.option(
    "--org-guid",
    metavar="GUID",
    help="The organization's id (Admin > Organization Settings). Default: a placeholder.",
)
@click.option("--queue", metavar="NAME", help="That gets the chats. Default: a placeholder.")
def snippet(
    wanted: str, org: str, stack: str | None, org_guid: str | None, queue: str | None
) -> None:
    r"""Print the HTML with which a web page embeds a deployment.

    It fits the deployment's client type. What is still to be filled in begins with YOUR_, and is
    told on stderr. The vendor ended web chat version 1 and 2 for orgs in general: try the page.

    \b
    pulumi-widgets snippet Support > chat.html
    pulumi-widgets snippet Support --org-guid 3f1c… --queue 'Web chat'
    """
    from ..org import Org
    from .html import DOMAIN, ORG, QUEUE, embedding

    asked = Org(org, stack)
    found = asked.find(wanted)
    held = asked.holder(found)
    secret = [key for key in _USED if held and key in held.secrets]
    if secret:
        # a page shows the world what it embeds
        output.note(f"Left out, for a state keeps it secret: {', '.join(secret)}.")
        found = {key: value for key, value in found.items() if key not in secret}
    text = embedding(found, asked.settings.base_url, org_guid or ORG, queue or QUEUE)
    click.echo(text, nl=False)
    missing = [each for each in (DOMAIN, ORG, "YOUR_ORG_NAME", QUEUE) if each in text]
    if missing:
        output.note(f"To be filled in: {', '.join(missing)}.")
    if found.get("disabled"):
        output.note("The deployment is disabled: it refuses every new chat.")
    if found.get("authenticationRequired"):
        output.note("It wants customers who are signed in: the page has to add a signed JWT.")
    domains = found.get("allowedDomains") or []
    if domains:
        output.note(f"Pages of these domains alone may use it: {', '.join(map(str, domains))}.")
