"""The token endpoint and the five calls, as long as nothing goes wrong on the service's side."""

from __future__ import annotations

import contextlib
import http.client
import json
import uuid
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import ALL_PERMISSIONS, Simulator
from pulumi_widgets.simulator.spelling import flow_name

from .conftest import Ask

PATH = "/api/v2/widgets/deployments"


def login(org: Simulator, auth: tuple[str, str] | None, grant: str) -> requests.Response:
    form = {"grant_type": grant}
    return requests.post(f"{org.url}/oauth/token", data=form, auth=auth, timeout=10)


def test_a_life(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    made = ask(org, "POST", json=deployment).json()
    key = made["id"]
    assert str(uuid.UUID(key)) == key
    answer = {
        "id": key,
        **deployment,
        "flow": {"id": "f1", "name": flow_name("f1"), "selfUri": "/api/v2/flows/f1"},
        "selfUri": f"{PATH}/{key}",
    }
    assert made == answer
    assert ask(org, "GET", key).json() == answer
    assert ask(org, "GET").json() == {"total": 1, "entities": [answer], "selfUri": PATH}
    assert org.dump() == {key: deployment}

    # the whole body is replaced; what an answer held is accepted back; null is nothing
    changed = {**answer, "name": "Sales", "description": None}
    answer["name"] = "Sales"
    del answer["description"]
    assert ask(org, "PUT", key, json=changed).json() == answer
    assert ask(org, "GET", key).json() == answer
    assert "description" not in org.dump()[key]

    gone = ask(org, "DELETE", key)
    assert (gone.status_code, gone.content) == (204, b"")
    assert [ask(org, m, key, json=deployment).status_code for m in ("GET", "PUT", "DELETE")] == [
        404
    ] * 3
    assert org.dump() == {}
    assert org.calls[f"GET {PATH}/{{deploymentId}}"] == 3
    assert org.calls[f"POST {PATH}"] == 1
    org.reset_calls()
    assert not org.calls
    assert org.requests == []


def test_the_log(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    token = org.token()
    ask(org, "POST", json=deployment, token=token)
    [request] = org.requests
    assert (request.method, request.path, request.status) == ("POST", PATH, 200)
    assert request.body == deployment
    assert request.token == token
    assert token not in repr(request)


def test_errors_have_the_platforms_shape(org: Simulator, ask: Ask) -> None:
    answer = ask(org, "GET", "nothing")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json() == {
        "message": "The requested resource was not found.",
        "code": "not.found",
        "status": 404,
        "contextId": answer.headers["ININ-Correlation-Id"],
        "messageWithParams": "The requested resource was not found.",
        "messageParams": {},
        "details": [],
        "errors": [],
    }
    assert ask(org, "GET", "/api/v2/other").json()["code"] == "not.found"
    refused = ask(org, "PATCH")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, POST")


@pytest.mark.parametrize(
    ("auth", "grant", "status", "error"),
    [
        (("simulated-client", "wrong"), "client_credentials", 401, "invalid_client"),
        (("nobody", "simulated-secret"), "client_credentials", 401, "invalid_client"),
        (None, "client_credentials", 401, "invalid_client"),
        (("simulated-client", "simulated-secret"), "password", 400, "unsupported_grant_type"),
    ],
)
def test_login_refused(
    org: Simulator, auth: tuple[str, str] | None, grant: str, status: int, error: str
) -> None:
    answer = login(org, auth, grant)
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.json()["description"] == answer.json()["error_description"]


def test_tokens(org: Simulator, ask: Ask, clock: Any) -> None:
    answer = login(org, ("simulated-client", "simulated-secret"), "client_credentials").json()
    assert (answer["token_type"], answer["expires_in"]) == ("bearer", 86_400)
    token = answer["access_token"]
    assert ask(org, "GET", token=token).status_code == 200
    clock.now += 86_400
    refused = ask(org, "GET", token=token)
    assert (refused.status_code, refused.json()["code"]) == (401, "bad.credentials")
    assert ask(org, "GET", token="made-up").json()["code"] == "bad.credentials"
    bare = requests.get(org.url + PATH, timeout=10)
    assert (bare.status_code, bare.json()["code"]) == (401, "authentication.required")
    token = org.token()
    org.revoke_tokens()
    assert ask(org, "GET", token=token).status_code == 401


@pytest.mark.parametrize(
    ("method", "either"),
    [
        ("GET", ("widgets:deployment:view", "webchat:deployment:read")),
        ("POST", ("widgets:deployment:add", "webchat:deployment:create")),
        ("PUT", ("widgets:deployment:edit", "webchat:deployment:update")),
        ("DELETE", ("widgets:deployment:delete", "webchat:deployment:delete")),
    ],
)
def test_permissions(
    org: Simulator, ask: Ask, deployment: dict[str, Any], method: str, either: tuple[str, str]
) -> None:
    key = org.add(deployment)
    path = "" if method == "POST" else key
    org.permissions = set(ALL_PERMISSIONS) - set(either)
    refused = ask(org, method, path, json=deployment)
    assert (refused.status_code, refused.json()["code"]) == (403, "missing.any.permissions")
    assert f"[{either[0]}, {either[1]}]" in refused.json()["message"]
    assert org.dump() == {key: deployment}
    for one in either:
        org.permissions = [one]
        assert ask(org, method, path, json=deployment).ok
        key = org.add(deployment)
        path = "" if method == "POST" else key


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"name": 3}, "name", "invalid.value"),
        ({"clientType": "v3"}, "clientType", "invalid.value"),
        ({"disabled": 0}, "disabled", "invalid.value"),
        ({"authenticationRequired": "yes"}, "authenticationRequired", "invalid.value"),
        ({"allowedDomains": "a.example.com"}, "allowedDomains", "invalid.value"),
        ({"allowedDomains": [1]}, "allowedDomains", "invalid.value"),
        ({"flow": "f1"}, "flow", "invalid.value"),
        ({"flow": {"id": 1}}, "flow.id", "invalid.value"),
        ({"clientConfig": []}, "clientConfig", "invalid.value"),
        ({"clientConfig": {"v3": {}}}, "clientConfig.v3", "invalid.property"),
        ({"clientConfig": {"v2": 1}}, "clientConfig.v2", "invalid.value"),
        (
            {"clientConfig": {"v1": {"webChatSkin": "x"}}},
            "clientConfig.v1.webChatSkin",
            "invalid.value",
        ),
        (
            {"clientConfig": {"v1-http": {"authenticationUrl": "example.com/auth"}}},
            "clientConfig.v1-http.authenticationUrl",
            "invalid.value",
        ),
        ({"client_type": "v1"}, "client_type", "invalid.property"),
    ],
)
def test_bodies_refused(
    org: Simulator,
    ask: Ask,
    deployment: dict[str, Any],
    change: dict[str, Any],
    field: str,
    code: str,
) -> None:
    key = org.add(deployment)
    for method, path in (("POST", ""), ("PUT", key)):
        answer = ask(org, method, path, json={**deployment, **change})
        assert answer.status_code == 400
        assert answer.json()["details"] == [{"errorCode": code, "fieldName": field}]
        assert f"[{field}]" in answer.json()["message"]
    assert org.dump() == {key: deployment}


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff", b"[" * 100_000])
def test_no_body_at_all(org: Simulator, ask: Ask, data: bytes) -> None:
    answer = ask(org, "POST", data=data, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "bad.request")
    assert ask(org, "POST", data=b"x", headers={"Content-Type": "text/plain"}).status_code == 415


@pytest.mark.parametrize("number", ["1e400", "-1e400", "NaN", "Infinity"])
def test_numbers_that_json_has_not(
    org: Simulator, ask: Ask, deployment: dict[str, Any], number: str
) -> None:
    """Python takes them and writes them, and no client could read the answer."""
    key = org.add(deployment)
    config = f'{{"v2": {{"size": {number}}}}}'
    data = f'{{"name": "x", "clientType": "v2", "clientConfig": {config}}}'
    for method, path in (("POST", ""), ("PUT", key)):
        answer = ask(org, method, path, data=data, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (400, "bad.request")
    assert org.dump() == {key: deployment}
    assert [each.body for each in org.requests] == [None, None]
    control = requests.post(f"{org.url}/_simulator/deployments", data=data, timeout=10)
    assert control.status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"clientType": "v1", "flow": {}},
        {"flow": {"name": "of nothing"}, "clientConfig": {"v1": None, "v1-http": {}}},
        {"clientConfig": {"v1": {"webChatSkin": None, "authenticationUrl": "HTTPS://bücher.de/ü"}}},
        {"flow": {"id": "\ud800"}, "clientConfig": {"v2": {"a": None}}},
        {"clientConfig": {"v2": json.loads('{"a":' * 700 + "1" + "}" * 700)}},
    ],
)
@pytest.mark.parametrize("respells", [False, True])
def test_no_field_is_required(
    org: Simulator, ask: Ask, body: dict[str, Any], respells: bool
) -> None:
    """By the vendor's description; who needs a field sees to it by itself."""
    org.faults.respells = respells
    made = ask(org, "POST", json=body)
    assert made.status_code == 200, made.text
    assert ask(org, "GET").json()["entities"] == [made.json()]
    assert ask(org, "PUT", made.json()["id"], json=made.json()).json() == made.json()


def test_several_mistakes_at_once(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    answer = ask(org, "POST", json={**deployment, "name": 3, "colour": "red"}).json()
    assert answer["code"] == "constraint.validation"
    assert answer["messageParams"] == {"problems": answer["message"]}
    assert [(each["fieldName"], each["errorCode"]) for each in answer["details"]] == [
        ("name", "invalid.value"),
        ("colour", "invalid.property"),
    ]


def test_what_is_legal(org: Simulator, ask: Ask) -> None:
    odd = {
        "name": "x",
        "clientType": "v1",
        "clientConfig": {"third-party": {}},
        "allowedDomains": ["https://a.example.com", "a", "a"],
    }
    assert ask(org, "POST", json=odd).ok
    assert ask(org, "POST", json=odd).ok  # a name is no key
    assert list(org.dump().values()) == [odd, odd]


def test_a_chunked_body(org: Simulator, ask: Ask) -> None:
    headers = {"Content-Type": "application/json"}
    pieces = iter([b'{"name": "x",', b'"clientType": "v2"}'])
    assert ask(org, "POST", data=pieces, headers=headers).ok
    assert ask(org, "GET").json()["total"] == 1


def test_a_body_that_is_too_large(org: Simulator) -> None:
    with requests.Session() as session:
        headers = {"Content-Length": str(1 << 30)}
        prepared = requests.Request("POST", org.url + PATH, headers=headers).prepare()
        prepared.headers["Content-Length"] = str(1 << 30)
        assert session.send(prepared, timeout=10).status_code == 413


def test_one_connection_serves_many_requests(org: Simulator) -> None:
    with contextlib.closing(http.client.HTTPConnection(org.url[7:], timeout=10)) as connection:
        connection.connect()
        first = connection.sock
        for _ in range(5):
            connection.request("POST", PATH, b"{}")
            assert connection.getresponse().read()
        assert connection.sock is first


@pytest.mark.parametrize("by", ["client", "token"])
def test_rate_limit(ask: Ask, clock: Any, by: Any) -> None:
    with Simulator(rate_limit=3, rate_limit_by=by, clock=clock, sleep=clock.sleep) as org:
        first, second = org.token(), org.token()
        assert [ask(org, "GET", token=first).status_code for _ in range(3)] == [200] * 3
        clock.now += 10.5
        refused = ask(org, "GET", token=first)
        assert (refused.status_code, refused.json()["code"]) == (429, "too.many.requests")
        assert refused.headers["Retry-After"] == "50"
        assert refused.headers["inin-ratelimit-allowed"] == "3"
        assert refused.headers["inin-ratelimit-count"] == "3"
        other = ask(org, "GET", token=second).status_code
        assert other == (429 if by == "client" else 200)
        clock.now += 50
        assert ask(org, "GET", token=first).status_code == 200


def test_a_seed_gives_the_same_ids(deployment: dict[str, Any]) -> None:
    def ids(seed: int | None) -> list[str]:
        with Simulator(seed=seed) as org:
            return [org.add(deployment) for _ in range(3)]

    assert ids(1) == ids(1)
    assert set(ids(1)).isdisjoint(ids(2))
    assert set(ids(None)).isdisjoint(ids(None))


def test_a_colleagues_hand(org: Simulator, ask: Ask, deployment: dict[str, Any]) -> None:
    key = org.add(deployment, deployment_id="fixed")
    assert key == "fixed"
    with pytest.raises(ValueError, match="already"):
        org.add(deployment, deployment_id="fixed")
    org.edit(key, name="Other", description=None)
    assert ask(org, "GET", key).json()["name"] == "Other"
    assert "description" not in ask(org, "GET", key).json()
    org.dump()[key]["name"] = "a copy"
    assert org.dump()[key]["name"] == "Other"
    org.remove(key)
    with pytest.raises(KeyError):
        org.edit(key, name="x")
    with pytest.raises(KeyError):
        org.remove(key)
    assert org.calls.total() == 2  # the two reads; a hand in the UI is no API call


def test_the_environment(org: Simulator) -> None:
    base = {
        "PATH": "/bin",
        "GENESYSCLOUD_ACCESS_TOKEN": "real",
        "GENESYSCLOUD_REGION": "eu-west-1",
        "HTTPS_PROXY": "http://proxy.example.com",
        "NO_PROXY": "example.com",
    }
    assert org.environ_over(base) == {
        "PATH": "/bin",
        "HTTPS_PROXY": "http://proxy.example.com",
        "NO_PROXY": "example.com,127.0.0.1",
        "no_proxy": "127.0.0.1",
        **org.environ,
    }
    assert org.url.startswith("http://127.0.0.1:")


def test_misuse() -> None:
    with pytest.raises(ValueError, match="at least one client"):
        Simulator(clients={})
    with pytest.raises(ValueError, match="client or token"):
        Simulator(rate_limit_by="ip")  # type: ignore[arg-type]
    with pytest.raises(RuntimeError, match="not started"):
        _ = Simulator().url
    with Simulator() as org, pytest.raises(OSError, match="in use"):
        Simulator(port=int(org.url.rpartition(":")[2])).start()
