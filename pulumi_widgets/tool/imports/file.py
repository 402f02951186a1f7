"""The file from which ``pulumi import --file`` takes deployments, as a create would have left them.

The engine takes inputs and outputs from it as they are, and then checks the inputs like a
program's (since CLI v3.254; a secret is marked as in ``pulumi stack export --show-secrets``).
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider
from pulumi.runtime.rpc import is_rpc_secret, unwrap_rpc_secret

from ... import PROVIDER, hidden, mapping
from ..stacks.secret_values import secret
from ..stacks.stack import TYPE
from .choice import Chosen

__all__ = ["import_file"]

_FOLLOWS = {"flowId": "flow"}
"""What is as secret as an input, though it has another name."""


def import_file(chosen: Iterable[Chosen], place: Mapping[str, str], parent: str) -> str:
    """The text of the file.

    Args:
        chosen: what is taken in.
        place: where they live (`Settings.place`).
        parent: the URN of the resource that gets them; empty: the stack.
    """
    provider = {"__provider": serialize_provider(PROVIDER)}
    made = []
    for each in chosen:
        kept = sorted(each.declared.secrets)
        marked = {*kept, *(_FOLLOWS[key] for key in kept if key in _FOLLOWS)}
        shared = {**provider, hidden.SECRETS: kept}
        own = {
            hidden.MARK: secrets.token_hex(4),
            hidden.PLACE: dict(place),
            hidden.SET: mapping.are_set(each.outputs),
        }
        made.append(
            {
                "type": TYPE,
                "name": each.declared.name,
                "id": each.id,
                "inputs": {**_marked(each.declared.inputs, marked), **shared},
                "outputs": {**_marked(each.outputs, marked), **shared, **own},
                **({"parent": "parent"} if parent else {}),
            }
        )
    table = {"nameTable": {"parent": parent}} if parent else {}
    return json.dumps({**table, "resources": made}, indent=2) + "\n"


def _marked(properties: Mapping[str, Any], secret_ones: Collection[str]) -> dict[str, Any]:
    return {
        key: secret(unwrap_rpc_secret(value))
        if key in secret_ones or is_rpc_secret(value)
        else value
        for key, value in properties.items()
    }
