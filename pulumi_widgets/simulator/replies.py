"""What the server answers, misbehaviour on the wire included, and the script of a test."""

from __future__ import annotations

import json as jsonlib
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

__all__ = ["Reply", "Script"]

_UNSET: Final = object()


@dataclass(frozen=True)
class Reply:
    """An answer to one request, or what comes in its place.

    With ``commit=True`` the request is carried out first as usual (its token, its permission,
    its body, the write), and this comes in place of its answer; without, nothing is done. Where
    neither ``json`` nor ``body`` is given, a reply that carries something (``drip``, ``cut``)
    carries the true answer, if there is one.
    """

    status: int = 200
    json: Any = _UNSET
    """The body, as a value."""
    body: bytes | None = None
    """The body, as bytes; goes before ``json``."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Over the usual ones: ``Content-Type: application/json``, ``ININ-Correlation-Id``."""
    commit: bool = False
    wire: str = "whole"
    """How it goes out: ``whole``, ``reset``, ``close``, ``hang``, ``drip``, ``endless``,
    ``cut``, see the constructors of these names; ``events``, of `watch`."""
    seconds: float = 0.0
    true: bool = False
    """Send the true answer (see ``passed``)."""
    change: Callable[[Any], Any] | None = None
    """What to make of the true answer's body first (see ``changed``)."""
    fault: str = ""
    """The faults that struck, for the log."""

    @classmethod
    def passed(cls) -> Reply:
        """Let this request through: the true answer."""
        return cls(true=True, commit=True)

    @classmethod
    def changed(cls, change: Callable[[Any], Any]) -> Reply:
        """The true answer, its body (a copy) put through ``change``.

        ``Reply.changed(lambda listing: {**listing, "entities": listing["entities"] * 2})``
        """
        return cls(true=True, commit=True, change=change)

    @classmethod
    def reset(cls, *, commit: bool = False) -> Reply:
        """Break the connection with a TCP reset."""
        return cls(wire="reset", commit=commit)

    @classmethod
    def close(cls, *, commit: bool = False) -> Reply:
        """Close the connection in good order, without an answer."""
        return cls(wire="close", commit=commit)

    @classmethod
    def hang(cls, seconds: float = 60.0, *, commit: bool = False) -> Reply:
        """Say nothing for so many seconds, or till the client hangs up; then close."""
        return cls(wire="hang", seconds=seconds, commit=commit)

    @classmethod
    def drip(cls, seconds: float = 1.0, *, commit: bool = True) -> Reply:
        """The true answer (``{}`` without ``commit``), a byte every so many seconds."""
        return cls(json=_UNSET if commit else {}, wire="drip", seconds=seconds, commit=commit)

    @classmethod
    def cut(cls, *, commit: bool = True) -> Reply:
        """Half of the true answer, then the connection closes: ``Content-Length`` lies."""
        return cls(json=_UNSET if commit else {}, wire="cut", commit=commit)

    @classmethod
    def endless(cls, *, commit: bool = False) -> Reply:
        """A JSON string that never ends."""
        return cls(wire="endless", commit=commit)

    @classmethod
    def redirect(cls, url: str, status: int = 302, *, commit: bool = False) -> Reply:
        """``Location: url``."""
        return cls(status, body=b"", headers={"Location": url}, commit=commit)

    @classmethod
    def nested(cls, depth: int = 100_000) -> Reply:
        """JSON that is nested this deeply."""
        return cls(body=b'{"name":' + b"[" * depth + b"]" * depth + b"}")

    @classmethod
    def bad_utf8(cls) -> Reply:
        """Bytes that are not UTF-8, in JSON that otherwise is well formed."""
        return cls(body=b'{"id": "\xff\xfe", "name": "\xc3\x28"}')

    @classmethod
    def html(cls, status: int = 200) -> Reply:
        """A web page, as a gateway or a proxy sends it."""
        page = b"<!doctype html><title>Sign in</title><h1>Sign in to the network</h1>"
        return cls(status, body=page, headers={"Content-Type": "text/html; charset=utf-8"})

    @classmethod
    def error(
        cls,
        status: int,
        code: str = "",
        message: str = "",
        *,
        retry_after: float | str | None = None,
        commit: bool = False,
    ) -> Reply:
        """An error as the API words it. ``retry_after``: seconds, or any text, for the header."""
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        content = {"message": message, "code": code, "status": status, "details": [], "errors": []}
        return cls(status, content, headers=headers, commit=commit)

    @property
    def has_content(self) -> bool:
        """Whether it has a body of its own."""
        return self.body is not None or self.json is not _UNSET

    def content(self) -> bytes:
        """The body as bytes."""
        if self.body is not None:
            return self.body
        return b"" if self.json is _UNSET else jsonlib.dumps(self.json).encode()


class Script:
    """Replies that wait for their requests, in the order in which they were given."""

    def __init__(self) -> None:
        self._waiting: list[tuple[str, re.Pattern[str], list[Reply]]] = []
        self._lock = threading.Lock()

    def add(self, method: str, path_pattern: str, replies: list[Reply]) -> None:
        """See ``Simulator.script``."""
        parts = re.split(r"(\{[^}]*\}|\*)", path_pattern)
        pattern = "".join(
            ".*" if part == "*" else "[^/]+" if part.startswith("{") else re.escape(part)
            for part in parts
        )
        with self._lock:
            self._waiting.append((method.upper(), re.compile(pattern), replies))

    def take(self, method: str, path: str) -> Reply | None:
        """The reply for this request, which is used up thereby; ``None``: none waits for it."""
        with self._lock:
            for wanted, pattern, replies in self._waiting:
                if replies and wanted in (method, "*") and pattern.fullmatch(path):
                    return replies.pop(0)
        return None

    def left(self) -> int:
        """How many replies still wait."""
        with self._lock:
            return sum(len(replies) for _, _, replies in self._waiting)
