"""Normal form, body, outputs, drift: what was sent and read back is never a difference."""

from __future__ import annotations

import asyncio
import copy
import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from pulumi.output import Unknown
from pulumi.runtime import rpc
from pulumi.runtime.rpc import wrap_rpc_secret

from pulumi_widgets import hidden, mapping

from .strategies import CLIENT_CONFIGS, DOMAINS, INPUTS, JSON, WORDS, unknown

PLAIN = {"name": "Shop", "clientType": "v2", "authenticationRequired": False, "disabled": False}


def through_pulumi(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties as they arrive in the other of Pulumi's processes, secrets in the clear."""

    async def serialize() -> Any:
        return await rpc.serialize_properties(dict(properties), {})

    loop = asyncio.new_event_loop()
    try:
        arrived: dict[str, Any] = rpc.deserialize_properties(
            loop.run_until_complete(serialize()), True
        )
        return {key: rpc.unwrap_rpc_secret(value) for key, value in arrived.items()}
    finally:
        loop.close()


def checked(given: Mapping[str, Any], olds: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the provider's check makes of a program's inputs."""
    return mapping.inputs(mapping.in_api_names(through_pulumi(given)), olds or {})


def served(body: Mapping[str, Any]) -> dict[str, Any]:
    """The body as a well-behaved service answers it."""
    answer: dict[str, Any] = json.loads(json.dumps(body))
    answer |= {"id": "d-1", "selfUri": "/api/v2/widgets/deployments/d-1"}
    if answer["flow"]:
        answer["flow"] |= {"name": "Flow", "selfUri": "/api/v2/flows/f"}
    return answer


EMPTIES: dict[str, list[Any]] = {
    "description": [None, "", ...],
    "flow": [None, {}, {"id": None}, {"id": ""}, ...],
    "allowedDomains": [None, [], ...],
    "clientConfig": [None, {}, {"v1": None, "v2": {}}, {"v1": {"webChatSkin": None}}, ...],
    "authenticationRequired": [None, False, ...],
    "disabled": [None, False, ...],
}
"""How a service may spell empty; ``...`` is a missing key."""

Draw = Callable[[st.SearchStrategy[Any]], Any]

PART_EMPTIES: list[Any] = [None, {}, "", [], ...]


def respelled(draw: Draw, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with its empties spelled in another way and its domains in another order."""
    for key, spellings in EMPTIES.items():
        if not answer.get(key):
            put(answer, key, copy.deepcopy(draw(st.sampled_from(spellings))))
    if answer.get("allowedDomains"):
        answer["allowedDomains"] = draw(st.permutations(answer["allowedDomains"]))
    config = answer.get("clientConfig")
    if isinstance(config, dict):
        for part in mapping.CLIENT_CONFIG.values():
            if not config.get(part):
                put(config, part, copy.deepcopy(draw(st.sampled_from(PART_EMPTIES))))
            elif part in mapping.WEB_CHAT_PARTS:
                for field in mapping.WEB_CHAT_CONFIG.values():
                    if not config[part].get(field):
                        put(config[part], field, draw(st.sampled_from([None, "", ...])))
    return answer


def put(target: dict[str, Any], key: str, value: Any) -> None:
    if value is ...:
        target.pop(key, None)
    else:
        target[key] = value


def with_additions(draw: Draw, answer: dict[str, Any]) -> dict[str, Any]:
    """The answer with fields that the service adds by itself, at any level."""

    def grow(value: Any) -> None:
        if isinstance(value, dict):
            for key in sorted(value):  # their order is another one on each way through Pulumi
                grow(value[key])
            if draw(st.booleans()):
                value.setdefault(draw(st.sampled_from(["added", "a", "zz"])), draw(JSON))

    for key in EMPTIES.keys() - {"authenticationRequired", "disabled"}:
        if not answer.get(key) and draw(st.booleans()):
            answer[key] = {
                "description": draw(WORDS),
                "flow": {"id": "default-flow"},
                "allowedDomains": draw(st.lists(DOMAINS, min_size=1, max_size=3)),
                "clientConfig": {
                    **draw(CLIENT_CONFIGS),
                    **({"v3": {"x": 1}} if draw(st.booleans()) else {}),
                },
            }[key]
    config = answer.get("clientConfig")
    if isinstance(config, dict):
        grow({"the parts": config})
        if draw(st.booleans()):
            config.setdefault(draw(st.sampled_from(["v1", "v1-http"])), {"webChatSkin": "basic"})
        for part in mapping.WEB_CHAT_PARTS:
            if isinstance(config.get(part), dict) and draw(st.booleans()):
                config[part].setdefault("webChatSkin", "basic")
    answer["dateCreated"] = "2020-01-01"
    return answer


@given(INPUTS)
def test_the_normal_form_of_a_normal_form_is_itself(given: dict[str, Any]) -> None:
    normal = checked(given)
    assert checked(normal, normal) == normal
    assert mapping.changes(normal, normal) == []


@given(INPUTS)
def test_the_normal_form_holds_no_empty_value_and_both_flags(given: dict[str, Any]) -> None:
    normal = checked(given)
    assert isinstance(normal["disabled"], bool)
    assert isinstance(normal["authenticationRequired"], bool)
    assert [key for key, value in normal.items() if value in (None, "", [], {})] == []


@given(INPUTS)
def test_the_given_inputs_are_not_changed(given: dict[str, Any]) -> None:
    before = copy.deepcopy(given)
    mapping.body(mapping.inputs(mapping.in_api_names(given), {}))
    assert given == before


@given(INPUTS, st.data())
def test_what_is_read_back_is_never_a_difference(
    given: dict[str, Any], data: st.DataObject
) -> None:
    inputs = through_pulumi(checked(given))
    answer = respelled(data.draw, served(mapping.body(mapping.inputs(inputs, inputs))))
    outputs = through_pulumi(mapping.outputs(mapping.inputs(inputs, inputs), answer))
    assert hidden.ANSWERED not in outputs
    assert mapping.changes(outputs, inputs) == []

    refreshed, drift = mapping.refreshed(respelled(data.draw, answer), outputs)
    assert drift is None
    assert mapping.changes(through_pulumi(refreshed), inputs) == []
    # the program runs again, with the state of the refresh
    assert mapping.changes(through_pulumi(refreshed), checked(given, inputs)) == []
    assert mapping.body(checked(given, inputs)) == mapping.body(mapping.inputs(inputs, inputs))


@given(INPUTS, st.data())
def test_what_the_service_adds_by_itself_is_no_drift(
    given: dict[str, Any], data: st.DataObject
) -> None:
    inputs = through_pulumi(checked(given))
    wanted = mapping.inputs(inputs, inputs)
    answer = with_additions(data.draw, served(mapping.body(wanted)))
    before = copy.deepcopy(answer)
    outputs = through_pulumi(mapping.outputs(wanted, answer))
    assert mapping.changes(outputs, inputs) == []

    if answer.get("allowedDomains"):
        answer["allowedDomains"] = data.draw(st.permutations(answer["allowedDomains"]))
    refreshed, drift = mapping.refreshed(answer, outputs)
    assert drift is None
    again, drift = mapping.refreshed(answer, through_pulumi(refreshed))
    assert drift is None
    assert through_pulumi(again) == through_pulumi(refreshed)
    assert mapping.changes(through_pulumi(refreshed), inputs) == []
    assert answer == before | {"allowedDomains": answer.get("allowedDomains")}


OTHERS: dict[str, Any] = {
    "name": "Another",
    "description": "another",
    "authenticationRequired": ...,
    "disabled": ...,
    "flow": {"id": "another-flow"},
    "allowedDomains": ["another.example"],
    "clientType": ...,
    "clientConfig": {"v2": {"another": 1}},
}


@pytest.mark.parametrize("field", list(OTHERS))
@given(INPUTS, st.booleans())
def test_each_change_outside_is_a_difference_in_that_property_and_no_other(
    field: str, given: dict[str, Any], added: bool
) -> None:
    inputs = through_pulumi(checked(given))
    wanted = mapping.inputs(inputs, inputs)
    answer = served(mapping.body(wanted))
    if added:
        answer["clientConfig"] = {
            "v1": {"webChatSkin": "basic"},
            **answer["clientConfig"],
            "v3": {},
        }
    outputs = through_pulumi(mapping.outputs(wanted, answer))
    other = OTHERS[field]
    if other is ...:
        other = "v1" if answer[field] == "v2" else "v2"
        other = other if field == "clientType" else not answer[field]
    assume(other != answer[field])
    refreshed, drift = mapping.refreshed({**answer, field: other}, outputs)
    key = {"flow": "flowId"}.get(field, field)
    assert drift is not None
    assert mapping.changes(outputs, drift) == [key]
    assert mapping.changes(through_pulumi(refreshed), inputs) == [key]
    assert mapping.changes(through_pulumi(refreshed), through_pulumi(drift)) == []
    # a second refresh finds nothing new
    assert mapping.refreshed({**answer, field: other}, through_pulumi(refreshed))[1] is None


@pytest.mark.parametrize("field", ["description", "flow", "allowedDomains", "clientConfig"])
@given(INPUTS)
def test_a_value_cleared_outside_is_a_difference(field: str, given: dict[str, Any]) -> None:
    there: dict[str, Any] = {
        "description": given.get("description") or "x",
        "flowId": given.get("flowId") or "f",
        "allowedDomains": given.get("allowedDomains") or ["a.example"],
        "clientConfig": {"v2": {"a": 1}, **(given.get("clientConfig") or {"v1": {}})},
    }
    inputs = through_pulumi(checked({**given, **there}))
    wanted = mapping.inputs(inputs, inputs)
    answer = served(mapping.body(wanted))
    assume(answer[field])  # a config may have no part that is not empty
    outputs = through_pulumi(mapping.outputs(wanted, answer))
    key = {"flow": "flowId"}.get(field, field)
    _, drift = mapping.refreshed({**answer, field: None}, outputs)
    assert drift is not None
    assert key not in drift
    assert mapping.changes(outputs, drift) == [key]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (True, 1),
        (False, 0),
        (1, "1"),
        ("", 0),
        ([], {}),
        ([1, 2], [2, 1]),
        ({"a": 1}, {"a": 1, "b": 2}),
        ({"a": [True]}, {"a": [1]}),
        (0.1, 0.2),
        ([None], []),
    ],
)
def test_unlike_json_values_are_different(one: Any, other: Any) -> None:
    with_one = {**PLAIN, "clientConfig": {"v2": {"value": one}}}
    with_other = {**PLAIN, "clientConfig": {"v2": {"value": other}}}
    assert mapping.changes(with_one, with_other) == ["clientConfig"]
    assert mapping.changes(through_pulumi(with_one), checked(with_other)) == ["clientConfig"]
    assert mapping.changes(with_one, with_one) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [(5, 5.0), (-0.0, 0), ({"a": None}, {}), ((1,), [1]), ([{"a": None}], [{}]), (1e3, 1000)],
)
def test_like_json_values_are_the_same(one: Any, other: Any) -> None:
    with_one = {**PLAIN, "clientConfig": {"v2": {"value": one}}}
    with_other = {**PLAIN, "clientConfig": {"v2": {"value": other}}}
    assert mapping.changes(with_one, with_other) == []


def test_whole_numbers_are_sent_as_integers() -> None:
    given = {**PLAIN, "clientConfig": {"v2": {"port": 443, "ratio": 0.5, "all": [1, {"n": 2}]}}}
    body = mapping.body(checked(given))
    # as text: in Python 443 and 443.0 are equal. The order of keys is lost between the processes
    sent, meant = (json.dumps(config["clientConfig"], sort_keys=True) for config in (body, given))
    assert sent == meant


def test_the_whole_body_is_sent_empties_as_such() -> None:
    assert mapping.body(checked({"name": "Shop", "clientType": "v2"})) == {
        "name": "Shop",
        "description": "",
        "authenticationRequired": False,
        "disabled": False,
        "flow": None,
        "allowedDomains": [],
        "clientType": "v2",
        "clientConfig": {},
    }


def test_outputs_hold_every_input_and_what_the_service_alone_knows() -> None:
    wanted = checked({**PLAIN, "flowId": "f", "allowedDomains": ["a.example"]})
    assert mapping.outputs(wanted, served(mapping.body(wanted))) == {
        **wanted,
        "selfUri": "/api/v2/widgets/deployments/d-1",
        "flow": {"name": "Flow"},
    }


@pytest.mark.parametrize(
    ("given", "names"),
    [
        (
            {"client_type": "v1", "flow_id": "f", "authentication_required": True},
            {"clientType": "v1", "flowId": "f", "authenticationRequired": True},
        ),
        ({"clientType": "v1", "flowId": "f"}, {"clientType": "v1", "flowId": "f"}),
        ({"flow": {"id": "f", "name": "x"}}, {"flowId": "f"}),
        ({"flow": {"name": "x"}}, {"flow": {"name": "x"}}),
        ({"flow": {"id": "f"}, "flowId": "g"}, {"flow": {"id": "f"}, "flowId": "g"}),
        ({"flow_id": "f", "flowId": "g"}, {"flow_id": "f", "flowId": "g"}),
        (
            {
                "client_config": {
                    "v1_http": {"web_chat_skin": "basic"},
                    "third_party": {"v1_http": 1},
                }
            },
            {"clientConfig": {"v1-http": {"webChatSkin": "basic"}, "third-party": {"v1_http": 1}}},
        ),
        (
            {"clientConfig": {"v1": {"web_chat_skin": "basic", "webChatSkin": "basic"}}},
            {"clientConfig": {"v1": {"web_chat_skin": "basic", "webChatSkin": "basic"}}},
        ),
        (
            {"client_config": {"v2": {"web_chat_skin": 1}}},
            {"clientConfig": {"v2": {"web_chat_skin": 1}}},
        ),
        ({"unheard_of": 1, "client_config": "x"}, {"unheard_of": 1, "clientConfig": "x"}),
    ],
)
def test_either_spelling_of_a_key_becomes_the_apis(
    given: dict[str, Any], names: dict[str, Any]
) -> None:
    before = copy.deepcopy(given)
    assert mapping.in_api_names(given) == names
    assert given == before


UNKNOWN_PLACES: list[tuple[str, dict[str, Any]]] = [
    *((key, {key: unknown()}) for key in mapping.INPUTS.values()),
    ("allowedDomains", {"allowedDomains": ["a.example", unknown(), "a.example"]}),
    ("clientConfig", {"clientConfig": {"v1": unknown()}}),
    ("clientConfig", {"clientConfig": {"v1": {"authenticationUrl": unknown()}}}),
    ("clientConfig", {"clientConfig": {"v2": {"a": [1, {"b": unknown()}]}}}),
]


@pytest.mark.parametrize(("key", "given"), UNKNOWN_PLACES)
def test_an_unknown_value_passes_untouched_and_counts_as_changed(
    key: str, given: dict[str, Any]
) -> None:
    normal = mapping.inputs({**PLAIN, **given}, {})
    assert normal[key] == given[key]
    assert mapping.changes(PLAIN, normal) == [key]
    assert mapping.changes(normal, normal) == [key]


def test_unknown_values_survive_the_way_between_the_processes() -> None:
    normal = checked({**PLAIN, "clientConfig": {"v2": {"a": [unknown()]}}})
    assert isinstance(normal["clientConfig"]["v2"]["a"][0], Unknown)


A, B, C, D, X = "a.example", "b.example", "c.example", "d.example", "x.example"


@pytest.mark.parametrize(
    ("held", "given", "placed"),
    [
        ([], [B, A, B], [B, A]),
        ([A, B, C], [C, B, A], [A, B, C]),
        ([A, B, C], [A, X, C], [A, X, C]),
        ([A, B, C], [C, A, X], [A, X, C]),
        ([A, B, C], [A, X, B, C], [A, B, C, X]),
        ([A, B, C], [B, C, A, A], [A, B, C]),
        ([A, B, C, D], [A, B, D], [A, B, D]),
        ([A, B, C, D], [B, C, D], [D, B, C]),
        ([A, B, C], [], None),
        (None, (A, B), [A, B]),
        ([A, A, B], [B, A], [A, B]),
    ],
)
def test_domains_keep_their_places(
    held: list[str] | None, given: list[str], placed: list[str] | None
) -> None:
    normal = mapping.inputs({**PLAIN, "allowedDomains": given}, {"allowedDomains": held})
    assert normal.get("allowedDomains") == placed


@given(st.lists(DOMAINS, unique=True), st.lists(DOMAINS))
def test_no_other_order_of_the_domains_would_change_fewer_places(
    held: list[str], given: list[str]
) -> None:
    placed = mapping.inputs({**PLAIN, "allowedDomains": given}, {"allowedDomains": held}).get(
        "allowedDomains", []
    )
    assert sorted(placed) == sorted(set(given))
    kept = [domain for domain in held[: len(placed)] if domain in given]
    assert sum(one == other for one, other in zip(held, placed, strict=False)) == len(kept)


def _remembered(outputs: Mapping[str, Any]) -> Any:
    return rpc.unwrap_rpc_secret(outputs[hidden.ANSWERED])


class TestAdded:
    """What the service adds to what was sent."""

    SENT: Mapping[str, Any] = {**PLAIN, "clientConfig": {"v2": {"own": {}}}}
    ANSWER: Mapping[str, Any] = {
        **PLAIN,
        "id": "d-1",
        "description": "made by the service",
        "clientConfig": {"v2": {"own": {"default": 1}, "more": [1]}},
    }

    def written(self) -> dict[str, Any]:
        return through_pulumi(mapping.outputs(self.SENT, self.ANSWER))

    def test_it_is_remembered_and_no_drift(self) -> None:
        outputs = self.written()
        assert outputs[hidden.ANSWERED] == {
            "description": ["made by the service"],
            "clientConfig": {"v2": {"own": {"default": [1]}, "more": [[1]]}},
        }
        assert "description" not in outputs
        assert mapping.refreshed(self.ANSWER, outputs)[1] is None

    def test_a_change_of_it_is_drift(self) -> None:
        _, drift = mapping.refreshed({**self.ANSWER, "description": "by hand"}, self.written())
        assert drift == {**self.SENT, "description": "by hand"}
        config = {"v2": {"own": {"default": 2}, "more": [1]}}
        _, drift = mapping.refreshed({**self.ANSWER, "clientConfig": config}, self.written())
        assert drift == {**self.SENT, "clientConfig": {"v2": {"own": {"default": 2}}}}

    def test_a_new_thing_that_was_not_there_at_the_write_is_drift(self) -> None:
        config = {"v2": {"own": {"default": 1}, "more": [1], "by hand": 1}}
        _, drift = mapping.refreshed({**self.ANSWER, "clientConfig": config}, self.written())
        assert drift == {**self.SENT, "clientConfig": {"v2": {"own": {}, "by hand": 1}}}

    def test_its_end_is_no_drift(self) -> None:
        assert mapping.refreshed({**self.SENT, "id": "d-1"}, self.written())[1] is None

    def test_an_update_takes_note_of_it_anew(self) -> None:
        outputs = mapping.outputs(self.SENT, {**self.ANSWER, "description": "x"})
        assert _remembered(outputs)["description"] == ["x"]
        assert hidden.ANSWERED not in mapping.outputs(self.SENT, self.SENT)

    def test_what_should_have_been_cleared_and_stayed_is_the_services_own(self) -> None:
        olds = {**PLAIN, "description": "old", "clientConfig": {"v2": {"a": 1, "b": 2}}}
        outputs = mapping.outputs({**PLAIN, "clientConfig": {"v2": {"a": 1}}}, olds)
        assert mapping.refreshed(olds, through_pulumi(outputs))[1] is None

    def test_what_the_first_version_remembered_is_no_drift_either(self) -> None:
        outputs = self.written()
        del outputs[hidden.ANSWERED]
        outputs[hidden.ADDED] = {
            "description": "made by the service",
            "clientConfig": {"v2": {"own": {"default": 1}, "more": [1]}},
        }
        again, drift = mapping.refreshed(self.ANSWER, outputs)
        assert drift is None
        assert again == outputs
        _, drift = mapping.refreshed({**self.ANSWER, "description": "by hand"}, outputs)
        assert drift == {**self.SENT, "description": "by hand"}

    @pytest.mark.parametrize("is_of_the_first_version", [False, True])
    def test_once_seen_otherwise_it_is_no_more_the_services_own(
        self, *, is_of_the_first_version: bool
    ) -> None:
        outputs = self.written()
        if is_of_the_first_version:
            del outputs[hidden.ANSWERED]
            config = {"v2": {"own": {"default": 1}, "more": [1]}}
            outputs[hidden.ADDED] = {"description": "made by the service", "clientConfig": config}
        config = {"v2": {"own": {"default": 2}, "more": [1]}}
        again, drift = mapping.refreshed({**self.ANSWER, "clientConfig": config}, outputs)
        assert drift == {**self.SENT, "clientConfig": {"v2": {"own": {"default": 2}}}}
        assert _remembered(again) == {
            "description": ["made by the service"],
            "clientConfig": {"v2": {"more": [[1]]}},
        }
        assert hidden.ADDED not in again
        again, drift = mapping.refreshed(self.ANSWER, through_pulumi(again))
        assert drift == {**self.SENT, "clientConfig": {"v2": {"own": {"default": 1}}}}
        again, _ = mapping.refreshed({**self.SENT, "id": "d-1"}, through_pulumi(again))
        assert hidden.ANSWERED not in again
        _, drift = mapping.refreshed(self.ANSWER, through_pulumi(again))
        assert drift is not None

    def test_domains_it_added_may_come_in_any_order(self) -> None:
        answer = {**PLAIN, "allowedDomains": [A, B, C]}
        outputs = through_pulumi(mapping.outputs(PLAIN, answer))
        assert mapping.refreshed({**answer, "allowedDomains": [C, A, B]}, outputs)[1] is None
        _, drift = mapping.refreshed({**answer, "allowedDomains": [C, A, X]}, outputs)
        assert drift is not None


def test_a_get_takes_everything_that_is_there() -> None:
    answer = {
        **PLAIN,
        "id": "d-1",
        "selfUri": "/d-1",
        "flow": {"id": "f"},
        "allowedDomains": [B, A],
    }
    outputs, inputs = mapping.refreshed(answer, {"__provider": "x"})
    assert inputs == {**PLAIN, "flowId": "f", "allowedDomains": [B, A]}
    assert outputs == {**inputs, "selfUri": "/d-1", "flow": {}}


def test_the_output_flow_tells_nothing_of_its_id() -> None:
    answer = {**PLAIN, "flow": {"id": "f-1", "name": "Sales", "selfUri": "/api/v2/flows/f-1"}}
    outputs = mapping.outputs({**PLAIN, "flowId": "f-1"}, answer)
    assert outputs["flow"] == {"name": "Sales"}
    assert mapping.refreshed(answer, outputs)[0]["flow"] == {"name": "Sales"}


class TestRespelled:
    """What the service spells in its own way."""

    SENT: Mapping[str, Any] = {
        **PLAIN,
        "description": " padded ",
        "allowedDomains": ["B.example", "a.example."],
        "clientConfig": {"v1": {"authenticationUrl": "https://a.example"}, "v2": {"n": [1, 2]}},
    }
    ANSWER: Mapping[str, Any] = {
        **PLAIN,
        "id": "d-1",
        "description": "padded",
        "allowedDomains": ["a.example", "b.example"],
        "clientConfig": {"v1": {"authenticationUrl": "https://a.example/"}, "v2": {"n": [1, 2.5]}},
    }

    def written(self) -> dict[str, Any]:
        return through_pulumi(mapping.outputs(self.SENT, self.ANSWER))

    def test_exactly_that_is_no_drift(self) -> None:
        outputs = self.written()
        again, drift = mapping.refreshed(self.ANSWER, outputs)
        assert drift is None
        assert again == outputs
        assert mapping.refreshed(self.ANSWER, through_pulumi(again))[1] is None

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("description", "Padded"),
            ("description", None),
            ("allowedDomains", ["a.example", "b.example", "c.example"]),
            ("allowedDomains", ["a.example"]),
            (
                "clientConfig",
                {"v1": {"authenticationUrl": "https://a.example//"}, "v2": {"n": [1, 2.5]}},
            ),
            ("clientConfig", {"v1": {}, "v2": {"n": [1, 2.5]}}),
            ("clientConfig", {"v1": {"authenticationUrl": "https://a.example/"}, "v2": {"n": [1]}}),
        ],
    )
    def test_anything_else_is(self, field: str, value: Any) -> None:
        outputs = self.written()
        _, drift = mapping.refreshed({**self.ANSWER, field: value}, outputs)
        assert drift is not None
        assert mapping.changes(self.SENT, drift) == [field]

    def test_so_is_what_was_sent(self) -> None:
        assert mapping.refreshed(self.SENT, self.written())[1] is None

    def test_drift_that_the_program_takes_over_is_not_hidden_by_what_was_before(self) -> None:
        by_hand = {
            **PLAIN,
            "description": "y",
            "allowedDomains": ["y.example"],
            "clientConfig": {"v1": {"authenticationUrl": "https://y.example/"}, "v2": {"n": [2]}},
        }
        outputs, drift = mapping.refreshed({**by_hand, "id": "d-1"}, self.written())
        assert drift == by_hand
        assert hidden.ANSWERED not in outputs
        _, drift = mapping.refreshed(self.ANSWER, through_pulumi(outputs))
        assert drift is not None
        assert mapping.changes(by_hand, drift) == ["description", "allowedDomains", "clientConfig"]
        assert drift["allowedDomains"] == self.ANSWER["allowedDomains"]

    def test_it_is_as_secret_as_what_was_sent(self) -> None:
        # a provider does not know what is
        outputs = mapping.outputs(self.SENT, self.ANSWER)
        assert rpc.is_rpc_secret(outputs[hidden.ANSWERED])

    @pytest.mark.parametrize("field", ["authenticationRequired", "disabled", "clientType"])
    def test_what_has_one_spelling_was_not_taken_if_it_is_another(self, field: str) -> None:
        other = {"clientType": "v1"}.get(field, not PLAIN[field])
        answer = {**PLAIN, field: other}
        outputs = through_pulumi(mapping.outputs(PLAIN, answer))
        _, drift = mapping.refreshed(answer, outputs)
        assert drift is not None
        assert mapping.changes(PLAIN, drift) == [field]


def test_nulls_that_a_service_holds_are_found() -> None:
    config = {"v1": {"webChatSkin": None}, "v2": {"a": None, "b": [{"c": None}, None]}}
    config |= {"third-party": None}
    assert mapping.nulls({**PLAIN, "clientConfig": config}) == [
        "clientConfig.v2.a",
        "clientConfig.v2.b[0].c",
    ]
    assert mapping.nulls(PLAIN) == mapping.nulls({"clientConfig": "x"}) == []


@example({"v1": "x", "v2": [1], "third-party": 7, "v1-http": {"webChatSkin": 3}})
@example({"v2": {"big": 10**30}})
@given(JSON)
def test_no_client_config_that_a_service_may_send_is_an_error(config: Any) -> None:
    answer = {**PLAIN, "clientConfig": config}
    outputs, inputs = mapping.refreshed(answer, PLAIN)
    assert mapping.refreshed(answer, through_pulumi(outputs))[1] is None
    assert inputs is None or mapping.changes(PLAIN, inputs) == ["clientConfig"]


@example({"flow": "f", "allowedDomains": "a.example", "clientConfig": []}, PLAIN)
@example({"allowedDomains": 7}, PLAIN)
@example({"allowedDomains": [1, None, {}, A], "flow": []}, PLAIN)
@given(st.dictionaries(st.sampled_from([*mapping.FIELDS, "selfUri", "x"]), JSON), INPUTS)
def test_an_answer_of_another_shape_is_no_error(
    answer: dict[str, Any], given: dict[str, Any]
) -> None:
    """The deployment is there when it is read: an error here would lose its id."""
    wanted = checked(given)
    through_pulumi(mapping.outputs(wanted, answer))
    mapping.refreshed(answer, mapping.outputs(wanted, {}))
    mapping.nulls(answer)
    mapping.told(answer)


def test_what_holds_a_secret_is_veiled_in_every_part() -> None:
    outputs = {
        "__secrets": ["flowId", "clientConfig", "description"],
        "name": "a",
        "flowId": "f",
        "flow": {"name": "F"},
        "clientConfig": {"v1": {"webChatSkin": "basic"}, "v2": {"list": [1, {"a": 2}], "no": {}}},
    }
    veil = wrap_rpc_secret
    assert mapping.veiled(outputs) == {
        **outputs,
        "flowId": veil("f"),
        "flow": {"name": veil("F")},
        "clientConfig": {
            "v1": {"webChatSkin": veil("basic")},
            "v2": {"list": veil([1, {"a": 2}]), "no": {}},
        },
    }
    for plain in ({}, {"name": "a"}, {"name": "a", "__secrets": []}):
        assert mapping.veiled(plain) == plain
