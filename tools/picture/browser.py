"""The Chromium of the machine, driven by Playwright, which is to download none of its own."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

__all__ = ["NoBrowserError", "browser"]

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class NoBrowserError(Exception):
    """There is no Chromium; ``str()`` says what to install."""


@contextmanager
def browser() -> Iterator[Browser]:
    """A running Chromium without a window.

    Raises:
        NoBrowserError: there is none on PATH.
    """
    names = (*NAMES, *(APPLICATIONS if sys.platform == "darwin" else ()))
    path = next(filter(None, map(shutil.which, names)), None)
    if not path:
        raise NoBrowserError("no browser: install Chromium (Debian: apt install chromium)")
    with sync_playwright() as playwright:
        # /dev/shm is small in containers
        started = playwright.chromium.launch(
            executable_path=path, args=["--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield started
        started.close()
