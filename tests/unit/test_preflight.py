"""What a program knows to be wrong, at once or when its outputs are known, of all resources."""

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
    hidden,
    mapping,
)
from pulumi_widgets.preflight import problems
from pulumi_widgets.validation import MAX_DEPTH

from .mocked_engine import Org, mocked, run

BLANK = "name: must not be blank; leave it out and the resource's logical name is taken"
DEEP = f"must not be nested in more than {MAX_DEPTH} levels"
SKINS = "must be one of basic, modern-caret-skin"
TYPES = "must be one of v1, v2, v1-http, third-party"


def told(program: Callable[[], Any]) -> list[str]:
    """The lines of the error that a program ends with."""
    with pytest.raises(pulumi.RunError) as caught:
        run(program)
    return str(caught.value).splitlines()


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
            f"  a: client_type: {TYPES}, not 'v3'",
            f"  b: must have no keys but {', '.join([*mapping.INPUTS, *mapping.HOW])}, "
            "not 'desciption' (did you mean 'description'?)",
            "  c: client_config.v1.authentication_url: must be a URL like "
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
        assert registered["found"].inputs.keys() == {"__provider"}

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
    def test_what_is_not_known_yet_is_told_later(
        self, inputs: Callable[[Any], dict[str, Any]], make: Callable[[Any], Any]
    ) -> None:
        # beside a problem that is known, which is the only one told
        least: dict[str, Any] = {"client_type": "v2", "x": 1}
        lines = told(lambda: WidgetDeployment("a", least | inputs(make)))
        assert len(lines) == 2
        assert lines[1].endswith(", not 'x'")

    @pytest.mark.parametrize(
        "inputs",
        [
            {"allowed_domains": collections.deque(["a.example"])},
            {"allowed_domains": collections.UserList(["a.example"])},
            {"client_config": collections.ChainMap({"v2": {"a": collections.deque([1])}})},
            {"client_config": {"v1": WebChatConfigArgs(), "v1_http": None, "v2": {}}},
            {"client_type": ClientType.V1_HTTP},
            {"name": None, "description": "", "flow": None},
        ],
    )
    def test_whatever_the_sdk_takes_is_no_problem(self, inputs: dict[str, Any]) -> None:
        least: dict[str, Any] = {"client_type": "v2"}
        registered, _ = run(lambda: WidgetDeployment("a", least | inputs))
        assert "a" in registered

    @pytest.mark.parametrize(
        ("inputs", "problem"),
        [
            ({1: "x"}, "must have no keys but "),
            ({"client_config": {1: "x"}}, "client_config: must have no keys but "),
            (
                {"client_config": {"v2": {"a": [{1: "x"}]}}},
                "client_config.v2.a[0]: must have strings for keys, not a number",
            ),
        ],
    )
    def test_a_key_that_is_no_string_is_told(self, inputs: Any, problem: str) -> None:
        # YAML has such keys
        [_, line] = told(lambda: WidgetDeployment("a", {"client_type": "v2"} | inputs))
        assert line.startswith(f"  a: {problem}")

    @pytest.mark.parametrize("levels", [70, 110, 400, 2000])
    def test_what_is_nested_too_deeply_is_told_by_its_place(self, levels: int) -> None:
        value: Any = 1
        for _ in range(levels):
            value = {"a": value}
        config = {"v2": value}

        def program() -> None:
            WidgetDeployment("known", client_type="v2", client_config=config)
            WidgetDeployment("org", {"client_type": "v2", "org": value})
            if levels < 300:  # where the SDK's own walk through an output's value ends
                WidgetDeployment("late", client_type="v2", client_config=that_comes(config))

        path = f"client_config.v2{'.a' * (MAX_DEPTH - 2)}"
        lines = [f"  known: {path}: {DEEP}", f"  org: org{'.a' * (MAX_DEPTH - 1)}: {DEEP}"]
        lines += [f"  late: {path}: {DEEP}"] if levels < 300 else []
        assert told(program)[1:] == lines

    @pytest.mark.parametrize(
        "make",
        [
            lambda config: config,
            lambda config: {**config, "v1": secret({"web_chat_skin": "x"})},
        ],
    )
    def test_so_is_what_is_within_itself(self, make: Callable[[Any], Any]) -> None:
        tree: dict[str, Any] = {"children": []}
        tree["children"] = [{"parent": tree, "brother": tree} for _ in range(10)]
        given: dict[str, Any] = {"client_type": "v2", "clientConfig": {"v2": tree}}
        path = f"clientConfig.v2{'.children[0].parent' * 20}.children[0]"
        assert problems("a", given) == [(path, f"{path}: {DEEP}")]

        def program() -> None:
            WidgetDeployment("a", {**given, "clientConfig": make(given["clientConfig"])})

        assert told(program)[1:] == [f"  a: {path}: {DEEP}"]


def that_comes(value: Any) -> pulumi.Output[Any]:
    """An output that comes to a value."""
    return pulumi.Output.from_input("").apply(lambda _: value)


class TestOutputs:
    """Whatever an output holds is looked at when it is known, by the same rules."""

    @pytest.mark.parametrize(
        ("inputs", "line"),
        [
            (lambda make: {"name": make(" ")}, BLANK),
            (lambda make: {"client_type": make("v3")}, f"client_type: {TYPES}, not 'v3'"),
            (lambda make: {"clientType": make("v3")}, f"clientType: {TYPES}, not 'v3'"),
            (
                lambda make: {"client_config": {"v1_http": make({"web_chat_skin": "x"})}},
                f"client_config.v1_http.web_chat_skin: {SKINS}, not 'x'",
            ),
            (
                lambda make: {"client_config": {"v1-http": {"webChatSkin": make("x")}}},
                f"client_config.v1-http.webChatSkin: {SKINS}, not 'x'",
            ),
            (
                lambda make: {"client_config": {"v2": {"list": [{"clientType": make(None)}]}}},
                "client_config.v2.list[0].clientType: must not be null, which Pulumi drops on the "
                "way: leave the key out",
            ),
        ],
    )
    def test_a_problem_is_told_as_the_program_wrote_it(
        self, inputs: Callable[[Any], dict[str, Any]], line: str
    ) -> None:
        def program() -> None:
            given = {"client_type": "v2", **inputs(pulumi.Output.from_input)}
            if "clientType" in given:
                del given["client_type"]
            WidgetDeployment("a", given)

        assert told(program) == ["WidgetDeployment: a problem", f"  a: {line}"]

    @pytest.mark.parametrize(
        ("inputs", "line"),
        [
            (lambda: {"flow_id": secret("hush hush")}, "flow_id: must be a flow's id, which holds"),
            (lambda: {"flow": secret({"id": "hush hush"})}, "flow_id: must be a flow's id, which"),
            (
                lambda: {"flow_id": pulumi.Output.concat("hush ", secret("hush"))},
                "flow_id: must be a flow's id, which holds no white space",
            ),
            (
                lambda: {"allowed_domains": ["a.example", secret("hush hush")]},
                "allowed_domains[1]: must be a domain, which holds no white space",
            ),
            (
                lambda: {"allowed_domains": secret(["a.example", "hush hush"])},
                "allowed_domains[1]: must be a domain, which holds no white space",
            ),
            (
                lambda: {"client_config": {"v1": {"web_chat_skin": secret("hush")}}},
                f"client_config.v1.web_chat_skin: {SKINS}",
            ),
            (
                lambda: {"client_config": {"v1": secret({"hush": 1})}},
                "client_config.v1: must have no keys but web_chat_skin, authentication_url",
            ),
            (
                lambda: {"client_config": {"v2": secret({"hush": {"hush": b"hush"}})}},
                "client_config.v2: must be JSON",
            ),
            (
                lambda: {"client_config": {"v2": {"l": [1, {"k": secret(float("nan"))}]}}},
                "client_config.v2.l[1].k: must be a number that JSON has",
            ),
            (
                lambda: {"client_config": {"v2": {"l": [secret({"hush": b"hush"})]}}},
                "client_config.v2.l[0]: must be JSON",
            ),
        ],
    )
    def test_a_secret_is_told_without_its_value(
        self, inputs: Callable[[], dict[str, Any]], line: str
    ) -> None:
        least: dict[str, Any] = {"client_type": "v2"}
        found = told(lambda: WidgetDeployment("a", least | inputs()))
        assert len(found) == 2
        assert found[1].startswith(f"  a: {line}")
        assert not [text for text in found if "hush" in text]

    def test_two_that_adopt_one_deployment_are_told(self) -> None:
        def program() -> None:
            parent = pulumi.ComponentResource("test:index:Parent", "parent")
            for opts in (None, pulumi.ResourceOptions(parent=parent)):
                id_ = pulumi.Output.from_input("d-1")
                WidgetDeployment("a", {"client_type": "v2", "adopt_id": id_}, opts)

        assert told(program)[1:] == ["  a: adopt_id: 'a' adopts this deployment already"]

    def test_what_is_no_secret_goes_to_an_adoption_with_its_value(self) -> None:
        def program() -> None:
            config: dict[str, Any] = {
                "v1_http": {"web_chat_skin": "basic"},
                "v2": {"a": secret("hush")},
            }
            WidgetDeployment(
                "shop",
                client_type="v2",
                adopt_id="d-1",
                description=secret("hush"),
                flow_id=pulumi.Output.from_input("f"),
                client_config=config,
            )

        registered, _ = run(program)
        adopter = registered["shop"].inputs[hidden.PROGRAM]
        assert adopter["plain"] == {
            "name": "shop",
            "clientType": "v2",
            "adoptId": "d-1",
            "flowId": "f",
        }


def test_under_mocks_nobody_asks_for_settings_or_warns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GENESYSCLOUD_REGION", "nowhere")
    pulumi.runtime.set_all_config({"genesyscloud:regoin": "nowhere"})
    try:
        registered, _ = run(
            lambda: [
                WidgetDeployment("a", client_type="v2", allowed_domains=["https://a.example/"]),
                WidgetDeployment("b", client_type="v2", org="eu"),
            ]
        )
    finally:
        pulumi.runtime.set_all_config({})
    assert registered.keys() == {"a", "b"}
    assert capsys.readouterr() == ("", "")


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
