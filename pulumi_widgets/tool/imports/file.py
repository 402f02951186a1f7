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

__all__ = ["as_managed", "import_file"]

_FOLLOWS = {"flowId": "flow"}
"""What is as secret as an input, though it has another name."""


def as_managed(answer: Mapping[str, Any], org: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A deployment's inputs and outputs, as if its program had created it so.

    Args:
        answer: the API's, to a GET or as part of a listing.
        org: the name of the org; empty for the one without.
    """
    observed, _ = mapping.refreshed(answer, {"org": org} if org else {})
    inputs = mapping.inputs(observed, observed)
    return inputs, mapping.outputs(inputs, answer)


def import_file(
    resources: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Any], Collection[str]]],
    place: Mapping[str, str],
    parent: str,
) -> str:
    """The text of the file.

    Args:
        resources: of each the logical name, the id, inputs and outputs (`as_managed`), and the
            names of the inputs that are secret.
        place: where they live (`Settings.place`).
        parent: the URN of the resource that gets them; empty: the stack.
    """
    provider = {"__provider": serialize_provider(PROVIDER)}
    made = []
    for name, id_, inputs, outputs, secret_ones in resources:
        kept = sorted(key for key in secret_ones if key in inputs)
        marked = {*kept, *(_FOLLOWS[key] for key in kept if key in _FOLLOWS)}
        shared = {**provider, hidden.SECRETS: kept}
        own = {hidden.MARK: secrets.token_hex(4), hidden.PLACE: dict(place)}
        made.append(
            {
                "type": TYPE,
                "name": name,
                "id": id_,
                "inputs": {**_marked(inputs, marked), **shared},
                "outputs": {**_marked(outputs, marked), **shared, **own},
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
