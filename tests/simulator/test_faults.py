"""Each misbehaviour by itself, then the wire."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Faults, Reply, Simulator

from ..waiting import eventually
from .conftest import Ask

PATH = "/api/v2/widgets/deployments"
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)


def names(ask: Ask, org: Simulator) -> list[str]:
    return [each["name"] for each in ask(org, "GET").json()["entities"]]


def test_every_third_post_makes_two(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    org.faults.double_post = 3
    answered = []
    for stored in (1, 2, 4, 5, 6, 8, 9, 10, 12):
        answered.append(ask(org, "POST", json=deployment).json()["id"])
        assert len(org.dump()) == stored
    assert set(answered) < set(org.dump())
    assert len(set(answered)) == 9
    org.faults.double_post = 0.5
    for _ in range(40):
        ask(org, "POST", json=deployment)
    assert 12 + 40 < len(org.dump()) < 12 + 80


def test_read_lag(org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    org.faults.read_lag = 2.0
    key = ask(org, "POST", json=deployment).json()["id"]
    assert ask(org, "GET", key).status_code == 404
    assert names(ask, org) == []
    assert org.dump()[key] == deployment
    clock.now += 1
    # writes see the truth, and answer with it
    assert ask(org, "PUT", key, json={**deployment, "name": "new"}).json()["name"] == "new"
    clock.now += 1
    assert (ask(org, "GET", key).json()["name"], names(ask, org)) == ("Support", ["Support"])
    clock.now += 1
    assert (ask(org, "GET", key).json()["name"], names(ask, org)) == ("new", ["new"])


def test_lag_without_a_lag_for_deletes(
    org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any
) -> None:
    org.faults.read_lag = 2.0
    key = ask(org, "POST", json=deployment).json()["id"]
    assert ask(org, "DELETE", key).status_code == 204
    for _ in range(3):
        assert ask(org, "GET", key).status_code == 404
        clock.now += 1


def test_delete_lag(org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    org.faults.delete_lag = 2.0
    key = ask(org, "POST", json=deployment).json()["id"]
    assert ask(org, "DELETE", key).status_code == 204
    assert org.dump() == {}
    assert (ask(org, "GET", key).status_code, names(ask, org)) == (200, ["Support"])
    assert ask(org, "DELETE", key).status_code == 404
    clock.now += 2
    assert (ask(org, "GET", key).status_code, names(ask, org)) == (404, [])


def test_listing_lag(org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    org.faults.listing_lag = 300
    key = org.add(deployment)
    assert (ask(org, "GET", key).status_code, names(ask, org)) == (200, [])
    clock.now += 300
    assert names(ask, org) == ["Support"]
    org.edit(key, name="newer")
    org.edit(key, name="new")
    assert (ask(org, "GET", key).json()["name"], names(ask, org)) == ("new", ["Support"])
    clock.now += 300
    assert names(ask, org) == ["new"]
    org.remove(key)
    assert (ask(org, "GET", key).status_code, names(ask, org)) == (404, ["new"])
    clock.now += 300
    assert names(ask, org) == []


def test_get_lag(org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    org.faults.get_lag = 300
    key = ask(org, "POST", json=deployment).json()["id"]
    assert (ask(org, "GET", key).status_code, names(ask, org)) == (404, ["Support"])
    clock.now += 300
    ask(org, "PUT", key, json={**deployment, "name": "new"})
    assert (ask(org, "GET", key).json()["name"], names(ask, org)) == ("Support", ["new"])
    clock.now += 300
    ask(org, "DELETE", key)
    assert (ask(org, "GET", key).json()["name"], names(ask, org)) == ("new", [])
    clock.now += 300
    assert ask(org, "GET", key).status_code == 404


def test_uneven_lags(ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    """Each deployment is seen in its own time, by reads and by listings, and stays seen."""

    def seen(seed: int) -> dict[str, set[float]]:
        times: dict[str, set[float]] = {"read": set(), "listing": set()}
        with Simulator(seed=seed, clock=clock, sleep=clock.sleep) as org:
            org.faults = Faults(read_lag=50, get_lag=50, listing_lag=50, uneven_lags=True)
            keys = [ask(org, "POST", json=deployment).json()["id"] for _ in range(10)]
            since: dict[tuple[str, str], float] = {}
            for second in range(0, 101, 5):
                listed = {each["id"] for each in ask(org, "GET").json()["entities"]}
                for key in keys:
                    if ask(org, "GET", key).ok:
                        since.setdefault(("read", key), second)
                    else:
                        assert ("read", key) not in since
                    if key in listed:
                        since.setdefault(("listing", key), second)
                    else:
                        assert ("listing", key) not in since
                clock.now += 5
            for (kind, _), seconds in since.items():
                times[kind].add(seconds)
            assert len(since) == 20
        return times

    first = seen(1)
    assert len(first["read"]) > 4
    assert len(first["listing"]) > 4
    assert first["read"] != first["listing"]
    assert seen(1) == first != seen(2)


def test_late_twins(ask: Ask, deployment: dict[str, Any], clock: Any, tmp_path: Any) -> None:
    with Simulator(
        0, tmp_path / "org", 1, Faults(double_post=1, late_twins=10, read_lag=5), clock=clock
    ) as org:
        key = ask(org, "POST", json=deployment).json()["id"]
        for _ in range(100):
            assert list(org.dump()) == [key]
            clock.now += 0.1
            if len(org.dump()) == 2:
                break
        assert clock.now > 1000.1
        [_, twin] = org.dump().values()
        assert twin == deployment
        ask(org, "DELETE", key)
        # its lag counts from when it was made, whenever somebody looks
        clock.now += 5
        [late] = ask(org, "GET").json()["entities"]
        assert late["id"] != key
        # a new one for each POST, at other times
        for _ in range(4):
            ask(org, "POST", json=deployment)
        assert len(org.dump()) == 5
        clock.now += 10
        assert len(org.dump()) == 9
        # only if there is room then
        ask(org, "POST", json=deployment)
        clock.now += 10
        dump = org.dump()
        assert len(dump) == 10
        org.remove(late["id"])
        ask(org, "POST", json=deployment)
    # what is not there when the simulator ends never comes
    clock.now += 10
    assert len(org.dump()) == 10
    with Simulator(data=tmp_path / "org", clock=clock) as again:
        assert again.dump() == org.dump()


def test_a_new_deployment_whose_delete_is_not_found(
    org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any
) -> None:
    org.faults.delete_404 = 3
    key = ask(org, "POST", json=deployment).json()["id"]
    clock.now += 2
    refused = ask(org, "DELETE", key)
    assert (refused.status_code, refused.json()["code"]) == (404, "not.found")
    assert ask(org, "GET", key).ok
    ask(org, "PUT", key, json=deployment)
    clock.now += 1
    assert ask(org, "DELETE", key).status_code == 204
    assert org.dump() == {}


def test_conflicts(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    key = org.add(deployment)
    org.faults.conflicts = 1
    for method in ("PUT", "DELETE"):
        refused = ask(org, method, key, json={**deployment, "name": "new"})
        assert (refused.status_code, refused.json()["code"]) == (409, "request.conflict")
    assert org.dump() == {key: deployment}
    assert ask(org, "GET", key).ok
    assert ask(org, "POST", json=deployment).ok
    org.faults.conflicts = 0.5
    assert {ask(org, "PUT", key, json=deployment).status_code for _ in range(30)} == {200, 409}


@pytest.mark.parametrize("how", ["reset", "hang", "error"])
def test_lost_answers(
    org: Simulator, ask: Ask, deployment: dict[str, Any], clock: Any, how: str
) -> None:
    def lost(method: str, path: str = "", **more: Any) -> None:
        before = clock.now
        try:
            assert ask(org, method, path, **more).status_code >= 500
            assert how == "error"
        except BROKEN:
            assert how in ("reset", "hang")
        assert clock.now - before == (60 if how == "hang" else 0)

    org.faults = Faults(lost_answers=1, lost_as=(how,))
    lost("POST", json=deployment)
    [key] = org.dump()
    lost("PUT", key, json={**deployment, "name": "new"})
    assert org.dump()[key]["name"] == "new"
    assert ask(org, "GET", key).json()["name"] == "new"  # only writes
    assert ask(org, "PUT", key, json={"name": 1}).status_code == 400  # only what was done
    lost("DELETE", key)
    assert org.dump() == {}


def test_faults_before_anything_is_done(
    org: Simulator, ask: Ask, deployment: dict[str, Any]
) -> None:
    org.faults = Faults(errors=1)
    statuses = {ask(org, "POST", json=deployment).status_code for _ in range(30)}
    assert statuses == {500, 502, 503, 504}
    org.faults = Faults(throttle=1, retry_after=7)
    throttled = ask(org, "POST", json=deployment)
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert "maximum [300] requests" in throttled.json()["message"]
    with Simulator(rate_limit=40, faults=Faults(throttle=1)) as other:
        assert "maximum [40] requests" in ask(other, "GET").json()["message"]
    assert throttled.json()["contextId"] == throttled.headers["ININ-Correlation-Id"]
    org.faults = Faults(resets=1)
    with pytest.raises(requests.ConnectionError):
        ask(org, "POST", json=deployment)
    assert org.dump() == {}

    def login() -> requests.Response:
        auth = ("simulated-client", "simulated-secret")
        form = {"grant_type": "client_credentials"}
        return requests.post(f"{org.url}/oauth/token", data=form, auth=auth, timeout=10)

    assert login().ok
    org.faults = Faults(errors=1, on_login=True)
    assert login().status_code >= 500


def test_a_seed_gives_the_same_faults(ask: Ask, deployment: dict[str, Any]) -> None:
    def outcomes(seed: int) -> list[int]:
        with Simulator(seed=seed, limit=None, faults=Faults(errors=0.3, throttle=0.3)) as org:
            return [ask(org, "POST", json=deployment).status_code for _ in range(30)]

    assert outcomes(1) == outcomes(1) != outcomes(2)
    assert {200, 429} < set(outcomes(1))


SPARSE = {"name": "x", "clientType": "v1", "clientConfig": {"v1": {}}, "description": ""}
NOTHING = {"authenticationRequired", "disabled", "flow", "allowedDomains", "description"}


def test_how_empty_is_spelled(org: Simulator, ask: Ask) -> None:
    key = org.add({**SPARSE, "clientConfig": {"v1": {"webChatSkin": "basic"}, "v2": {"a": ""}}})
    bare = org.add({"name": "y", "clientType": "v1"})

    def answers(how: str) -> tuple[dict[str, Any], dict[str, Any]]:
        org.faults.empty_as = how
        assert ask(org, "GET").json()["entities"] == [
            ask(org, "GET", k).json() for k in (key, bare)
        ]
        return ask(org, "GET", key).json(), ask(org, "GET", bare).json()

    full, sparse = answers("as-sent")
    assert full["description"] == ""
    assert set(sparse) == {"id", "name", "clientType", "selfUri"}
    full, sparse = answers("missing")
    assert "description" not in full
    assert full["clientConfig"] == {"v1": {"webChatSkin": "basic"}, "v2": {"a": ""}}
    full, sparse = answers("null")
    assert all(sparse[name] is None for name in NOTHING | {"clientConfig"})
    assert full["clientConfig"] == {
        "v1": {"webChatSkin": "basic", "authenticationUrl": None},
        "v2": {"a": ""},
        "v1-http": None,
        "third-party": None,
    }
    full, sparse = answers("empty")
    assert [sparse[n] for n in ("description", "disabled", "allowedDomains", "clientConfig")] == [
        "",
        False,
        [],
        {},
    ]
    assert full["clientConfig"]["v1"] == {"webChatSkin": "basic", "authenticationUrl": ""}
    assert full["clientConfig"]["third-party"] == {}


def test_a_false_and_a_zero_are_not_empty(org: Simulator, ask: Ask) -> None:
    body = {**SPARSE, "disabled": False, "clientConfig": {"v2": {"zero": 0}}}
    key = org.add(body)
    org.faults.empty_as = "missing"
    answer = ask(org, "GET", key).json()
    assert answer["disabled"] is False
    assert answer["clientConfig"] == {"v2": {"zero": 0}}


def test_what_the_service_adds_and_leaves_out(
    org: Simulator, ask: Ask, deployment: dict[str, Any]
) -> None:
    org.faults.adds = {
        "dateModified": "2024-01-01",
        "name": "not over what is there",
        "clientConfig": {"v1": {"theme": "blue"}, "v2": {"no": "such config"}, "mode": "x"},
    }
    org.faults.listing_omits = ("flow", "clientConfig.v1.theme")
    org.faults.reorders = True
    made = ask(org, "POST", json=deployment).json()
    assert (made["dateModified"], made["name"]) == ("2024-01-01", "Support")
    assert made["clientConfig"]["v1"] == {**deployment["clientConfig"]["v1"], "theme": "blue"}
    assert "v2" not in made["clientConfig"]
    assert made["allowedDomains"] == ["b.example.com", "a.example.com"]
    [listed] = ask(org, "GET").json()["entities"]
    assert "flow" not in listed
    assert listed["clientConfig"] == {
        **made["clientConfig"],
        "v1": deployment["clientConfig"]["v1"],
    }
    assert org.dump() == {made["id"]: deployment}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("errors", 1.5),
        ("errors", True),
        ("read_lag", -1),
        ("read_lag", float("inf")),
        ("listing_lag", 301),
        ("get_lag", 301),
        ("late_twins", float("nan")),
        ("conflicts", 1.01),
        ("uneven_lags", 0.5),
        ("double_post", 2.5),
        ("empty_as", "nil"),
        ("lost_as", "reset"),
        ("lost_as", ["x"]),
        ("lost_as", []),
        ("adds", []),
        ("reorders", 1),
    ],
)
def test_a_wrong_switch(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        setattr(Faults(), name, value)
    with pytest.raises(AttributeError):
        Faults().read_lags = 2


def test_latency(ask: Ask, clock: Any) -> None:
    with Simulator(latency=0.25, clock=clock, sleep=clock.sleep) as org:
        ask(org, "GET")
        assert clock.now == 1000.25


def test_a_script(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    org.script("POST", PATH, Reply.passed(), Reply.error(500, "x", "y", commit=True), times=2)
    org.script("GET", f"{PATH}/{{deploymentId}}", Reply(json={"id": 7}))
    org.script("*", "/other/*", Reply.redirect("http://192.0.2.1/", 307), Reply.html(200))
    assert org.scripted == 7
    statuses = [ask(org, "POST", json=deployment).status_code for _ in range(5)]
    assert statuses == [200, 500, 200, 500, 200]
    assert len(org.dump()) == 5
    assert ask(org, "GET").json()["total"] == 5  # a listing is no match for {deploymentId}
    assert ask(org, "GET", "x").json() == {"id": 7}
    assert ask(org, "GET", "x").status_code == 404
    org.script("GET", PATH, Reply.changed(lambda listing: listing["entities"][0].clear()))
    assert ask(org, "GET").json() is None
    assert ask(org, "GET").json()["entities"][0]["name"] == "Support"
    moved = ask(org, "GET", "/other/a/b")
    assert (moved.status_code, moved.headers["Location"]) == (307, "http://192.0.2.1/")
    assert ask(org, "PUT", "/other/a").headers["Content-Type"].startswith("text/html")
    assert org.scripted == 0


@pytest.mark.parametrize("commit", [True, False])
@pytest.mark.parametrize("make", [Reply.reset, Reply.close, Reply.hang, Reply.cut])
def test_a_broken_answer(
    org: Simulator,
    ask: Ask,
    deployment: dict[str, Any],
    make: Callable[..., Reply],
    commit: bool,
) -> None:
    org.script("POST", "*", make(commit=commit))
    with pytest.raises(BROKEN):
        ask(org, "POST", json=deployment)
    assert len(org.dump()) == commit
    assert org.requests[-1].status == ((200) if make == Reply.cut else None)
    assert ask(org, "POST", json=deployment).ok


def test_a_reset_is_a_reset(org: Simulator) -> None:
    org.script("GET", "*", Reply.reset(), Reply.close())
    with socket.create_connection(("127.0.0.1", int(org.url.rpartition(":")[2]))) as peer:
        peer.sendall(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        with pytest.raises(ConnectionResetError):
            peer.recv(1)
    with socket.create_connection(("127.0.0.1", int(org.url.rpartition(":")[2]))) as peer:
        peer.sendall(b"GET /x HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert peer.recv(1) == b""


def test_hostile_bodies(org: Simulator, ask: Ask) -> None:
    org.script("GET", "*", Reply.nested(), Reply.bad_utf8(), Reply.drip(2.0), Reply(body=b""))
    with pytest.raises((RecursionError, ValueError)):
        json.loads(ask(org, "GET").content)
    with pytest.raises(UnicodeDecodeError):
        ask(org, "GET").content.decode()
    assert ask(org, "GET").json()["total"] == 0
    assert ask(org, "GET").content == b""


def test_an_endless_body_ends_with_the_client(org: Simulator, ask: Ask) -> None:
    org.script("GET", "*", Reply.endless())
    with ask(org, "GET", stream=True) as answer:
        assert len(answer.raw.read(1 << 20)) == 1 << 20


def test_a_hang_ends_with_the_client_and_with_the_simulator() -> None:
    def served() -> list[str]:
        names = [thread.name for thread in threading.enumerate()]
        return [name for name in names if "process_request_thread" in name]

    raised: list[Exception] = []

    def hang() -> None:
        try:
            requests.get(f"{org.url}/x", timeout=60)
        except requests.RequestException as error:
            raised.append(error)

    with Simulator() as org:  # real time: nothing here waits for the hour
        org.script("GET", "*", Reply.hang(3600), Reply.hang(3600), Reply.drip(3600))
        with pytest.raises(requests.ReadTimeout):
            requests.get(f"{org.url}/x", timeout=(5, 0.05))
        eventually(lambda: not served(), "the hang ends")
        threads = [threading.Thread(target=hang) for _ in range(2)]
        for thread in threads:
            thread.start()
        eventually(lambda: not org.scripted, "both hang")
    for thread in threads:
        thread.join(10)
    assert len(raised) == 2
