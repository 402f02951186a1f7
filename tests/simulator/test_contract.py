"""The simulator against the contract: the vendor's description as a table, and its own, tried out.

The table is what the vendor's description of the Widgets API said in July 2026.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.simulator.contract import ALL_SCOPES

from .conftest import Ask

PATH = "/api/v2/widgets/deployments"
ONE = f"{PATH}/{{deploymentId}}"
EVERY_CALL = {
    400: "bad.request response.entity.too.large",
    401: "authentication.required bad.credentials ip.not.authorized",
    403: "app.not.authorized.for.scope authz.policy.denied missing.any.division.permissions "
    "missing.any.permissions missing.division.permission missing.permissions not.authorized",
    404: "not.found",
    408: "client.timeout",
    409: "request.conflict",
    413: "request.entity.too.large",
    415: "unsupported.media.type",
    429: "too.many.requests too.many.requests.retry.after",
    500: "internal.server.error",
    503: "service.unavailable",
    504: "authentication.request.timeout request.timeout",
}
READS = (
    "constraint.validation invalid.date invalid.property invalid.query.param.value invalid.value"
)
WRITES = f"{READS} client.failed.request"
# method, route, success, permissions, scopes, further codes
CALLS: list[tuple[str, str, str, str, str, dict[int, str]]] = [
    ("get", PATH, "200", "view read", "widgets widgets:readonly", {400: READS}),
    (
        "post",
        PATH,
        "200",
        "add create",
        "widgets",
        {400: WRITES, 409: "maximum.deployments.exceeded too.many.deployments"},
    ),
    ("get", ONE, "200", "view read", "widgets widgets:readonly", {400: READS}),
    ("put", ONE, "200", "edit update", "widgets", {400: WRITES}),
    ("delete", ONE, "204", "delete delete", "widgets", {404: "resource.not.found"}),
]
TYPES = ["v1", "v2", "v1-http", "third-party"]
SKINS = ["basic", "modern-caret-skin"]
FIELDS: dict[str, Any] = {
    "id": "read only",
    "selfUri": "read only",
    "name": "string",
    "description": "string",
    "authenticationRequired": "boolean",
    "disabled": "boolean",
    "flow": "object",
    "flow.id": "string",
    "flow.name": "read only",  # of no effect when sent
    "flow.selfUri": "read only",
    "allowedDomains": "array",
    "clientType": TYPES,
    "clientConfig": "object",
    **{f"clientConfig.{each}": "object" for each in TYPES},
    **{f"clientConfig.{each}.webChatSkin": SKINS for each in ("v1", "v1-http")},
    **{f"clientConfig.{each}.authenticationUrl": "string" for each in ("v1", "v1-http")},
}


@pytest.fixture
def described(org: Simulator) -> Any:
    answer = requests.get(f"{org.url}/openapi.json", timeout=10)  # without a token
    assert answer.headers["Content-Type"] == "application/json"
    assert not org.calls
    return answer.json()


@pytest.mark.parametrize(
    ("method", "route", "success", "permissions", "scopes", "further"),
    CALLS,
    ids=[f"{each[0]} {each[1]}" for each in CALLS],
)
def test_codes_permissions_and_scopes(
    described: Any,
    method: str,
    route: str,
    success: str,
    permissions: str,
    scopes: str,
    further: dict[int, str],
) -> None:
    call = described["paths"][route][method]
    assert [status for status in call["responses"] if status < "300"] == [success]
    new, old = permissions.split()
    assert call["x-permissions"] == [f"widgets:deployment:{new}", f"webchat:deployment:{old}"]
    assert call["security"] == [{"oauth": [each]} for each in scopes.split()]
    for status, answer in call["responses"].items():
        if status >= "400":
            named = f"{EVERY_CALL[int(status)]} {further.get(int(status), '')}".split()
            assert answer["x-codes"].keys() <= set(named)


def test_it_describes_the_five_calls_and_the_login(described: Any) -> None:
    calls = {
        (method, route)
        for route, methods in described["paths"].items()
        for method in methods
        if method != "parameters"
    }
    assert calls == {("post", "/oauth/token"), *((each[0], each[1]) for each in CALLS)}


def test_fields(described: Any) -> None:
    found = {}

    def look(schema: dict[str, Any], path: str) -> None:
        assert "required" not in schema
        for key, each in schema.get("properties", {}).items():
            kind, null = each["type"]
            assert null == "null"  # which counts as not sent
            found[path + key] = "read only" if each.get("readOnly") else kind
            if "enum" in each:
                found[path + key] = each["enum"][:-1]
            look(each, f"{path}{key}.")

    look(described["components"]["schemas"]["WidgetDeployment"], "")
    assert found == FIELDS


@pytest.mark.skipif(sys.version_info < (3, 11), reason="Schemathesis needs Python 3.11")
def test_the_description_holds(tmp_path: Path) -> None:
    """Schemathesis makes requests from it, right ones and wrong ones, and checks the answers.

    In a process of its own: inside pytest it is a plugin that all tests would pay for.
    """
    with Simulator(seed=0, limit=None) as org:
        done = subprocess.run(
            [
                *(sys.executable, "-m", "schemathesis.cli", "run", f"{org.url}/openapi.json"),
                *("--header", f"Authorization: Bearer {org.token()}"),
                *("--max-examples", "5", "--generation-deterministic", "--workers", "1"),
            ],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    # it got through to what it is there for
    answered = {(each.method, each.status) for each in org.requests}
    assert {("GET", 200), ("PUT", 200), ("DELETE", 204), ("POST", 400), ("PUT", 400)} <= answered


@pytest.mark.parametrize("limit", [10, 2, None])
def test_a_full_org(ask: Ask, deployment: dict[str, Any], clock: Any, limit: int | None) -> None:
    more = {} if limit == 10 else {"limit": limit}
    with Simulator(clock=clock, **more) as org:  # type: ignore[arg-type]
        for _ in range(limit or 15):
            assert ask(org, "POST", json=deployment).ok
        refused = ask(org, "POST", json=deployment)
        if limit is None:
            assert refused.ok
            return
        assert refused.status_code == 409
        answer = refused.json()
        assert answer["code"] == "maximum.deployments.exceeded"
        assert answer["message"] == f"No more than {limit} deployments allowed"
        assert answer["messageWithParams"] == "No more than {limit} deployments allowed"
        assert answer["messageParams"] == {"limit": str(limit)}
        assert answer["limit"].keys() == {"key", "namespace", "value"}
        assert (answer["limit"]["namespace"], answer["limit"]["value"]) == ("webchat", limit)
        # a colleague's way is another; what is there may be changed; what goes leaves room
        [key, *_] = org.dump()
        org.remove(org.add(deployment))
        assert ask(org, "PUT", key, json=deployment).ok
        org.faults.delete_lag = 5
        assert ask(org, "DELETE", key).ok
        assert ask(org, "POST", json=deployment).ok
        assert ask(org, "POST", json=deployment).status_code == 409
        assert len(org.dump()) == limit


def test_a_twin_needs_room_too(ask: Ask, deployment: dict[str, Any]) -> None:
    with Simulator(seed=0, limit=3) as org:
        org.faults.double_post = 1
        assert [ask(org, "POST", json=deployment).status_code for _ in range(3)] == [200, 200, 409]
        assert len(org.dump()) == 3


def test_a_colleague_may_overfill_it(ask: Ask, deployment: dict[str, Any], clock: Any) -> None:
    with Simulator(seed=0, limit=2, clock=clock) as org:
        org.faults.double_post, org.faults.late_twins = 1, 10
        assert ask(org, "POST", json=deployment).ok
        for _ in range(3):
            org.add(deployment)
        clock.now += 10  # the twin's time comes, and there is no room for it
        assert ask(org, "POST", json=deployment).status_code == 409
        assert len(org.dump()) == 4


@pytest.mark.parametrize("scope", ALL_SCOPES)
def test_scopes(ask: Ask, deployment: dict[str, Any], scope: str) -> None:
    with Simulator(scopes=[scope]) as org:
        key = org.add(deployment)
        for method, path in (
            ("GET", ""),
            ("GET", key),
            ("POST", ""),
            ("PUT", key),
            ("DELETE", key),
        ):
            answer = ask(org, method, path, json=deployment)
            if method == "GET" or scope == "widgets":
                assert answer.ok
            else:
                assert (answer.status_code, answer.json()["code"]) == (
                    403,
                    "app.not.authorized.for.scope",
                )
                assert answer.json()["message"] == "App not authorized to use scope widgets"
        assert (key in org.dump()) == (scope != "widgets")


def test_no_scope_at_all(ask: Ask) -> None:
    with Simulator(scopes=[]) as org:
        answer = ask(org, "GET").json()
        assert answer["code"] == "app.not.authorized.for.scope"
        assert answer["messageParams"] == {"scope": "widgets, widgets:readonly"}
