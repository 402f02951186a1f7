"""Python's names → the API's, at every level: in inputs, and in the paths of resource options.

Free JSON objects (``v2``, ``third_party``) have no names of ours: what is in them stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from inspect import isawaitable
from typing import Any, NamedTuple

import pulumi

from . import mapping
from .hints import closest

_STEP = re.compile(r'\.?\["(?P<quoted>(?:\\"|[^"])*)"\]|\[(?:\d+|\*)\]|\.?(?P<bare>[^.\[]+)')
"""A step of a property path, as the engine's ``ParsePropertyPath`` takes it apart (v3.259)."""


class _Level(NamedTuple):
    """The names at one level."""

    names: Mapping[str, str]
    """Python's → the API's."""
    below: Mapping[str, _Level] = {}
    """The API's → the level within; what has none holds no names of ours."""


_WEB_CHAT = _Level(mapping.WEB_CHAT_CONFIG)
_CLIENT_CONFIG = _Level(mapping.CLIENT_CONFIG, dict.fromkeys(mapping.WEB_CHAT_PARTS, _WEB_CHAT))
_FLOW = _Level({"id": "id", "name": "name", "self_uri": "selfUri"})
_INPUTS = _Level({**mapping.INPUTS, **mapping.HOW}, {"clientConfig": _CLIENT_CONFIG})
_ALL = _Level({**_INPUTS.names, **mapping.OUTPUTS}, {**_INPUTS.below, "flow": _FLOW})

_OPTIONS = {
    "ignore_changes": _INPUTS,
    "replace_on_changes": _INPUTS,
    "additional_secret_outputs": _ALL,
    "hide_diffs": _ALL,
}
"""The resource options that hold paths, and whose."""


def fields(value: Any) -> Mapping[str, Any] | None:
    """An object's fields: of a mapping, or of one of the Args classes; None for anything else."""
    if isinstance(value, Mapping):
        return value
    # asked of the class: an Output has any attribute
    return vars(value) if hasattr(type(value), "_pulumi_input_type") else None


def client_config(value: Any) -> Any:
    """A client config, as a program gave it, with the API's names; within outputs too."""
    return _translated(value, _CLIENT_CONFIG)


def _translated(value: Any, level: _Level | None) -> Any:
    if level is None:
        return value
    if isawaitable(value):
        value = pulumi.Output.from_input(value)
    if isinstance(value, pulumi.Output):
        return value.apply(lambda known: _translated(known, level), run_with_unknowns=True)
    given = fields(value)
    if given is None:
        return value
    result = {}
    for key, item in given.items():
        name = level.names.get(key, key)
        if name != key and name in given:
            name = key  # given twice, which `validation` tells
        result[name] = _translated(item, level.below.get(name))
    return result


def translate(opts: pulumi.ResourceOptions) -> None:
    """Give the paths in resource options the API's names; the SDK does so for the top level alone.

    Raises:
        ValueError: one of them leads nowhere.
    """
    for option, level in _OPTIONS.items():
        paths: list[str] | None = getattr(opts, option)
        if not paths:
            continue
        try:
            found = [_path(path, level) for path in paths]
            if option == "additional_secret_outputs":
                _are_whole(found)
        except ValueError as error:
            raise ValueError(f"{option}: {error}") from None
        setattr(opts, option, found)


def _path(path: str, level: _Level | None) -> str:
    steps = list(_STEP.finditer(path))
    if not path or "".join(step.group() for step in steps) != path or path.startswith("."):
        raise ValueError(f"{path!r} is no path, like client_config.v2.theme")
    found, is_certain = "", True
    for step in steps:
        name, text = step["bare"] or step["quoted"], step.group()
        if level is None:
            pass
        elif name in (None, "*"):  # all of them, or one of a list
            level, is_certain = next(iter(level.below.values()), None), False
        elif name not in level.names and name not in level.names.values() and is_certain:
            hint = closest(name, level.names)
            raise ValueError(f"unknown name {name!r} in {path!r}{hint}")
        else:
            translated = level.names.get(name, name)
            text = text.replace(name, translated)
            level = level.below.get(translated)
        found += text
    return found


def _are_whole(outputs: Iterable[str]) -> None:
    """The engine takes these for names of outputs, and any other text for none (v3.259)."""
    for output in outputs:
        if output not in _ALL.names.values():
            raise ValueError(f"{output!r} is no output; only a whole one can be secret")
