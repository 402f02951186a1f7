"""The Chromium of the machine, driven by Playwright, which is to download none of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["MISSING", "browser", "executable"]

MISSING = "no browser on PATH: install Chromium (Debian: apt install chromium)"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def executable() -> str | None:
    """Where it is, if it is."""
    names = (*NAMES, *(APPLICATIONS if sys.platform == "darwin" else ()))
    return next(filter(None, map(shutil.which, names)), None)


@contextmanager
def browser() -> Iterator[Browser]:
    """Run it, without a window.

    Raises:
        FileNotFoundError: there is none.
    """
    from playwright.sync_api import sync_playwright  # here: to ask whether there is one is quick

    path = executable()
    if not path:
        raise FileNotFoundError(MISSING)
    with sync_playwright() as playwright:
        # /dev/shm is small in containers
        started = playwright.chromium.launch(
            executable_path=path, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield started
        started.close()
