"""Wrong programs: type checkers report each line that is marked, and no other."""

import pulumi

from pulumi_widgets import (
    ClientConfigArgs,
    ClientType,
    WebChatConfigArgs,
    WebChatSkin,
    WidgetDeployment,
    WidgetDeploymentArgs,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
)

opts = pulumi.ResourceOptions()
args = WidgetDeploymentArgs(client_type="v2")

# missing and unknown names
WidgetDeployment("x")  # error
WidgetDeployment("x", opts)  # error
WidgetDeployment("x", name="y")  # error
WidgetDeployment(client_type="v2")  # error
WidgetDeployment("x", client_typ="v2")  # error
WidgetDeployment("x", client_type="v2", flowId="f")  # error
WidgetDeployment("x", client_type="v2", id="d-1")  # error
WidgetDeployment("x", client_type="v2", self_uri="/x")  # error
WidgetDeploymentArgs()  # error
WidgetDeploymentArgs("v2")  # error
WidgetDeploymentArgs(client_type="v2", desciption="x")  # error
ClientConfigArgs(v3={})  # error
WebChatConfigArgs(webChatSkin="basic")  # error
WidgetDeployment.get("x")  # error

# words that are none of the allowed
WidgetDeployment("x", client_type="v3")  # error
WidgetDeployment("x", client_type="third_party")  # error
WidgetDeployment("x", client_type=ClientType.V3)  # error
WidgetDeploymentArgs(client_type="V2")  # error
WebChatConfigArgs(web_chat_skin="fancy")  # error
WebChatConfigArgs(web_chat_skin=WebChatSkin.FANCY)  # error
WebChatConfigArgs(web_chat_skin=ClientType.V1)  # error

# wrong types
WidgetDeployment("x", client_type=2)  # error
WidgetDeployment("x", client_type="v2", name=5)  # error
WidgetDeployment("x", client_type="v2", description=["x"])  # error
WidgetDeployment("x", client_type="v2", disabled="yes")  # error
WidgetDeployment("x", client_type="v2", authentication_required="no")  # error
WidgetDeployment("x", client_type="v2", flow_id={"id": "f"})  # error
WidgetDeployment("x", client_type="v2", allowed_domains=[5])  # error
WidgetDeployment("x", client_type="v2", allowed_domains={"a": 1})  # error
WidgetDeployment("x", client_type="v2", allowed_domains="www.example.com")  # error
WidgetDeploymentArgs(client_type="v2", allowed_domains="www.example.com")  # error
WidgetDeployment("x", client_type="v2", allowed_domains={"a"})  # error
WidgetDeployment("x", client_type="v2", client_config="{}")  # error
WidgetDeployment("x", client_type="v2", client_config=WebChatConfigArgs())  # error
WidgetDeployment("x", client_type="v2", opts={})  # error
WidgetDeploymentArgs(client_type="v2", name=5)  # error
ClientConfigArgs(v2="{}")  # error
ClientConfigArgs(v1=ClientConfigArgs())  # error
WebChatConfigArgs(authentication_url=5)  # error

# dict literals
WidgetDeployment("x", {"client_typ": "v2"})  # error
WidgetDeployment("x", {"name": "y"})  # error
WidgetDeployment("x", {"client_type": "v3"})  # error
WidgetDeployment("x", {"client_type": "v2", "descripton": "y"})  # error
WidgetDeployment("x", {"client_type": "v2", "disabled": "no"})  # error
WidgetDeployment("x", {"client_type": "v2", "allowed_domains": "a.example"})  # error
WidgetDeployment("x", {"client_type": "v2", "client_config": {"v3": {}}})  # error
WidgetDeployment("x", client_type="v2", client_config={"v1-http": {}})  # error
WidgetDeployment("x", client_type="v2", client_config={"v1": {"skin": "basic"}})  # error
WidgetDeployment("x", client_type="v2", client_config={"v1": {"web_chat_skin": "x"}})  # error
ClientConfigArgs(v1={"webChatSkin": "basic"})  # error

# inputs given twice, or in the wrong place
WidgetDeployment("x", args, client_type="v2")  # error
WidgetDeployment("x", args, name="y")  # error
WidgetDeployment("x", opts, args)  # error
WidgetDeployment("x", "v2")  # error

# outputs that are something else
right = WidgetDeployment("right", args)
number: pulumi.Output[int] = right.name  # error
flag: bool = right.disabled  # error
right.name = "other"  # error
right.flow.apply(lambda flow: flow.id)  # error
right.client_config.apply(lambda config: config.v4 if config else None)  # error

# lookups, adoption, orgs
get_widget_deployment(right.id)  # error
get_widget_deployment(name=5)  # error
get_widget_deployment(nam="x")  # error
found = get_widget_deployment(name="x").adopt_id  # error
get_widget_deployments(client_type="v3")  # error
get_widget_deployments(disabled="no")  # error
get_widget_deployments(name=right.id)  # error
get_widget_deployments(id="d-1")  # error
get_widget_deployment_output(name=["x"])  # error
get_widget_deployment(name="x", opts=opts)  # error
get_widget_deployments_output(name="x", depends_on=right)  # error
WidgetDeployment("x", client_type="v2", adopt_id=5)  # error
WidgetDeployment("x", client_type="v2", adopt_id=get_widget_deployment(name="x"))  # error
WidgetDeployment("x", client_type="v2", org=["eu"])  # error
WidgetDeployment.get("x", "d-1", org=5)  # error
