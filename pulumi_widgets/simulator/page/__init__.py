"""The files of the page that shows the org in a browser, as they are served.

No build step and no library: HTML, CSS, and a module of plain script for each part of the page.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

from ..replies import Reply

__all__ = ["FILES"]

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
_POLICY: Final = (
    # all that is not named is forbidden: other servers, frames, plug-ins, script in the page
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    # no text ever becomes HTML, whoever writes the next line of script
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_HEADERS: Final = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


def _files() -> dict[str, Reply]:
    replies = {}
    for file in files(__name__).iterdir():
        kind = _TYPES.get(PurePosixPath(file.name).suffix)
        if kind:
            path = "/" if file.name == "index.html" else f"/{file.name}"
            headers = {**_HEADERS, "Content-Type": kind}
            replies[path] = Reply(body=file.read_bytes(), headers=headers)
    return replies


FILES: Final = _files()
"""Path to answer."""
