"""The README's picture of `make up`, in a browser: columns stand where a terminal has them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

PICTURE = Path(__file__).resolve().parents[2] / "tools" / "picture" / "make-up.svg"
# of each run of text: what it is, its width, and the width that its letters have by themselves
WIDTHS = """() => [...document.querySelectorAll("text")].map(text => {
    const shown = text.getComputedTextLength();
    text.removeAttribute("textLength");
    return [text.textContent, shown, text.getComputedTextLength(), text.getBBox().x];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_letters_are_pulled_apart(browser: Browser, scheme: Literal["light", "dark"]) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.goto(PICTURE.as_uri())
    runs = page.evaluate(WIDTHS)
    page.context.close()
    assert len(runs) > 30
    for text, shown, natural, x in runs:
        assert shown == pytest.approx(len(text) * 8.4, rel=0.02, abs=1), text
        # whatever the machine's font is, it is one of fixed width, a bit wider or narrower
        assert shown == pytest.approx(natural, rel=0.15), text
        assert "  " not in text
        assert x >= 16
