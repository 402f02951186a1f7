"""A browser, and a page in it that shows a simulated org."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser import browser as started
from playwright.sync_api import Browser, Page, expect

from pulumi_widgets.simulator import Simulator
from tests.simulator.conftest import Ask, ask

__all__ = ["Ask", "ask"]

Show = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for a module: while it runs, the main thread has an event loop, which others have not."""
    with started() as browser:
        yield browser


@pytest.fixture
def org(simulated_org: Simulator) -> Simulator:
    return simulated_org


@pytest.fixture
def show(browser: Browser) -> Iterator[Show]:
    """``show(url, …)`` opens the page; whatever is written to its console fails the test."""
    said: list[str] = []
    asked: list[str] = []
    contexts = []

    def show(url: str, **options: Any) -> Page:
        context = browser.new_context(**options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        return page

    expect.set_options(timeout=20_000)
    yield show
    for context in contexts:
        context.close()
    # what the org refuses, and that it is gone, browsers write to the console by themselves
    assert [text for text in said if not text.startswith("Failed to load resource")] == []
    assert [url for url in asked if not url.startswith("http://127.0.0.1:")] == []
