"""The same chat in several orgs, from one program and one stack.

Which orgs, says the stack's configuration (`Pulumi.yaml` has the default, and how to name an org's
region and credentials): `pulumi config set --path 'orgs[2]' au` adds a third.
"""

import pulumi

from pulumi_widgets import ClientType, WidgetDeployment

orgs: list[str] = pulumi.Config().require_object("orgs")

keys: dict[str, pulumi.Output[str]] = {}
for org in orgs:
    chat = WidgetDeployment(
        # A resource's name is unique in the stack; the deployments all have the same name, each
        # in its own org.
        f"chat-{org}",
        name="Chat",
        client_type=ClientType.V2,
        allowed_domains=[f"{org}.example.com"],
        # The org that holds it. A name that has no settings is told in the preview, with the
        # names that have. To move a deployment to another org is to replace it: it is made
        # there, then deleted here, and its key is a new one.
        org=org,
    )
    keys[org] = chat.id

pulumi.export("keys", keys)
