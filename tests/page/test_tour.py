"""The README's tour: `make org` and its page beside `make up`, `preview` and `destroy`."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.examples.conftest import CLONE, clone
from tests.real_cli import run
from tests.waiting import BRIEFLY

from .conftest import Show

__all__ = ["clone"]

Make = Callable[..., str]


@pytest.fixture
def make(pulumi_cli: Path, clone: Path) -> Iterator[Make]:
    """``make("up")``, in a copy of the clone with the ``.venv`` of the tests; what it prints."""
    shutil.copy(CLONE / "Makefile", clone)
    (clone / "tools").symlink_to(CLONE / "tools")
    path = os.pathsep.join((str(pulumi_cli), os.environ["PATH"]))
    # what a make that runs the tests tells this one is not its business
    kept = {name: text for name, text in os.environ.items() if not name.startswith(("MAKE", "MFL"))}
    environ = {**kept, **BRIEFLY, "PATH": path}
    # the stamp counts as old: nothing is installed
    command = ["make", "-o", ".venv/.cli", f"PYTHON={sys.executable}"]

    def make(target: str) -> str:
        return run(*command, target, cwd=clone, environ=environ)

    serving = subprocess.Popen(
        [*command, "org"],
        cwd=clone,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    with serving:
        try:
            assert serving.stderr
            first = serving.stderr.readline()
            found = re.match(
                r"A simulated org is at (\S+) till Ctrl-C; a browser shows it there\.", first
            )
            assert found, first
            make.url = found[1]  # type: ignore[attr-defined]
            yield make
        finally:
            os.killpg(serving.pid, signal.SIGINT)  # Ctrl-C


@pytest.fixture
def page(make: Make, show: Show) -> Page:
    return show(make.url)  # type: ignore[attr-defined]


def test_the_tour(make: Make, page: Page) -> None:
    assert "+ 3 created" in make("up")
    cards = page.get_by_role("article")
    expect(cards).to_have_count(2)
    support = cards.filter(has_text="Chat on the support pages")
    support.get_by_role("button", name="Edit").click()
    text = page.get_by_label("The deployment, in JSON")
    text.fill(text.input_value().replace("Chat on the support pages", "Changed by hand"))
    page.get_by_role("button", name="Save").click()
    expect(cards.filter(has_text="Changed by hand")).to_have_count(1)

    preview = make("preview")
    assert '~ description: "Changed by hand" => "Chat on the support pages"' in preview
    assert "~ 1 to update" in preview
    assert "~ 1 updated" in make("up")
    expect(support).to_have_count(1)
    expect(page.locator("#log > li").filter(has_text="PUT").first).to_contain_text("200")

    # a fault that is switched on here strikes the command there, and the log says so
    assert "- 3 deleted" in make("destroy")
    expect(cards).to_have_count(0)
    page.get_by_label("double post: ").fill("1")
    page.get_by_label("double post: ").press("Enter")
    expect(page.get_by_role("link", name="Faults 1 on")).to_be_visible()
    assert "+ 3 created" in make("up")
    expect(page.locator("#log > li").filter(has_text="double post")).to_have_count(2)
    expect(cards).to_have_count(2)  # the provider found what was made too many, and deleted it

    page.get_by_role("switch", name="double post").uncheck()
    expect(page.get_by_role("link", name="Faults none on")).to_be_visible()
    cards.first.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(cards).to_have_count(1)
    assert "+ 1 to create" in make("preview")
