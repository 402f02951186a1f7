"""What an import takes in: rules without an org and without a stack."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_widgets.errors import WidgetsError
from pulumi_widgets.tool.imports.choice import Known, by_pairs, by_pattern

from .nasty import BODIES

ORG: dict[str, dict[str, Any]] = {
    "1": {"id": "1", "name": "One", "clientType": "v1"},
    "2": {"id": "2", "name": "Two", "clientType": "v2"},
    "3": {"id": "3", "name": "Three", "clientType": "v2", "clientConfig": {"v2": {"n": 2**60}}},
    "4": {"id": "4", "name": "lone \ud800", "clientType": "v2"},
    "5": {"id": "5", "name": "[O]ne", "clientType": "v2"},
}
HELD = {"2": ("prod", "two")}


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("a", "2")], "the deployment 2: stack prod manages it already, as 'two'"),
        ([("taken", "1")], "the stack has a WidgetDeployment 'taken' already"),
        ([("a", "nowhere")], "the org has no deployment of the id 'nowhere'"),
        ([("1", "a")], "no deployment of the id 'a' (the name comes first, then the id)"),
        ([("a", "1"), ("a", "5")], "the name 'a' is given twice"),
        ([("a", "1"), ("b", "1")], "the id '1' is given twice"),
        ([(" ", "1")], "' ' is no name for a resource: it is blank or not printable"),
        ([("a\nb", "1")], r"'a\nb' is no name for a resource"),
        ([("a", "3")], "no program can declare it: client_config.v2.n: is past 2^53 - 1"),
        ([("a", "4")], "no program can declare it: name: must be text that UTF-8 can hold"),
        (
            [("a", "4"), ("b", "x")],
            "half a character (a surrogate); the org has no deployment of the id 'x'",
        ),
    ],
)
def test_all_that_is_wrong_is_told(pairs: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(WidgetsError) as raised:
        by_pairs(pairs, Known(ORG, HELD, {"taken"}))
    assert says in str(raised.value)
    assert str(raised.value).endswith(". Nothing was done.")


@pytest.mark.parametrize(
    ("pattern", "ids"),
    [(None, ["5", "1"]), ("O*", ["1"]), ("[O]*", ["5"]), ("[O]ne", ["5"]), ("one", []), ("T*", [])],
)
def test_patterns(pattern: str | None, ids: list[str]) -> None:
    choice = by_pattern(pattern, Known(ORG, HELD))
    assert sorted(each.id for each in choice.chosen) == sorted(ids)
    assert not {each.id for each in choice.left_out} & set(ids)


@given(st.lists(BODIES, max_size=5), st.sampled_from(["", "eu"]))
def test_each_is_either_chosen_or_left_out(bodies: list[dict[str, Any]], org: str) -> None:
    answers = {str(number): {**each, "id": str(number)} for number, each in enumerate(bodies)}
    choice = by_pattern(None, Known(answers, org=org))
    ids = [each.id for each in choice.chosen] + [each.id for each in choice.left_out]
    assert sorted(ids) == sorted(answers)
    names = {each.id: each.declared.name for each in choice.chosen}
    assert len(set(names.values())) == len(names)
    backwards = by_pattern(None, Known(dict(reversed(answers.items())), org=org))
    assert backwards == choice
