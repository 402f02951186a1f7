"""Names made of any text: valid, unique, stable."""

from __future__ import annotations

import builtins
import keyword
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pulumi_widgets.tool.imports.naming import resource_names, slug, variables

from .nasty import IDS, NAMES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Support chat (EU)", "support-chat-eu"),
        ("Élan  Zürich", "elan-zurich"),
        ("サポート 1", "サポート-1"),
        ("हिन्दी", "हिन्दी"),
        ("Straße", "straße"),
        ("ﬁne_print", "fine-print"),
        ('"; import os', "import-os"),
        ("a\nb\tc\x00d", "a-b-c-d"),
        ("🎉", ""),
        ("", ""),
        ("x" * 200, "x" * 60),
        ("word " * 30, "-".join(["word"] * 12)),
        ("1st", "1st"),
        ("ABC", "abc"),
    ],
)
def test_slug(name: str, expected: str) -> None:
    assert slug(name) == expected


@given(NAMES)
@example("İstanbul")
@example("\u0345")
@example("a\u0301\u0328")
def test_a_slug_can_be_part_of_an_identifier_and_stays(name: str) -> None:
    made = slug(name)
    assert slug(made) == made
    assert f"a_{made.replace('-', '_')}".isidentifier()
    assert len(made) <= 60
    assert unicodedata.normalize("NFKC", made) == made


@given(st.dictionaries(IDS, NAMES, max_size=8), st.sets(NAMES.map(slug), max_size=3))
@example({"1": "a", "2": "A", "3": "a-1"}, set())
@example({"1": "a", "2": "a", "3": "a-1", "4": "a 2"}, {"a"})
def test_resource_names_are_unique_and_stable(names: dict[str, str], taken: set[str]) -> None:
    made = resource_names(names, taken)
    assert set(made) == set(names)
    assert len(set(made.values())) == len(made)
    assert not set(made.values()) & taken
    assert all(made.values())
    backwards = dict(reversed(names.items()))
    assert resource_names(backwards, taken) == made


def test_only_those_that_clash_carry_a_part_of_the_id() -> None:
    names = {
        "6f1e0c52-1111": "Support",
        "9b2e0c52-2222": "support!",
        "0c3e0c52-3333": "Sales",
        "1d4e0c52-4444": "Help",
    }
    assert resource_names(names, {"help"}) == {
        "6f1e0c52-1111": "support-6f1e0c52",
        "9b2e0c52-2222": "support-9b2e0c52",
        "0c3e0c52-3333": "sales",
        "1d4e0c52-4444": "help-1d4e0c52",
    }


@given(st.sets(NAMES | st.sampled_from([*keyword.kwlist, "print", "24", "deployment-24", "a b"])))
@example({"class", "class_", "24", "deployment-24", "deployment_24", "a-b", "a_b", "a b"})
def test_variables_are_identifiers_and_unique(names: set[str]) -> None:
    made = variables({each: each for each in names})
    assert set(made) == names
    assert len(set(made.values())) == len(names)
    for variable in made.values():
        assert variable.isidentifier()
        assert not keyword.iskeyword(variable)
        assert variable not in dir(builtins)
        assert unicodedata.normalize("NFKC", variable) == variable
    assert variables({each: each for each in sorted(names, reverse=True)}) == made


def test_what_reads_well_is_kept() -> None:
    names = ["support-chat", "class", "24-7", "list", "サポート"]
    assert variables({each: each for each in names}) == {
        "support-chat": "support_chat",
        "class": "class_",
        "24-7": "deployment_24_7",
        "list": "list_",
        "サポート": "サポート",
    }
