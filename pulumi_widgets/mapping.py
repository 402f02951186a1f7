"""The one place that knows how inputs, the API's body and outputs hang together.

Every value has one *normal form*, and only normal forms are compared, stored and sent:

- the API's names (``clientConfig``, ``v1-http``), whichever spelling a program used;
- ``authenticationRequired`` and ``disabled`` always there, false by default;
- everything else absent where it is empty, for the service spells empty in many ways
  (``null``, missing, ``""``, ``[]``, ``{}``) and Pulumi's processes drop what is null;
- ``allowedDomains`` without repetitions, in the order that the state holds: their order has no
  meaning to the service, so it must make no difference;
- whole numbers as integers, for between Pulumi's processes every number is a float.

Unknown values (`pulumi.output.Unknown`, in previews) pass through untouched.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.runtime.rpc import wrap_rpc_secret

from . import hidden
from .comparison import as_sent, departures, is_unknown, same, still_seen

INPUTS: Mapping[str, str] = {
    "name": "name",
    "description": "description",
    "authentication_required": "authenticationRequired",
    "disabled": "disabled",
    "flow_id": "flowId",
    "allowed_domains": "allowedDomains",
    "client_type": "clientType",
    "client_config": "clientConfig",
}
"""Python's name of each input → Pulumi's, which is the API's; but for `flowId`, whose place in
the API's body is ``flow.id``."""

HOW: Mapping[str, str] = {"org": "org", "adopt_id": "adoptId"}
"""Python's name of each input that says where a deployment is and how it comes under management,
and is no part of it → Pulumi's."""

OUTPUTS: Mapping[str, str] = {"self_uri": "selfUri", "flow": "flow"}
"""Python's name of each output that is no input → the API's."""

OPTIONAL: Mapping[str, str] = {
    name: {**INPUTS, **HOW, **OUTPUTS}[name]
    for name in ("description", "flow_id", "allowed_domains", "client_config", "org", "flow")
}
"""Python's name of each output that may be unset → Pulumi's."""

FLOW = ("id", "name", "selfUri")
"""What the API says of a flow."""

FIELDS = tuple("flow" if key == "flowId" else key for key in INPUTS.values())
"""The fields of the API's body."""

CLIENT_CONFIG: Mapping[str, str] = {
    "v1": "v1",
    "v1_http": "v1-http",
    "v2": "v2",
    "third_party": "third-party",
}
"""Python's name of each part of a client config → the API's."""

WEB_CHAT_CONFIG: Mapping[str, str] = {
    "web_chat_skin": "webChatSkin",
    "authentication_url": "authenticationUrl",
}
"""Python's name of each field of a web chat config (``v1``, ``v1-http``) → the API's."""

PYTHON: Mapping[str | int, str] = {
    theirs: ours
    for names in (INPUTS, HOW, OUTPUTS, CLIENT_CONFIG, WEB_CHAT_CONFIG)
    for ours, theirs in names.items()
}
"""Pulumi's name of each property, at any level → Python's."""

WEB_CHAT_PARTS = ("v1", "v1-http")
"""The client configs with fields of their own; the others hold free JSON objects."""

FLAGS = ("authenticationRequired", "disabled")

_EXACT = (*FLAGS, "clientType")
"""Fields that have one spelling: answered otherwise, they were not taken."""


def in_api_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """Inputs with the API's names, whichever of the two spellings each key has.

    Keys that are neither stay as they are, and so does a key given in both spellings at once:
    validation names them.
    """
    result = _renamed(given, {**INPUTS, **HOW})
    flow = result.get("flow")
    id_ = flow.get("id") if isinstance(flow, Mapping) else flow if is_unknown(flow) else None
    if id_ is not None and "flowId" not in result:
        del result["flow"]  # the API's own place for the flow's id
        result["flowId"] = id_
    config = result.get("clientConfig")
    if isinstance(config, Mapping):
        parts = _renamed(config, CLIENT_CONFIG)
        for part in WEB_CHAT_PARTS:
            if isinstance(parts.get(part), Mapping):
                parts[part] = _renamed(parts[part], WEB_CHAT_CONFIG)
        result["clientConfig"] = parts
    return result


def in_python_names(given: Mapping[str, Any]) -> dict[str, Any]:
    """A program's inputs with Python's names, whichever of the two spellings each key has.

    Nested keys get the API's names, as far as they are known yet.

    Raises:
        TypeError: an input is given in both spellings at once.
    """
    named = in_api_names(given)
    for key, name in (*INPUTS.items(), *HOW.items()):
        if key != name and key in named:
            raise TypeError(f"WidgetDeployment: given twice: as {key!r} and as {name!r}")
    names = {name: key for key, name in (*INPUTS.items(), *HOW.items(), *OUTPUTS.items())}
    return _renamed(named, names)


def inputs(given: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """The normal form of validated inputs.

    Args:
        given: the inputs, in the API's names.
        olds: the inputs or outputs that the state holds, for the order of the domains; may be
            empty.
    """
    normal: dict[str, Any] = dict.fromkeys(FLAGS, False)
    for key in INPUTS.values():
        value = given.get(key)
        if key == "clientConfig":
            value = _client_config(value)
        elif key == "allowedDomains":
            value = _in_order(value, olds.get(key))
        if not _is_empty(value):
            normal[key] = value
    normal |= {key: given[key] for key in HOW.values() if not _is_empty(given.get(key))}
    return normal | {key: given[key] for key in (hidden.SECRETS,) if key in given}


def body(wanted: Mapping[str, Any]) -> dict[str, Any]:
    """The whole body of a POST or PUT for inputs in normal form.

    Empties are sent as such, so that clearing an input clears it in the service.
    """
    return {
        "name": wanted["name"],
        "description": wanted.get("description", ""),
        "authenticationRequired": wanted["authenticationRequired"],
        "disabled": wanted["disabled"],
        "flow": {"id": wanted["flowId"]} if "flowId" in wanted else None,
        "allowedDomains": wanted.get("allowedDomains", []),
        "clientType": wanted["clientType"],
        "clientConfig": wanted.get("clientConfig", {}),
    }


def held(olds: Mapping[str, Any]) -> dict[str, Any]:
    """What the state holds of a deployment, as the API spells it."""
    found = inputs(olds, olds)
    for key in (*HOW.values(), hidden.SECRETS):
        found.pop(key, None)
    flow = {**(olds.get("flow") or {}), "id": found.pop("flowId")} if "flowId" in found else None
    return {**found, "flow": flow, "selfUri": olds.get("selfUri")}


def outputs(wanted: Mapping[str, Any], answer: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after a write: what was sent, and what the service alone knows.

    Args:
        wanted: the inputs in normal form, as sent.
        answer: the API's answer to the write.
    """
    sent = {key: wanted[key] for key in INPUTS.values() if key in wanted}
    answered = departures(_observed(answer, wanted), sent)
    remembered = {key: each for key, each in answered.items() if key not in _EXACT}
    return {**wanted, **_facts(answer, {}), **_kept(remembered)}


def veiled(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Properties with every part a secret of each that holds one, as `hidden.SECRETS` names them.

    The engine marks the parts alone that are secret as inputs, so what others become, or a read
    finds elsewhere, would be in clear. Objects are no secrets themselves: where the input is one
    with secrets in it, the engine takes that away again (``annotateSecrets``, v3.274).
    """
    names = {*(properties.get(hidden.SECRETS) or ())}
    names |= {"flow"} if "flowId" in names else set()
    return {key: _veil(each) if key in names else each for key, each in properties.items()}


def _veil(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _veil(each) for key, each in value.items()}
    return wrap_rpc_secret(value)


def secret_texts(properties: Mapping[str, Any]) -> list[str]:
    """The texts and numbers in what is secret among properties, and what keys it has of its own."""
    names = properties.get(hidden.SECRETS) or ()
    return [each for name in names for each in _texts(properties.get(name))]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield from (key for key in value if key not in PYTHON)
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
        yield str(_json(value))


def are_set(outputs: Mapping[str, Any]) -> list[str]:
    """The names of the optional outputs that there are."""
    return [key for key in OPTIONAL.values() if key in outputs]


def refreshed(
    answer: Mapping[str, Any], olds: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The outputs after a read, and the inputs where they drifted.

    Args:
        answer: the API's answer to the read.
        olds: the outputs in the state (for a `get`: nearly nothing).

    Returns:
        The outputs; and the inputs that the deployment has now, or None where they are
        those of the state.
    """
    wanted, answered = inputs(olds, olds), _answered(olds)
    now = _observed(answer, {**wanted, **_ordered_by(answered)})
    seen_again = still_seen(answered, now)
    how = {key: wanted[key] for key in (*HOW.values(), hidden.SECRETS) if key in wanted}
    seen = inputs({**as_sent(now, wanted, seen_again), **how}, wanted)
    kept = {key: olds[key] for key in hidden.HIDDEN if key in olds}
    if seen_again != answered:
        kept = {key: each for key, each in kept.items() if key not in hidden.ANSWERS}
        kept |= _kept(seen_again)
    return {**seen, **_facts(answer, olds), **kept}, seen if changes(wanted, seen) else None


def told(answer: Mapping[str, Any]) -> dict[str, Any]:
    """All that an answer says of a deployment, as outputs, for who looks it up."""
    outputs, _ = refreshed(answer, {})
    flow = answer.get("flow")
    if "flow" in outputs and isinstance(flow, Mapping):
        outputs["flow"] = {key: flow[key] for key in FLOW if not _is_empty(flow.get(key))}
    return outputs


def nulls(answer: Mapping[str, Any]) -> list[str]:
    """Where the free JSON objects of an answer hold null, which Pulumi's processes drop."""
    config = answer.get("clientConfig")
    parts = set(CLIENT_CONFIG.values()).difference(WEB_CHAT_PARTS)
    free = {part: config.get(part) or {} for part in parts} if isinstance(config, Mapping) else {}
    return sorted(_nulls("clientConfig", free))


def _nulls(path: str, value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if item is None:
                yield f"{path}.{key}"
            yield from _nulls(f"{path}.{key}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _nulls(f"{path}[{index}]", item)


def changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    """The names of the fields that differ between two sets of properties.

    An unknown value counts as changed.
    """
    normal = inputs(news, olds)
    before = inputs(olds, olds)
    return [key for key in INPUTS.values() if not same(before.get(key), normal.get(key))]


def _renamed(given: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        (key if names.get(key, key) in given else names.get(key, key)): value
        for key, value in given.items()
    }


def _is_empty(value: object) -> bool:
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def _client_config(config: Any) -> Any:
    """A client config without its empty parts."""
    if not isinstance(config, Mapping):
        return config
    parts = {}
    for part, value in config.items():
        if part in WEB_CHAT_PARTS and isinstance(value, Mapping):
            value = {key: item for key, item in value.items() if not _is_empty(item)}
        parts[part] = _json(value)
    return {part: value for part, value in parts.items() if not _is_empty(value)}


def _json(value: Any) -> Any:
    """A JSON value as it left the program: whole numbers as integers, nulls in objects gone.

    An integer of the service's own that no double holds becomes the one that the state can hold.
    """
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return int(float(value)) if float(value).is_integer() else value
    if isinstance(value, Mapping):
        return {key: _json(item) for key, item in value.items() if item is not None}
    if isinstance(value, (list, tuple)):
        return [_json(item) for item in value]
    return value


def settled(value: Any) -> Any:
    """A JSON value as outputs show it, the same each time: numbers as above, keys sorted.

    Between Pulumi's processes objects have no order: a text made of one would be another each time.
    """
    if isinstance(value, Mapping):
        return {key: settled(value[key]) for key in sorted(value)}
    return [settled(each) for each in value] if isinstance(value, list) else _json(value)


def _in_order(domains: Any, olds: Any) -> Any:
    """Each domain once, those that the state holds at their old places.

    New ones go into the places of those that are gone, then to the end, so that a preview's
    diff shows the domains that change and no others.
    """
    if not isinstance(domains, (list, tuple)) or any(map(is_unknown, domains)):
        return domains
    wanted = list(dict.fromkeys(domains))
    held = list(dict.fromkeys(olds)) if isinstance(olds, (list, tuple)) else []
    places = [domain if domain in wanted else None for domain in held[: len(wanted)]]
    rest = iter([domain for domain in wanted if domain not in places])
    return [domain if domain is not None else next(rest) for domain in places] + list(rest)


def _observed(answer: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """What the API says a deployment is, as inputs in normal form, domains in the order of olds.

    Only what has an input's name counts: the rest of an answer is the service's own affair.
    """
    flow = answer.get("flow")
    config = answer.get("clientConfig")
    domains = answer.get("allowedDomains")
    return inputs(
        {
            **{key: answer.get(key) for key in ("name", "description", "clientType")},
            **{flag: bool(answer.get(flag)) for flag in FLAGS},
            "allowedDomains": [each for each in domains if isinstance(each, str)]
            if isinstance(domains, list)
            else [],
            "flowId": flow.get("id") if isinstance(flow, Mapping) else None,
            "clientConfig": _known_config(config) if isinstance(config, Mapping) else None,
        },
        olds,
    )


def _known_config(config: Mapping[str, Any]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for part in CLIENT_CONFIG.values():
        value = config.get(part)
        if part in WEB_CHAT_PARTS and isinstance(value, Mapping):
            value = {key: value.get(key) for key in WEB_CHAT_CONFIG.values()}
        known[part] = value
    return known


def _facts(answer: Mapping[str, Any], olds: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs that are no inputs."""
    facts: dict[str, Any] = {}
    if answer.get("selfUri"):
        facts["selfUri"] = _text(answer["selfUri"])
    flow = answer.get("flow")
    if isinstance(flow, Mapping) and flow.get("id"):
        # not its id, nor the URI that holds it: where `flowId` is secret, they would not be. What
        # the first version stored with them, as secret as the id, stays so until the next write.
        keys = FLOW if "id" in (olds.get("flow") or {}) else ("name",)
        facts["flow"] = {key: _text(flow[key]) for key in keys if not _is_empty(flow.get(key))}
    return facts


def _text(value: object) -> str:
    """A text of the service's own as Pulumi can hold it."""
    return str(value).encode(errors="replace").decode()


def _kept(answered: Mapping[str, Any]) -> dict[str, Any]:
    """The output that remembers an answer's departures."""
    # in the answer's spelling a secret is one still
    return {hidden.ANSWERED: wrap_rpc_secret(answered)} if answered else {}


def _answered(olds: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is remembered of the answer to the last write; see `comparison.departures`."""
    if hidden.ANSWERED in olds or hidden.ADDED not in olds:
        return olds.get(hidden.ANSWERED) or {}
    return _as_departures(olds[hidden.ADDED], olds)


def _as_departures(added: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _as_departures(value, sent[key])
        if isinstance(value, Mapping) and isinstance(sent.get(key), Mapping)
        else [value]
        for key, value in added.items()
    }


def _ordered_by(answered: Mapping[str, Any]) -> dict[str, Any]:
    """The domains as the last write's answer had them, where they are not as sent."""
    domains = answered.get("allowedDomains")
    return {"allowedDomains": domains[0]} if domains else {}
