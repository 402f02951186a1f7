"""What an import writes into a state is what the provider would have written."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_widgets import mapping
from pulumi_widgets.errors import StackError
from pulumi_widgets.tool.imports.program import Declared, program
from pulumi_widgets.tool.stacks.state import as_managed, pending, with_deployments

from .nasty import BODIES
from .test_program import declared_by

SPELLINGS = st.sampled_from(["as sent", "null", "missing", "empty"])
_FIELDS = {
    "description": "",
    "authenticationRequired": False,
    "disabled": False,
    "flow": None,
    "allowedDomains": [],
    "clientConfig": {},
}


def answer_of(body: dict[str, Any], spelling: str) -> dict[str, Any]:
    """The service's answer, with what is empty in one of its spellings."""
    answer = {**body, "id": "i", "selfUri": "/api/v2/widgets/deployments/i"}
    if answer.get("flow"):
        answer["flow"] = {**answer["flow"], "name": "Flow"}
    for key, empty in _FIELDS.items():
        if spelling != "as sent" and not answer.get(key):
            answer.pop(key, None)
            if spelling != "missing":
                answer[key] = None if spelling == "null" else empty
    return answer


@given(BODIES, SPELLINGS, st.sampled_from(["", "eu"]))
def test_an_import_leaves_nothing_to_do(body: dict[str, Any], spelling: str, org: str) -> None:
    answer = answer_of(body, spelling)
    inputs, outputs = as_managed(answer, org)
    # a refresh
    assert mapping.refreshed(answer, outputs) == (outputs, None)
    # the program's preview
    declared = declared_by(program([Declared("x", inputs)]))["x"][0]
    assert mapping.inputs(declared, outputs) == inputs
    # what a create of these inputs would have left
    assert mapping.outputs(inputs, answer) == outputs


def test_a_state_is_added_to_and_not_changed() -> None:
    state = {"version": 3, "deployment": {"manifest": {}, "unheard_of": [1]}, "new": 1}
    before = copy.deepcopy(state)
    inputs, outputs = as_managed({"id": "i", "name": "n", "clientType": "v1"}, "")
    configuration = {"a:plain": ("x", False), "a:word": ("hush", True)}
    addition = ("one", "i", inputs, outputs)
    first, urns = with_deployments(
        state, "acme/dev", "shop", [addition], configuration, protect=True
    )
    assert state == before
    assert first["new"] == 1
    assert first["deployment"]["unheard_of"] == [1]
    stack, provider, one = first["deployment"]["resources"]
    assert stack["urn"] == "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
    assert provider["inputs"]["a:plain"] == "x"
    assert provider["inputs"]["a:word"]["plaintext"] == '"hush"'
    assert [one["urn"]] == urns
    assert one["protect"] is True

    second, _ = with_deployments(
        first, "dev", "shop", [("two", "j", inputs, outputs)], {}, protect=False
    )
    assert second["deployment"]["resources"][:3] == first["deployment"]["resources"]
    two = second["deployment"]["resources"][3]
    assert (two["provider"], two["parent"]) == (one["provider"], one["parent"])
    assert "protect" not in two
    with pytest.raises(StackError, match="has a WidgetDeployment 'one' already"):
        with_deployments(second, "dev", "shop", [addition], {}, protect=False)


def test_what_is_pending() -> None:
    assert pending({}) == []
    assert pending({"deployment": {"pending_operations": None}}) == []
    operation = {"resource": {"urn": "urn:pulumi:dev::shop::a:b:C::x"}, "type": "creating"}
    assert pending({"deployment": {"pending_operations": [operation]}}) == ["x"]
