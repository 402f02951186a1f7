"""What the workflows preview and watch."""

import pulumi

from pulumi_widgets import ClientType, WidgetDeployment

support = WidgetDeployment(
    "support",
    description="Chat on the support pages",
    client_type=ClientType.V2,
    allowed_domains=["www.example.com"],
)

pulumi.export("support_key", support.id)
