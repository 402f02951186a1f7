"""Names for what is imported: logical names of resources and variables of a program.

A deployment may be named anything: quotes, line breaks, keywords, nothing but emoji, or like a
hundred others. What is made of it is valid, unique, and the same on every run, in whatever order
the org lists its deployments.
"""

from __future__ import annotations

import builtins
import hashlib
import keyword
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping

__all__ = ["resource_names", "slug", "variables"]

_LONGEST = 60
"""Characters of a name that are kept."""
_NOTHING = "deployment"
"""What a name of no letters and digits becomes."""
_RESERVED = {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), "pulumi", "config", "l"}
"""No names for variables: what has a meaning already, and what looks like a 1."""


def slug(text: str) -> str:
    """The letters and digits of a text, in lower case, words joined by ``-``.

    Letters of all scripts are kept; accents of Latin ones are not. Empty where there are none.
    """
    base, kept = "", []
    for char in unicodedata.normalize("NFKD", text):
        if not unicodedata.combining(char):
            base = char
        if not (unicodedata.combining(char) and base.isascii()):
            kept.append(char)
    # folding a letter's case can take its text out of the normal form
    normal = unicodedata.normalize("NFKC", "".join(kept)).lower()
    normal = unicodedata.normalize("NFKC", normal)
    words = _words(normal, lambda char: char != "_" and f"a{char}".isidentifier())
    if not _is_stable("_".join(words)):
        words = _words(normal, lambda char: char.isascii() and char.isalnum())
    return _shortened(words)


def _words(text: str, keeps: Callable[[str], bool]) -> list[str]:
    spaced = "".join(char if keeps(char) else " " for char in text)
    return spaced.split()


def _is_stable(text: str) -> bool:
    """Whether it can be part of an identifier, which Python reads in NFKC."""
    return not text or (
        f"a{text}".isidentifier() and unicodedata.normalize("NFKC", f"a_{text}") == f"a_{text}"
    )


def _shortened(words: list[str]) -> str:
    """As many whole words as fit; of a first one that is too long, its beginning."""
    text = "-".join(words)
    if len(text) <= _LONGEST:
        return text
    cut = text[: _LONGEST + 1].rpartition("-")[0] or text[:_LONGEST]
    return cut.strip("-")


def resource_names(names: Mapping[str, str], taken: Collection[str]) -> dict[str, str]:
    """A logical name for each deployment.

    Where several would get the same one, or it is taken, all of them get a part of their ids too.

    Args:
        names: id → the deployment's name.
        taken: logical names that the stack has already.

    Returns:
        Id → logical name.
    """
    groups: dict[str, list[str]] = defaultdict(list)
    for id_, name in names.items():
        groups[slug(name) or _NOTHING].append(id_)
    used, given = set(taken), {}
    clashing = []
    for base, ids in sorted(groups.items()):
        if len(ids) == 1 and base not in used:
            given[ids[0]] = base
        else:
            clashing.append((base, ids))
    used |= set(given.values())
    for base, ids in clashing:
        for candidates in _with_ids(base, sorted(ids)):
            if len(set(candidates)) == len(ids) and not used & set(candidates):
                given.update(zip(sorted(ids), candidates, strict=True))
                used |= set(candidates)
                break
    return given


def _with_ids(base: str, ids: list[str]) -> Iterator[list[str]]:
    """The same names with ever more of the ids."""
    for length in (8, 13, 36):
        yield [
            f"{base}-{re.sub('[^0-9a-z]+', '-', id_.lower())[:length].strip('-')}" for id_ in ids
        ]
    digests = [hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest() for id_ in ids]
    for length in range(8, 65, 8):
        yield [f"{base}-{digest[:length]}" for digest in digests]


def variables(names: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """Python variables: identifiers, no keywords and nothing built in.

    Args:
        names: what tells each of them from all others → the logical name that it is made of.
        taken: variables that there are already.

    Returns:
        What tells it → its variable.
    """
    given: dict[str, str] = {}
    used = set(taken)
    for key, name in sorted(names.items(), key=lambda each: (each[1], each[0])):
        base = slug(name).replace("-", "_") or _NOTHING
        if not base.isidentifier():  # it begins with a digit
            base = f"{_NOTHING}_{base}"
        if base in _RESERVED:
            base += "_"
        variable, count = base, 1
        while variable in used:
            count += 1
            variable = f"{base.rstrip('_')}_{count}"
        given[key] = variable
        used.add(variable)
    return given
