"""Python's names → the API's, in paths and in nested inputs."""

from __future__ import annotations

import re
from typing import Any

import pulumi
import pytest

from pulumi_widgets import (
    ClientConfig,
    ClientConfigArgs,
    WebChatConfig,
    WebChatConfigArgs,
    WidgetDeployment,
    mapping,
    names,
)

from .mocked_engine import run


def translated(option: str, *paths: str) -> list[str]:
    opts = pulumi.ResourceOptions(**{option: list(paths)})  # type: ignore[arg-type]
    names.translate(opts)
    found: list[str] = getattr(opts, option)
    return found


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ("name", "name"),
        ("flow_id", "flowId"),
        ("flowId", "flowId"),
        ('["flow_id"]', '["flowId"]'),
        ("allowed_domains[0]", "allowedDomains[0]"),
        ("allowed_domains[*]", "allowedDomains[*]"),
        ("client_config.v1_http", "clientConfig.v1-http"),
        ('client_config["v1_http"]', 'clientConfig["v1-http"]'),
        ('clientConfig["v1-http"].authentication_url', 'clientConfig["v1-http"].authenticationUrl'),
        ("client_config.v1.web_chat_skin", "clientConfig.v1.webChatSkin"),
        ('client_config["v1"]["web_chat_skin"]', 'clientConfig["v1"]["webChatSkin"]'),
        ("client_config[*].authentication_url", "clientConfig[*].authenticationUrl"),
        ("client_config[*].theirs", "clientConfig[*].theirs"),
        ("client_config[*][*]", "clientConfig[*][*]"),
        # free JSON has keys of its own
        ("client_config.v2.flow_id", "clientConfig.v2.flow_id"),
        ("client_config.third_party.v1_http[3].a", "clientConfig.third-party.v1_http[3].a"),
        (r'client_config.v2["a.\"b]"].c', r'clientConfig.v2["a.\"b]"].c'),
    ],
)
@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes", "hide_diffs"])
def test_a_path_gets_the_apis_names(option: str, given: str, wanted: str) -> None:
    assert translated(option, given) == [wanted]
    assert translated(option, wanted) == [wanted]


@pytest.mark.parametrize("path", ["", ".name", "name.", "name..x", "name[", "name[x]", 'name["x]'])
def test_what_is_no_path_is_told(path: str) -> None:
    with pytest.raises(ValueError, match=r"^ignore_changes: .* is no path, like "):
        translated("ignore_changes", path)


@pytest.mark.parametrize("path", ["*", "[*]", '["*"]'])
@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes"])
def test_all_of_them_are_all_inputs_and_nothing_of_the_providers_own(
    option: str, path: str
) -> None:
    inputs = [*mapping.INPUTS.values(), *mapping.HOW.values()]
    assert translated(option, path) == inputs
    assert translated(option, f"{path}.v1.web_chat_skin") == ["clientConfig.v1.webChatSkin"]
    assert translated(option, f"{path}[0]", "name") == ["allowedDomains[0]", "name"]


def test_what_hides_all_diffs_stays() -> None:
    assert translated("hide_diffs", "*") == ["*"]


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("allowed_domains.0", "'allowed_domains.0' leads nowhere: nothing is at '.0'"),
        ("allowed_domains.foo", "nothing is at '.foo'"),
        ("allowed_domains[1].x", "nothing is at '.x'"),
        ("allowed_domains[1][0]", "nothing is at '[0]'"),
        ("description.x", "nothing is at '.x'"),
        ("flow_id.x", "nothing is at '.x'"),
        ("client_config[0]", "nothing is at '[0]'"),
        ("client_config.v1[0]", "nothing is at '[0]'"),
        ("client_config.v1.web_chat_skin[*]", "nothing is at '[*]'"),
        ("[0]", "nothing is at '[0]'"),
        ("*.x", "unknown name 'x' in '*.x'"),
        ("*.v1.web_chat_skn", "unknown name 'web_chat_skn'"),
        ("client_config.v1.x", "unknown name 'x'"),
        ("client_config.*.authenticaton_url", "(did you mean 'authentication_url'?)"),
        ("client_config[*].authenticationUr", "unknown name 'authenticationUr' in "),
    ],
)
@pytest.mark.parametrize("option", ["ignore_changes", "replace_on_changes", "hide_diffs"])
def test_a_path_that_leads_nowhere_is_told(option: str, path: str, says: str) -> None:
    with pytest.raises(ValueError, match=rf"^{option}: .*{re.escape(says)}") as caught:
        translated(option, path)
    assert repr(path) in str(caught.value)


def test_outputs_alone_are_named_for_the_options_that_are_about_outputs() -> None:
    assert translated("hide_diffs", "self_uri", "flow") == ["selfUri", "flow"]
    assert translated("additional_secret_outputs", "flow", "adopt_id") == ["flow", "adoptId"]
    for path in ("*", "client_config[*]", "flow.name"):
        with pytest.raises(ValueError, match=r"only a whole one can be secret$"):
            translated("additional_secret_outputs", path)
    with pytest.raises(
        ValueError, match=r"^additional_secret_outputs: 'client_config\.v1_http' is"
    ):
        translated("additional_secret_outputs", "client_config.v1_http")


WANTED = {"v1-http": {"webChatSkin": "basic"}, "v2": {"v1_http": {"web_chat_skin": 1}}}


def later(value: Any) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


@pytest.mark.parametrize(
    "give",
    [
        lambda part, free: {"v1_http": part, "v2": free},
        lambda part, free: {"v1-http": part, "v2": free},
        lambda part, free: ClientConfigArgs(v1_http=part, v2=free),
        lambda part, free: ClientConfig(v1_http=part, v2=free),
        lambda part, free: later({"v1_http": part, "v2": free}),
        lambda part, free: later(ClientConfigArgs(v1_http=part, v2=free)),
        lambda part, free: later(None).apply(lambda _: ClientConfig(v1_http=part, v2=free)),
    ],
)
@pytest.mark.parametrize(
    "part",
    [
        lambda: {"web_chat_skin": "basic"},
        lambda: {"webChatSkin": "basic"},
        lambda: WebChatConfigArgs(web_chat_skin="basic"),
        lambda: WebChatConfig(web_chat_skin="basic"),
        lambda: later({"web_chat_skin": "basic"}),
        lambda: later(WebChatConfigArgs(web_chat_skin=later("basic"))),
    ],
)
def test_a_client_config_gets_the_apis_names_wherever_they_stand(give: Any, part: Any) -> None:
    registered, _ = run(
        lambda: WidgetDeployment(
            "a", client_type="v2", client_config=give(part(), {"v1_http": {"web_chat_skin": 1}})
        )
    )
    assert registered["a"].inputs["clientConfig"] == WANTED


def test_what_is_no_object_is_left_as_it_is() -> None:
    values: list[Any] = [None, "x", 5, ["web_chat_skin"], {"v1": 5}, {"v1": None}, {5: {}}, {}]
    for value in values:
        assert names.client_config(value) == value
    both = {"v1_http": 1, "v1-http": 2}
    assert names.client_config(both) == both  # validation tells


def test_what_a_preview_does_not_know_stays_unknown_and_secret() -> None:
    given = pulumi.UNKNOWN
    seen: list[tuple[Any, bool, bool]] = []

    async def look(given: Any) -> None:
        found = names.client_config(given)
        seen.append(
            (
                await found.future(with_unknowns=True),
                await found.is_known(),
                await found.is_secret(),
            )
        )

    def program() -> pulumi.Output[Any]:
        unknown = later(given)
        nested = {"v1_http": {"web_chat_skin": unknown}, "v2": {"web_chat_skin": 1}}
        return pulumi.Output.all(look(unknown), look(pulumi.Output.secret(nested)))

    run(program)
    wanted = {"v1-http": {"webChatSkin": given}, "v2": {"web_chat_skin": 1}}
    assert seen == [(given, False, False), (wanted, False, True)]
