"""What a deployment's inputs must be: pure rules, given in the API's names.

Only what the service, or Pulumi on the way to it, could never hold is refused. A client config of
another type than ``clientType``, or a domain with a scheme in front, is in real orgs and passes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from pulumi import UNKNOWN

from . import mapping
from .comparison import is_unknown
from .hints import closest
from .names import fields

Path = tuple[str | int, ...]
"""Where in the inputs, in the API's names: ``("clientConfig", "v1", "webChatSkin")``; empty for the
inputs themselves."""


class Problem(NamedTuple):
    """What is wrong with an input."""

    path: Path
    rule: str
    """What is asked for, in words that hold nothing of the value."""
    given: str = ""
    """The end of the sentence, which tells what was given, where that is of use: for a secret it
    is left out."""
    key: str = ""
    """Which key of the object at the path, where that is what is wrong."""

    @property
    def reason(self) -> str:
        """The whole sentence."""
        return self.rule + self.given


CLIENT_TYPES = ("v1", "v2", "v1-http", "third-party")
"""What ``clientType`` may be (the API's page)."""

WEB_CHAT_SKINS = ("basic", "modern-caret-skin")
"""What ``webChatSkin`` may be (the API's page)."""

_EXACT = 2**53 - 1
"""Past this a whole number may have lost digits: between Pulumi's processes numbers are doubles,
where 2**53 + 1 has become 2**53."""

MAX_DEPTH = 64
"""Levels of nesting, inputs themselves not counted: what a state says of an input takes some more,
and an answer is read to 100 (`api.answer.MAX_DEPTH`). Configurations have five. (The SDK sets the
limit of protobuf off, and fails at 330 levels, where Python's recursion ends.)"""

_NAMES = {*mapping.PYTHON, *mapping.PYTHON.values()}

_READ_ONLY = ("id", *mapping.OUTPUTS, *mapping.OUTPUTS.values())

_INTERNAL = "__"

_MARK = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi tells secrets, assets and resources from plain objects on the wire."""

_UTF_8 = "UTF-8 can hold; it has half a character (a surrogate)"

_UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""The text that stands for an unknown value on the wire."""


def problems(given: Mapping[str, Any]) -> list[Problem]:
    """Every problem of a resource's inputs, given in the API's names.

    Unknown values are no problem; neither are absent ones, but for ``name`` and ``clientType``. Of
    an input that is nested too deeply there is no more to say.
    """
    given, deep = shallow(given)
    return [
        *deep,
        *_unspeakable((), given),
        *_unknown_keys((), given, {**mapping.INPUTS, **mapping.HOW}),
        *_name(given.get("name")),
        *_text(("description",), given.get("description")),
        *_flag(("authenticationRequired",), given.get("authenticationRequired")),
        *_flag(("disabled",), given.get("disabled")),
        *_id(("flowId",), given.get("flowId"), "a flow's id"),
        *_domains(("allowedDomains",), given.get("allowedDomains")),
        *_client_type(("clientType",), given.get("clientType")),
        *_client_config(("clientConfig",), given.get("clientConfig")),
        *_text(("org",), given.get("org")),
        *_id(("adoptId",), given.get("adoptId"), "a deployment's id"),
    ]


def dotted(path: Path) -> str:
    """A path as a message shows it: ``client_config.v2.links[0]``."""
    text = "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in path)
    return text.removeprefix(".").encode(errors="backslashreplace").decode()


def in_python(path: Path) -> Path:
    """A path with Python's names, but for what lies in a free JSON object."""
    free = len(path) if path[1:2] in (("v1",), ("v1-http",)) else 2
    return tuple(mapping.PYTHON.get(each, each) for each in path[:free]) + path[free:]


def without_secrets(problem: Problem, outside: int = 1) -> Problem:
    """A problem of what may be a secret: without what was given, or its own keys in the path.

    Args:
        problem: what is wrong.
        outside: how many steps of its path are none of the secret's.
    """
    path = problem.path
    nested = (isinstance(each, str) and each not in _NAMES for each in path[outside:])
    free = next((at for at, is_free in enumerate(nested, outside) if is_free), len(path))
    return Problem(path[:free], problem.rule)


def told(problem: Problem, spelled: Path | None = None) -> str:
    """A problem as a message shows it.

    Args:
        problem: what is wrong.
        spelled: its path as the program wrote it; None: with Python's names.
    """
    path = in_python(problem.path) if spelled is None else spelled
    return ": ".join(filter(None, (dotted(path), problem.reason)))


def shallow(given: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """Inputs, unknown where they are nested too deeply to be walked through; and a problem each."""
    names = {**mapping.INPUTS, **mapping.HOW}
    found = {key: too_deep((names.get(key, key),), given[key]) for key in given}
    deep = {key: problem for key, problem in found.items() if problem}
    return {**given, **dict.fromkeys(deep, UNKNOWN)}, list(deep.values())


def too_deep(path: Path, value: Any) -> Problem | None:
    """The first place where a value is nested too deeply; one that is within itself is, too.

    Args:
        path: where it is.
        value: as a program gives it, or in plain types.
    """
    held = fields(value)
    items = enumerate(value) if held is None and is_list(value) else (held or {}).items()
    for key, item in items:
        if len(path) == MAX_DEPTH:
            return Problem(path, f"must not be nested in more than {MAX_DEPTH} levels")
        if found := too_deep((*path, key), item):
            return found
    return None


def is_list(value: object) -> bool:
    """Whether the SDK sends it as a list."""
    not_lists = (str, bytes, bytearray, memoryview, range)
    return isinstance(value, Sequence) and not isinstance(value, not_lists)


def unspeakable(path: Path, value: Any) -> Iterator[Problem]:
    """What no value may hold, for Pulumi's processes could not tell it to each other."""
    if problem := too_deep(path, value):
        yield problem
    else:
        yield from _unspeakable(path, value)


def _unspeakable(path: Path, value: Any) -> Iterator[Problem]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == _MARK:
                yield Problem(path, f"must not have the key {_MARK}, by which Pulumi marks secrets")
            elif isinstance(key, str) and not _is_text(key):
                yield Problem(path, f"must have keys that {_UTF_8}")
            yield from _unspeakable((*path, key), item)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _unspeakable((*path, index), item)
    elif value == _UNKNOWN:
        yield Problem(path, f"must not be {_UNKNOWN}, by which Pulumi means what is not known yet")
    elif isinstance(value, str) and not _is_text(value):
        yield Problem(path, f"must be text that {_UTF_8}")


def _is_text(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unknown_keys(
    path: Path, given: Mapping[str, Any], names: Mapping[str, str]
) -> Iterator[Problem]:
    for key in given:
        if key in names.values() or (not path and str(key).startswith(_INTERNAL)):
            continue
        if names.get(key) in given:
            yield Problem((*path, key), f"given twice: as {key!r} and as {names[key]!r}")
        elif key in names:
            hint = f"did you mean {names[key]!r}?"
            yield Problem((*path, key), f"is Python's name, and Pulumi has another here ({hint})")
        elif not path and key == "flow":
            flow = given[key]
            if not _is_absent(given.get("flowId")):
                yield Problem((key,), "given twice: as 'flow' and as 'flowId'")
            elif is_unknown(flow) or (isinstance(flow, Mapping) and "id" in flow):
                # a constructor takes it for the id; what is here came in by a transform
                yield Problem((key,), "is an output here: give the flow's id as flowId")
            else:
                yield Problem((key,), "must have the flow's id; or give flow_id")
        elif not path and key in _READ_ONLY:
            yield Problem((key,), "is set by the service; it is an output, no input")
        else:
            hint = closest(str(key), names) or closest(str(key), names.values())
            rule, said = f"must have no keys but {', '.join(names)}", f", not {key!r}{hint}"
            # the name of an input is no secret, what is within one may be
            yield Problem(path, *((rule, said) if path else (rule + said, "")), str(key))


def _is_absent(value: object) -> bool:
    return value is None or is_unknown(value)


def kind_of(value: object) -> str:
    """The kind of a value, for a sentence; never the value itself, which may be a secret."""
    kinds: tuple[tuple[type | tuple[type, ...], str], ...] = (
        (bool, "a boolean"),
        (str, "a string"),
        ((bytes, bytearray), "bytes"),
        ((int, float), "a number"),
        (Mapping, "an object"),
        (Sequence, "a list"),
        (type(None), "null"),
    )
    return next(
        (name for kind, name in kinds if isinstance(value, kind)),
        f"a value of type {type(value).__name__}",
    )


def _shown(value: str) -> str:
    """A given string as a message shows it: quoted, on one line, not too long."""
    return repr(value if len(value) <= 60 else value[:57] + "...")


def _text(path: Path, value: Any) -> Iterator[Problem]:
    if not _is_absent(value) and not isinstance(value, str):
        yield Problem(path, f"must be a string, not {kind_of(value)}")


def _name(value: Any) -> Iterator[Problem]:
    yield from _text(("name",), value)
    if value is None or (isinstance(value, str) and not value.strip()):
        rule = "must not be blank; leave it out and the resource's logical name is taken"
        yield Problem(("name",), rule)


def _flag(path: Path, value: Any) -> Iterator[Problem]:
    if not _is_absent(value) and not isinstance(value, bool):
        yield Problem(path, f"must be true or false, not {kind_of(value)}")


def _id(path: Path, value: Any, what: str) -> Iterator[Problem]:
    yield from _text(path, value)
    if isinstance(value, str) and any(map(str.isspace, value)):
        yield Problem(path, f"must be {what}, which holds no white space", f", not {_shown(value)}")


def _domains(path: Path, value: Any) -> Iterator[Problem]:
    if _is_absent(value):
        return
    if not isinstance(value, (list, tuple)):
        yield Problem(path, f"must be a list of strings, not {kind_of(value)}")
        return
    for index, domain in enumerate(value):
        here = (*path, index)
        if is_unknown(domain):
            continue
        if not isinstance(domain, str):
            yield Problem(here, f"must be a string, not {kind_of(domain)}")
        elif not domain.strip():
            yield Problem(here, "must be a domain, like www.example.com; it is blank")
        elif any(map(str.isspace, domain)):
            rule = "must be a domain, which holds no white space"
            yield Problem(here, rule, f", not {_shown(domain)}")


def _one_of(path: Path, value: Any, allowed: Sequence[str]) -> Iterator[Problem]:
    if _is_absent(value):
        return
    rule = f"must be one of {', '.join(allowed)}"
    if not isinstance(value, str):
        yield Problem(path, f"{rule}, not {kind_of(value)}")
    elif value not in allowed:
        hint = closest(value.replace("_", "-"), allowed)
        yield Problem(path, rule, f", not {_shown(value)}{hint}")


def _client_type(path: Path, value: Any) -> Iterator[Problem]:
    if value is None or value == "":
        yield Problem(path, f"is required: one of {', '.join(CLIENT_TYPES)}")
    else:
        yield from _one_of(path, value, CLIENT_TYPES)


def _client_config(path: Path, value: Any) -> Iterator[Problem]:
    if _is_absent(value):
        return
    if not isinstance(value, Mapping):
        yield Problem(path, f"must be an object, not {kind_of(value)}")
        return
    yield from _unknown_keys(path, value, mapping.CLIENT_CONFIG)
    for part in mapping.CLIENT_CONFIG.values():
        config, here = value.get(part), (*path, part)
        if _is_absent(config):
            continue
        if not isinstance(config, Mapping):
            hint = "; give the object itself, not its JSON text" if isinstance(config, str) else ""
            yield Problem(here, f"must be an object, not {kind_of(config)}{hint}")
        elif part in mapping.WEB_CHAT_PARTS:
            yield from _web_chat(here, config)
        else:
            yield from _json(here, config)


def _web_chat(path: Path, config: Mapping[str, Any]) -> Iterator[Problem]:
    yield from _unknown_keys(path, config, mapping.WEB_CHAT_CONFIG)
    skin = config.get("webChatSkin")
    yield from _one_of((*path, "webChatSkin"), None if skin == "" else skin, WEB_CHAT_SKINS)
    here, url = (*path, "authenticationUrl"), config.get("authenticationUrl")
    yield from _text(here, url)
    if isinstance(url, str) and url and not _is_url(url):
        # the text itself may hold a password, so nobody is shown it
        yield Problem(here, "must be a URL like https://www.example.com/authenticate")


def _is_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    return parts.scheme in ("https", "http") and bool(host) and not any(map(str.isspace, text))


def _json(path: Path, value: Any) -> Iterator[Problem]:
    """What in a free JSON value is no JSON, or would not arrive as it is."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):  # YAML has such
                yield Problem(path, f"must have strings for keys, not {kind_of(key)}")
            if item is None:
                rule = "must not be null, which Pulumi drops on the way: leave the key out"
                yield Problem((*path, str(key)), rule)
            yield from _json((*path, str(key)), item)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _json((*path, index), item)
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        if isinstance(value, float) and not math.isfinite(value):
            yield Problem(path, "must be a number that JSON has")
        elif abs(value) > _EXACT:  # where every double is whole
            rule = "is past 2^53 - 1, where whole numbers lose digits; write it as a string"
            yield Problem(path, rule)
    elif not _is_absent(value) and not isinstance(value, (str, bool)):
        rule = "must be JSON (object, list, string, number, boolean)"
        yield Problem(path, f"{rule}, not {kind_of(value)}")


def warnings(given: Mapping[str, Any]) -> list[Problem]:
    """What the service may hold, and is likely a mistake all the same."""
    domains = given.get("allowedDomains")
    return [
        Problem(
            ("allowedDomains", index),
            f"{_shown(domain)} is more than a domain (did you mean {_shown(host)}?)",
        )
        for index, domain in enumerate(domains if isinstance(domains, (list, tuple)) else ())
        if isinstance(domain, str) and (host := _host(domain)) not in ("", domain)
    ]


def _host(domain: str) -> str:
    """A domain without a scheme in front and a path behind."""
    return re.sub(r"^(\w+:)?//", "", domain).partition("/")[0]
