"""Thousands of resources in one program.

Each call of the SDK's `serialize_provider` wraps the pickler's method for a dict's items once
more, so a provider whose pickle holds a dict ends in a RecursionError after some hundreds.
"""

from __future__ import annotations

import pickle
import sys
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from pulumi.dynamic import ResourceProvider
from pulumi.dynamic.dynamic import serialize_provider

from pulumi_widgets import PROVIDER, WidgetDeployment

from .mocked_engine import run

MANY = 3_000


class Naive(ResourceProvider):
    """A provider with an attribute, as one would write it."""

    serialize_as_secret_always = False

    def __init__(self) -> None:
        super().__init__()
        self.settings = {"region": "eu-central-1", "timeout": 30}


@pytest.fixture(autouse=True)
def _unwrapped_pickler() -> Iterator[None]:
    """Undo what the SDK leaves in the standard library's pickler, for the tests after these."""
    pickler: Any = pickle._Pickler
    before = dict(vars(pickler))
    yield
    for name in ("_batch_setitems", "save_dict"):
        if name in before:
            setattr(pickler, name, before[name])
        elif name in vars(pickler):
            delattr(pickler, name)


def test_serializing_the_provider_again_and_again_meets_no_recursion_error() -> None:
    assert len({serialize_provider(PROVIDER) for _ in range(MANY)}) == 1


def test_a_naive_provider_does_meet_it() -> None:
    # the proof that the test above can fail
    naive = Naive()

    def serialize_often() -> None:
        for _ in range(sys.getrecursionlimit()):
            serialize_provider(naive)

    with pytest.raises(RecursionError):
        serialize_often()


def test_a_program_of_thousands_of_resources_runs_through() -> None:
    def program() -> pulumi.Output[Any]:
        made = [
            WidgetDeployment(
                f"shop-{number}",
                client_type="v2",
                allowed_domains=[f"{number}.example"],
                client_config={"v2": {"number": number, "nested": {"a": [1]}}},
            )
            for number in range(MANY)
        ]
        return pulumi.Output.all(made[0].id, made[-1].id)

    registered, ids = run(program)
    assert ids == ["shop-0-id", f"shop-{MANY - 1}-id"]
    assert len(registered) == MANY
    assert len({args.inputs["__provider"] for args in registered.values()}) == 1
