"""A program that uses everything there is, each in every form: type checkers accept it."""

# pyright: strict

from collections.abc import Mapping, Sequence
from typing import Any

import pulumi
from typing_extensions import assert_type

from pulumi_widgets import (
    ClientConfig,
    ClientConfigArgs,
    ClientConfigArgsDict,
    ClientType,
    Flow,
    GetWidgetDeploymentResult,
    GetWidgetDeploymentsResult,
    WebChatConfig,
    WebChatConfigArgs,
    WebChatConfigArgsDict,
    WebChatSkin,
    WidgetDeployment,
    WidgetDeploymentArgs,
    WidgetDeploymentArgsDict,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
)
from pulumi_widgets.types import ClientTypeName, WebChatSkinName

config = pulumi.Config()

# keywords
least = WidgetDeployment("least", client_type="v2")
shop = WidgetDeployment(
    "shop",
    client_type=ClientType.V1,
    name="Shop",
    description="of the shop",
    authentication_required=True,
    disabled=False,
    flow_id="flow-1",
    allowed_domains=["a.example", least.id],
    client_config=ClientConfigArgs(
        v1=WebChatConfigArgs(
            web_chat_skin=WebChatSkin.BASIC,
            authentication_url="https://a.example/sign-in",
        ),
        v1_http=WebChatConfigArgs(web_chat_skin="modern-caret-skin"),
        v2={"any": {"thing": [1, None, True]}},
        third_party={},
    ),
)
WidgetDeployment("options", pulumi.ResourceOptions(protect=True), client_type="third-party")
WidgetDeployment("options-last", client_type="v1-http", opts=pulumi.ResourceOptions(parent=shop))
WidgetDeployment("no-options", None, client_type="v2")

# nothing given counts as left out
WidgetDeployment(
    "none",
    client_type="v2",
    name=None,
    description=None,
    authentication_required=None,
    disabled=None,
    flow_id=None,
    allowed_domains=None,
    client_config=None,
    org=None,
    adopt_id=None,
)

# an args class or a dict, with either kind of key
args = WidgetDeploymentArgs(client_type="v2", description=config.get("description"))
args.disabled = config.get_bool("disabled")
args.client_config = {"v2": {"a": 1}}
WidgetDeployment("args", args)
WidgetDeployment("args-and-options", args, pulumi.ResourceOptions(depends_on=[shop]))
WidgetDeployment("args-by-name", args=args, opts=None)
WidgetDeployment("dict", {"client_type": "v2", "flow_id": "f"})
data: dict[str, Any] = {"clientType": "v2", "flow": {"id": "f"}}
WidgetDeployment("data", data)
WidgetDeployment("data-and-more", org="eu", **data)
WidgetDeployment(
    "nested",
    client_type=ClientType(config.require("clientType")),
    client_config={"v1_http": {"web_chat_skin": "basic"}, "v1": WebChatConfigArgs()},
)
WidgetDeployment(
    "nested-in-args",
    client_type="v1",
    client_config=ClientConfigArgs(v1={"web_chat_skin": WebChatSkin.MODERN_CARET_SKIN}),
)

# outputs and secrets as inputs
text: pulumi.Output[str] = pulumi.Output.from_input("text")
free: Mapping[str, Any] = {"key": text}
WidgetDeployment(
    "outputs",
    client_type=shop.client_type,
    name=text,
    description=pulumi.Output.secret("hush"),
    authentication_required=shop.authentication_required,
    disabled=shop.disabled,
    flow_id=config.require_secret("flowId"),
    allowed_domains=shop.name.apply(lambda name: [f"{name}.example"]),
    client_config=pulumi.Output.from_input(
        ClientConfigArgs(
            v1=WebChatConfigArgs(authentication_url=pulumi.Output.format("https://{0}", text)),
            v2=free,
            third_party=pulumi.Output.secret({"token": "hush"}),
        )
    ),
)

# optional outputs, values from lookups, and whatever else is a sequence of strings
names = ["a.example"]
ids = [least.id, shop.id]
other = get_widget_deployment(name="Other")
WidgetDeployment(
    "optional",
    client_type=shop.client_type,
    name=shop.description,
    description=shop.description,
    flow=shop.flow,
    allowed_domains=shop.allowed_domains,
    client_config=shop.client_config,
    org=shop.org,
    adopt_id=shop.flow_id,
    authentication_required=config.get_bool("strict"),
    disabled=pulumi.Output.from_input(config.get_bool("disabled")),
)
WidgetDeployment(
    "optional-args",
    WidgetDeploymentArgs(
        client_type="v2",
        description=shop.description,
        flow_id=shop.flow_id,
        allowed_domains=shop.allowed_domains,
        client_config=ClientConfigArgs(
            v1=shop.client_config.apply(lambda each: each.v1 if each else None),
            v1_http=WebChatConfigArgs(authentication_url=shop.description),
            v2=shop.client_config.apply(lambda each: each.v2 if each else None),
        ),
    ),
)
WidgetDeployment("list", client_type="v2", allowed_domains=names)
WidgetDeployment("outputs-list", client_type="v2", allowed_domains=ids)
WidgetDeployment("tuple", client_type="v2", allowed_domains=("a.example", least.id))
WidgetDeployment(
    "found",
    client_type=other.client_type,
    flow=other.flow,
    allowed_domains=other.allowed_domains,
    client_config=other.client_config,
)
WidgetDeployment(
    "made",
    client_type="v2",
    allowed_domains=pulumi.Output.all(least.id, shop.id).apply(lambda ids: [f"{ids[0]}.example"]),
    client_config=least.id.apply(lambda key: {"v2": {"key": key}}),
)

# dicts
typed: WidgetDeploymentArgsDict = {"client_type": "v2", "client_config": {"v2": {"a": 1}}}
web_chat: WebChatConfigArgsDict = {"web_chat_skin": "basic", "authentication_url": text}
client_config: ClientConfigArgsDict = {"v1": web_chat, "v1_http": {"web_chat_skin": "basic"}}
WidgetDeployment("typed", typed)
WidgetDeployment("typed-and-options", typed, pulumi.ResourceOptions(protect=True))
WidgetDeployment("typed-keywords", **typed)
WidgetDeployment("typed-config", client_type="v1", client_config=client_config)
read: dict[str, Any] = {"v1-http": {"webChatSkin": "basic"}}
WidgetDeployment("read", client_type="v1", client_config=read)
as_mapping: Mapping[str, Any] = read
WidgetDeployment("read-mapping", client_type="v1", client_config=as_mapping)
WidgetDeployment("read-output", client_type="v1", client_config=least.id.apply(lambda _: read))
WidgetDeployment("read-part", client_type="v1", client_config={"v1": read["v1-http"]})


# subclasses
class Ours(WidgetDeployment):
    def __init__(self, name: str, domain: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__(name, opts, client_type="v2", allowed_domains=[domain])
        self.domain = domain


class Same(WidgetDeployment):
    pass


assert_type(Ours("ours", domain="a.example").flow_id, pulumi.Output[str | None])
Same("same", client_type="v2", opts=pulumi.ResourceOptions(protect=True))

# outputs
assert_type(shop.id, pulumi.Output[str])
assert_type(shop.urn, pulumi.Output[str])
assert_type(shop.name, pulumi.Output[str])
assert_type(shop.description, pulumi.Output[str | None])
assert_type(shop.authentication_required, pulumi.Output[bool])
assert_type(shop.disabled, pulumi.Output[bool])
assert_type(shop.flow_id, pulumi.Output[str | None])
assert_type(shop.allowed_domains, pulumi.Output[Sequence[str] | None])
assert_type(shop.client_type, pulumi.Output[ClientTypeName])
assert_type(shop.client_config, pulumi.Output[ClientConfig | None])
assert_type(shop.self_uri, pulumi.Output[str])
assert_type(shop.flow, pulumi.Output[Flow | None])


def skin(client_config: ClientConfig | None) -> str | None:
    if client_config is None:
        return None
    assert_type(client_config.v1, WebChatConfig | None)
    assert_type(client_config.v1_http, WebChatConfig | None)
    assert_type(client_config.v2, Mapping[str, Any] | None)
    assert_type(client_config.third_party, Mapping[str, Any] | None)
    if client_config.v1 is None:
        return None
    assert_type(client_config.v1.authentication_url, str | None)
    assert_type(client_config.v1.web_chat_skin, WebChatSkinName | None)
    return client_config.v1.web_chat_skin


def flow_name(flow: Flow | None) -> str | None:
    if flow is None:
        return None
    assert_type(flow.id, str)
    assert_type(flow.self_uri, str | None)
    return flow.name


pulumi.export("key", shop.id)
pulumi.export("skin", shop.client_config.apply(skin))
pulumi.export("flow", shop.flow.apply(flow_name))

# a deployment that is managed elsewhere
elsewhere = WidgetDeployment.get("elsewhere", "d-1")
WidgetDeployment.get("by-output", least.id, pulumi.ResourceOptions(parent=shop))
assert_type(elsewhere, WidgetDeployment)
WidgetDeployment.get("of-an-org", "d-1", org="eu")
WidgetDeployment.get("of-an-org-by-output", least.id, org=text)
assert_type(elsewhere.org, pulumi.Output[str | None])

# lookups
found = get_widget_deployment(name="Shop")
assert_type(found, GetWidgetDeploymentResult)
assert_type(get_widget_deployment("d-1", org="eu").id, str)
assert_type(found.name, str)
assert_type(found.client_type, ClientTypeName)
assert_type(found.disabled, bool)
assert_type(found.flow, Flow | None)
assert_type(found.allowed_domains, Sequence[str] | None)
assert_type(found.client_config, ClientConfig | None)
several = get_widget_deployments(name="Shop *", client_type="v1", disabled=False, org=None)
assert_type(several, GetWidgetDeploymentsResult)
assert_type(get_widget_deployments(client_type=ClientType.V2).deployments[0].id, str)
later = get_widget_deployment_output(id=least.id, org=text)
assert_type(later, pulumi.Output[GetWidgetDeploymentResult])
assert_type(later.apply(lambda each: each.flow_id), pulumi.Output[str | None])
assert_type(
    get_widget_deployments_output(name=text, client_type=shop.client_type, disabled=shop.disabled),
    pulumi.Output[GetWidgetDeploymentsResult],
)
get_widget_deployment_output(name=shop.name, org=shop.org)
get_widget_deployment_output(id=shop.flow_id, name=shop.description)
get_widget_deployments_output(
    name=shop.description,
    client_type=shop.client_config.apply(lambda each: ClientType.V1 if each and each.v1 else None),
    disabled=pulumi.Output.from_input(config.get_bool("disabled")),
    org=shop.org,
)
get_widget_deployments(client_type=found.client_type)
if found.client_config and found.client_config.v1:
    WebChatConfigArgs(web_chat_skin=found.client_config.v1.web_chat_skin)
    WebChatConfigArgsDict(web_chat_skin=found.client_config.v1.web_chat_skin)
    ClientConfigArgs(v1=found.client_config.v1)
get_widget_deployment("d-1", opts=pulumi.InvokeOptions(parent=shop))
get_widget_deployment_output(name="Shop", opts=pulumi.InvokeOutputOptions(depends_on=[shop]))
get_widget_deployments_output(opts=pulumi.InvokeOutputOptions(depends_on=shop))

# adoption, and one of several orgs
WidgetDeployment("adopted", client_type="v2", adopt_id=found.id, org="eu")
WidgetDeployment("adopted-by-output", client_type="v2", adopt_id=later.apply(lambda each: each.id))
WidgetDeployment("in-args", WidgetDeploymentArgs(client_type="v2", adopt_id="d-1", org=text))
WidgetDeployment("in-a-dict", {"client_type": "v2", "adopt_id": "d-1", "org": shop.org})
