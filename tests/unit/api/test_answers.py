"""Hostile and broken answers: a clear error, within the limits, whatever comes."""

from __future__ import annotations

import gzip
import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_widgets.api import WidgetsClient, transport
from pulumi_widgets.api.retry import RetryPolicy
from pulumi_widgets.errors import AnswerError, TimedOutError
from pulumi_widgets.simulator import Reply, Simulator

from .conftest import MakeClient
from .servers import RawServer, answer, read_request

PATH = "/api/v2/widgets/deployments"
ONCE = RetryPolicy(attempts=1)


def levels(depth: int) -> bytes:
    return b'{"id": "a", "x": ' + b"[" * depth + b"]" * depth + b"}"


NOT_ONE = {
    "a page": (Reply.html(), "not JSON"),
    "JSON as a page": (Reply(json={"id": "a"}, headers={"Content-Type": "text/html"}), "not JSON"),
    "nothing": (Reply(body=b""), "no JSON object"),
    "204": (Reply(204), "no JSON object"),
    "a list": (Reply(json=[{"id": "a"}]), "no JSON object"),
    "a string": (Reply(json="a"), "no JSON object"),
    "half": (Reply(body=b'{"id": "a"'), "no JSON object"),
    "two": (Reply(body=b'{"id": "a"}{}'), "no JSON object"),
    "NaN": (Reply(body=b'{"id": "a", "x": NaN}'), "no JSON object"),
    "infinite": (Reply(body=b'{"id": "a", "x": 1e999}'), "no JSON object"),
    "endless digits": (Reply(body=b'{"id": "a", "x": ' + b"9" * 5000 + b"}"), "no JSON object"),
    "no UTF-8": (Reply.bad_utf8(), "no JSON object"),
    "deepest": (Reply.nested(), "no JSON object"),
    "deep": (Reply(body=levels(101)), "nested too deeply"),
    "no id": (Reply(json={"name": "Web"}), "a deployment without an id"),
    "id null": (Reply(json={"id": None}), "a deployment without an id"),
    "id empty": (Reply(json={"id": " "}), "a deployment without an id"),
    "id a number": (Reply(json={"id": 5}), "a deployment without an id"),
    "id of no path": (Reply(json={"id": ".."}), "a deployment without an id"),
}


@pytest.mark.parametrize("what", NOT_ONE)
def test_what_is_no_deployment_is_an_error_and_asked_for_once(
    client: WidgetsClient, org: Simulator, what: str
) -> None:
    reply, reason = NOT_ONE[what]
    calls: list[Callable[[], object]] = [
        lambda: client.create({}),
        lambda: client.get("a"),
        lambda: client.update("a", {}),
    ]
    for call in calls:
        org.script("*", f"{PATH}*", reply)
        with pytest.raises(AnswerError, match=reason) as caught:
            call()
        assert "\n" not in str(caught.value)
        assert len(str(caught.value)) < 400
        assert caught.value.__context__ is None
    assert sum(org.calls.values()) == 4  # the token's is one


def test_another_deployment_than_the_one_asked_for_is_an_error(
    client: WidgetsClient, org: Simulator
) -> None:
    org.script("*", f"{PATH}/*", Reply(json={"id": "b"}), times=2)
    for call in (client.get, lambda id_: client.update(id_, {})):
        with pytest.raises(AnswerError, match="another deployment than the one asked for"):
            call("a")
    org.script("*", f"{PATH}/*", Reply(json={"id": "A"}))
    assert client.get("a") == {"id": "A"}


@pytest.mark.parametrize(
    "reply",
    [
        Reply(json={"id": "a", "x": [1, 1.5, None, "ü\ud800"]}),
        Reply(body=levels(99)),
        Reply(body=b'\xef\xbb\xbf{"id": "a"}'),
        Reply(
            json={"id": "a"}, headers={"Content-Type": "application/problem+JSON; charset=utf-8"}
        ),
        Reply(json={"id": "a"}, headers={"Content-Type": ""}),
        Reply(201, {"id": "a"}),
        Reply(body=gzip.compress(b'{"id": "a"}'), headers={"Content-Encoding": "gzip"}),
    ],
)
def test_what_is_a_deployment_is_returned(
    client: WidgetsClient, org: Simulator, reply: Reply
) -> None:
    org.script("POST", PATH, reply)
    assert client.create({})["id"] == "a"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ({}, "a listing without entities"),
        ({"entities": None}, "a listing without entities"),
        ({"entities": {}}, "a listing without entities"),
        ({"entities": ["a"]}, "an entity without an id"),
        ({"entities": [{"id": "a"}, {"name": "Web"}]}, "an entity without an id"),
        ({"entities": [{"id": "a"}, {"id": ["a"]}]}, "an entity without an id"),
        ({"entities": [{"id": "a"}, {"id": "a"}]}, "an id that is there twice"),
    ],
)
def test_what_is_no_listing_is_an_error(
    client: WidgetsClient, org: Simulator, content: object, reason: str
) -> None:
    org.script("GET", PATH, Reply(json=content))
    with pytest.raises(AnswerError, match=reason):
        client.list()


def test_a_listing_may_leave_out_all_but_ids(client: WidgetsClient, org: Simulator) -> None:
    org.script("GET", PATH, Reply(json={"entities": [{"id": "a/b"}, {"id": "b"}]}))
    assert client.list() == [{"id": "a/b"}, {"id": "b"}]


# --- bounds ---------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [200, 302, 400, 500])
def test_an_endless_answer_is_cut_off(
    make_client: MakeClient,
    serve: Callable[..., RawServer],
    monkeypatch: pytest.MonkeyPatch,
    status: int,
) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 1024 * 1024)
    sent = 0

    def handler(connection: Any, number: int) -> None:
        nonlocal sent
        read_request(connection)
        connection.sendall(f"HTTP/1.1 {status} X\r\nLocation: http://[bad\r\n\r\n".encode())
        while True:
            connection.sendall(b" " * 65_536)
            sent += 65_536

    client = make_client(serve(handler).url, access_token="t")
    with pytest.raises(AnswerError, match="the answer is bigger than 1 MiB"):
        client.list()
    assert sent < 16 * 1024 * 1024  # what sockets buffer; it would go on and on


def test_the_bound_is_of_what_is_unpacked(client: WidgetsClient, org: Simulator) -> None:
    bomb = gzip.compress(b'{"id": "' + b"a" * (65 * 1024 * 1024) + b'"}')
    assert len(bomb) < 100_000
    org.script("POST", PATH, Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(AnswerError, match="the answer is bigger than 64 MiB"):
        client.create({})


@pytest.mark.parametrize("encoding", ["gzip, gzip", "br", "zstd", "snappy"])
def test_packings_that_have_no_bound_are_refused(
    client: WidgetsClient, org: Simulator, encoding: str
) -> None:
    org.script("POST", PATH, Reply(body=b"x", headers={"Content-Encoding": encoding}))
    with pytest.raises(AnswerError, match="packed in an unknown way"):
        client.create({})


def test_what_cannot_be_unpacked_is_an_error(client: WidgetsClient, org: Simulator) -> None:
    org.script("POST", PATH, Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(AnswerError, match="the answer cannot be unpacked") as caught:
        client.create({})
    assert caught.value.maybe_done


def test_a_dripping_body_is_over_when_the_time_is(make_client: MakeClient, org: Simulator) -> None:
    client = make_client(read_timeout=0.3, policy=ONCE)
    client.list()
    org.script("GET", PATH, Reply.drip(0.05))
    with pytest.raises(TimedOutError):
        client.list()


@pytest.mark.parametrize("piece", [b"X", b"HTTP/1.1 100 Continue\r\n\r\n", b"A: b\r\n"])
def test_a_dripping_head_is_over_when_the_time_is(
    make_client: MakeClient, serve: Callable[..., RawServer], piece: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        if piece.startswith(b"A"):
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(piece)
            time.sleep(0.02)

    client = make_client(serve(handler).url, access_token="t", read_timeout=0.3, policy=ONCE)
    with pytest.raises(TimedOutError) as caught:
        client.create({})
    assert caught.value.maybe_done


def test_a_slow_answer_leaves_the_next_one_all_its_time(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        while read_request(connection):
            time.sleep(0.1)
            connection.sendall(answer(b'{"id": "a"}'))

    server = serve(handler)
    client = make_client(server.url, access_token="t", read_timeout=1.0, policy=ONCE)
    for _ in range(12):  # longer than it together, each far from it
        client.get("a")
    assert server.connections == 1


@pytest.mark.parametrize(
    "said",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * (http.client._MAXHEADERS + 1) + b"\r\n",  # type: ignore[attr-defined]
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_not_http_is_an_error(
    make_client: MakeClient, serve: Callable[..., RawServer], said: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        connection.sendall(said)

    with pytest.raises(AnswerError, match="the answer is not HTTP") as caught:
        make_client(serve(handler).url, access_token="t").create({})
    assert caught.value.maybe_done


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("which", ["call", "login"])
def test_no_redirect_is_followed(
    make_client: MakeClient,
    org: Simulator,
    serve: Callable[..., RawServer],
    status: int,
    which: str,
) -> None:
    elsewhere = serve(lambda connection, number: None)
    where = f"http://127.0.0.1:{elsewhere.port}/take?token=1"
    org.script("*", "/oauth/token" if which == "login" else PATH, Reply.redirect(where, status))
    shown = where.partition("?")[0]
    with pytest.raises(
        AnswerError, match=f"{status}: a redirect to {shown}, which is not followed"
    ):
        make_client().create({})
    assert elsewhere.connections == 0


def test_bodies_of_many_deployments_are_read_whole(client: WidgetsClient, org: Simulator) -> None:
    entities = [{"id": str(n), "name": "x" * 1000} for n in range(5000)]
    content = json.dumps({"entities": entities}).encode()
    org.script("GET", PATH, Reply(body=content))
    assert client.list() == entities
