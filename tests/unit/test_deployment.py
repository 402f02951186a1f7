"""`WidgetDeployment` as a program uses it, under Pulumi's own mocks."""

from __future__ import annotations

import base64
import copy
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pulumi
import pulumi.dynamic.dynamic
import pytest
from pulumi.runtime import rpc

import pulumi_widgets
from pulumi_widgets import (
    PROVIDER,
    ClientConfig,
    ClientConfigArgs,
    ClientType,
    Flow,
    WebChatConfig,
    WebChatConfigArgs,
    WebChatSkin,
    WidgetDeployment,
    WidgetDeploymentArgs,
    mapping,
)

from .mocked_engine import Registered, run

TOKEN = "pulumi-python:dynamic/genesyscloud:WidgetDeployment"


def secrets(value: Any) -> Any:
    """The value with each secret in a pair ``("secret", …)``."""
    if rpc.is_rpc_secret(value):
        return ("secret", secrets(rpc.unwrap_rpc_secret(value)))
    if isinstance(value, dict):
        return {key: secrets(item) for key, item in value.items()}
    return value


def inputs_of(registered: Registered, name: str = "shop") -> dict[str, Any]:
    inputs = dict(registered[name].inputs)
    assert inputs.pop("__provider")
    plain: dict[str, Any] = secrets(inputs)
    return plain


FULL_API: dict[str, Any] = {
    "name": "Shop",
    "description": "of the shop",
    "authenticationRequired": True,
    "disabled": True,
    "flowId": "flow-1",
    "allowedDomains": ["a.example", "b.example"],
    "clientType": "v1-http",
    "clientConfig": {
        "v1": {"webChatSkin": "basic"},
        "v1-http": {
            "webChatSkin": "modern-caret-skin",
            "authenticationUrl": "https://a.example/in",
        },
        "v2": {"v1_http": {"flow_id": 1}},
        "third-party": {"a": [1, {"client_type": True}]},
    },
}
FULL_SNAKE: dict[str, Any] = {
    "name": "Shop",
    "description": "of the shop",
    "authentication_required": True,
    "disabled": True,
    "flow_id": "flow-1",
    "allowed_domains": ["a.example", "b.example"],
    "client_type": ClientType.V1_HTTP,
    "client_config": {
        "v1": {"web_chat_skin": WebChatSkin.BASIC},
        "v1_http": {
            "web_chat_skin": "modern-caret-skin",
            "authentication_url": "https://a.example/in",
        },
        "v2": {"v1_http": {"flow_id": 1}},
        "third_party": {"a": [1, {"client_type": True}]},
    },
}


def with_flow(flow: Any) -> dict[str, Any]:
    """All inputs as the API has them, the flow at its own place."""
    return {**{key: value for key, value in FULL_API.items() if key != "flowId"}, "flow": flow}


def outputs_of(inputs: dict[str, Any]) -> dict[str, Any]:
    return {key: pulumi.Output.from_input(value) for key, value in inputs.items()}


def full_args() -> WidgetDeploymentArgs:
    return WidgetDeploymentArgs(
        **{
            **FULL_SNAKE,
            "client_config": ClientConfigArgs(
                v1=WebChatConfigArgs(web_chat_skin=WebChatSkin.BASIC),
                v1_http={
                    "web_chat_skin": WebChatSkin.MODERN_CARET_SKIN,
                    "authentication_url": "https://a.example/in",
                },
                v2={"v1_http": {"flow_id": 1}},
                third_party={"a": [1, {"client_type": True}]},
            ),
        }
    )


class TestForms:
    """Every way to write the same inputs."""

    @pytest.mark.parametrize(
        "declare",
        [
            lambda: WidgetDeployment("shop", full_args()),
            lambda: WidgetDeployment("shop", args=full_args()),
            lambda: WidgetDeployment("shop", full_args(), pulumi.ResourceOptions()),
            lambda: WidgetDeployment("shop", full_args(), opts=pulumi.ResourceOptions()),
            lambda: WidgetDeployment("shop", FULL_SNAKE),
            lambda: WidgetDeployment("shop", FULL_API),
            lambda: WidgetDeployment(
                "shop", with_flow({"id": "flow-1", "name": "Flow", "selfUri": "/flow"})
            ),
            lambda: WidgetDeployment("shop", with_flow(pulumi.Output.from_input({"id": "flow-1"}))),
            lambda: WidgetDeployment("shop", with_flow(Flow(id="flow-1"))),
            lambda: WidgetDeployment("shop", **FULL_SNAKE),
            lambda: WidgetDeployment("shop", pulumi.ResourceOptions(), **FULL_SNAKE),
            lambda: WidgetDeployment(  # type: ignore[call-overload]
                "shop", None, pulumi.ResourceOptions(), **FULL_SNAKE
            ),
            lambda: WidgetDeployment("shop", opts=pulumi.ResourceOptions(), **FULL_SNAKE),
            lambda: WidgetDeployment(
                resource_name="shop",
                **{
                    **FULL_SNAKE,
                    "client_config": {
                        **FULL_API["clientConfig"],
                        "v1": WebChatConfigArgs(web_chat_skin="basic"),
                    },
                },
            ),
            lambda: WidgetDeployment("shop", outputs_of(FULL_SNAKE)),
        ],
    )
    def test_each_form_registers_the_same_inputs(
        self, declare: Callable[[], WidgetDeployment]
    ) -> None:
        snake, api, args = copy.deepcopy(FULL_SNAKE), copy.deepcopy(FULL_API), full_args()
        registered, _ = run(declare)
        assert registered["shop"].typ == TOKEN
        assert inputs_of(registered) == FULL_API
        assert (snake, api, args) == (FULL_SNAKE, FULL_API, full_args())

    def test_the_name_defaults_to_the_logical_name(self) -> None:
        def program() -> None:
            WidgetDeployment("a", client_type="v2")
            WidgetDeployment("b", {"client_type": "v2", "name": None})
            WidgetDeployment("c", WidgetDeploymentArgs(client_type="v2"))

        registered, _ = run(program)
        assert {name: args.inputs["name"] for name, args in registered.items()} == {
            name: name for name in "abc"
        }
        assert inputs_of(registered, "a") == {"name": "a", "clientType": "v2"}

    def test_an_output_that_is_none_leaves_the_name_to_the_default(self) -> None:
        async def nothing() -> None:
            return None

        def program() -> None:
            none: pulumi.Output[str | None] = pulumi.Output.from_input(None)
            WidgetDeployment("a", client_type="v2", name=none)
            WidgetDeployment("b", client_type="v2", name=nothing())
            WidgetDeployment("c", client_type="v2", name=pulumi.Output.from_input("C"))
            WidgetDeployment("d", client_type="v2", name=pulumi.Output.secret(None))

        registered, _ = run(program)
        names = {name: secrets(args.inputs["name"]) for name, args in registered.items()}
        assert names == {"a": "a", "b": "b", "c": "C", "d": ("secret", "d")}

    def test_arguments_that_are_passed_in_stay_as_they_are(self) -> None:
        given, args = copy.deepcopy(FULL_SNAKE), full_args()
        run(lambda: WidgetDeployment("shop", given))
        run(lambda: WidgetDeployment("shop", args))
        assert given == FULL_SNAKE
        assert args == full_args()

    def test_what_is_wrong_in_outputs_is_told_by_the_program(self) -> None:
        wrong: dict[str, Any] = {
            "description": ["x"],
            "disabled": {"a": 1},
            "client_config": ["x"],
            "allowed_domains": "x",
            "client_type": None,
        }
        with pytest.raises(pulumi.RunError, match="WidgetDeployment: 5 problems"):
            run(lambda: WidgetDeployment("shop", outputs_of(wrong)))

    @pytest.mark.parametrize(
        ("declare", "message"),
        [
            (
                lambda: WidgetDeployment("x", {"client_type": "v2"}, name="y"),  # type: ignore[call-overload]
                "give args or keyword arguments, not both",
            ),
            (
                lambda: WidgetDeployment("x", "v2"),  # type: ignore[call-overload]
                "args must be WidgetDeploymentArgs or a dict, not str",
            ),
            (
                lambda: WidgetDeployment("x", {}, {}),  # type: ignore[call-overload]
                "unexpected argument of type dict",
            ),
            (
                lambda: WidgetDeployment("x", {}, opts={}),  # type: ignore[call-overload]
                "opts must be pulumi.ResourceOptions",
            ),
            (
                lambda: WidgetDeployment(  # type: ignore[call-overload]
                    "x", pulumi.ResourceOptions(), {}, pulumi.ResourceOptions()
                ),
                "unexpected argument of type ResourceOptions",
            ),
            (
                lambda: WidgetDeployment("x", client_type="v1", flow={"id": "f"}, flow_id=""),
                "given twice: as 'flow' and as 'flow_id'",
            ),
            (
                lambda: WidgetDeployment("x", client_type="v1", flow=Flow(id="f"), flow_id="f"),
                "given twice: as 'flow' and as 'flow_id'",
            ),
            (
                lambda: WidgetDeployment("x", client_type="v1", **{"clientType": "v2"}),  # type: ignore[call-overload]
                "given twice: as 'client_type' and as 'clientType'",
            ),
        ],
    )
    def test_misuse_is_a_type_error(
        self, declare: Callable[[], WidgetDeployment], message: str
    ) -> None:
        with pytest.raises(TypeError, match=f"^WidgetDeployment: {message}$"):
            declare()


class TestOutputs:
    def test_each_is_there_typed_and_under_its_python_name(self) -> None:
        def program() -> dict[str, pulumi.Output[Any]]:
            shop = WidgetDeployment("shop", full_args())
            return {
                "id": shop.id,
                **{name: getattr(shop, name) for name in (*mapping.INPUTS, *mapping.OUTPUTS)},
            }

        _, outputs = run(program)
        config, flow = outputs.pop("client_config"), outputs.pop("flow")
        assert outputs == {
            **{key: FULL_SNAKE[key] for key in mapping.INPUTS if key != "client_config"},
            "id": "shop-id",
            "self_uri": "/shop",
        }
        assert isinstance(config, ClientConfig)
        assert isinstance(config.v1, WebChatConfig)
        assert isinstance(config.v1_http, WebChatConfig)
        assert config.v1.web_chat_skin == "basic"
        assert config.v1.authentication_url is None
        assert config.v1_http.authentication_url == "https://a.example/in"
        assert config.v2 == {"v1_http": {"flow_id": 1}}
        assert config.third_party == {"a": [1, {"client_type": True}]}
        assert isinstance(flow, Flow)
        assert (flow.id, flow.name, flow.self_uri) == ("flow-1", "Flow", "/flow")

    def test_each_is_there_where_the_input_is_not(self) -> None:
        def program() -> dict[str, pulumi.Output[Any]]:
            shop = WidgetDeployment("shop", client_type="v2")
            return {name: getattr(shop, name) for name in (*mapping.INPUTS, *mapping.OUTPUTS)}

        _, outputs = run(program)
        assert outputs == {
            **dict.fromkeys((*mapping.INPUTS, *mapping.OUTPUTS)),
            "name": "shop",
            "client_type": "v2",
            "authentication_required": False,
            "disabled": False,
            "self_uri": "/shop",
        }

    def test_those_of_one_can_be_inputs_of_another(self) -> None:
        def program() -> pulumi.Output[Any]:
            one = WidgetDeployment("one", full_args())
            two = WidgetDeployment(
                "two",
                client_type=one.client_type,
                client_config=one.client_config,
                allowed_domains=one.allowed_domains,
                description=one.id,
                flow=one.flow,
            )
            return pulumi.Output.all(two.client_config, one.client_config, two.flow_id)

        registered, (two, one, flow_id) = run(program)
        assert flow_id == "flow-1"
        assert two == one
        assert two["v1"].web_chat_skin == "basic"
        assert registered["two"].inputs["description"] == "one-id"

    def test_a_get_reads_the_deployment_by_its_id(self) -> None:
        def program() -> pulumi.Output[Any]:
            parent = pulumi.ComponentResource("test:index:Parent", "parent")
            found = WidgetDeployment.get("found", "d-1", pulumi.ResourceOptions(parent=parent))
            return pulumi.Output.all(found.id, found.self_uri, found.urn)

        registered, (id_, self_uri, urn) = run(program)
        assert (id_, self_uri) == ("d-1", "/found")
        assert "test:index:Parent$" in urn
        assert registered["found"].resource_id == "d-1"
        assert inputs_of(registered, "found") == {}

    @pytest.mark.parametrize("id_", [None, "", "later"])
    def test_a_get_without_an_id_is_told(self, id_: Any) -> None:
        def program() -> None:
            none: Any = pulumi.Output.from_input(None) if id_ == "later" else id_
            WidgetDeployment.get("found", none)

        with pytest.raises(pulumi.RunError) as caught:
            run(program)
        shown = repr(None if id_ == "later" else id_)
        assert (
            str(caught.value)
            == f"WidgetDeployment.get: 'found' needs the id of a deployment, not {shown}"
        )

    def test_options_take_pythons_names(self, monkeypatch: pytest.MonkeyPatch) -> None:
        requests: list[Any] = []
        original: Any = pulumi.runtime.mocks.MockMonitor.RegisterResource

        def register(self: Any, request: Any) -> Any:
            requests.append(request)
            return original(self, request)

        monkeypatch.setattr(pulumi.runtime.mocks.MockMonitor, "RegisterResource", register)

        def program() -> pulumi.Output[str]:
            options = pulumi.ResourceOptions(
                ignore_changes=["client_config", "allowedDomains", "client_config.v2.my_key"],
                replace_on_changes=["flow_id", "client_config.v1_http.web_chat_skin"],
                additional_secret_outputs=["self_uri", "client_config"],
                hide_diffs=["client_config.third_party", "flow.self_uri"],
            )
            deployment = WidgetDeployment("shop", options, client_type="v2")
            # the user's own are left alone
            assert (options.ignore_changes or [])[0] == "client_config"
            return deployment.urn

        run(program)
        request = next(request for request in requests if request.type == TOKEN)
        assert request.ignoreChanges == ["clientConfig", "allowedDomains", "clientConfig.v2.my_key"]
        assert request.replaceOnChanges == ["flowId", "clientConfig.v1-http.webChatSkin"]
        assert request.additionalSecretOutputs == ["selfUri", "clientConfig"]
        assert request.hideDiffs == ["clientConfig.third-party", "flow.selfUri"]

    @pytest.mark.parametrize(
        ("options", "problem"),
        [
            (
                {"ignore_changes": ["client_confg.v2"]},
                "ignore_changes: unknown name 'client_confg' in 'client_confg.v2'"
                " (did you mean 'client_config'?)",
            ),
            (
                {"replace_on_changes": ["name", "flow"]},
                "replace_on_changes: unknown name 'flow' in 'flow' (did you mean 'flow_id'?)",
            ),
            (
                {"hide_diffs": ["client_config.v1.skin"]},
                "hide_diffs: unknown name 'skin' in 'client_config.v1.skin'",
            ),
            (
                {"additional_secret_outputs": ["client_config.v2"]},
                "additional_secret_outputs: 'client_config.v2' is no output; only a whole one can "
                "be secret",
            ),
            (
                {"ignore_changes": ["client_config['v1']"]},
                "ignore_changes: \"client_config['v1']\" is no path, like client_config.v2.theme",
            ),
            (
                {"import_": "d-1"},
                "import_ cannot import it. Give adopt_id='d-1' in its place, or run"
                " `pulumi-widgets import shop d-1`.",
            ),
        ],
    )
    def test_options_that_would_have_no_effect_are_told(
        self, options: dict[str, Any], problem: str
    ) -> None:
        merged = pulumi.ResourceOptions.merge(
            pulumi.ResourceOptions(protect=True), pulumi.ResourceOptions(**options)
        )
        with pytest.raises(pulumi.RunError) as caught:
            run(lambda: WidgetDeployment("shop", merged, client_type="v2"))
        assert str(caught.value) == f"WidgetDeployment 'shop': {problem}"


class TestSecrets:
    @pytest.mark.parametrize("name", list(mapping.INPUTS))
    def test_a_secret_input_is_sent_as_a_secret(self, name: str) -> None:
        registered, _ = run(
            lambda: WidgetDeployment(
                "shop", FULL_SNAKE | {name: pulumi.Output.secret(FULL_SNAKE[name])}
            )
        )
        key = mapping.INPUTS[name]
        inputs = inputs_of(registered)
        assert inputs[key][0] == "secret"
        assert [k for k in FULL_API if k != key and isinstance(inputs[k], tuple)] == []

    @pytest.mark.parametrize(
        "config",
        ["dict", "args and dict", "dict and args", "an output of it", "an output in it"],
    )
    def test_a_secret_deep_in_a_config_is_sent_under_the_apis_keys(self, config: str) -> None:
        # under another key the engine would not find its way back to the output
        def program() -> None:
            url = pulumi.Output.secret("https://x")
            forms: dict[str, Any] = {
                "dict": {"v1_http": {"authentication_url": url}},
                "args and dict": ClientConfigArgs(v1_http={"authentication_url": url}),
                "dict and args": {"v1_http": WebChatConfigArgs(authentication_url=url)},
                "an output of it": pulumi.Output.from_input(
                    {"v1_http": WebChatConfigArgs(authentication_url=url)}
                ),
                "an output in it": {
                    "v1_http": pulumi.Output.from_input({"authentication_url": url})
                },
            }
            WidgetDeployment("shop", client_type="v2", client_config=forms[config])

        registered, _ = run(program)
        assert inputs_of(registered)["clientConfig"] == (
            "secret",
            {"v1-http": {"authenticationUrl": "https://x"}},
        )

    def test_the_provider_in_the_state_is_plain(self) -> None:
        registered, _ = run(lambda: WidgetDeployment("shop", client_type="v2"))
        assert isinstance(registered["shop"].inputs["__provider"], str)


class TestProvider:
    def test_it_travels_by_reference(self) -> None:
        text = pulumi.dynamic.dynamic.serialize_provider(PROVIDER)
        assert len(text) <= 60
        pickled = base64.b64decode(text)
        assert b"pulumi_widgets" in pickled
        assert pickle.loads(pickled) is PROVIDER

    def test_it_needs_no_other_name_than_the_packages(self) -> None:
        # old states hold it: it must load for ever
        assert (
            pickle.loads(
                base64.b64decode("gASVHwAAAAAAAACMDnB1bHVtaV93aWRnZXRzlIwIUFJPVklERVKUk5Qu")
            )
            is PROVIDER
        )


class TestSubclasses:
    def test_they_keep_the_type_token(self) -> None:
        class Ours(WidgetDeployment):
            def __init__(self, name: str, site: str, opts: pulumi.ResourceOptions | None = None):
                super().__init__(name, opts, client_type="v2", allowed_domains=[site])
                self.site = site

        class Special(Ours):
            """One with nothing of its own."""

        class Named(WidgetDeployment, module="ours", name="Chat"):
            """One that asks for a type of its own."""

        class OfNamed(Named):
            """A subclass of that."""

        def program() -> pulumi.Output[Any]:
            Named("named", client_type="v2")
            OfNamed("of named", client_type="v2")
            return pulumi.Output.all(
                Ours("ours", "a.example").allowed_domains,
                Special("special", site="b.example").allowed_domains,
            )

        registered, domains = run(program)
        assert {name: each.typ for name, each in registered.items()} == {
            "ours": TOKEN,
            "special": TOKEN,
            "named": "pulumi-python:dynamic/ours:Chat",
            "of named": "pulumi-python:dynamic/ours:Chat",
        }
        assert domains == [["a.example"], ["b.example"]]


def test_the_type_token_is_the_documented_one() -> None:
    assert f"pulumi-python:{WidgetDeployment._resource_type_name}" == TOKEN


def test_the_package_offers_what_is_documented() -> None:
    assert pulumi_widgets.__all__ == [
        "PROVIDER",
        "ClientConfig",
        "ClientConfigArgs",
        "ClientConfigArgsDict",
        "ClientType",
        "Flow",
        "GetWidgetDeploymentResult",
        "GetWidgetDeploymentsResult",
        "WebChatConfig",
        "WebChatConfigArgs",
        "WebChatConfigArgsDict",
        "WebChatSkin",
        "WidgetDeployment",
        "WidgetDeploymentArgs",
        "WidgetDeploymentArgsDict",
        "WidgetDeploymentProvider",
        "get_widget_deployment",
        "get_widget_deployment_output",
        "get_widget_deployments",
        "get_widget_deployments_output",
    ]
    assert all(hasattr(pulumi_widgets, name) for name in pulumi_widgets.__all__)


@pytest.mark.parametrize("name", [n for n in pulumi_widgets.__all__ if n != "PROVIDER"])
def test_every_public_class_has_a_docstring(name: str) -> None:
    assert getattr(pulumi_widgets, name).__doc__


def test_enums_are_the_apis_strings() -> None:
    assert [member.value for member in ClientType] == ["v1", "v2", "v1-http", "third-party"]
    assert [member.value for member in WebChatSkin] == ["basic", "modern-caret-skin"]
    assert json.loads(json.dumps(ClientType.V1_HTTP)) == "v1-http"


def test_the_import_loads_nothing_that_only_the_provider_or_the_tools_need() -> None:
    program = (
        "import sys, pulumi; before = set(sys.modules); from pulumi_widgets import *; "
        "print(sorted({name.partition('.')[0] for name in set(sys.modules) - before}))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    for module in ("requests", "urllib3", "werkzeug", "click", "yaml"):
        assert module not in loaded
    assert "pulumi_widgets" in loaded
