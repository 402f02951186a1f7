"""What a server said, made fit for an error message: printable, short, and with nothing secret.

A server may echo what it was sent (a gateway's error page does). So each of its words that reaches
a message goes through `Redactor.clean`, which knows the secrets of this process.
"""

from __future__ import annotations

import base64
import contextlib
import html
import json
import re
import threading
from collections.abc import Iterator, Sequence
from urllib.parse import quote, quote_plus

from .errors import HIDDEN

_SHORTEST = 4
"""Characters that a secret must have to be looked for: hiding each "a" would hide the message."""

_BEGINNING = 12
"""Characters of a long secret that are enough to recognise it by."""

LOOKED_AT = 65_536
"""Characters of a text that are cleaned at all. Far more are looked at than shown, for half a
secret would not be recognised; and no header, so no token, is longer than this."""

_ESCAPED = re.compile(r'\\+(?:(["/])|u([0-9a-f]{4}))?', re.IGNORECASE)
"""What JSON, and JSON within JSON, may write in place of a character: ``\\/``, ``\\u0026``."""

_BREAK = re.compile(r" |\\[nrt]")
"""What a line break within a secret is, after `_printable`; JSON's too."""

_SCHEMES = re.compile(r"\b(bearer|basic) [\w.~+/=-]{16,}", re.IGNORECASE)
"""What only an Authorization header looks like, whoever's it is."""


_here = threading.local()
"""Holds, as ``secrets``, what is hidden in a thread alone."""


@contextlib.contextmanager
def hiding(secrets: Sequence[str]) -> Iterator[None]:
    """Let every `Redactor` hide these as well, in this thread, for as long as this lasts."""
    _here.secrets = secrets
    try:
        yield
    finally:
        _here.secrets = ()


class Redactor:
    """The secrets of one client and what they look like in an echo. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: frozenset[str] = frozenset()
        self._whole = self._begun = re.compile("(?!)")

    def hide(self, *secrets: str) -> None:
        """Hide secrets from now on, as they are and as JSON, HTML, a URL or Base64 write them.

        They are found where they are wrapped over lines, too, or their end is cut off.
        """
        found = {form for secret in secrets for form in _forms(secret)}
        with self._lock:
            self._forms |= {form for form in found if len(form) >= _SHORTEST}
            # the longest first, or a part of one would be replaced and the rest would stay
            known = sorted(self._forms, key=len, reverse=True)
            joined = [_BREAK.sub("", form) for form in known]
            whole = [re.escape(form) for form in joined if len(form) >= _SHORTEST]
            begun = [re.escape(f[:_BEGINNING]) + r"\S*" for f in known if len(f) > 2 * _BEGINNING]
            # in any case, because a content type is shown in small letters
            self._whole = re.compile("|".join(whole) or "(?!)", re.IGNORECASE)
            self._begun = re.compile("|".join(begun) or "(?!)", re.IGNORECASE)

    def clean(self, text: object, limit: int) -> str:
        """At most ``limit`` printable characters of a server's text, on one line, no secrets."""
        said = _printable(str(text)[:LOOKED_AT])
        redactors = [self]
        if secrets := getattr(_here, "secrets", ()):  # few calls have anything to clean
            redactors.append(Redactor())
            redactors[1].hide(*secrets)
        for each in redactors:
            said = each._begun.sub(HIDDEN, _hidden(said, each._whole))  # a server may cut its echo
        said = _SCHEMES.sub(rf"\1 {HIDDEN}", said)
        return said if len(said) <= limit else said[: limit - 1] + "…"


def _forms(secret: str) -> set[str]:
    """How a secret may look in an echo."""
    raw = secret.encode("utf-8", "surrogatepass")
    ends = base64.b64encode(raw).decode().rstrip("=")
    forms = {secret, quote(raw), quote(raw, safe=""), quote_plus(raw), html.escape(secret)}
    forms |= {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    forms |= {ends, raw.decode("latin-1")}  # headers are read as Latin-1
    return forms | {_printable(form) for form in forms}


def _hidden(text: str, secrets: re.Pattern[str]) -> str:
    """A text without the secrets in it, those over several lines too."""
    places: list[int] = []  # of the characters that are no line break
    end = 0
    for gap in _BREAK.finditer(text):
        places += range(end, gap.start())
        end = gap.end()
    places += range(end, len(text))
    shown, end = "", 0
    for found in secrets.finditer("".join([text[place] for place in places])):
        shown += text[end : places[found.start()]] + HIDDEN
        end = places[found.end() - 1] + 1
    return shown + text[end:]


def _printable(text: str) -> str:
    """Without control and formatting characters, with white space as single blanks.

    What JSON escapes is spelled out: servers differ in what they escape without need. The two
    halves that it makes of a character past U+FFFF become one.
    """
    text = _ESCAPED.sub(
        lambda found: found[1] or (chr(int(found[2], 16)) if found[2] else "\\"), text
    )
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    kept = "".join(char if char.isprintable() else " " if char.isspace() else "" for char in text)
    return " ".join(kept.split())
