"""Patterns of names, as lookups and the tool take them."""

from __future__ import annotations

import re


def is_like(name: str, pattern: str) -> bool:
    """Whether a whole name fits: ``*`` is any text, ``?`` any character, all else itself."""
    # not fnmatch, to which brackets are a pattern too: names like "Shop [EU]" are common
    wild = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(wild, name, re.DOTALL) is not None
