"""The page of the simulated org, in a browser: what it shows, and what a colleague does with it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from datetime import datetime, timezone

import pytest
import requests
from playwright.sync_api import Locator, Page, Route, expect

from pulumi_widgets.api.half_made import description_of
from pulumi_widgets.simulator import Faults, Simulator
from tests.waiting import eventually

from .conftest import Ask, Show

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><b id="bold">b</b>',
    "&lt;i&gt; &amp; &#60;",
    "\u202egnp.exe",
    "${alert(1)} {{1}} %s",
    "a" * 300,
    "😀 日本 \u0000\u0007",
]


def card(page: Page, name: str) -> Locator:
    return page.get_by_role("article").filter(
        has=page.get_by_role("heading", name=name, exact=True)
    )


def edited(page: Page) -> Locator:
    return page.get_by_label("The deployment, in JSON")


def test_all_of_a_deployment_is_shown(org: Simulator, show: Show) -> None:
    key = org.add(
        {
            "name": "Shop",
            "description": "on all pages",
            "clientType": "v1-http",
            "authenticationRequired": True,
            "disabled": True,
            "flow": {"id": "flow-1"},
            "allowedDomains": ["a.example.com", "b.example.com"],
        }
    )
    half = description_of("0" * 32, datetime.now(timezone.utc))
    org.add({"name": "Begun", "description": half, "disabled": True})
    org.add({})
    page = show(org.url)
    shop = card(page, "Shop")
    for text in ("v1-http", "off", "on all pages", key, "flow-1", "a.example.com, b.example.com"):
        expect(shop.get_by_text(text, exact=True)).to_be_visible()
    expect(shop.get_by_text("required", exact=True)).to_be_visible()
    expect(shop.get_by_text("half made")).to_be_hidden()
    shop.get_by_text("JSON", exact=True).click()
    assert json.loads(shop.get_by_role("region", name="JSON").inner_text()) == org.dump()[key]
    expect(card(page, "Begun").get_by_text("half made", exact=True)).to_be_visible()
    expect(card(page, "without a name").get_by_text("on", exact=True)).to_be_visible()
    expect(page.get_by_role("link", name="Deployments 3 of 10")).to_be_visible()


def test_it_follows_other_clients(org: Simulator, show: Show, ask: Ask) -> None:
    page = show(org.url)
    expect(page.get_by_text("No deployments.")).to_be_visible()
    made = ask(org, "POST", json={"name": "One", "clientType": "v2"}).json()["id"]
    expect(card(page, "One").get_by_text("v2", exact=True)).to_be_visible()
    ask(org, "PUT", made, json={"name": "Other", "clientType": "v1"})
    expect(card(page, "Other").get_by_text("v1", exact=True)).to_be_visible()
    ask(org, "DELETE", made)
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_text("No deployments.")).to_be_visible()
    rows = page.locator("#log > li")
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("DELETE")
    expect(page.locator("#said")).to_contain_text("3 new requests, the last: DELETE")


def test_the_log_and_its_bodies(org: Simulator, show: Show, ask: Ask) -> None:
    login = {"grant_type": "client_credentials"}
    client = ("simulated-client", "simulated-secret")
    token = requests.post(f"{org.url}/oauth/token", data=login, auth=client, timeout=20).json()
    page = show(org.url)
    org.faults = Faults(errors=1)
    ask(org, "POST", json={"name": "Lost"})
    org.faults = Faults(resets=1)
    with pytest.raises(requests.ConnectionError):
        ask(org, "GET")
    org.faults = Faults()
    ask(org, "POST", json={"clientType": "v9"})

    rows = page.locator("#log > li")
    expect(rows).to_have_count(4)
    expect(rows.nth(1)).to_contain_text("connection broken")
    expect(rows.nth(1)).to_contain_text("resets")
    expect(rows.nth(2)).to_contain_text("errors")
    expect(rows.nth(0)).to_contain_text("400")
    rows.nth(0).locator("summary").click()
    expect(rows.nth(0).get_by_role("region", name="Body of the request")).to_contain_text('"v9"')
    answer = rows.nth(0).get_by_role("region", name="Body of the answer")
    expect(answer).to_contain_text('"invalid.value"')
    rows.nth(3).locator("summary").click()
    expect(rows.nth(3)).to_contain_text("not shown: it holds credentials")

    page.get_by_role("searchbox", name="Filter the requests").fill("post errors")
    expect(rows).to_have_count(1)
    content = page.content()
    assert token["access_token"] not in content
    page.get_by_role("searchbox", name="Filter the requests").fill("")
    page.get_by_role("button", name="Clear").click()
    expect(rows).to_have_count(0)
    assert org.requests == []


def test_a_colleague_edits(org: Simulator, show: Show, ask: Ask) -> None:
    key = org.add({"name": "Shop", "clientType": "v2"})
    org.faults = Faults(errors=1, lost_answers=1)  # they strike the API's clients alone
    page = show(org.url)
    page.get_by_role("button", name="Edit Shop").click()
    # refused, by the API's own words
    edited(page).fill('{"name": "Shop", "clientType": "v3"}')
    page.get_by_role("button", name="Save").click()
    org.faults = Faults()
    refused = ask(org, "PUT", key, json={"name": "Shop", "clientType": "v3"}).json()
    expect(page.get_by_role("alert").filter(has_text=refused["message"])).to_be_visible()
    edited(page).fill('{"name": "Shop"')
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("That is no JSON.")).to_be_visible()
    assert org.dump() == {key: {"name": "Shop", "clientType": "v2"}}

    edited(page).fill('{"name": "New", "clientType": "v1"}')
    edited(page).press("Control+Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert org.dump() == {key: {"name": "New", "clientType": "v1"}}
    page.get_by_role("button", name="Disable New").click()
    expect(card(page, "New").get_by_text("off", exact=True)).to_be_visible()
    assert org.dump()[key]["disabled"] is True
    page.get_by_role("button", name="Enable New").click()
    expect(card(page, "New").get_by_text("on", exact=True)).to_be_visible()

    page.get_by_role("button", name="Delete New").click()
    page.get_by_role("button", name="Cancel").click()
    assert org.dump()
    page.get_by_role("button", name="Delete New").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(page.get_by_role("article")).to_have_count(0)
    assert org.dump() == {}


def test_a_colleague_adds_till_the_org_is_full(org: Simulator, show: Show) -> None:
    for number in range(9):
        org.add({"name": f"No {number}"})
    page = show(org.url)
    for _ in range(2):
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("No more than 10 deployments allowed")).to_be_visible()
    expect(card(page, "Help")).to_have_count(1)
    assert len(org.dump()) == 10


def test_what_is_being_edited_is_kept(org: Simulator, show: Show) -> None:
    key = org.add({"name": "Shop"})
    page = show(org.url)
    page.get_by_role("button", name="Edit Shop").click()
    edited(page).fill('{"name": "Mine"}')
    org.edit(key, name="Theirs")
    expect(page.get_by_text("It changed meanwhile.")).to_be_visible()
    expect(edited(page)).to_have_value('{"name": "Mine"}')
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    # it is there again, till it is saved or given up
    page.get_by_role("button", name="Edit (not saved) Theirs").click()
    expect(edited(page)).to_have_value('{"name": "Mine"}')
    page.get_by_role("button", name="Start over").click()
    expect(edited(page)).to_have_value('{\n  "name": "Theirs"\n}')
    edited(page).fill('{"name": "Mine"}')
    org.remove(key)
    expect(page.get_by_text("It was deleted meanwhile.")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Add (not saved)").click()
    expect(edited(page)).to_have_value('{"name": "Mine"}')
    page.get_by_role("button", name="Save").click()
    expect(card(page, "Mine")).to_be_visible()
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_visible()

    # likewise where it was not open
    (key,) = org.dump()
    page.get_by_role("button", name="Edit Mine").click()
    edited(page).fill('{"name": "Mine too"}')
    page.keyboard.press("Escape")
    org.remove(key)
    page.get_by_role("button", name="Add (not saved)").click()
    edited(page).press("Control+Enter")
    expect(card(page, "Mine too")).to_be_visible()
    assert [body["name"] for body in org.dump().values()] == ["Mine too"]


def test_what_nobody_touched_stays_as_it_is(org: Simulator, show: Show) -> None:
    """A browser's numbers are not those of JSON."""
    config = {"v2": {"big": 123456789012345678901234567890, "whole": 1.0, "small": 1e-7}}
    key = org.add({"name": "Shop", "clientConfig": config})
    page = show(org.url)
    page.get_by_role("button", name="Edit Shop").click()
    edited(page).fill(edited(page).input_value().replace("Shop", "Other"))
    page.get_by_role("button", name="Save").click()
    expect(card(page, "Other")).to_be_visible()
    assert repr(org.dump()[key]["clientConfig"]) == repr(config)


def test_once_is_enough(org: Simulator, show: Show) -> None:
    page = show(org.url)
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Save").dblclick()
    expect(card(page, "Help")).to_have_count(1)
    expect(page.get_by_role("link", name="Deployments 1 of 10")).to_be_visible()
    assert len(org.dump()) == 1


def test_who_reads_a_row_is_not_disturbed(org: Simulator, show: Show, ask: Ask) -> None:
    page = show(org.url)
    ask(org, "POST", json={"name": "Read"})
    rows = page.locator("#log > li")
    rows.first.locator("summary").click()
    expect(rows.first).to_contain_text('"Read"')
    for _ in range(150):
        ask(org, "GET")
    newer = page.get_by_role("button", name="Show 150 newer")
    expect(newer).to_be_visible()
    assert rows.count() == 1
    newer.click()
    expect(rows).to_have_count(100)
    expect(rows.first).to_contain_text("GET")
    page.get_by_role("searchbox", name="Filter the requests").fill("post")
    expect(rows).to_have_count(1)
    page.get_by_role("searchbox", name="Filter the requests").fill("patch")
    requests_ = page.get_by_role("region", name="Requests", exact=True)
    expect(requests_.get_by_text("None matches the filter.")).to_be_visible()


def test_the_org_goes_and_comes_back(show: Show) -> None:
    with Simulator(seed=0) as org:
        org.add({"name": "Before"})
        page = show(org.url)
        port = int(org.url.rpartition(":")[2])
        page.get_by_role("button", name="Edit Before").click()
        edited(page).fill('{"name": "Mine"}')
    expect(page.get_by_role("status").get_by_text("The org is gone")).to_be_visible()
    # in the dialog too, in front of which nothing else is heard
    expect(page.get_by_role("dialog").get_by_text("The org is gone")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The org does not answer.")).to_be_visible()
    with Simulator(port, seed=1) as org:
        org.add({"name": "After"})
        expect(page.get_by_text("Live", exact=True)).to_be_visible()
        expect(page.locator("#cards h3")).to_have_text(["After"])
        expect(edited(page)).to_have_value('{"name": "Mine"}')
        expect(page.get_by_text("Another org is at this address now.")).to_be_visible()


def test_an_org_that_does_not_answer(show: Show) -> None:
    """Its process is stopped, or the machine was asleep."""
    simulate = [sys.executable, "-c", "from pulumi_widgets.cli import main; main()", "simulate"]
    with subprocess.Popen(simulate, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout
            url = [process.stdout.readline() for _ in range(5)][1].strip().partition("=")[2]
            requests.put(f"{url}/_simulator/deployments", json=[{"name": "Shop"}], timeout=20)
            page = show(url)
            page.clock.install()
            page.reload()
            expect(page.get_by_text("Live", exact=True)).to_be_visible()
            process.send_signal(signal.SIGSTOP)
            page.get_by_role("button", name="Disable Shop").click()
            page.clock.run_for(20_000)
            expect(card(page, "Shop").get_by_text("The org does not answer.")).to_be_visible()
            expect(page.get_by_role("status").get_by_text("does not answer")).to_be_visible()
            process.send_signal(signal.SIGCONT)
            expect(page.get_by_text("Live", exact=True)).to_be_visible()
            expect(card(page, "Shop").get_by_text("off", exact=True)).to_be_visible()
        finally:
            process.kill()  # also where it is stopped


def test_names_that_are_no_names(org: Simulator, show: Show, ask: Ask) -> None:
    for name in HOSTILE:
        body = {"name": name, "description": name, "allowedDomains": [name], "flow": {"id": name}}
        org.add(body, deployment_id=name)
    page = show(org.url, viewport={"width": 360, "height": 800})
    expect(page.get_by_role("article")).to_have_count(len(HOSTILE))
    ask(org, "POST", json={"name": HOSTILE[0], "clientType": HOSTILE[1]})
    requests.get(f"{org.url}/{HOSTILE[1]}", timeout=20)
    page.locator("#log > li summary").last.click()
    expect(page.get_by_text('"clientType": "<img')).to_be_visible()
    assert page.locator("#cards :is(script, img, b, i)").count() == 0
    shown = page.locator("#cards h3").all_text_contents()
    assert shown == HOSTILE
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    for name in HOSTILE[:2]:
        page.get_by_role("button", name=f"Delete {name}", exact=True).click()
        expect(page.get_by_role("dialog")).to_contain_text(f"Delete “\u2068{name}\u2069”?")
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(card(page, name)).to_have_count(0)
        assert name not in org.dump()
    page.get_by_role("button", name=f"Edit {HOSTILE[2]}", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(HOSTILE[2])


def test_an_example_and_a_fresh_start(org: Simulator, show: Show, ask: Ask) -> None:
    page = show(org.url)
    page.get_by_role("button", name="Load an example").click()
    expect(page.get_by_role("article")).to_have_count(4)
    first = org.dump()
    assert len({body["name"] for body in first.values()}) == 4
    page.get_by_role("button", name="Load an example").click()
    page.get_by_role("button", name="Load the example").click()
    eventually(lambda: not first.keys() & org.dump().keys(), "replaced")
    assert [*org.dump().values()] == [*first.values()]
    org.faults = Faults(errors=0.5)
    ask(org, "GET")
    page.get_by_role("button", name="Reset").click()
    page.get_by_role("dialog").get_by_role("button", name="Reset").click()
    expect(page.get_by_role("article")).to_have_count(0)
    expect(page.get_by_role("link", name="Faults none on")).to_be_visible()
    assert (org.dump(), org.faults, org.requests) == ({}, Faults(), [])


def test_every_fault_has_a_switch(org: Simulator, show: Show) -> None:
    page = show(org.url)
    group = page.get_by_role("region", name="Faults")
    for name, said in Faults.described().items():
        title = re.compile(rf"^\s*{name.replace('_', ' ')}$")
        row = group.get_by_role("listitem").filter(has=page.locator(".name", has_text=title))
        expect(row).to_have_count(1)
        expect(row).to_contain_text(said.rpartition(" (")[0])
    group.get_by_role("switch", name="double post").check()
    eventually(lambda: org.faults.double_post == 2, "switched on")
    for label, value in (("double post", "3"), ("read lag", "1.5"), ("adds", '{"a": 1}')):
        field = group.get_by_label(f"{label}: ")
        field.fill(value)
        field.press("Enter")
    group.get_by_label("listing omits: ").fill("flow, clientConfig.v1")
    group.get_by_label("empty as: ").select_option("null")
    group.get_by_role("switch", name="reorders").check()
    group.get_by_label("hang", exact=True).uncheck()
    wanted = Faults(
        double_post=3,
        read_lag=1.5,
        adds={"a": 1},
        listing_omits=("flow", "clientConfig.v1"),
        empty_as="null",
        reorders=True,
        lost_as=("reset", "error"),
    )
    eventually(lambda: org.faults == wanted, "set")
    expect(page.get_by_role("link", name="Faults 7 on")).to_be_visible()
    # wrong: told beside it, and nothing changes
    field = group.get_by_label("errors: ")
    field.fill("2")
    field.press("Enter")
    expect(group.get_by_text("errors is a probability from 0 to 1, not 2")).to_be_visible()
    expect(field).to_have_attribute("aria-invalid", "true")
    # a box shows what is in force
    for box in ("reset", "error"):
        group.get_by_label(box, exact=True).click()
    expect(group.get_by_text("lost_as is some of")).to_be_visible()
    expect(group.get_by_label("error", exact=True)).to_be_checked()
    # another client's change is seen
    org.faults.throttle = 0.25
    expect(group.get_by_role("switch", name="throttle")).to_be_checked()
    expect(group.get_by_label("throttle: ")).to_have_value("0.25")
    group.get_by_role("button", name="Switch all off").click()
    eventually(lambda: org.faults == Faults(), "all off")
    expect(group.get_by_role("switch", name="throttle")).not_to_be_checked()
    expect(field).to_have_value("0")
    expect(group.locator(".error").filter(has_text=re.compile("."))).to_have_count(0)
    # one who types is not disturbed, one who does not sees what is in force
    field.press_sequentially("0.")
    org.faults.errors = 0.5
    expect(page.get_by_role("link", name="Faults 1 on")).to_be_visible()
    expect(group.get_by_label("throttle: ")).to_have_value("0")
    group.get_by_label("throttle: ").focus()
    org.faults.throttle = 0.75
    expect(group.get_by_label("throttle: ")).to_have_value("0.75")


def test_quick_changes_of_a_fault_all_count(org: Simulator, show: Show) -> None:
    """While the answer to the one before is still on its way."""
    page = show(org.url)
    answers: list[Route] = []
    page.route("**/_simulator/faults", lambda route: answers.append(route))
    for box in ("reset", "hang", "error"):
        page.get_by_label(box, exact=True).click()
    for count in (1, 2, 3):
        eventually(lambda: page.evaluate("1") and len(answers) == count, "asked")  # noqa: B023
        answers[-1].continue_()
    expect(page.get_by_text("lost_as is some of")).to_be_visible()
    assert org.faults.lost_as == ("error",)
    expect(page.get_by_label("error", exact=True)).to_be_checked()


def test_what_to_copy(org: Simulator, show: Show) -> None:
    page = show(org.url, permissions=["clipboard-read", "clipboard-write"])
    for name, line in (
        ("environment", f"export GENESYSCLOUD_BASE_URL={org.url}"),
        ("configuration", f"pulumi config set genesyscloud:baseUrl {org.url}"),
    ):
        button = page.locator(f"[data-copies={name}]")
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(f"#{name}").text_content()
        assert line in copied.splitlines()


def test_thousands_are_usable(show: Show) -> None:
    with Simulator(seed=0, limit=None) as org:
        for number in range(5_000):
            org.add({"name": f"No {number}", "clientType": "v2", "description": "x" * 200})
        page = show(org.url)
        expect(page.get_by_role("article")).to_have_count(60)
        expect(page.get_by_role("link", name="Deployments 5000")).to_be_visible()
        page.get_by_role("searchbox", name="Filter the deployments").fill('4999"')
        expect(page.locator("#cards h3")).to_have_text(["No 4999"])
        page.get_by_role("searchbox", name="Filter the deployments").fill("")
        page.get_by_role("button", name="Show 60 more of 4940 deployments").click()
        expect(page.get_by_role("article")).to_have_count(120)
        expect(card(page, "No 60").get_by_text("JSON", exact=True)).to_be_focused()
        with requests.Session() as session:
            session.headers["Authorization"] = f"Bearer {org.token()}"
            for number in range(1_000):
                session.get(f"{org.url}/api/v2/widgets/deployments/{number}", timeout=20)
        expect(page.locator("#log > li").first).to_contain_text("/999")
        expect(page.locator("#log > li")).to_have_count(100)
        expect(page.get_by_role("button", name="Show 100 more of 900 requests")).to_be_visible()
