"""What a deployment's inputs must be: pure rules, each problem a property and a reason.

Only what the service could never hold is refused. A client config of another type than
``clientType``, or a domain with a scheme in front, exists in real orgs and passes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from . import mapping
from .comparison import is_unknown
from .hints import closest

Problem = tuple[str, str]
"""The property's path, like ``clientConfig.v1.webChatSkin``, and the reason in a sentence."""

CLIENT_TYPES = ("v1", "v2", "v1-http", "third-party")
"""What ``clientType`` may be (the API's page)."""

WEB_CHAT_SKINS = ("basic", "modern-caret-skin")
"""What ``webChatSkin`` may be (the API's page)."""

_EXACT = 2**53 - 1
"""Past this a whole number may have lost digits: between Pulumi's processes numbers are doubles,
where 2**53 + 1 has become 2**53."""

_READ_ONLY = ("id", *mapping.OUTPUTS, *mapping.OUTPUTS.values())

_INTERNAL = "__"


def problems(given: Mapping[str, Any]) -> list[Problem]:
    """Every problem of a resource's inputs, given in the API's names.

    Unknown values are no problem; neither are absent ones, but for ``name`` and ``clientType``.
    """
    return [
        *_unknown_keys("", given, {**mapping.INPUTS, **mapping.HOW}),
        *_name(given.get("name")),
        *_text("description", given.get("description")),
        *_flag("authenticationRequired", given.get("authenticationRequired")),
        *_flag("disabled", given.get("disabled")),
        *_flow_id(given.get("flowId")),
        *_domains(given.get("allowedDomains")),
        *_client_type(given.get("clientType")),
        *_client_config(given.get("clientConfig")),
        *_text("org", given.get("org")),
        *_adopt_id(given.get("adoptId")),
    ]


def without_value(reason: str) -> str:
    """A reason without what was given, for a secret: what is allowed is said before that."""
    return "has an unknown key" if reason.startswith("unknown key") else reason.split(", not ")[0]


def _unknown_keys(
    path: str, given: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Problem]:
    for key in given:
        if key in names.values() or (not path and str(key).startswith(_INTERNAL)):
            continue
        if key in names:
            yield f"{path}{key}", f"given twice: as {key!r} and as {names[key]!r}"
        elif not path and key in _READ_ONLY:
            yield key, "is set by the service; it is an output, no input"
        else:
            hint = closest(str(key), [*names, *names.values()])
            yield f"{path}{key}", f"unknown key {key!r}{hint}; known are {', '.join(names)}"


def _is_absent(value: object) -> bool:
    return value is None or is_unknown(value)


def kind_of(value: object) -> str:
    """The kind of a value, for a sentence; never the value itself, which may be a secret."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        ((int, float), "a number"),
        (Mapping, "an object"),
        (Sequence, "a list"),
        (type(None), "null"),
    )
    return next(
        (name for kind, name in kinds if isinstance(value, kind)), f"a {type(value).__name__}"
    )


def _shown(value: str) -> str:
    """A given string as a message shows it: quoted, on one line, not too long."""
    return repr(value if len(value) <= 60 else value[:57] + "...")


def _text(path: str, value: Any) -> Iterator[Problem]:
    if not _is_absent(value) and not isinstance(value, str):
        yield path, f"must be a string, not {kind_of(value)}"


def _name(value: Any) -> Iterator[Problem]:
    yield from _text("name", value)
    if value is None or (isinstance(value, str) and not value.strip()):
        yield "name", "must not be blank; leave it out and the resource's logical name is taken"


def _flag(path: str, value: Any) -> Iterator[Problem]:
    if not _is_absent(value) and not isinstance(value, bool):
        yield path, f"must be true or false, not {kind_of(value)}"


def _flow_id(value: Any) -> Iterator[Problem]:
    yield from _text("flowId", value)
    if isinstance(value, str) and any(map(str.isspace, value)):
        yield "flowId", f"must be a flow's id, which holds no white space, not {_shown(value)}"


def _adopt_id(value: Any) -> Iterator[Problem]:
    yield from _text("adoptId", value)
    if isinstance(value, str) and any(map(str.isspace, value)):
        yield (
            "adoptId",
            f"must be a deployment's id, which holds no white space, not {_shown(value)}",
        )


def _domains(value: Any) -> Iterator[Problem]:
    if _is_absent(value):
        return
    if not isinstance(value, (list, tuple)):
        yield "allowedDomains", f"must be a list of strings, not {kind_of(value)}"
        return
    for index, domain in enumerate(value):
        path = f"allowedDomains[{index}]"
        if is_unknown(domain):
            continue
        if not isinstance(domain, str):
            yield path, f"must be a string, not {kind_of(domain)}"
        elif not domain.strip():
            yield path, "must be a domain, like www.example.com; it is blank"
        elif any(map(str.isspace, domain)):
            yield path, f"must be a domain, which holds no white space, not {_shown(domain)}"


def _one_of(path: str, value: Any, allowed: Sequence[str]) -> Iterator[Problem]:
    if _is_absent(value):
        return
    if not isinstance(value, str):
        yield path, f"must be one of {', '.join(allowed)}, not {kind_of(value)}"
    elif value not in allowed:
        hint = closest(value.replace("_", "-"), allowed)
        yield path, f"must be one of {', '.join(allowed)}, not {_shown(value)}{hint}"


def _client_type(value: Any) -> Iterator[Problem]:
    if value is None or value == "":
        yield "clientType", f"is required: one of {', '.join(CLIENT_TYPES)}"
    else:
        yield from _one_of("clientType", value, CLIENT_TYPES)


def _client_config(value: Any) -> Iterator[Problem]:
    if _is_absent(value):
        return
    if not isinstance(value, Mapping):
        yield "clientConfig", f"must be an object, not {kind_of(value)}"
        return
    yield from _unknown_keys("clientConfig.", value, mapping.CLIENT_CONFIG)
    for part in mapping.CLIENT_CONFIG.values():
        config, path = value.get(part), f"clientConfig.{part}"
        if _is_absent(config):
            continue
        if not isinstance(config, Mapping):
            hint = "; give the object itself, not its JSON text" if isinstance(config, str) else ""
            yield path, f"must be an object, not {kind_of(config)}{hint}"
        elif part in mapping.WEB_CHAT_PARTS:
            yield from _web_chat(path, config)
        else:
            yield from _json(path, config)


def _web_chat(path: str, config: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unknown_keys(f"{path}.", config, mapping.WEB_CHAT_CONFIG)
    skin = config.get("webChatSkin")
    yield from _one_of(f"{path}.webChatSkin", None if skin == "" else skin, WEB_CHAT_SKINS)
    path, url = f"{path}.authenticationUrl", config.get("authenticationUrl")
    yield from _text(path, url)
    if isinstance(url, str) and url and not _is_url(url):
        # the text itself may hold a password, and the engine does not know this message's secrets
        yield path, "must be a URL like https://www.example.com/authenticate"


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(host) and not any(map(str.isspace, text))


def _json(path: str, value: Any) -> Iterator[Problem]:
    """What in a free JSON value is no JSON, or would not arrive as it is."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):  # YAML has such
                yield path, f"must have strings for keys, not {kind_of(key)}"
            yield from _json(f"{path}.{key}", item)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _json(f"{path}[{index}]", item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            yield path, "must be a number that JSON has"
        elif abs(value) > _EXACT:  # where every double is whole
            yield path, "is past 2^53 - 1, where whole numbers lose digits; write it as a string"
    elif not _is_absent(value) and not isinstance(value, (str, bool)):
        yield path, f"must be JSON (object, list, string, number, boolean), not {kind_of(value)}"


def warnings(given: Mapping[str, Any]) -> list[Problem]:
    """What the service may hold, and is likely a mistake all the same."""
    domains = given.get("allowedDomains")
    return [
        (
            f"allowedDomains[{index}]",
            f"{_shown(domain)} is more than a domain (did you mean {_shown(host)}?)",
        )
        for index, domain in enumerate(domains if isinstance(domains, (list, tuple)) else ())
        if isinstance(domain, str) and (host := _host(domain)) not in ("", domain)
    ]


def _host(domain: str) -> str:
    """A domain without a scheme in front and a path behind."""
    return re.sub(r"^(\w+:)?//", "", domain).partition("/")[0]
