"""How the page looks and is used: both colour schemes, widths, the keyboard, and axe's rules."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from pulumi_widgets.simulator import Faults, Simulator

from .conftest import Show

WIDTHS = (360, 1280)
"""CSS pixels."""
SCHEMES = ("light", "dark")
# what is read aloud, and what a control is called, for best practice too
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def barriers(page: Page) -> Any:
    """What axe finds."""
    # what fades in or out has colours that it does not keep
    page.evaluate("document.getAnimations().forEach(each => each.finish())")
    found = Axe().run(page, options=RULES).response["violations"]
    return [(each["id"], [node["target"] for node in each["nodes"]][:3]) for each in found]


def fits(page: Page) -> bool:
    wide = page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth]")
    return bool(max(wide) <= page.evaluate("innerWidth"))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_in_every_state(org: Simulator, show: Show, scheme: str) -> None:
    # axe's own script is none of the page's: the policy has a test of its own
    page = show(org.url, color_scheme=scheme, bypass_csp=True)

    def check(state: str) -> None:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert fits(page), (state, width)
        assert barriers(page) == [], state

    check("empty")
    page.get_by_role("button", name="Load an example").click()
    expect(page.get_by_role("article")).to_have_count(4)
    org.faults = Faults(errors=1)
    page.request.post(f"{org.url}/api/v2/widgets/deployments", data={"name": "a" * 200})
    page.request.get(f"{org.url}/{'a' * 200}")
    expect(page.locator("#log > li")).to_have_count(2)
    page.locator("#log summary").first.click()
    page.locator("#cards summary").first.click()
    field = page.get_by_label("errors: ")
    field.fill("7")
    field.press("Enter")
    expect(page.get_by_text("not 7")).to_be_visible()
    check("with all there is")
    page.get_by_role("button", name="Edit Shop checkout").click()
    page.get_by_label("The deployment, in JSON").fill("{")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("That is no JSON.")).to_be_visible()
    check("an editor with an error")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete Shop checkout").click()
    check("a question")
    page.keyboard.press("Escape")
    org.stop()
    expect(page.get_by_role("status").get_by_text("The org is gone")).to_be_visible()
    check("gone")


def test_the_colours_follow_the_system(org: Simulator, show: Show) -> None:
    seen = []
    for scheme in SCHEMES:
        page = show(org.url, color_scheme=scheme)
        seen.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        page.emulate_media(color_scheme="dark" if scheme == "light" else "light")
        seen.append(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    light, dark, *again = seen
    assert light != dark
    assert again == [dark, light]


def test_the_keyboard_alone(org: Simulator, show: Show) -> None:
    """Edit, disable, delete, add, a fault, a row of the log: without a pointer."""
    key = org.add({"name": "Shop", "clientType": "v2"})
    page = show(org.url)
    press = page.keyboard.press

    def focused() -> str:
        return str(
            page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const style = getComputedStyle(at);
                    if (at !== document.body && at.matches(":focus-visible")
                        && style.outlineStyle === "none" && at.tagName !== "SECTION")
                        throw new Error("nobody sees where the focus is: " + at.outerHTML);
                    return at.getAttribute("aria-label") || at.id
                        || at.getAttribute("role") || at.textContent.trim();
                }"""
            )
        )

    def go_to(name: str, selector: str = "*") -> None:
        for _ in range(120):
            press("Tab")
            found = page.evaluate("selector => document.activeElement.matches(selector)", selector)
            if name in ("", focused()) and found:
                return
        raise AssertionError(f"no way to {name or selector}")

    press("Tab")
    assert focused() == "Skip to the deployments"
    press("Enter")
    go_to("Edit Shop")
    press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert focused() == "editor-text"
    press("Control+A")
    page.keyboard.insert_text('{"name": "Typed"}')
    go_to("Save")
    press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert org.dump() == {key: {"name": "Typed"}}
    # the focus is where it was
    expect(page.get_by_role("button", name="Edit Typed")).to_be_focused()
    go_to("Disable Typed")
    press("Space")
    expect(page.get_by_role("button", name="Enable Typed")).to_be_focused()
    go_to("Delete Typed")
    press("Enter")
    go_to("question-yes")
    press("Enter")
    expect(page.get_by_role("article")).to_have_count(0)
    assert org.dump() == {}
    # what had it is gone: it goes on from the section that this was in
    expect(page.get_by_role("region", name="Deployments")).to_be_focused()
    go_to("add")
    press("Enter")
    go_to("Save")
    press("Enter")
    expect(page.get_by_role("article")).to_have_count(1)
    page.request.get(f"{org.url}/api/v2/widgets/deployments")
    expect(page.locator("#log > li")).to_have_count(1)
    go_to("", "#log summary")
    press("Enter")
    expect(page.get_by_text('"authentication.required"')).to_be_visible()
    expect(page.get_by_text("not shown: it came without a good token")).to_be_visible()
    go_to("", "#switches [role=switch]")
    press("Space")
    expect(page.get_by_role("link", name="Faults 1 on")).to_be_visible()


def test_the_focus_stays_near(org: Simulator, show: Show) -> None:
    """Where somebody else deletes what has it."""
    keys = [org.add({"name": f"No {number}"}) for number in range(3)]
    page = show(org.url)
    page.get_by_role("button", name="Edit No 1").focus()
    org.remove(keys[1])
    expect(page.locator("#cards li").nth(1).locator(":focus")).to_have_count(1)
    org.remove(keys[2])
    expect(page.locator("#cards li").nth(0).locator(":focus")).to_have_count(1)
    page.get_by_role("button", name="Edit No 0").click()
    org.remove(keys[0])
    page.keyboard.press("Escape")
    expect(page.get_by_role("region", name="Deployments")).to_be_focused()


def test_in_forced_colours_only_the_focus_has_a_ring(org: Simulator, show: Show) -> None:
    org.add({"name": "Shop"})
    page = show(org.url, forced_colors="active")
    expect(page.get_by_role("article")).to_have_count(1)
    assert page.locator(".card").evaluate("card => getComputedStyle(card).outlineStyle") == "none"


def test_without_script_it_says_so(org: Simulator, browser: Browser) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(org.url)
    expect(page.get_by_text("This page needs JavaScript")).to_be_visible()
    expect(page.get_by_role("button")).to_have_count(0)
    page.context.close()


def test_who_wants_no_motion_gets_none(org: Simulator, show: Show) -> None:
    key = org.add({"name": "Shop"})
    page = show(org.url, reduced_motion="reduce")
    org.edit(key, name="Other")
    expect(page.get_by_role("heading", name="Other")).to_be_visible()
    assert page.evaluate("document.getAnimations().length") == 0


def test_the_browser_itself_forbids_what_the_page_never_does(
    org: Simulator, browser: Browser
) -> None:
    page = browser.new_page()
    page.goto(org.url)
    policy = page.request.get(org.url).headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    # no text becomes HTML
    refused = page.evaluate(
        """() => { try { document.body.innerHTML = "<p>" } catch (error) { return error.name } }"""
    )
    assert refused == "TypeError"
    asked = page.evaluate(
        """() => fetch("http://127.0.0.1:9/").then(() => "answered", error => error.name)"""
    )
    assert asked == "TypeError"
    page.context.close()
