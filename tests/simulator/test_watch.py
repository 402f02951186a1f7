"""What the page gets: its files, and what it is told of the org; the browser is in `tests/page`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Faults, Reply, Simulator, server
from pulumi_widgets.simulator.records import KEPT_BYTES
from tests.waiting import eventually

from .conftest import Ask

News = Callable[[], Any]
LOST = {"lost_answers": 1}


@pytest.fixture
def news(org: Simulator) -> Iterator[News]:
    """The next event."""
    with requests.get(f"{org.url}/_simulator/events", stream=True, timeout=10) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        lines = answer.iter_lines(chunk_size=1)

        def following() -> Any:
            return json.loads(next(each for each in lines if each.startswith(b"data: "))[6:])

        yield following


def test_the_files(org: Simulator) -> None:
    folder = files("pulumi_widgets.simulator.page")
    served = {each.name: each for each in folder.iterdir() if not each.name.startswith("__")}
    assert {"index.html", "style.css", "page.js", "icon.svg"} <= set(served)
    for name, file in served.items():
        answer = requests.get(f"{org.url}/{'' if name == 'index.html' else name}", timeout=10)
        assert answer.content == file.read_bytes()
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        # nothing from elsewhere, nothing in place, and no text as HTML
        text = re.sub("http://www.w3.org/2000/svg", "", file.read_text("utf-8"))
        found = re.findall(r"https?://(?!\w+\.example\.com)|innerHTML|\bon\w+=|style=|eval\(", text)
        assert found == [], name
    assert org.requests == []
    assert requests.post(f"{org.url}/", timeout=10).status_code == 404


def test_a_link_to_the_page_works_from_anywhere(org: Simulator) -> None:
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert requests.get(f"{org.url}/", headers=link, timeout=10).ok
    elsewhere = requests.get(f"{org.url}/_simulator/calls", headers=link, timeout=10)
    assert elsewhere.status_code == 403


def test_all_at_first_then_what_changes(
    org: Simulator, news: News, ask: Ask, deployment: dict[str, Any]
) -> None:
    first = news()
    assert first["set"] == first["gone"] == first["requests"] == []
    assert first["faults"] == json.loads(json.dumps(Faults().as_dict()))
    assert [each["name"] for each in first["about"]["switches"]] == list(Faults().as_dict())
    assert f"export GENESYSCLOUD_BASE_URL={org.url}\n" in first["about"]["environment"]
    assert (
        "config set --secret genesyscloud:oauthClientSecret simulated-secret"
        in (first["about"]["configuration"])
    )

    key = org.add(deployment)
    told = news()
    assert (told["gone"], told["set"][0]["id"], told["set"][0]["halfMade"]) == ([], key, False)
    assert json.loads(told["set"][0]["text"]) == deployment
    org.edit(key, description=f"Half made: pulumi-widgets {'0' * 32} 2026-01-05T09:30:00Z.")
    (told,) = news()["set"]
    assert told["halfMade"]
    org.faults.errors = 1  # nothing tells of it: it is looked for
    assert news()["faults"]["errors"] == 1
    org.faults.errors = 0
    assert news()["faults"]["errors"] == 0
    org.remove(key)
    assert news() == {"set": [], "gone": [key]}

    ask(org, "GET", key)
    told = news()
    while told["requests"][0]["status"] is None:
        told = news()
    (request,) = told["requests"]
    assert (request["number"], request["method"], request["status"]) == (1, "GET", 404)
    assert told["oldest"] == 1
    assert "Authorization" not in json.dumps(told)
    org.reset_calls()
    assert news() == {"requests": [], "oldest": 2}


def test_a_late_twin_is_told_when_it_comes(
    org: Simulator, news: News, ask: Ask, clock: Any, deployment: dict[str, Any]
) -> None:
    news()
    org.faults = Faults(double_post=1, late_twins=5)
    ask(org, "POST", json=deployment)
    seen: set[str] = set()
    while len(seen) < 1:
        seen |= {each["id"] for each in news().get("set", [])}
    clock.sleep(5)
    while len(seen) < 2:
        seen |= {each["id"] for each in news().get("set", [])}
    assert seen == set(org.dump())


@pytest.mark.parametrize(
    ("faults", "method", "fault", "wire"),
    [
        ({}, "POST", "", "whole"),
        ({"double_post": 1}, "POST", "double_post", "whole"),
        ({"adds": {"x": 1}, **LOST, "lost_as": ["error"]}, "POST", "adds, lost_answers", "whole"),
        ({"double_post": 1, "late_twins": 9}, "POST", "double_post", "whole"),
        ({"errors": 1}, "GET", "errors", "whole"),
        ({"resets": 1}, "GET", "resets", "reset"),
        ({"throttle": 1}, "PUT", "throttle", "whole"),
        ({"conflicts": 1}, "PUT", "conflicts", "whole"),
        ({"conflicts": 1}, "GET", "", "whole"),
        ({**LOST, "lost_as": ["reset"]}, "DELETE", "lost_answers", "reset"),
        ({**LOST, "lost_as": ["hang"], "hang": 5}, "PUT", "lost_answers", "hang"),
        ({"delete_404": 9}, "DELETE", "delete_404", "whole"),
        ({"get_lag": 9}, "GET", "get_lag", "whole"),
        ({"empty_as": "null"}, "GET", "empty_as", "whole"),
        ({"respells": True}, "GET", "", "whole"),  # there is nothing to respell
        ({"respells": True, "reorders": True}, "PUT", "reorders, respells", "whole"),
        ({"listing_omits": ["name"]}, "GET", "", "whole"),
        ({"listing_omits": ["name"]}, "LIST", "listing_omits", "whole"),
        ({"listing_lag": 9}, "LIST", "listing_lag", "whole"),
    ],
)  # fmt: skip
def test_the_log_says_what_struck(
    org: Simulator, ask: Ask, faults: dict[str, Any], method: str, fault: str, wire: str
) -> None:
    key = ask(org, "POST", json={"name": "a"}).json()["id"]
    org.reset_calls()
    org.faults = Faults.of(faults)
    body = {"name": "a ", "allowedDomains": ["a", "b"]} if method == "PUT" else {"name": "b"}
    sent = {"json": body} if method in ("POST", "PUT") else {}
    one = [] if method in ("POST", "LIST") else [key]
    try:
        ask(org, method.replace("LIST", "GET"), *one, **sent)
    except requests.ConnectionError:
        assert wire != "whole"
    (request,) = org.requests
    eventually(lambda: request.wire, "answered")
    assert (request.fault, request.wire) == (fault, wire)
    assert request.seconds is not None


def test_a_script_is_told_too(org: Simulator, ask: Ask) -> None:
    org.script("GET", "*", Reply.passed())
    ask(org, "GET")
    assert [each.fault for each in org.requests] == ["scripted"]


def test_a_hang_is_told_when_it_is_over(news: News, ask: Ask) -> None:
    with Simulator(seed=0) as org:  # in real time
        org.script("GET", "*", Reply.hang(3600))
        url = f"{org.url}/api/v2/widgets/deployments"
        with pytest.raises(requests.ReadTimeout):
            requests.get(url, timeout=(5, 0.3))
        (request,) = org.requests
        eventually(lambda: request.wire, "over")
        assert request.wire == "hang"
        assert request.seconds
        assert request.seconds > 0.2


def test_the_log_holds_so_much_and_no_more(org: Simulator, ask: Ask) -> None:
    config = {"name": "a", "clientConfig": {"v2": {"text": "x" * 6_000_000}}}
    key = ask(org, "POST", json=config).json()["id"]
    for _ in range(6):
        ask(org, "PUT", key, json=config)
    kept = [len(each.data) + len(each.answer or b"") for each in org.requests]
    assert sum(kept) <= KEPT_BYTES < sum(kept) + 12_001_000
    assert kept[0] == 0
    assert kept[-1] > 12_000_000


def test_a_page_hears_that_the_org_is_alive(
    org: Simulator, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "HEARTBEAT", 0.2)
    assert news()["about"]
    assert [news(), news()] == [{}, {}]


def test_the_end_of_the_org_ends_the_stream() -> None:
    with Simulator(seed=0) as org:
        answer = requests.get(f"{org.url}/_simulator/events", stream=True, timeout=20)
        assert answer.raw.read(5) == b"retry"
    with answer:
        answer.raw.read()
