"""The five calls, as they look on the wire."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_widgets.api import WidgetsClient, connection
from pulumi_widgets.errors import (
    AnswerError,
    ConnectionLostError,
    NotFoundError,
    SettingsError,
)
from pulumi_widgets.simulator import Reply, Simulator

from ...waiting import eventually
from .conftest import SECRET, MakeClient
from .servers import RawServer, answer, read_request

BODY = {"name": "Web", "clientType": "v2", "clientConfig": {"v2": {"größe": 5}}}
PATH = "/api/v2/widgets/deployments"


def test_a_deployment_is_made_read_changed_listed_and_deleted(
    client: WidgetsClient, org: Simulator
) -> None:
    made = client.create(BODY)
    assert org.dump() == {made["id"]: BODY}
    assert client.get(made["id"]) == made
    assert client.update(made["id"], BODY | {"name": "New"})["name"] == "New"
    assert [each["id"] for each in client.list()] == [made["id"]]
    client.delete(made["id"])
    assert client.list() == []


def test_nothing_is_sent_before_the_first_call(client: WidgetsClient, org: Simulator) -> None:
    assert not org.calls
    client.list()
    assert org.calls == {"POST /oauth/token": 1, f"GET {PATH}": 1}


def test_an_unknown_id_is_not_found_and_its_deletion_is_done(client: WidgetsClient) -> None:
    client.delete("gone")
    with pytest.raises(NotFoundError):
        client.get("gone")


def test_a_404_that_is_not_the_apis_never_says_that_a_deployment_is_gone(
    client: WidgetsClient, org: Simulator
) -> None:
    org.script("*", "*", Reply.passed())  # the token
    page = Reply(404, body=b"<h1>Not here</h1>", headers={"ININ-Correlation-Id": ""})
    org.script("*", f"{PATH}/*", page, times=3)
    for call in (client.get, client.delete, lambda id_: client.update(id_, BODY)):
        with pytest.raises(AnswerError) as caught:
            call("here")
        assert not caught.value.maybe_done


@pytest.mark.parametrize("missing", ["login", "list"])
def test_a_404_without_a_deployments_id_is_no_not_found(
    client: WidgetsClient, org: Simulator, missing: str
) -> None:
    org.script("*", "/oauth/token" if missing == "login" else PATH, Reply.error(404, "not.found"))
    with pytest.raises(AnswerError):
        client.get("here") if missing == "login" else client.list()


@pytest.mark.parametrize(
    ("id_", "segment"),
    [
        ("a/../b", "a%2F..%2Fb"),
        ("a?b#c", "a%3Fb%23c"),
        ("a b%2e", "a%20b%252e"),
        ("...", "..."),
        ("ü", "%C3%BC"),
    ],
)
def test_an_id_is_one_segment_of_the_path(
    make_client: MakeClient, serve: Callable[..., RawServer], id_: str, segment: str
) -> None:
    lines: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        lines.append(read_request(connection).partition(b"\r\n")[0])
        connection.sendall(answer(b"", status="204 No Content"))

    make_client(serve(handler).url, access_token="t").delete(id_)
    assert lines == [f"DELETE {PATH}/{segment} HTTP/1.1".encode()]


@pytest.mark.parametrize("id_", ["", " ", ".", "..", "\ud800", None, 5])
def test_what_is_no_id_is_an_error_before_any_request(
    client: WidgetsClient, org: Simulator, id_: Any
) -> None:
    for call in (client.get, client.delete, lambda id_: client.update(id_, BODY)):
        with pytest.raises(SettingsError, match="is no deployment's id; no call was made"):
            call(id_)
    assert not org.calls


@pytest.mark.parametrize("value", [float("nan"), {1, 2}, object()])
def test_a_body_that_is_no_json_is_an_error_before_any_request(
    client: WidgetsClient, org: Simulator, value: object
) -> None:
    with pytest.raises(SettingsError, match="cannot be written as JSON"):
        client.create({"name": value})
    assert not org.calls


def test_a_path_in_the_base_url_is_kept(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    lines: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        lines.append(read_request(connection).partition(b"\r\n")[0])
        connection.sendall(answer(b'{"entities": []}'))

    make_client(serve(handler).url + "/gateway/", access_token="t").list()
    assert lines == [f"GET /gateway{PATH} HTTP/1.1".encode()]


def test_calls_of_a_thread_share_a_connection(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        while request := read_request(connection):
            deleted = request.startswith(b"DELETE")
            connection.sendall(
                answer(b"", status="204 No Content") if deleted else answer(b'{"id": "a"}')
            )

    server = serve(handler)
    client = make_client(server.url, access_token="t")
    client.create(BODY)
    client.delete("a")
    client.update("a", BODY)
    client.get("a")
    assert server.connections == 1


def test_a_connection_that_the_server_closed_while_idle_costs_no_post(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    posts: list[int] = []

    def handler(connection: Any, number: int) -> None:  # one answer, and no "Connection: close"
        posts.append(number)
        read_request(connection)
        connection.sendall(answer(b'{"id": "a"}'))

    server = serve(handler)
    client = make_client(server.url, access_token="t")
    for count in range(3):
        client.create(BODY)
        eventually(lambda count=count: server.closed > count, "it is closed")  # type: ignore[misc]
    assert posts == [0, 1, 2]


def test_a_post_does_not_use_a_connection_that_was_idle_for_long(
    make_client: MakeClient, serve: Callable[..., RawServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    def handler(connection: Any, number: int) -> None:  # breaks at the second request
        read_request(connection)
        connection.sendall(answer(b'{"id": "a"}'))
        read_request(connection)

    server = serve(handler)
    client = make_client(server.url, access_token="t")
    client.create(BODY)
    with pytest.raises(ConnectionLostError):
        client.create(BODY)
    monkeypatch.setattr(connection, "POST_IDLE", 0.0)
    client.create(BODY)
    client.create(BODY)
    assert server.connections == 3


def test_threads_and_orgs_share_the_connections_to_a_server(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    """Else a fleet of a hundred orgs in 32 threads would run out of file descriptors."""
    all_there = threading.Barrier(8, timeout=10)

    def handler(connection: Any, number: int) -> None:
        while read_request(connection):
            if not all_there.broken:
                all_there.wait()
            connection.sendall(answer(b'{"entities": []}'))

    server = serve(handler)
    clients = [make_client(server.url, access_token=f"t{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda client: client.list(), clients))
    all_there.abort()
    for client in clients:
        thread = threading.Thread(target=client.list)
        thread.start()
        thread.join()
    assert (server.connections, server.closed) == (8, 0)
    clients[0].close()
    eventually(lambda: server.closed == 8, "they are closed")


def test_servers_that_are_not_asked_any_more_are_let_go(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        while read_request(connection):
            connection.sendall(answer(b'{"entities": []}'))

    servers = [serve(handler) for _ in range(40)]
    for server in servers:
        make_client(server.url, access_token="t").list()
    eventually(lambda: sum(each.closed for each in servers) == 8, "the first eight are closed")


def test_no_cookie_comes_back(make_client: MakeClient, serve: Callable[..., RawServer]) -> None:
    seen: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        while request := read_request(connection):
            seen.append(request.lower())
            connection.sendall(answer(b'{"id": "a"}', headers="Set-Cookie: a=b; Path=/\r\n"))

    client = make_client(serve(handler).url, access_token="t")
    client.get("a")
    client.get("a")
    assert len(seen) == 2
    assert not any(b"cookie" in each for each in seen)


def test_a_client_shows_and_pickles_no_credentials(client: WidgetsClient, org: Simulator) -> None:
    client.list()
    assert repr(client) == f"WidgetsClient('{org.url}')"
    with pytest.raises(TypeError, match="is not pickled"):
        pickle.dumps(client)


def test_a_closed_client_opens_new_connections(make_client: MakeClient, org: Simulator) -> None:
    with make_client() as client:
        client.list()
    assert client.list() == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"base_url": ""}, "the base URL is no URL"),
        ({"client_secret": ""}, "no credentials"),
        ({"client_id": "a:b"}, "must not hold a colon"),
        ({"client_secret": "\udcff"}, "is not valid text"),
        ({"access_token": "a b"}, "the access token holds white space"),
        ({"access_token": "a\r\nX-Evil: b"}, "the access token holds white space"),
        ({"login_url": ""}, "the login URL is no URL"),
        ({"base_url": "ftp://127.0.0.1"}, "the base URL is no URL"),
        ({"base_url": "api.mypurecloud.com"}, "the base URL is no URL"),
        ({"base_url": "https://a@b.example"}, "the base URL must hold no user"),
        ({"base_url": "https://b.example/?a"}, "must hold no user, query"),
        ({"base_url": "https://b.example:port"}, "the base URL is no URL"),
        ({"base_url": "http://127.0.0.1\\@evil.example"}, "must hold no user"),
        ({"base_url": "http://api.mypurecloud.com"}, "the base URL must be https"),
        ({"base_url": "http://127.0.0.1.evil.example"}, "the base URL must be https"),
        ({"base_url": "http://10.0.0.1"}, "the base URL must be https"),
        ({"login_url": "http://[::2]:80"}, "the login URL must be https"),
    ],
)
def test_a_setting_that_cannot_work_is_refused_at_once(
    make_client: MakeClient, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(SettingsError, match=reason) as caught:
        make_client(**changes)
    assert SECRET not in str(caught.value)
    assert "Evil" not in repr(caught.value)


@pytest.mark.parametrize(
    "url", ["http://localhost:1", "http://127.8.9.1", "http://[::1]:8080/x/", "https://a.example"]
)
def test_a_url_that_can_work_is_taken(make_client: MakeClient, url: str) -> None:
    assert repr(make_client(url)) == f"WidgetsClient('{url.rstrip('/')}')"
