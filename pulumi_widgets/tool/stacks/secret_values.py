"""Secret values as states hold them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

__all__ = ["is_encrypted", "is_secret", "plain", "secret"]

_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 -- the engine's mark of one
"""The engine's signature key in states, and its value for a secret (`pulumi.runtime.rpc`)."""


def secret(value: object) -> dict[str, str]:
    """A secret value as a state may hold it on its way into ``pulumi stack import``."""
    return {_MARK: _SECRET, "plaintext": json.dumps(value)}


def is_secret(value: object) -> bool:
    """Whether a value of a state is a secret, or has one within."""
    if isinstance(value, Mapping):
        return value.get(_MARK) == _SECRET or any(map(is_secret, value.values()))
    return isinstance(value, list) and any(map(is_secret, value))


def plain(value: Any) -> Any:
    """A value of a state without the marks of secrets; one that is still encrypted is None."""
    if isinstance(value, Mapping):
        if value.get(_MARK) == _SECRET:
            return plain(json.loads(value.get("plaintext", "null")))
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


def is_encrypted(value: object) -> bool:
    """Whether a value is a secret that is still encrypted, or has one within."""
    if isinstance(value, Mapping):
        if value.get(_MARK) == _SECRET:
            return "plaintext" not in value
        return any(map(is_encrypted, value.values()))
    return isinstance(value, list) and any(map(is_encrypted, value))
