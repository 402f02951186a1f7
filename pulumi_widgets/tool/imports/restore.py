"""What a stack manages, as a program would declare it: for a program that was lost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ... import mapping
from ...errors import HIDDEN
from ..org import name_of
from ..stacks.secret_values import is_secret
from ..stacks.stack import TYPE, Managed, name_in, resources
from .choice import Choice, Chosen, LeftOut
from .program import Component, Declared

__all__ = ["restored"]

_STACK = "pulumi:pulumi:Stack"


def restored(
    state: Mapping[str, Any], managed: Sequence[Managed], wanted: Collection[str]
) -> tuple[Choice, dict[str, Component]]:
    """The deployments that a stack manages, and the components that they are in.

    Args:
        state: the stack's, as `Stack.export` gave it.
        managed: its deployments, not decrypted.
        wanted: the URNs of those that are asked for.
    """
    by_urn = {each["urn"]: each for each in resources(state) if not each.get("delete")}
    ours = {each.urn: each for each in managed}
    choice, components = Choice(), dict[str, Component]()

    def above(urn: str) -> tuple[str, dict[str, Component]]:
        """What stands in the way above a parent, else the components up to the stack."""
        found: dict[str, Component] = {}
        while urn:
            each = by_urn[urn]
            parent = _parent(each, by_urn)
            if not each.get("custom"):
                found[urn] = Component(each["type"], name_in(urn), parent, _options(each))
            elif urn not in wanted or obstacle(ours[urn]):
                return f"its parent, the {each['type']} {name_in(urn)!r}, is not among them", {}
            urn = parent
        return "", found

    def obstacle(each: Managed) -> str:
        resource = by_urn[each.urn]
        if resource["type"] != TYPE:
            return f"it is of a class with a type of its own, {resource['type']}"
        if not resource.get("provider", "").rpartition("::")[0].endswith("::default"):
            return "it has an explicit provider"
        if is_secret(resource["inputs"].get("org")):
            return "its org is a secret"
        return ""

    for each in managed:
        if each.urn not in wanted:
            continue
        resource = by_urn[each.urn]
        parent = _parent(resource, by_urn)
        reason, found = above(parent)
        if reason := obstacle(each) or reason:
            told = f"{reason}: declare it by hand, as {each.name!r}"
            shown = HIDDEN if "name" in each.secrets else name_of(each.outputs)
            choice.left_out.append(LeftOut(each.id, shown, told))
            continue
        components |= found
        inputs = {key: value for key, value in each.inputs.items() if key != "adoptId"}
        secrets = frozenset(key for key in inputs if is_secret(resource["inputs"][key]))
        declared = Declared(each.name, inputs, each.urn, secrets, parent, _options(resource))
        choice.chosen.append(Chosen(each.id, declared, each.outputs))
    return choice, components


def _options(resource: Mapping[str, Any]) -> dict[str, Any]:
    """The resource options that a state tells of, by Python's names."""
    names = {
        "protect": "protect",
        "retainOnDelete": "retain_on_delete",
        "ignoreChanges": "ignore_changes",
        "additionalSecretOutputs": "additional_secret_outputs",
    }
    found = {ours: resource[key] for key, ours in names.items() if resource.get(key)}
    return {
        key: [
            ".".join(mapping.PYTHON.get(part, part) for part in path.split(".")) for path in value
        ]
        if isinstance(value, list)
        else value
        for key, value in found.items()
    }


def _parent(resource: Mapping[str, Any], by_urn: Mapping[str, Mapping[str, Any]]) -> str:
    """The URN of its parent; empty where that is the stack."""
    urn = str(resource.get("parent") or "")
    return "" if urn not in by_urn or by_urn[urn]["type"] == _STACK else urn
