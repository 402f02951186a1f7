"""Deployments that somebody made by hand: some looked up, one taken over.

It needs an org that has one deployment named "Support".
"""

import pulumi

from pulumi_widgets import (
    ClientType,
    WidgetDeployment,
    get_widget_deployment,
    get_widget_deployments,
)

# A lookup only reads, in previews too. However many a program makes, the org is listed once. It
# fails, with a line that says why, where there is no such deployment, or more than one.
found = get_widget_deployment(name="Support")

# `adopt_id` is what `pulumi up` takes over instead of making a deployment. The page that embeds
# it notices nothing: its key stays. It is written only where it differs from what is declared
# here, and what is not declared is cleared: `pulumi preview` says in a line what changes. Only
# `disabled` and `authentication_required` are never turned off by leaving them out.
#
# After the first `up`, remove `adopt_id` and the lookup: that is no change. Do it before you
# rename the deployment, or the lookup will not find it any more.
support = WidgetDeployment(
    "support",
    name="Support",
    description="Chat on the support pages",
    client_type=ClientType.V2,
    allowed_domains=["www.example.com"],
    disabled=False,
    adopt_id=found.id,
    # Deleting it by accident would leave pages without chat.
    opts=pulumi.ResourceOptions(protect=True),
)

# What others manage can be used without managing it: here, all that refuse chats.
disabled = get_widget_deployments(disabled=True)

pulumi.export("support_key", support.id)
pulumi.export("disabled", {each.id: each.name for each in disabled.deployments})
