"""How two values of a state compare: plain JSON, in normal form, and what a preview lacks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pulumi.output import Unknown


def is_unknown(value: object) -> bool:
    """Whether this is a value that a preview does not know yet."""
    return isinstance(value, Unknown)


def beyond(
    seen: Mapping[str, Any], sent: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """What was seen and not sent, but for what was there before: that was to be cleared."""
    added: dict[str, Any] = {}
    for key, value in seen.items():
        if key in sent:
            if isinstance(value, dict) and isinstance(sent[key], dict):
                older = before.get(key)
                nested = beyond(value, sent[key], older if isinstance(older, dict) else {})
                if nested:
                    added[key] = nested
        elif not same(value, before.get(key)):
            added[key] = value
    return added


def without(
    seen: Mapping[str, Any], added: Mapping[str, Any], wanted: Mapping[str, Any]
) -> dict[str, Any]:
    """What was seen, less what the service is known to have added by itself to what is wanted."""
    left = dict(seen)
    for key, value in added.items():
        ours = wanted.get(key)
        if isinstance(left.get(key), dict) and isinstance(value, Mapping):
            left[key] = without(left[key], value, ours if isinstance(ours, Mapping) else {})
            if not left[key] and key not in wanted:
                del left[key]
        elif same(left.get(key), value):
            del left[key]
    return left


def same(one: Any, other: Any) -> bool:
    """Whether two JSON values are the same; Python's own ``==`` takes True for 1."""
    if is_unknown(one) or is_unknown(other):
        return False
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)
