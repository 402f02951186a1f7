"""Python's names → the API's, at every level: in inputs, and in the paths of resource options.

Free JSON objects (``v2``, ``third_party``) have no names of ours: what is in them stays.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from inspect import isawaitable
from typing import Any, NamedTuple

import pulumi

from . import mapping
from .hints import closest

_STEP = re.compile(r'\.?\["(?P<quoted>(?:\\"|[^"])*)"\]|\[(?:\d+|\*)\]|\.?(?P<bare>[^.\[]+)')
"""A step of a property path, as the engine's ``ParsePropertyPath`` takes it apart (v3.259)."""


class _Level(NamedTuple):
    """What there is at one level; without names, a value that nothing lies in."""

    names: Mapping[str, str] = {}
    """Python's → the API's."""
    below: Mapping[str, _Level] = {}
    """The API's → the level within, where it is more than a value."""
    is_list: bool = False
    is_free: bool = False
    """Whether it holds free JSON, which has no names of ours."""


_VALUE, _LIST, _FREE = _Level(), _Level(is_list=True), _Level(is_free=True)
_WEB_CHAT = _Level(mapping.WEB_CHAT_CONFIG)
_CLIENT_CONFIG = _Level(
    mapping.CLIENT_CONFIG,
    {
        part: _WEB_CHAT if part in mapping.WEB_CHAT_PARTS else _FREE
        for part in mapping.CLIENT_CONFIG.values()
    },
)
_FLOW = _Level({"id": "id", "name": "name", "self_uri": "selfUri"})
_INPUTS = _Level(
    {**mapping.INPUTS, **mapping.HOW}, {"allowedDomains": _LIST, "clientConfig": _CLIENT_CONFIG}
)
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
    if level is None or not level.names:
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
            if option == "additional_secret_outputs":
                found = [_whole(path) for path in paths]
            else:
                found = [each for path in paths for each in _paths(path, level)]
        except ValueError as error:
            raise ValueError(f"{option}: {error}") from None
        setattr(opts, option, found)


def _paths(path: str, level: _Level) -> list[str]:
    """A path with the API's names; one of all inputs as those of each that it leads to.

    To the engine all inputs would be the provider's own, too: it would go on with the provider that
    wrote the state, and take a value that becomes a secret for a reason to replace the deployment.
    """
    steps = _steps(path)
    if level is not _INPUTS or not _is_all(steps[0]):
        return [_path(path, level)]
    found = []
    for name in level.names:
        with contextlib.suppress(ValueError):
            found.append(_path(name + path[steps[0].end() :], level))
    return found or [_path(path, level)]  # which says why


def _path(path: str, level: _Level) -> str:
    found, levels = "", [level]
    for step in _steps(path):
        name, text = step["bare"] or step["quoted"], step.group()
        within = [each for each in levels if each.is_free]
        if _is_all(step):
            within += [_VALUE for each in levels if each.is_list]
            within += [
                each.below.get(key, _VALUE) for each in levels for key in each.names.values()
            ]
        elif name is None:
            within += [_VALUE for each in levels if each.is_list]
        elif named := [each for each in levels if each.names]:
            translated = next((each.names[name] for each in named if name in each.names), name)
            has_it = [each for each in named if translated in each.names.values()]
            hint = closest(name, {key: key for each in named for key in each.names})
            # beside what is free, a name of ours that is misspelt
            if not has_it and (hint or not within):
                raise ValueError(f"unknown name {name!r} in {path!r}{hint}")
            text = text.replace(name, translated)
            within += [each.below.get(translated, _VALUE) for each in has_it]
        if not within:
            raise ValueError(f"{path!r} leads nowhere: nothing is at {text!r}")
        levels, found = within, found + text
    return found


def _steps(path: str) -> list[re.Match[str]]:
    steps = list(_STEP.finditer(path))
    if not path or "".join(step.group() for step in steps) != path or path.startswith("."):
        raise ValueError(f"{path!r} is no path, like client_config.v2.theme")
    return steps


def _is_all(step: re.Match[str]) -> bool:
    return "*" in (step["bare"], step["quoted"]) or step.group() == "[*]"


def _whole(path: str) -> str:
    """The engine takes these for names of outputs, and any other text for none (v3.259)."""
    output = _path(path, _ALL)
    if output not in _ALL.names.values():
        raise ValueError(f"{path!r} is no output; only a whole one can be secret")
    return output
