"""Outputs as values: JSON, exports, text, `pulumi.Output.all`, and inputs of others."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pulumi
import pytest
from pulumi.runtime.stack import massage

from pulumi_widgets import (
    ClientConfig,
    Flow,
    GetWidgetDeploymentResult,
    GetWidgetDeploymentsResult,
    WebChatConfig,
    WidgetDeployment,
)
from pulumi_widgets.mapping import OPTIONAL

from .mocked_engine import Org, run

FULL: dict[str, Any] = {
    "client_type": "v1",
    "flow_id": "flow-1",
    "client_config": {
        "v1_http": {"web_chat_skin": "basic", "authentication_url": "https://a.example/in"},
        "v2": {"web_chat_skin": {"a": ["b"]}},
    },
}
CONFIG = FULL["client_config"]
FLOW = {"id": "flow-1", "name": "Flow", "self_uri": "/flow"}


def found() -> GetWidgetDeploymentsResult:
    one = GetWidgetDeploymentResult(
        id="d-1",
        name="One",
        client_type="v1",
        flow=Flow(**FLOW),
        client_config=ClientConfig(v1_http=WebChatConfig(**CONFIG["v1_http"]), v2=CONFIG["v2"]),
    )
    return GetWidgetDeploymentsResult(deployments=[one])


def test_outputs_become_json() -> None:
    def program() -> pulumi.Output[Any]:
        shop = WidgetDeployment("shop", FULL)
        return pulumi.Output.all(
            pulumi.Output.json_dumps(shop.client_config),
            pulumi.Output.json_dumps({"all of it": [shop.flow]}),
            shop.flow.apply(json.dumps),
        )

    _, texts = run(program)
    assert [json.loads(text) for text in texts] == [CONFIG, {"all of it": [FLOW]}, FLOW]


def test_the_text_of_free_json_is_the_same_each_time() -> None:
    mixed = {"z": 1, "a": 2.5, "list": [{"y": 1e15, "b": [3]}], "k": {"2": True, "1": {}}}
    text = '{"v2": {"a": 2.5, "k": {"1": {}, "2": true}, "list": [{"b": [3], "y": %d}], "z": 1}}'

    def program() -> pulumi.Output[str]:
        shop = WidgetDeployment("shop", client_type="v2", client_config={"v2": mixed})
        return pulumi.Output.json_dumps(shop.client_config)

    assert run(program)[1] == text % 1e15


def test_what_a_lookup_found_becomes_json_and_text() -> None:
    [one] = json.loads(json.dumps(found()))["deployments"]
    assert one == {
        "id": "d-1",
        "name": "One",
        "authentication_required": False,
        "disabled": False,
        "client_type": "v1",
        "flow": FLOW,
        "client_config": CONFIG,
    }
    for shown in ("'name': 'One'", "'self_uri': '/flow'", "'web_chat_skin': 'basic'"):
        assert shown in str(found())
        assert shown in repr(found())


def has_attributes(config: Any, flow: Any) -> bool:
    assert (type(config), type(flow)) == (ClientConfig, Flow)
    assert type(config.v1_http) is WebChatConfig
    assert config.v1_http.web_chat_skin == config["v1_http"]["web_chat_skin"] == "basic"
    assert config.v1 is None
    assert config.v2 == {"web_chat_skin": {"a": ["b"]}}
    assert flow.self_uri == flow["self_uri"] == "/flow"
    assert not hasattr(flow, "selfUri")
    return True


@pytest.mark.parametrize(
    "gather",
    [
        lambda config, flow: pulumi.Output.all(config, flow),
        lambda config, flow: pulumi.Output.all(a=config, b=flow).apply(lambda d: [d["a"], d["b"]]),
        lambda config, flow: pulumi.Output.all([config, flow]).apply(lambda outer: outer[0]),
        lambda config, flow: pulumi.Output.all(pulumi.Output.all(config, flow)).apply(
            lambda outer: outer[0]
        ),
        lambda config, flow: pulumi.Output.from_input({"x": {"y": (config, flow)}}).apply(
            lambda outer: outer["x"]["y"]
        ),
        lambda config, flow: pulumi.Output.secret([config, flow]),
    ],
)
def test_attributes_survive_whatever_gathers_outputs(gather: Any) -> None:
    def program() -> pulumi.Output[Any]:
        shop = WidgetDeployment("shop", FULL)
        return gather(shop.client_config, shop.flow).apply(lambda both: has_attributes(*both))  # type: ignore[no-any-return]

    assert run(program)[1]


def test_values_found_before_survive_as_well() -> None:
    [one] = found().deployments

    def program() -> pulumi.Output[Any]:
        return pulumi.Output.all(one, found()).apply(
            lambda both: [
                has_attributes(each.client_config, each.flow)
                for each in (both[0], *both[1].deployments)
            ]
        )

    assert run(program)[1] == [True, True]


def test_they_can_be_copied_and_pickled() -> None:
    for again in (
        copy.copy(found()),
        copy.deepcopy(found()),
        pickle.loads(pickle.dumps(found())),
    ):
        assert again == found()
        [one] = again.deployments
        assert has_attributes(one.client_config, one.flow)


def test_as_inputs_of_another_they_have_the_apis_names() -> None:
    [one] = found().deployments

    def program() -> None:
        shop = WidgetDeployment("shop", FULL)
        WidgetDeployment(
            "whole",
            client_type=shop.client_type,
            client_config=shop.client_config,
            flow=shop.flow,
            allowed_domains=shop.allowed_domains,
        )
        WidgetDeployment(
            "parts",
            client_type="v1",
            client_config={
                "v1_http": shop.client_config.apply(lambda config: config and config.v1_http),
                "v2": {"flow": shop.flow},
            },
        )
        WidgetDeployment("found", client_type="v1", client_config=one.client_config, flow=one.flow)
        WidgetDeployment(
            "all",
            client_type="v1",
            client_config=pulumi.Output.all(shop.client_config).apply(lambda configs: configs[0]),
        )

    registered, _ = run(program)
    sent = {name: each.inputs for name, each in registered.items()}
    v1_http = {"webChatSkin": "basic", "authenticationUrl": "https://a.example/in"}
    config = {"v1-http": v1_http, "v2": CONFIG["v2"]}
    for name in ("shop", "whole", "found", "all"):
        assert sent[name]["clientConfig"] == config
    for name in ("shop", "whole", "found"):
        assert sent[name]["flowId"] == "flow-1"
        assert "flow" not in sent[name]
    assert sent["parts"]["clientConfig"] == {
        "v1-http": v1_http,
        "v2": {"flow": {"id": "flow-1", "name": "Flow", "selfUri": "/flow"}},
    }


def test_exports_show_the_values() -> None:
    # what the SDK makes of an exported value; 3.260 and later use the API's names
    [exported] = massage(found(), [])["deployments"]
    assert exported["flow"]["name"] == "Flow"
    assert exported.get("client_config", exported.get("clientConfig"))["v2"] == CONFIG["v2"]


def test_what_a_transformation_takes_away_is_unset() -> None:
    def without(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult:
        kept = {key: each for key, each in args.props.items() if key not in OPTIONAL}
        return pulumi.ResourceTransformationResult(kept, args.opts)

    def program() -> pulumi.Output[Any]:
        opts = pulumi.ResourceOptions(transformations=[without])
        shop = WidgetDeployment("shop", description="of the shop", opts=opts, **FULL)
        return pulumi.Output.all(*[getattr(shop, each) for each in OPTIONAL])

    registered, found = run(program)
    assert found == [None] * len(OPTIONAL)
    assert registered["shop"].inputs["clientType"] == "v1"


def test_a_word_that_the_service_has_newly_is_held_as_any_other() -> None:
    class Newer(Org):
        def new_resource(
            self, args: pulumi.runtime.MockResourceArgs
        ) -> tuple[str | None, dict[Any, Any]]:
            id_, outputs = super().new_resource(args)
            newer = {"clientType": "v3", "clientConfig": {"v1": {"webChatSkin": "neon"}}}
            return id_, outputs | newer

    def program() -> pulumi.Output[Any]:
        shop = WidgetDeployment("shop", FULL)
        skin = shop.client_config.apply(lambda each: each and each.v1 and each.v1.web_chat_skin)
        return pulumi.Output.all(shop.client_type, skin)

    assert run(program, Newer())[1] == ["v3", "neon"]


def test_a_flow_is_known_by_its_id_before_an_update() -> None:
    class Updating(Org):
        """As in the preview of an update: what no input has the value of is unknown."""

        def new_resource(
            self, args: pulumi.runtime.MockResourceArgs
        ) -> tuple[str | None, dict[Any, Any]]:
            id_, outputs = super().new_resource(args)
            return id_, {key: outputs[key] for key in outputs.keys() - {"flow", "selfUri"}}

    def program() -> pulumi.Output[Any]:
        shop = WidgetDeployment("shop", client_type="v2", flow_id="flow-1")
        WidgetDeployment("copy", client_type="v2", flow=shop.flow)
        WidgetDeployment("lifted", client_type="v2", flow_id=shop.flow.id)
        WidgetDeployment("named", client_type="v2", flow_id=shop.flow.name)
        return pulumi.Output.all(shop.flow.is_known(), shop.flow.future())

    registered, (is_known, flow) = run(program, Updating(), preview=True)
    given = {name: each.inputs.get("flowId") for name, each in registered.items()}
    assert given["copy"] == given["lifted"] == "flow-1"
    assert pulumi.contains_unknowns(given["named"])
    assert (is_known, flow) == (False, None)
