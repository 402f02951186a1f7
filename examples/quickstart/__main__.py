"""Two widget deployments, one of which knows the other.

`make up` in the root deploys it to a simulated org, `pulumi up` there to yours. The key of each
deployment (its id, what a web page embeds) becomes an output of the stack.
"""

import pulumi

from pulumi_widgets import (
    ClientConfigArgs,
    ClientType,
    WebChatConfigArgs,
    WebChatSkin,
    WidgetDeployment,
)

# A deployment needs a client type and nothing else. Its name in the org is the resource's name
# ("support") unless `name` says otherwise.
support = WidgetDeployment(
    "support",
    description="Chat on the support pages",
    client_type=ClientType.V2,
    # Pages on these domains may use it. Their order makes no difference.
    allowed_domains=["www.example.com", "support.example.com"],
    # Versions 2 and third-party take any JSON object.
    client_config=ClientConfigArgs(v2={"theme": "light", "proactive": {"afterSeconds": 30}}),
)

# An output of one resource may be an input of another: Pulumi then knows their order, and a
# preview shows what it cannot know yet as such.
checkout = WidgetDeployment(
    "checkout",
    description=pulumi.Output.concat("Chat in the checkout; the support pages use ", support.id),
    client_type=ClientType.V1,
    # Only customers who are signed in may chat here.
    authentication_required=True,
    allowed_domains=["shop.example.com"],
    client_config=ClientConfigArgs(
        v1=WebChatConfigArgs(
            web_chat_skin=WebChatSkin.MODERN_CARET_SKIN,
            authentication_url="https://shop.example.com/sign-in",
        ),
    ),
)

pulumi.export("support_key", support.id)
pulumi.export("checkout_key", checkout.id)
