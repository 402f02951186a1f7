"""The provider as the engine sees it: a process of its own that answers over gRPC."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
import pytest
from pulumi.output import Unknown

from pulumi_widgets.simulator import Reply, Simulator
from pulumi_widgets.simulator.spelling import flow_name

from .process import UNKNOWN, Provider, public

PATH = "/api/v2/widgets/deployments"
SECRETS = ("simulated-secret", "hush-hush")
INPUTS: dict[str, Any] = {
    "name": "Web",
    "description": "hush-hush",
    "clientType": "v2",
    "authenticationRequired": True,
    "flowId": "flow-1",
    "allowedDomains": ["b.example", "a.example"],
    "clientConfig": {
        "v1": {"webChatSkin": "basic"},
        "v2": {"whole": 5, "part": 2.5, "nested": {"list": [1, {"two": 2}]}, "no": False},
    },
}


def _integers(value: Any) -> Any:
    """Each number with its type, for `==` takes 5.0 for 5."""
    if isinstance(value, dict):
        return {key: _integers(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_integers(item) for item in value]
    return (type(value).__name__, value)


def test_a_deployment_from_check_to_delete(provider: Provider, org: Simulator) -> None:
    inputs, failures = provider.check(INPUTS)
    assert not failures
    assert inputs == {**INPUTS, "disabled": False, "__secrets": []}
    assert org.calls == {}  # nothing was needed yet, not even a token

    id_, outputs = provider.create(inputs)
    [(held, body)] = org.dump().items()
    assert held == id_
    # every number has been a float on its way
    sent = _integers(body["clientConfig"]["v2"])
    assert sent == _integers(INPUTS["clientConfig"]["v2"])
    flow = {"name": flow_name("flow-1")}
    assert public(outputs) == public({**inputs, "selfUri": f"{PATH}/{id_}", "flow": flow})

    again, _ = provider.check(INPUTS, inputs)
    assert again == inputs
    assert provider.diff(id_, outputs, again) == "DIFF_UNKNOWN"  # the engine finds out which
    assert provider.read(id_, outputs) == (id_, outputs, {})

    changed, _ = provider.check({**INPUTS, "description": None}, inputs)
    updated = provider.update(id_, outputs, changed)
    assert updated == {
        **{key: outputs[key] for key in outputs if key != "description"},
        "__set": ["flowId", "allowedDomains", "clientConfig", "flow"],
    }
    assert org.dump()[id_]["description"] == ""

    provider.delete(id_, updated)
    assert org.dump() == {}
    assert provider.read(id_, updated) == ("", {}, {})
    provider.delete(id_, updated)
    assert org.calls["POST /oauth/token"] == 1
    assert provider.printed() == b""


def test_a_get_and_a_refresh_of_it(provider: Provider, org: Simulator) -> None:
    inputs, _ = provider.check(INPUTS)
    id_, outputs = provider.create(inputs)
    got = {key: outputs[key] for key in outputs if key not in ("__mark", "__secrets")}
    assert provider.read(id_, {}, {})[:2] == (id_, got)
    assert provider.read(id_, got, {"org": ""})[:2] == (id_, got)
    older = public(got)
    assert provider.read(id_, older, {"org": ""})[:2] == (id_, older)
    assert org.calls["POST /oauth/token"] == 1


def test_a_refresh_of_what_others_changed_or_deleted(provider: Provider, org: Simulator) -> None:
    """The process of a command reads each deployment once; the hands of others came before."""
    theirs = {"name": "Web", "clientType": "v1", "disabled": True}
    org.add(theirs, deployment_id="held")
    ours = {"name": "Web", "clientType": "v2", "authenticationRequired": False, "disabled": False}
    outputs = {**ours, "selfUri": f"{PATH}/held"}
    inputs = {**ours, "clientType": "v1", "disabled": True}
    id_, seen, drifted = provider.read("held", outputs)
    assert (id_, public(seen), drifted) == ("held", {**outputs, **inputs}, inputs)
    assert provider.read("gone", {**outputs, "selfUri": f"{PATH}/gone"}) == ("", {}, {})
    with pytest.raises(grpc.RpcError) as caught:
        provider.read("never-was", {}, {})  # a `get`
    last = str(caught.value.details()).strip().splitlines()[-1]
    assert last.startswith(f"pulumi_widgets.errors.NotFoundError: GET {PATH}/never-was: 404")
    assert last.endswith("Correct the id that WidgetDeployment.get was given.")
    assert provider.printed() == b""


@pytest.mark.parametrize(
    "where",
    [
        {"description": UNKNOWN},
        {"name": UNKNOWN, "clientType": UNKNOWN, "disabled": UNKNOWN},
        {"allowedDomains": ["b.example", UNKNOWN]},
        {"clientConfig": {"v2": {"nested": {"list": [1, {"two": UNKNOWN}]}}}},
        {"clientConfig": {"v1": UNKNOWN}},
        {"clientConfig": UNKNOWN},
        {"flowId": UNKNOWN},
    ],
)
def test_unknown_values_pass_through_and_count_as_changed(
    provider: Provider, where: dict[str, Any]
) -> None:
    olds, _ = provider.check(INPUTS)
    inputs, failures = provider.check({**INPUTS, **where}, olds)
    assert not failures
    for key, value in where.items():
        assert _unknowns(inputs[key]) == _unknowns(value) == 1
    assert provider.diff("id", {**olds, "selfUri": "/x"}, inputs) == "DIFF_UNKNOWN"


def _unknowns(value: Any) -> int:
    if isinstance(value, dict):
        return sum(map(_unknowns, value.values()))
    if isinstance(value, list):
        return sum(map(_unknowns, value))
    return int(isinstance(value, Unknown) or value == UNKNOWN)


def test_all_problems_come_at_once_and_without_a_traceback(provider: Provider) -> None:
    _, failures = provider.check({"clientType": "v3", "allowedDomain": ["a"], "disabled": 1})
    assert {reason.split(": ")[0] for reason in failures} == {
        *("name", "client_type", "disabled"),
        "must have no keys but name, description, authentication_required, disabled, flow_id, "
        "allowed_domains, client_type, client_config, org, adopt_id, not 'allowedDomain' "
        "(did you mean 'allowed_domains'?)",
    }
    assert all("\n" not in reason for reason in failures)


def test_no_problem_shows_a_value(provider: Provider) -> None:
    """What comes to `check` may be a secret: the provider is not told."""
    config = {"v1": {"hush": 1, "webChatSkin": "hush"}, "v2": {"hush": {"hush": 2**60}}}
    wrong = {"name": "Web", "clientType": "hush", "flowId": "a hush", "clientConfig": config}
    _, failures = provider.check({**wrong, "allowedDomains": ["hush hush", ""]})
    assert failures == [
        "flow_id: must be a flow's id, which holds no white space",
        "allowed_domains[0]: must be a domain, which holds no white space",
        "allowed_domains[1]: must be a domain, like www.example.com; it is blank",
        "client_type: must be one of v1, v2, v1-http, third-party",
        "client_config.v1: must have no keys but web_chat_skin, authentication_url",
        "client_config.v1.web_chat_skin: must be one of basic, modern-caret-skin",
        "client_config.v2: is past 2^53 - 1, where whole numbers lose digits; write it as a string",
    ]


def test_which_inputs_are_secret_is_kept_for_the_engine_to_compare(provider: Provider) -> None:
    plain, _ = provider.check(INPUTS)
    secret, _ = provider.check({**INPUTS, "__secrets": ["flowId", "description"]}, plain)
    assert secret == {**plain, "__secrets": ["description", "flowId"]}
    assert provider.check(INPUTS, secret)[0] == plain
    # drift takes nothing of it away
    id_, outputs = provider.create(secret)
    assert outputs["__secrets"] == ["description", "flowId"]
    changed = {**outputs, "description": "x"}
    assert provider.read(id_, changed)[2]["__secrets"] == ["description", "flowId"]

    # what the first version wrote says nothing of it, and that is no change by itself
    first = {key: each for key, each in plain.items() if key != "__secrets"}
    older = {**first, "__secretFlow": True}
    assert provider.check({**INPUTS, "__secrets": ["flowId"]}, older)[0] == older
    again, _ = provider.check({**INPUTS, "name": "x", "__secrets": ["flowId"]}, older)
    assert again == {**first, "name": "x", "__secrets": ["flowId"]}


def test_a_name_in_pythons_spelling_is_told(provider: Provider) -> None:
    """As a transform may put it in, which is handed Pulumi's."""
    config = {"v1_http": {}, "v1": {"web_chat_skin": "basic"}}
    _, failures = provider.check(
        {"name": "Web", "clientType": "v2", "flow_id": "f", "clientConfig": config}
    )
    assert failures == [
        f"{path}: is Python's name, and Pulumi has another here (did you mean {name!r}?)"
        for path, name in (
            ("flow_id", "flowId"),
            ("client_config.v1_http", "v1-http"),
            ("client_config.v1.web_chat_skin", "webChatSkin"),
        )
    ]


@pytest.mark.parametrize(
    ("reply", "says"),
    [
        (
            Reply.error(400, "invalid.value", "no such flow"),
            f"BadRequestError: PUT {PATH}/held: 400 invalid.value: no such flow (correlation id ",
        ),
        (
            Reply.error(403, "not.authorized", "no"),
            f"ForbiddenError: PUT {PATH}/held: 403 not.authorized: no (correlation id ",
        ),
        (Reply.html(), f"AnswerError: PUT {PATH}/held: "),
        (Reply(200, {"name": "Web"}), f"AnswerError: PUT {PATH}/held: "),
    ],
)
def test_an_error_is_one_line_after_as_few_frames_as_there_can_be(
    provider: Provider, org: Simulator, reply: Reply, says: str
) -> None:
    org.add({"name": "Web", "clientType": "v2"}, deployment_id="held")
    org.script("PUT", f"{PATH}/held", reply)
    inputs, _ = provider.check(INPUTS)
    with pytest.raises(grpc.RpcError) as caught:
        provider.update("held", inputs, inputs)
    text = str(caught.value.details())
    *frames, last = text.strip().splitlines()
    assert last.startswith(f"pulumi_widgets.errors.{says}"), text
    assert sum("pulumi_widgets" in line for line in frames) == 1, text
    assert "During handling" not in text
    assert "The above exception" not in text
    assert not any(secret in text for secret in SECRETS), text
    assert provider.printed() == b""


def test_what_the_service_repeats_of_a_secret_is_in_no_error(
    provider: Provider, org: Simulator
) -> None:
    config = {"v2": {"hush-key": ["hush-listed", {"pin": 4711.0}]}, "v1": {"webChatSkin": "basic"}}
    secret = {"description": "hush-text", "clientConfig": config}
    inputs, failures = provider.check(
        {**INPUTS, **secret, "__secrets": ["description", "clientConfig"]}
    )
    assert not failures
    words = "x" * 470 + ' webChatSkin: hush-text, {"hush-key": ["hush-listed", 4711]}'
    repeats = Reply(
        400, {"code": "invalid", "message": words, "details": [{"errorCode": "hush-listed"}]}
    )
    id_, outputs = provider.create(inputs)
    org.script("POST", PATH, repeats)
    org.script("PUT", f"{PATH}/{id_}", repeats, times=2)
    org.script("DELETE", f"{PATH}/{id_}", repeats)
    calls: list[Callable[[], object]] = [
        lambda: provider.create(inputs),
        lambda: provider.update(id_, outputs, inputs),
        # also where it is no secret any more
        lambda: provider.update(id_, outputs, {**inputs, "__secrets": []}),
        lambda: provider.delete(id_, outputs),
    ]
    for call in calls:
        with pytest.raises(grpc.RpcError) as caught:
            call()
        text = str(caught.value.details())
        assert "x webChatSkin: [secret]" in text
        assert not [word for word in ("hush", "4711") if word in text], text


def test_what_the_org_holds_in_place_of_a_secret_is_in_no_line(
    restarted: Callable[[], Provider], org: Simulator
) -> None:
    secret = {"clientConfig": {"v2": {"a": 1}}, "__secrets": ["clientConfig"]}
    with restarted() as provider:
        id_, outputs = provider.create(provider.check({**INPUTS, **secret})[0])
    org.edit(id_, clientConfig={"v2": {"hush-key": None}})
    with restarted() as provider:
        assert provider.read(id_, outputs)[0] == id_
        printed = provider.printed().decode()
        assert f"the deployment {id_}: [secret] in clientConfig is null" in printed
        assert "hush" not in printed
    org.edit(id_, clientConfig={"v2": {"hush-key": "\ud800"}})
    with restarted() as provider, pytest.raises(grpc.RpcError) as caught:
        provider.read(id_, outputs)
    assert "cannot be read: client_config.v2: must be text" in str(caught.value.details())
    assert "hush" not in str(caught.value.details())


def test_an_output_that_cannot_encode_a_servers_words_fails_no_create(
    org: Simulator, tmp_path: Path
) -> None:
    words = "\u6a29\u9650\u304c\u3042\u308a\u307e\u305b\u3093"
    org.script("GET", PATH, Reply.error(403, "missing.permissions", words), times=9)
    environ = {**org.environ_over(os.environ), "PYTHONIOENCODING": "cp1252"}
    with Provider(environ, tmp_path) as provider:
        inputs, _ = provider.check(INPUTS)
        id_, _ = provider.create(inputs)
        assert id_ in org.dump()
        printed = provider.printed().decode("cp1252")
    assert words.encode("ascii", "backslashreplace").decode() in printed
    assert "Error" not in printed


@pytest.mark.parametrize(
    "odd",
    [
        {"name": "cut in \ud83d"},
        {"allowedDomains": 7},
        {"clientConfig": {"v2": {"n": 10**400}}},
        {"clientConfig": [], "flow": "f", "disabled": "yes"},
    ],
)
def test_whatever_the_answer_holds_what_is_done_has_its_id(
    provider: Provider, org: Simulator, odd: dict[str, Any]
) -> None:
    inputs, _ = provider.check({"name": "Web", "clientType": "v2"})
    for method in ("POST", "PUT"):
        org.script(method, f"{PATH}*", Reply.changed(lambda answer: {**answer, **odd}))
    id_, outputs = provider.create(inputs)
    assert list(org.dump()) == [id_]
    assert outputs["name"] == "Web"
    org.script("PUT", f"{PATH}*", Reply.changed(lambda answer: {**answer, **odd}))
    assert provider.update(id_, outputs, {**inputs, "name": "New"})["name"] == "New"
    assert org.dump()[id_]["name"] == "New"


def test_four_at_once_ask_for_one_token(provider: Provider, org: Simulator) -> None:
    inputs = [provider.check({**INPUTS, "name": f"Web {n}"})[0] for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        created = list(pool.map(provider.create, inputs))
    assert {id_ for id_, _ in created} == org.dump().keys()
    assert len(created) == 4
    assert (org.calls["POST /oauth/token"], org.calls[f"POST {PATH}"]) == (1, 4)


def test_the_stack_configuration_goes_before_the_environment(
    org: Simulator, tmp_path: Path
) -> None:
    environ = {**os.environ, "GENESYSCLOUD_BASE_URL": "https://api.unreachable.example"}
    config = {
        "genesyscloud:baseUrl": org.url,
        "genesyscloud:accessToken": org.token(),
    }
    with Provider(environ, tmp_path, config) as provider:
        id_, _ = provider.create(provider.check(INPUTS)[0])
        assert org.dump().keys() == {id_}
        assert org.calls["POST /oauth/token"] == 0
        assert provider.printed() == b""


def test_settings_that_are_wrong_are_told_by_check(tmp_path: Path) -> None:
    environ = {**os.environ, "GENESYSCLOUD_REGION": "eu-central-9"}
    with Provider(environ, tmp_path) as provider:
        _, failures = provider.check(INPUTS)
        reasons = " ".join(failures)
        assert "unknown region 'eu-central-9' (did you mean 'eu-central-" in reasons
        assert "no credentials" in reasons
        # without a check, as in a refresh or a destroy
        with pytest.raises(grpc.RpcError) as caught:
            provider.delete("id", {**INPUTS, "selfUri": "/x"})
        last = str(caught.value.details()).strip().splitlines()[-1]
        assert last.startswith("pulumi_widgets.errors.SettingsError: unknown region")
        assert provider.printed() == b""
