"""Whether a state says what the org holds, by rules written down a second time on purpose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pulumi_widgets.simulator.spelling import flow_name

from .engine import TYPE, Engine

__all__ = ["deployments", "disagreements", "inputs", "size_beyond"]

_SECRET = "4dabf18193072939515e22adb298388d"  # the engine's mark of a secret in a state
_FLAGS = ("authenticationRequired", "disabled")
_NO_PART = ("org", "adoptId")


def deployments(engine: Engine, *, decrypted: bool = False) -> list[dict[str, Any]]:
    """Our resources in the state; secret values as the file holds them, or in the clear."""
    text = engine.state
    if decrypted and '"ciphertext"' in text:
        resources = (engine.stack.export_stack().deployment or {})["resources"]
    else:
        resources = json.loads(text)["checkpoint"]["latest"].get("resources", [])
    mine = [each for each in resources if each["type"] == TYPE]
    return [_in_the_clear(each) for each in mine] if decrypted else mine


def _in_the_clear(value: Any) -> Any:
    if isinstance(value, dict):
        if _SECRET in value:
            return _in_the_clear(json.loads(value["plaintext"]))
        return {key: _in_the_clear(item) for key, item in value.items()}
    return [_in_the_clear(item) for item in value] if isinstance(value, list) else value


def disagreements(resource: Mapping[str, Any], body: Mapping[str, Any]) -> list[str]:
    """Where a resource of the state differs from the body that the org holds under its id."""
    truth = inputs(body)
    known = {**truth, "selfUri": f"/api/v2/widgets/deployments/{resource['id']}"}
    if "flowId" in truth:
        flow = truth["flowId"]
        known["flow"] = {"name": flow_name(flow)}
    pairs = [("outputs", known)]
    if not resource.get("external"):
        pairs.append(("inputs", truth))
    return [
        f"{kind}.{key}: {held.get(key)!r} in the state, {true.get(key)!r} in the org"
        for kind, true in pairs
        for held in [_comparable(resource[kind])]
        for key in sorted(held.keys() | true.keys())
        if held.get(key) != true.get(key) or (key in held) != (key in true)
    ]


def inputs(body: Mapping[str, Any]) -> dict[str, Any]:
    """What the inputs of a deployment are, by its body: empty is absent, flags always there."""
    config = body.get("clientConfig") or {}
    web_chat = {
        part: {key: each for key, each in (config.get(part) or {}).items() if each}
        for part in ("v1", "v1-http")
    }
    truth = {
        **{key: body.get(key) for key in ("name", "description", "clientType")},
        "flowId": (body.get("flow") or {}).get("id"),
        "allowedDomains": body.get("allowedDomains"),
        "clientConfig": {key: each for key, each in {**config, **web_chat}.items() if each},
    }
    held = {key: each for key, each in truth.items() if each}
    return _comparable({**held, **{flag: bool(body.get(flag)) for flag in _FLAGS}})


def _comparable(properties: Mapping[str, Any]) -> dict[str, Any]:
    own = {
        key: each
        for key, each in properties.items()
        if key not in _NO_PART and not key.startswith("__")
    }
    if "allowedDomains" in own:
        own["allowedDomains"] = sorted(own["allowedDomains"])
    return own


def size_beyond(resource: Mapping[str, Any]) -> int:
    """Bytes of inputs and outputs in the state that are not the deployment's own data."""
    everything = [resource["inputs"], resource["outputs"]]
    own = [
        {key: value for key, value in part.items() if not key.startswith("__")}
        for part in everything
    ]
    return len(json.dumps(everything)) - len(json.dumps(own))
