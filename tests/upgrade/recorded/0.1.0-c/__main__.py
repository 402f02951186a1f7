"""The program of the next recording: one deployment for each thing that a state can hold.

`STEP` in the environment says what it is to be: ``adopt`` (the first `up`), ``recorded``, or
``changed``, where every deployment that the stack manages has another description.
"""

import os
from typing import Any

import pulumi

from pulumi_widgets import ClientConfigArgs, ClientType, WebChatConfigArgs, WidgetDeployment

step = os.environ["STEP"]
secret = pulumi.Output.secret
description = "changed" if step == "changed" else "as recorded"
changed: dict[str, Any] = {"description": description} if step == "changed" else {}


class OurChat(WidgetDeployment):
    """What a team makes of it."""


minimal = WidgetDeployment("minimal", client_type="v2", **changed)
full = WidgetDeployment(
    "full",
    name="Full",
    description=description,
    client_type=ClientType.V1,
    authentication_required=True,
    disabled=True,
    flow_id="flow-1",
    allowed_domains=["www.example.com", "shop.example.com"],
    client_config=ClientConfigArgs(
        v1=WebChatConfigArgs(web_chat_skin="basic", authentication_url="https://a.example/v1"),
        v1_http=WebChatConfigArgs(web_chat_skin="modern-caret-skin"),
        v2={"theme": "light"},
        third_party={"any": {"thing": True}},
    ),
)
WidgetDeployment("v1-http", client_type="v1-http", description=description)
WidgetDeployment("third-party", client_type="third-party", description=description)
WidgetDeployment(
    "free-json",
    client_type="v2",
    description=description,
    client_config={
        "v2": {
            "__typename": "Config",
            "snake_case": 1,
            "camelCase": 2.5,
            "v1-http": [1, "two", {"three": [False, {}, []]}],
            "nested": {"empty": "", "large": 1e15, "ünïcode": "☎"},
        }
    },
)
WidgetDeployment(
    "linked", {"client_type": "v2", "description": description, "flow_id": full.flow_id}
)

# each secret value holds "hush"
WidgetDeployment(
    "secret-flow", client_type="v2", description=description, flow_id=secret("hush-flow")
)
WidgetDeployment(
    "secret-description", client_type="v2", description=secret(f"hush-hush {description}")
)
WidgetDeployment(
    "secret-config",
    client_type="v1",
    description=description,
    client_config={
        "v1": {"authentication_url": secret("https://hush.example/sign-in")},
        "v2": {"list": [1, {"key": secret("hush")}]},
    },
)
WidgetDeployment(
    "secret-whole-config",
    client_type="v2",
    description=description,
    client_config=secret({"v2": {"key": "hush"}}),
)
WidgetDeployment(
    "secret-domain",
    client_type="v2",
    description=description,
    allowed_domains=["a.example", secret("hush.example")],
)

adopt: dict[str, Any] = {"adopt_id": "adopted-once"} if step == "adopt" else {}
WidgetDeployment(
    "adopted", name="Adopted", client_type="v1", adopt_id="adopted", description=description
)
WidgetDeployment("adopted-once", name="Adopted", client_type="v1", description=description, **adopt)
WidgetDeployment(
    "adopted-secretly",
    client_type="v1",
    adopt_id=secret("adopted-secretly"),
    description=description,
)
if step != "adopt":  # `pulumi-widgets import` comes before the second `up`
    WidgetDeployment(
        "imported",
        name="Imported",
        client_type="v2",
        description=description,
        flow_id="flow-2",
        allowed_domains=["www.example.com"],
        client_config={"v2": {"theme": "dark"}, "v1": {"web_chat_skin": "basic"}},
        opts=pulumi.ResourceOptions(protect=step != "changed"),
    )

# the service of this org adds a skin where there is a config for v1
WidgetDeployment("in-eu", name="Full", client_type="v2", org="eu", description=description)
WidgetDeployment(
    "added-to",
    client_type="v1",
    org="eu",
    description=description,
    client_config={"v1": {"authentication_url": "https://a.example/v1"}},
)

WidgetDeployment(
    "adopted-in-eu", client_type="v1", org="eu", adopt_id="adopted-in-eu", description=description
)

WidgetDeployment.get("theirs", "theirs")
WidgetDeployment.get(
    "theirs-secretly",
    "theirs",
    pulumi.ResourceOptions(additional_secret_outputs=["description", "flow_id"]),
)
WidgetDeployment.get("theirs-in-eu", "theirs", org="eu")

site = pulumi.ComponentResource("shop:index:Site", "site")
WidgetDeployment(
    "child",
    client_type="v2",
    description=description,
    opts=pulumi.ResourceOptions(parent=site),
)
WidgetDeployment(
    "protected",
    client_type="v2",
    description=description,
    opts=pulumi.ResourceOptions(protect=step != "changed"),
)
WidgetDeployment(
    "retained",
    client_type="v2",
    description=description,
    opts=pulumi.ResourceOptions(retain_on_delete=True),
)
OurChat("of-a-subclass", client_type="v2", description=description)

pulumi.export("key", full.id)
pulumi.export("config", full.client_config)
pulumi.export("flow", full.flow)
