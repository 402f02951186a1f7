"""An answer of a server, whole, and the JSON object in it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

MAX_DEPTH = 100
"""Levels of nesting. Configurations have five; code that walks them fails at some hundreds. What
another client has stored below is cut off, so that the rest of an org can be read; no state takes
such a deployment (`validation.MAX_DEPTH`)."""

CUT = '"(nested too deeply)"'
"""What takes the place of a list or an object that is cut off, as JSON."""

_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[\[{\]}]', re.DOTALL)
"""What opens and closes lists and objects; a string is taken whole, for the brackets in it."""


@dataclass(frozen=True)
class Answer:
    """A whole answer of a server."""

    status: int
    headers: Mapping[str, str]
    """Names in any case."""
    body: bytes
    may_be_cut: bool = False
    """Whether nothing said where the body ends: the connection's end did, which may have broken."""

    @property
    def content_type(self) -> str:
        """Header ``Content-Type`` without parameters, in small letters; empty where missing."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    @property
    def says_json(self) -> bool:
        """Whether the body is JSON by its content type, or has none."""
        kind = self.content_type
        return not kind or kind == "application/json" or kind.endswith("+json")

    @property
    def is_cut(self) -> bool:
        """Whether it is JSON that ends in its middle, because the connection broke there."""
        if not (self.may_be_cut and self.says_json):
            return False
        try:
            json.loads(self.body)
        except ValueError:
            return True
        except RecursionError:
            pass
        return False

    def json_object(self) -> dict[str, Any]:
        """The body, a JSON object, whatever its content type.

        Raises:
            ValueError: it is none (not UTF-8, not JSON, NaN and numbers past a float's range
                included).
        """
        try:
            text = _shallow(self.body.decode("utf-8-sig"))
            found = json.loads(text, parse_constant=_no_number, parse_float=_finite)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise ValueError("no JSON object")
        return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)  # Python reads and writes NaN and Infinity, JSON has none


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def _shallow(text: str) -> str:
    """JSON without what is nested more than `MAX_DEPTH` deep in it."""
    depth, kept, parts = 0, 0, []
    for found in _BRACKETS.finditer(text):
        if found[0] in "[{":
            depth += 1
            if depth == MAX_DEPTH + 2:
                parts += [text[kept : found.start()], CUT]
                kept = len(text)  # until it ends
        elif found[0] in "]}":
            depth -= 1
            if depth == MAX_DEPTH + 1:
                kept = found.end()
    return "".join((*parts, text[kept:]))
