"""What a program knows to be wrong, told of all its resources; and which inputs are secret."""

from __future__ import annotations

import asyncio
import collections
import gc
from collections.abc import Awaitable, Callable
from typing import Any

import pulumi
import pytest

from pulumi_widgets import (
    ClientConfigArgs,
    ClientType,
    WebChatConfigArgs,
    WidgetDeployment,
    WidgetDeploymentArgs,
    mapping,
)

from .mocked_engine import Org, mocked, run

BLANK = "name: must not be blank; leave it out and the resource's logical name is taken"
TYPES = "must be one of v1, v2, v1-http, third-party"


def told(program: Callable[[], Any]) -> list[str]:
    """The lines of the error that a program ends with."""
    with pytest.raises(pulumi.RunError) as caught:
        run(program)
    return str(caught.value).splitlines()


def secrets_of(**inputs: Any) -> list[str] | None:
    """What the provider is told of a deployment's secrets."""
    least: dict[str, Any] = {"client_type": "v2"}
    registered, _ = run(lambda: WidgetDeployment("shop", least | inputs))
    names: list[str] | None = registered["shop"].inputs.get(mapping.SECRETS)
    return names


def secret(value: object) -> pulumi.Output[Any]:
    return pulumi.Output.secret(value)


async def later(value: object) -> Any:
    await asyncio.sleep(0)
    return value


class TestProblems:
    def test_those_of_all_resources_are_told_at_once(self) -> None:
        def program() -> None:
            WidgetDeployment("a", client_type="v3", name=" ")  # type: ignore[call-overload]
            WidgetDeployment("fine", client_type="v2")
            WidgetDeployment("b", client_type="v2", desciption="x")  # type: ignore[call-overload]
            parent = pulumi.ComponentResource("test:index:Parent", "parent")
            WidgetDeployment(
                "c",
                WidgetDeploymentArgs(
                    client_type=ClientType.V1,
                    client_config=ClientConfigArgs(v1={"authentication_url": "nowhere"}),
                ),
                pulumi.ResourceOptions(parent=parent),
            )

        assert told(program) == [
            "WidgetDeployment: 4 problems",
            f"  a: {BLANK}",
            f"  a: clientType: {TYPES}, not 'v3'",
            "  b: desciption: unknown key 'desciption' (did you mean 'description'?); known are "
            + ", ".join([*mapping.INPUTS, *mapping.HOW]),
            "  c: clientConfig.v1.authenticationUrl: must be a URL like "
            "https://www.example.com/authenticate",
        ]

    def test_one_is_told_as_one(self) -> None:
        assert told(lambda: WidgetDeployment("a", client_type="v2", name="")) == [
            "WidgetDeployment: a problem",
            f"  a: {BLANK}",
        ]

    def test_no_resource_with_a_problem_is_registered(self) -> None:
        org = Org()

        def program() -> None:
            WidgetDeployment("wrong", client_type="v2", name="")
            WidgetDeployment("fine", client_type="v2")

        with pytest.raises(pulumi.RunError):
            run(program, org)
        assert "wrong" not in org.registered

    def test_those_of_resources_that_come_later_are_told_too(self) -> None:
        # in a program with `pulumi.run(main)` the engine is asked while `main` goes on
        async def program() -> None:
            WidgetDeployment("a", client_type="v2", name="")
            for _ in range(20):
                await asyncio.sleep(0)
            WidgetDeployment("b", client_type="v2", name="")

        assert told(program) == ["WidgetDeployment: 2 problems", f"  a: {BLANK}", f"  b: {BLANK}"]

    def test_each_run_in_a_process_has_its_own(self) -> None:
        for name in "ab":
            assert told(lambda name=name: WidgetDeployment(name, client_type="v2", name="")) == [  # type: ignore[misc]
                "WidgetDeployment: a problem",
                f"  {name}: {BLANK}",
            ]
        registered, _ = run(lambda: WidgetDeployment("c", client_type="v2"))
        assert "c" in registered

    def test_each_test_of_a_user_has_its_own(self) -> None:
        # as Pulumi's documentation teaches: `set_mocks` once for a whole module of tests
        with mocked(Org()):
            for name in "ab":

                @pulumi.runtime.test  # type: ignore[untyped-decorator]
                def test(name: str = name) -> pulumi.Output[str]:
                    return WidgetDeployment(name, client_type="v2", name="").urn

                with pytest.raises(pulumi.RunError) as caught:
                    test()
                assert str(caught.value) == f"WidgetDeployment: a problem\n  {name}: {BLANK}"

    def test_a_deployment_that_is_only_read_has_none(self) -> None:
        registered, _ = run(lambda: WidgetDeployment.get("found", "d-1"))
        assert mapping.SECRETS not in registered["found"].inputs

    @pytest.mark.parametrize(
        "make",
        [
            pulumi.Output.from_input,
            secret,
            later,
            lambda value: asyncio.ensure_future(later(value)),
        ],
    )
    @pytest.mark.parametrize(
        "inputs",
        [
            lambda make: {key: make(5) for key in mapping.INPUTS},
            lambda make: {"flow": make({"id": 5})},
            lambda make: {"flow": {"id": make(5)}},
            lambda make: {"allowed_domains": ["a.example", make(5)]},
            lambda make: {"allowed_domains": collections.deque(["a.example", make(5)])},
            lambda make: {"client_config": {"v1": make(5), "v2": make(5)}},
            lambda make: {"client_config": ClientConfigArgs(v1=make(5))},
            lambda make: {"client_config": {"v1_http": {"web_chat_skin": make(5)}}},
            lambda make: {
                "client_config": ClientConfigArgs(v1=WebChatConfigArgs(authentication_url=make(5)))
            },
            lambda make: {"client_config": {"v2": {"list": [{"deep": make({1, 2})}]}}},
        ],
    )
    def test_what_only_the_engine_will_know_is_left_to_check(
        self, inputs: Callable[[Any], dict[str, Any]], make: Callable[[Any], Any]
    ) -> None:
        # beside a problem that is known, which is the only one told
        least: dict[str, Any] = {"client_type": "v2", "x": 1}
        lines = told(lambda: WidgetDeployment("a", least | inputs(make)))
        assert len(lines) == 2
        assert lines[1].startswith("  a: x: unknown key 'x'")

    @pytest.mark.parametrize(
        "inputs",
        [
            {"allowed_domains": collections.deque(["a.example"])},
            {"allowed_domains": collections.UserList(["a.example"])},
            {"client_config": collections.ChainMap({"v2": {"a": collections.deque([1])}})},
            {"client_config": {"v1": WebChatConfigArgs(), "v1_http": None, "v2": {"a": None}}},
            {"client_type": ClientType.V1_HTTP},
            {"name": None, "description": "", "flow": None},
        ],
    )
    def test_whatever_the_sdk_takes_is_no_problem(self, inputs: dict[str, Any]) -> None:
        assert secrets_of(**inputs) is None

    @pytest.mark.parametrize(
        ("inputs", "problem"),
        [
            ({1: "x"}, "1: unknown key 1; known are "),
            (
                {"client_config": {1: "x"}},
                "clientConfig.1: unknown key 1 (did you mean 'v1'?); known are ",
            ),
            (
                {"client_config": {"v2": {"a": [{1: "x"}]}}},
                "clientConfig.v2.a[0]: must have strings for keys, not a number",
            ),
        ],
    )
    def test_a_key_that_is_no_string_is_told(self, inputs: Any, problem: str) -> None:
        # YAML has such keys
        [_, line] = told(lambda: WidgetDeployment("a", {"client_type": "v2"} | inputs))
        assert line.startswith(f"  a: {problem}")


class TestSecrets:
    @pytest.mark.parametrize("key", mapping.INPUTS)
    def test_a_secret_input_is_named_as_the_api_names_it(self, key: str) -> None:
        inputs: dict[str, Any] = {"client_type": "v2"}
        registered, _ = run(
            lambda: WidgetDeployment("shop", inputs | {key: secret(inputs.get(key))})
        )
        assert registered["shop"].inputs[mapping.SECRETS] == [mapping.INPUTS[key]]

    @pytest.mark.parametrize(
        ("inputs", "names"),
        [
            (lambda: {"flowId": secret("f")}, ["flowId"]),
            (lambda: {"flow": {"id": secret("f")}}, ["flowId"]),
            (lambda: {"flow": secret({"id": "f"})}, ["flowId"]),
            (lambda: {"allowed_domains": ["a.example", secret("b.example")]}, ["allowedDomains"]),
            (
                lambda: {"allowed_domains": collections.deque(["a.example", secret("b.example")])},
                ["allowedDomains"],
            ),
            (lambda: {"client_config": {"v2": {"a": [{"b": secret(1)}]}}}, ["clientConfig"]),
            (
                lambda: {
                    "client_config": ClientConfigArgs(
                        v1_http=WebChatConfigArgs(authentication_url=secret("https://a.example"))
                    )
                },
                ["clientConfig"],
            ),
            (lambda: {"flow_id": pulumi.Output.concat("f", secret("g"))}, ["flowId"]),
            (
                lambda: {"name": secret("n"), "description": "d", "flow_id": secret("f")},
                ["name", "flowId"],
            ),
            (lambda: {"description": later(secret("d"))}, ["description"]),
            (lambda: {"flow_id": pulumi.Output.from_input("f"), "description": later("d")}, None),
        ],
    )
    def test_one_is_found_wherever_it_is(
        self, inputs: Callable[[], dict[str, Any]], names: list[str] | None
    ) -> None:
        registered, _ = run(lambda: WidgetDeployment("shop", client_type="v2", **inputs()))
        assert registered["shop"].inputs.get(mapping.SECRETS) == names

    def test_an_output_of_another_resource_is_as_secret_as_it_was(self) -> None:
        def program() -> None:
            one = WidgetDeployment("one", client_type="v2", flow_id=secret("f"), description="d")
            WidgetDeployment(
                "two",
                {"client_type": "v2", "flow_id": one.flow_id, "description": one.description},
            )

        registered, _ = run(program, SecretKeeping())
        assert registered["two"].inputs[mapping.SECRETS] == ["flowId"]


class SecretKeeping(Org):
    """Answers with secrets where it was given some, as the engine does."""

    def new_resource(
        self, args: pulumi.runtime.MockResourceArgs
    ) -> tuple[str | None, dict[Any, Any]]:
        id_, outputs = super().new_resource(args)
        return id_, {
            key: pulumi.runtime.rpc.wrap_rpc_secret(value)
            if pulumi.runtime.rpc.is_rpc_secret(args.inputs.get(key))
            else value
            for key, value in outputs.items()
        }


@pytest.mark.parametrize("name", ["", "shop"])
def test_a_resource_that_comes_to_nothing_leaves_no_warning(name: str) -> None:
    # "coroutine … was never awaited" would stand in the user's output beside the real error
    def program() -> None:
        with pytest.raises(TypeError, match="resource name"):
            WidgetDeployment("", client_type="v2", name=name)

    run(program)
    gc.collect()


def test_a_program_that_fails_by_itself_leaves_no_warning() -> None:
    def program() -> None:
        WidgetDeployment("a", client_type="v2", description=secret("x"))
        raise ValueError("of the program's own")

    with pytest.raises(ValueError, match="of the program's own"):
        run(program)
    gc.collect()


def test_an_awaitable_that_is_given_is_awaited_once_and_by_the_sdk() -> None:
    awaited = []

    async def value() -> str:
        awaited.append("once")
        return "of a coroutine"

    def program() -> None:
        given: Awaitable[str] = value()
        WidgetDeployment("a", client_type="v2", description=given)

    registered, _ = run(program)
    assert registered["a"].inputs["description"] == "of a coroutine"
    assert awaited == ["once"]
