"""A stack's state with more deployments in it: what the engine and the provider would have written.

Seen with CLI v3.259: the engine wants the stack's own resource as the parent and the default
provider of dynamic resources, whose inputs are the stack configuration that a plain refresh or
destroy hands to the provider. Both are made where the stack has none yet.
"""

from __future__ import annotations

import copy
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from ... import PROVIDER, mapping
from ...errors import StackError
from .secret_values import secret
from .stack import TYPE, resources

__all__ = ["Addition", "as_managed", "has_default_provider", "pending", "with_deployments"]

_PROVIDER_TYPE = "pulumi:providers:pulumi-python"
_STACK_TYPE = "pulumi:pulumi:Stack"

Addition = tuple[str, str, Mapping[str, Any], Mapping[str, Any]]
"""A deployment to put in: its logical name, id, inputs and outputs as `mapping` has them."""


def pending(state: Mapping[str, Any]) -> list[str]:
    """The logical names of the resources that an interrupted command may have left half done."""
    operations = (state.get("deployment") or {}).get("pending_operations") or []
    return [each["resource"]["urn"].rpartition("::")[2] for each in operations]


def has_default_provider(state: Mapping[str, Any]) -> bool:
    """Whether the stack has the provider of dynamic resources."""
    return _default_provider(state) is not None


def urns(state: Mapping[str, Any]) -> set[str]:
    """The URNs of all resources in it."""
    return {each["urn"] for each in resources(state)}


def with_deployments(
    state: Mapping[str, Any],
    stack: str,
    project: str,
    additions: Iterable[Addition],
    configuration: Mapping[str, tuple[Any, bool]],
    *,
    protect: bool,
) -> tuple[dict[str, Any], list[str]]:
    """The state with the deployments in it, and their URNs.

    Args:
        state: as `Stack.export` gave it; not changed.
        stack: the stack's name.
        project: its project's.
        additions: what to put in.
        configuration: the stack's, key → value and whether it is a secret; of use where the
            default provider has to be made.
        protect: whether they are protected.

    Raises:
        StackError: one has the URN of a resource that is there.
    """
    new = copy.deepcopy(dict(state))
    new["deployment"] = deployment = new.get("deployment") or {}
    deployment["resources"] = held = deployment.get("resources") or []
    prefix = f"urn:pulumi:{stack.rpartition('/')[2]}::{project}::"
    parent = next((each["urn"] for each in held if each["type"] == _STACK_TYPE), "")
    if not parent:
        parent = f"{prefix}{_STACK_TYPE}::{project}-{stack.rpartition('/')[2]}"
        held.insert(0, {"urn": parent, "custom": False, "type": _STACK_TYPE})
    prefix = parent.partition(_STACK_TYPE)[0]
    provider = _default_provider(new)
    if provider is None:
        provider = _new_provider(prefix, configuration)
        held.append(provider)
    pickled = {"__provider": serialize_provider(PROVIDER)}
    known, made = urns(new), []
    for name, id_, inputs, outputs in additions:
        urn = f"{prefix}{TYPE}::{name}"
        if urn in known:
            raise StackError(f"the stack has a WidgetDeployment {name!r} already")
        known.add(urn)
        made.append(urn)
        held.append(
            {
                "urn": urn,
                "custom": True,
                "id": id_,
                "type": TYPE,
                "inputs": {**pickled, **inputs},
                "outputs": {**pickled, **outputs},
                "parent": parent,
                "provider": f"{provider['urn']}::{provider['id']}",
                "propertyDependencies": {key: [] for key in (*pickled, *inputs)},
                **({"protect": True} if protect else {}),
            }
        )
    return new, made


def as_managed(answer: Mapping[str, Any], org: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A deployment's inputs and outputs, as if its program had created it so.

    Args:
        answer: the API's answer to a GET, or its part of a listing.
        org: the name of the org; empty for the one without.
    """
    observed, _ = mapping.refreshed(answer, {"org": org} if org else {})
    inputs = mapping.inputs(observed, observed)
    return inputs, mapping.outputs(inputs, answer)


def _default_provider(state: Mapping[str, Any]) -> dict[str, Any] | None:
    return next(
        (
            each
            for each in resources(state)
            if each["urn"].endswith(f"::{_PROVIDER_TYPE}::default") and not each.get("delete")
        ),
        None,
    )


def _new_provider(prefix: str, configuration: Mapping[str, tuple[Any, bool]]) -> dict[str, Any]:
    config = {
        key: secret(value) if is_secret else value
        for key, (value, is_secret) in configuration.items()
    }
    return {
        "urn": f"{prefix}{_PROVIDER_TYPE}::default",
        "custom": True,
        "id": str(uuid.uuid4()),
        "type": _PROVIDER_TYPE,
        "inputs": config,
        "outputs": config,
    }
