"""The pictures of the page of `make org`, in both colour schemes."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Literal

from browser import browser
from playwright.sync_api import Page, expect

__all__ = ["environ", "pictures"]

MAKE = ("make", "--silent")
SIZE = {"width": 1280, "height": 900}  # px
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def environ() -> dict[str, str]:
    """This process's, without secrets and without what make tells a make that it starts."""
    not_theirs = ("GENESYSCLOUD_", "PULUMI_", "MAKE", "MFLAGS")
    return {name: text for name, text in os.environ.items() if not name.startswith(not_theirs)}


def pictures(clone: Path, folder: Path) -> None:
    """Serve the org of a clone, deploy to it, change something by hand, and take the pictures."""
    with subprocess.Popen(
        [*MAKE, "org"],
        cwd=clone,
        env=environ(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as serving:
        try:
            first = next(iter(serving.stderr or ()), "")
            found = re.search(r"http://\S+", first)
            if not found:
                raise RuntimeError(first)
            with browser() as running:
                for scheme in SCHEMES:
                    page = running.new_page(color_scheme=scheme, viewport=SIZE)  # type: ignore[arg-type]
                    page.goto(found[0])
                    if scheme == SCHEMES[0]:
                        _happen(clone, page)
                    expect(page.locator("#log > li").first).to_be_visible()
                    page.screenshot(path=folder / f"page-{scheme}.png", animations="disabled")
        finally:
            os.killpg(serving.pid, signal.SIGINT)


def _happen(clone: Path, page: Page) -> None:
    """What the pictures show: a fault that strikes an `up`, and a change by hand."""
    _make(clone, "destroy")
    page.get_by_role("button", name="Clear").click()
    page.get_by_label("double post: ").fill("1")
    page.get_by_label("double post: ").press("Enter")
    expect(page.get_by_role("switch", name="double post")).to_be_checked()
    _make(clone, "up")
    page.get_by_role("button", name=re.compile("^Disable ")).first.click()
    expect(page.get_by_text("off", exact=True)).to_be_visible()
    page.mouse.move(0, 0)  # what it is over looks otherwise


def _make(clone: Path, target: str) -> None:
    quiet = subprocess.DEVNULL
    subprocess.run([*MAKE, target], cwd=clone, env=environ(), stdout=quiet, check=True)
