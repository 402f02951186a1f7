"""The line that a person reads, exactly, for each way to fail."""

from __future__ import annotations

import socket

import pytest

from pulumi_widgets.api import WidgetsClient
from pulumi_widgets.errors import OrgFullError, WidgetsError
from pulumi_widgets.simulator import Reply, Simulator

from .conftest import MakeClient
from .test_retry import BODY, CALLS

PATH = "/api/v2/widgets/deployments"
ID = {"ININ-Correlation-Id": "c-1"}
NO_ID = {"ININ-Correlation-Id": ""}


def api(status: int, **content: object) -> Reply:
    """An error of the API."""
    return Reply(status, content, headers=ID)


REFUSED = (
    "The credentials were refused: check the OAuth client's id and secret (or the access token) "
    "and the region."
)
WRONG_HOST = "Check that the region (or the base URL) leads to Genesys Cloud, and not to a proxy."
DETAILS = {
    "message": "The request is bad.",
    "code": "bad.request",
    "details": [{"errorCode": "invalid.value", "fieldName": "allowedDomains", "x": None}],
    "errors": [{"message": "flow: no such flow", "status": 400}, "and so\non", *"abcdef"],
}

# which call, what the API answers, the line
LINES = {
    "401": (
        "GET",
        api(401, message="Invalid login credentials.", code="bad.credentials"),
        f"GET {PATH}/a: 401 bad.credentials: Invalid login credentials (correlation id c-1). "
        + REFUSED,
    ),
    "403 of POST": (
        "POST",
        api(403, message="Missing: [widgets:deployment:add]", code="missing.permission"),
        f"POST {PATH}: 403 missing.permission: Missing: [widgets:deployment:add] (correlation id "
        "c-1). Give the OAuth client a role with the permission widgets:deployment:add or "
        "webchat:deployment:create.",
    ),
    "403 without a word": (
        "GET",
        Reply(403, body=b"", headers=ID),
        f"GET {PATH}/a: 403: the answer is application/json: empty (correlation id c-1). Give the "
        "OAuth client a role with the permission widgets:deployment:view or "
        "webchat:deployment:read.",
    ),
    "400 with details": (
        "POST",
        api(400, **DETAILS),
        f"POST {PATH}: 400 bad.request: The request is bad [errorCode=invalid.value, "
        "fieldName=allowedDomains; flow: no such flow; and so on; a; b; and 4 more] (correlation "
        "id c-1). Correct the input that the message names.",
    ),
    "404": (
        "PUT",
        api(404, message="Not found.", code="not.found"),
        f"PUT {PATH}/a: 404 not.found: Not found (correlation id c-1). Run `pulumi refresh` to "
        "bring the state up to date.",
    ),
    "404 of a gateway": (
        "PUT",
        Reply(404, body=b"<h1>404</h1>", headers={"Content-Type": "text/html", **NO_ID}),
        f"PUT {PATH}/a: 404: the answer is text/html: <h1>404</h1>. This host does not serve the "
        "Widgets API: check the region (or the base URL). The vendor removed the API from its "
        "description in August 2026 (announced end: June 2025).",
    ),
    "409": (
        "PUT",
        api(409, message="Version mismatch", code="conflict", contextId="c-2"),
        f"PUT {PATH}/a: 409 conflict: Version mismatch (correlation id c-1) (5 attempts). "
        "Run `pulumi refresh`, then `pulumi up` again.",
    ),
    "a full org": (
        "POST",
        api(409, message="No more than 10 allowed", code="maximum.deployments.exceeded"),
        f"POST {PATH}: 409 maximum.deployments.exceeded: No more than 10 allowed (correlation id "
        f"c-1). {OrgFullError.hint}",
    ),
    "422": (
        "PUT",
        Reply(422, {"message": "No", "contextId": "c-2"}, headers=NO_ID),
        f"PUT {PATH}/a: 422: No (correlation id c-2)",
    ),
    "429": (
        "DELETE",
        api(429, message="Rate limit exceeded", code="too.many.requests"),
        f"DELETE {PATH}/a: 429 too.many.requests: Rate limit exceeded (correlation id c-1) (14 "
        "attempts). The org's rate limit (300 requests a minute for each client) is used up: run "
        "again in a minute, with a smaller --parallel, or with an OAuth client of its own.",
    ),
    "5xx": (
        "DELETE",
        Reply(502, body=b"<h1>Bad\n\n gateway</h1>", headers={"Content-Type": "text/html", **ID}),
        f"DELETE {PATH}/a: 502: the answer is text/html: <h1>Bad gateway</h1> (correlation id "
        "c-1) (10 attempts). The service failed: run again; what is done stays done.",
    ),
    "reset": (
        "POST",
        Reply.reset(),
        f"POST {PATH}: the connection broke before the whole answer. The service or the network "
        "dropped the connection: run again.",
    ),
    "no answer": (
        "POST",
        Reply.hang(30),
        f"POST {PATH}: no whole answer within 0.2 s. The service or the network is slow: run "
        "again.",
    ),
    "a redirect": (
        "GET",
        Reply.redirect("https://sso.example/login?from=x"),
        f"GET {PATH}/a: 302: a redirect to https://sso.example/login, which is not followed. "
        + WRONG_HOST,
    ),
    "not JSON": (
        "GET",
        Reply(body=b"\x00<p>" + b"x" * 200, headers={"Content-Type": "Text/HTML; charset=a"}),
        f"GET {PATH}/a: 200: not JSON: the answer is text/html: <p>{'x' * 96}…. {WRONG_HOST}",
    ),
    "no id": (
        "POST",
        Reply(json={"name": "Web"}),
        f"POST {PATH}: 200: a deployment without an id: the answer is application/json: "
        f'{{"name": "Web"}}. {WRONG_HOST}',
    ),
}


@pytest.mark.parametrize("what", LINES)
def test_the_line_of_a_failed_call(make_client: MakeClient, org: Simulator, what: str) -> None:
    method, reply, line = LINES[what]
    client = make_client(read_timeout=0.2)
    org.script(method, f"{PATH}*", reply, times=14)
    with pytest.raises(WidgetsError) as caught:
        CALLS[method](client)
    assert str(caught.value) == line


LOGIN_LINES = {
    "wrong secret": (
        Reply(400, {"error": "invalid_client", "description": "authentication failed"}, headers=ID),
        f"400 invalid_client: authentication failed (correlation id c-1). {REFUSED}",
    ),
    "no token": (
        Reply(json={"token": "abcdef"}),
        "200: no usable access_token: the answer is application/json (not shown: it may hold a "
        "credential). Check the region (or the login URL).",
    ),
    "not there": (
        Reply(404, body=b"", headers={"Content-Type": "text/html"}),
        "404: the answer is text/html: empty. Check the region (or the login URL).",
    ),
}


@pytest.mark.parametrize("what", LOGIN_LINES)
def test_the_line_of_a_failed_login(client: WidgetsClient, org: Simulator, what: str) -> None:
    reply, line = LOGIN_LINES[what]
    org.script("POST", "/oauth/token", reply)
    with pytest.raises(WidgetsError) as caught:
        client.list()
    assert str(caught.value) == f"POST {org.url.removeprefix('http://')}/oauth/token: {line}"


@pytest.mark.parametrize("renewable", [True, False])
def test_refused_credentials_are_told_with_where_they_come_from(
    make_client: MakeClient, org: Simulator, *, renewable: bool
) -> None:
    origin = "the access token (GENESYSCLOUD_ACCESS_TOKEN)"
    wrong = {"client_secret": "another"} if renewable else {"access_token": "another"}
    client = make_client(origin=origin, **wrong)
    for _ in range(2):  # the second refusal is from memory
        with pytest.raises(WidgetsError) as caught:
            client.list()
        assert str(caught.value).endswith(
            f"). The credentials were refused: check {origin}, and the region."
        )


def test_the_real_wrong_secret(make_client: MakeClient, org: Simulator) -> None:
    with pytest.raises(WidgetsError) as caught:
        make_client(client_secret="another").list()
    line = str(caught.value)
    assert "/oauth/token: 401 invalid_client: authentication failed (correlation id " in line
    assert line.endswith(REFUSED)


def test_the_real_missing_permission(client: WidgetsClient, org: Simulator) -> None:
    org.permissions = ["widgets:deployment:view"]
    with pytest.raises(WidgetsError) as caught:
        client.create(BODY)
    assert "403 missing" in str(caught.value)
    assert str(caught.value).endswith(
        "role with the permission widgets:deployment:add or webchat:deployment:create."
    )


def test_the_line_of_a_refused_connection(make_client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(WidgetsError) as caught:
        make_client(f"http://{host}", access_token="t").list()
    assert str(caught.value) == (
        f"GET {PATH}: {host} refused the connection (6 attempts). Check the region (or the base "
        "URL) and the network."
    )


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ({"code": "maximum.deployments.exceeded", "message": "No more than 10 deployments"}, 10),
        ({"code": "too.many.deployments", "message": "Conflict"}, None),
        ({"code": "too.many.deployments", "limit": {"key": "k", "value": 25}}, 25),
        ({"code": "too.many.deployments", "limit": {"value": "none"}, "message": 7}, None),
        ({"code": "too.many.deployments", "message": "Org 471100 holds 25 already"}, None),
        ({"code": "too.many.deployments", "limit": [], "message": {"a": "b"}}, None),
    ],
)
def test_a_full_org_says_how_many_it_may_hold(
    org: Simulator, make_client: MakeClient, said: dict[str, object], limit: int | None
) -> None:
    org.script("POST", PATH, Reply(409, said))
    with pytest.raises(OrgFullError) as caught:
        make_client().create({"name": "Web", "clientType": "v1"})
    assert caught.value.limit == limit
    assert not caught.value.maybe_done
