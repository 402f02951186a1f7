"""What a message proposes in place of a word that is not known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def closest(given: str, allowed: Iterable[str]) -> str:
    """`` (did you mean X?)`` for the allowed word that is most like the given one, or nothing."""
    words = {word.lower(): word for word in allowed}
    found = difflib.get_close_matches(given.lower(), words, n=1, cutoff=0.6)
    return f" (did you mean {words[found[0]]!r}?)" if found else ""
