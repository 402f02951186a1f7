"""The control endpoints, and many clients at once."""

from __future__ import annotations

import json
import socket
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Faults, Simulator

from .conftest import Ask


@pytest.fixture
def control(org: Simulator) -> Callable[..., requests.Response]:
    def control(method: str, path: str, **more: Any) -> requests.Response:
        return requests.request(method, f"{org.url}/_simulator/{path}", timeout=10, **more)

    return control


def test_deployments(
    org: Simulator, control: Ask, clock: Any, ask: Ask, deployment: dict[str, Any]
) -> None:
    org.faults.read_lag = 5
    key = control("POST", "deployments", json=deployment).json()["id"]
    lagging = ask(org, "POST", json=deployment).json()["id"]
    assert (
        control("GET", "deployments").json()
        == org.dump()
        == dict.fromkeys((key, lagging), deployment)
    )
    control("PATCH", f"deployments/{key}", json={"name": "new", "flow": None})
    assert ask(org, "GET", key).json()["name"] == "new"
    assert "flow" not in org.dump()[key]
    assert control("DELETE", f"deployments/{key}").ok
    assert control("DELETE", f"deployments/{key}").status_code == 404
    assert set(org.dump()) == {lagging}


@pytest.mark.parametrize("body", [{"name": 3}, {"colour": "red"}, {"flow": "f1"}])
def test_a_deployment_that_the_api_would_refuse(
    org: Simulator, control: Ask, ask: Ask, deployment: dict[str, Any], body: dict[str, Any]
) -> None:
    key = org.add(deployment)
    expected = ask(org, "POST", json=body).json()
    del expected["contextId"]
    for method, path in (("POST", "deployments"), ("PATCH", f"deployments/{key}")):
        refused = control(method, path, json=body)
        assert (refused.status_code, refused.json()) == (400, expected)
    assert org.dump() == {key: deployment}
    answered = {**deployment, "id": "read only", "selfUri": "/x", "description": None}
    another = control("POST", "deployments", json=answered).json()["id"]
    del answered["id"], answered["selfUri"], answered["description"]
    assert org.dump()[another] == answered


def test_a_colleague_is_bound_by_the_same_rules(
    org: Simulator, control: Ask, ask: Ask, deployment: dict[str, Any]
) -> None:
    """What the page does: one change for one, all of it, or all of the org."""
    org.faults = Faults(errors=1, read_lag=60, double_post=1)  # they strike clients of the API
    key = control("POST", "deployments", json={**deployment, "id": "x"}).json()["id"]
    assert control("PUT", f"deployments/{key}", json={"name": "All of it"}).json() == {"id": key}
    assert org.dump() == {key: {"name": "All of it"}}
    refused = control("PUT", f"deployments/{key}", json={"clientType": "v3"})
    assert (refused.status_code, refused.json()["code"]) == (400, "invalid.value")
    assert control("PUT", "deployments/x", json={}).json()["code"] == "not.found"
    assert control("PUT", "deployments", json=[deployment] * 2).ok
    assert [*org.dump().values()] == [deployment] * 2
    assert key not in org.dump()
    wrongs: tuple[Any, ...] = ([deployment, {"name": 3}], {}, ["x"])
    assert [control("PUT", "deployments", json=each).status_code for each in wrongs] == [400] * 3
    assert len(org.dump()) == 2
    assert control("PUT", "deployments", json=[]).ok
    assert org.dump() == {}


def test_a_colleague_finds_a_full_org_full(ask: Ask, deployment: dict[str, Any]) -> None:
    with Simulator(seed=0, limit=2) as org:
        url = f"{org.url}/_simulator/deployments"
        assert requests.put(url, json=[deployment] * 2, timeout=10).ok
        full = ask(org, "POST", json=deployment).json()
        del full["contextId"]
        for refused in (
            requests.post(url, json=deployment, timeout=10),
            requests.put(url, json=[deployment] * 3, timeout=10),
        ):
            assert (refused.status_code, refused.json()) == (409, full)
        assert len(org.dump()) == 2


def test_the_bodies_of_a_request(org: Simulator, control: Ask, ask: Ask) -> None:
    """Never credentials: not a login's, nor what was sent to a wrong address."""
    client_id, secret = "simulated-client", "simulated-secret"
    login = {"grant_type": "client_credentials", "secret": secret}
    granted = requests.post(
        f"{org.url}/oauth/token", data=login, auth=(client_id, secret), timeout=10
    ).json()["access_token"]
    for path in ("/oauth/token", "/login/oauth/token"):
        requests.post(f"{org.url}{path}", json={"client_secret": secret}, timeout=10)
    made = ask(org, "POST", json={"name": "a"}, token=granted).json()
    ask(org, "PUT", made["id"], json={"name": 1, "secret": [secret, granted]}, token=granted)
    ask(org, "PUT", made["id"], json={"client_secret": "another's"}, token="wrong")
    for path in (granted, f"x%3Faccess_token={granted}", f"x?access_token={granted}"):
        ask(org, "GET", f"/{path}", token=granted)
    log = control("GET", "requests").json()
    assert [each["number"] for each in log] == [*range(1, 10)]
    bodies = [control("GET", f"requests/{each['number']}").json() for each in log]
    assert bodies[:3] == [{"body": None, "answer": None}] * 3
    assert bodies[3]["body"] == {"name": "a"}
    assert json.loads(bodies[3]["answer"]) == made
    assert bodies[4]["body"] == {"name": 1, "secret": ["[hidden]", "[hidden]"]}
    assert json.loads(bodies[4]["answer"])["code"] == "constraint.validation"
    said = f"{log} {bodies}"
    assert "another's" not in said
    assert granted not in said
    assert secret not in said
    assert control("GET", "requests/10").status_code == 404


def test_calls_and_requests(org: Simulator, control: Ask, ask: Ask) -> None:
    token = org.token()
    ask(org, "GET", token=token)
    ask(org, "GET", "x", token=token)
    # control requests are not counted
    assert (
        control("GET", "calls").json()
        == dict(org.calls)
        == {
            "GET /api/v2/widgets/deployments": 1,
            "GET /api/v2/widgets/deployments/{deploymentId}": 1,
        }
    )
    log = control("GET", "requests")
    assert [each["status"] for each in log.json()] == [200, 404]
    assert token not in log.text
    control("DELETE", "calls")
    assert control("GET", "calls").json() == {}
    assert control("GET", "requests").json() == []


def test_faults(org: Simulator, control: Ask) -> None:
    assert control("PUT", "faults", json={"errors": 0.5, "lost_as": ["hang"]}).ok
    assert org.faults == Faults(errors=0.5, lost_as=("hang",))
    answer = control("PATCH", "faults", json={"read_lag": 2}).json()
    assert Faults.of(answer) == org.faults == Faults(errors=0.5, lost_as=("hang",), read_lag=2)
    assert control("GET", "faults").json() == answer
    wrongs: tuple[Any, ...] = ({"errors": 2}, {"eror": 1}, [], {"errors": "x"})
    for wrong in wrongs:
        refused = control("PUT", "faults", json=wrong)
        assert refused.status_code == 400
        assert refused.json()["message"]
    assert org.faults.errors == 0.5
    control("PUT", "faults", json={})
    assert org.faults == Faults()


def test_no_way_in(org: Simulator, control: Ask) -> None:
    told = control("GET", "").json()
    assert len(told["calls"]) == 11
    assert told["faults"].keys() == Faults().as_dict().keys()
    assert told["faults"]["errors"].endswith("(a probability from 0 to 1)")
    assert control("GET", "tokens").status_code == 404
    assert control("PUT", "faults", data="{").status_code == 400
    assert told["seed"] == org.seed == 0
    assert (told["limit"], told["data"]) == (None, None)
    assert told["environ"] == org.environ


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Host": "evil.example.com:80"}, 403),  # a page whose name resolves to 127.0.0.1
        ({"Origin": "https://evil.example.com"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),  # another port is another origin
        ({"Origin": "own"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),  # typed by its user
    ],
)
def test_no_web_page_of_elsewhere_gets_in(
    org: Simulator, control: Ask, headers: dict[str, str], status: int
) -> None:
    headers = {name: org.url if each == "own" else each for name, each in headers.items()}
    assert control("GET", "calls", headers=headers).status_code == status
    posted = control("POST", "deployments", data='{"name": "x"}', headers=headers)
    assert posted.status_code == status
    assert len(org.dump()) == (status == 200)
    # nor at the API, the login and the page
    for path in ("/", "/page.js", "/api/v2/widgets/deployments", "/oauth/token", "/openapi.json"):
        refused = requests.get(f"{org.url}{path}", headers=headers, timeout=10).status_code == 403
        assert refused == (status == 403), path
    assert len(org.requests) == 2 * (status == 200)


def test_only_loopback_listens(org: Simulator) -> None:
    port = int(org.url.rpartition(":")[2])
    # all of 127/8 is this machine; who listens on every interface listens here too
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", port), timeout=5)


def test_parallel_writers(deployment: dict[str, Any], tmp_path: Any) -> None:
    errors: list[BaseException] = []
    kept: list[str] = []

    def life(org: Simulator, number: int) -> None:
        url = f"{org.url}/api/v2/widgets/deployments"
        try:
            with requests.Session() as session:
                session.headers["Authorization"] = f"Bearer {org.token()}"
                for turn in range(20):
                    body = {**deployment, "name": f"{number}/{turn}"}
                    made = session.post(url, json=body, timeout=20).json()["id"]
                    changed = {**body, "description": made}
                    assert session.put(f"{url}/{made}", json=changed, timeout=20).ok
                    listed = session.get(url, timeout=20).json()
                    assert listed["total"] == len(listed["entities"])
                    assert session.get(f"{url}/{made}", timeout=20).json()["description"] == made
                    if turn % 2:
                        assert session.delete(f"{url}/{made}", timeout=20).status_code == 204
                    else:
                        kept.append(made)
        except BaseException as error:
            errors.append(error)

    with Simulator(data=tmp_path / "org.json", limit=None, faults=Faults(double_post=4)) as org:
        threads = [threading.Thread(target=life, args=(org, n)) for n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert errors == []
        dump = org.dump()
        assert org.calls.total() == 8 * 20 * 4 + 8 * 10
    twins = Counter(body["name"] for key, body in dump.items() if key not in kept)
    assert set(kept) < set(dump)
    assert twins.total() == 8 * 20 // 4  # every 4th POST, exactly, whoever sent it
    with Simulator(data=tmp_path / "org.json") as again:
        assert again.dump() == dump
