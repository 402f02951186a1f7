"""Hostile and broken answers: a clear error, within the limits, whatever comes."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pulumi_widgets.api import WidgetsClient, transport
from pulumi_widgets.api.retry import RetryPolicy
from pulumi_widgets.errors import AnswerError, ApiError, TimedOutError, WidgetsError
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
    "deep": (Reply.nested(), "a deployment without an id"),
    "deep and half": (Reply(body=b'{"id": "a", "x": ' + b"[" * 100_000), "no JSON object"),
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


@pytest.mark.parametrize("depth", [101, 400, 100_000])
def test_what_is_nested_too_deeply_is_cut_off_and_the_rest_is_read(
    client: WidgetsClient, org: Simulator, depth: int
) -> None:
    deep = b'{"id": "b", "y": ["]", ' + levels(depth) + b', "\\"["], "z": [1]}'
    org.script("GET", PATH, Reply(body=b'{"entities": [' + levels(1) + b"," + deep + b"]}"))
    one, other = client.list()
    assert one == {"id": "a", "x": []}
    assert (other["y"][0], other["y"][2], other["z"]) == ("]", '"[', [1])
    inner = other["y"][1]["x"]
    levels_left = 0
    while isinstance(inner, list):
        inner, levels_left = inner[0], levels_left + 1
    assert inner == "(nested too deeply)"
    assert levels_left < 100


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
        ({"entities": [{"id": "a"}, {"id": "A"}]}, "an id that is there twice"),
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


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "said",
    [
        CHUNKED + b"-5\r\nabcde\r\n0\r\n\r\n",
        CHUNKED + b"5\r\nabcde\r\n-1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1, 2\r\n\r\n{}",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        b"HTTP/1.1 099 X\r\n\r\n",
        answer(b'{"code": ' + b"[" * 900 + b"]" * 900 + b"}", status="400 Bad Request"),
        answer(b'{"limit": {"value": ' + b"[" * 900 + b"]" * 900 + b"}}", status="409 X"),
        answer(b"[" * 300_000, status="500 X"),
    ],
)
def test_what_is_answered_wrongly_after_a_post_is_an_error_of_ours(
    make_client: MakeClient, serve: Callable[..., RawServer], said: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        connection.sendall(said)

    with pytest.raises(WidgetsError) as caught:
        make_client(serve(handler).url, access_token="t", policy=ONCE).create({})
    refused = isinstance(caught.value, ApiError) and caught.value.status < 500
    assert caught.value.maybe_done is not refused
    assert caught.value.__context__ is None


_WORD = st.one_of(
    st.sampled_from(["", "0", "-5", "5", "+5", "1_0", "0x5", "\xb2", "9" * 400, "gzip", "chunked"]),
    st.sampled_from(["close", "text/html; charset", "application/json", "Wed, 99 Foo 2015 99:99"]),
    st.text(st.characters(max_codepoint=255, exclude_characters="\r\n"), max_size=12),
)
_NAMES = ["Content-Length", "Transfer-Encoding", "Content-Encoding", "Content-Type", "Retry-After"]
_NAMES += ["Location", "Connection", "Set-Cookie", "ININ-Correlation-Id", "Keep-Alive", "A b", ""]
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["id", "entities", "message", "code", "details", "errors", "limit", "value"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=8,
)
_BODIES = _JSON.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=60)


@st.composite
def answers_of_any_kind(draw: st.DrawFn) -> bytes:
    """From what is well formed to what is noise."""
    if draw(st.integers(0, 9)) == 0:
        return draw(st.binary(max_size=200))
    status = draw(st.sampled_from([*map(str, (100, 101, 103, 200, 201, 204, 302, 304)), "-200"]))
    if draw(st.booleans()):
        status = draw(
            st.sampled_from([*map(str, (400, 401, 404, 408, 409, 429, 500, 999))]) | _WORD
        )
    lines = [f"HTTP/1.{draw(st.sampled_from('01129'))} {status} {draw(_WORD)}"]
    lines += [
        f"{name}: {value}"
        for name, value in draw(st.lists(st.tuples(st.sampled_from(_NAMES), _WORD), max_size=4))
    ]
    body = draw(_BODIES)
    framing = draw(st.sampled_from(["length", "chunked", "none"]))
    if framing == "length":
        lines.append(f"Content-Length: {len(body)}")
    if framing == "chunked":
        lines.append("Transfer-Encoding: chunked")
        size = draw(st.sampled_from([f"{len(body):x}", "-5", "-1", "+2", "1_0", "f" * 40]) | _WORD)
        body = f"{size}\r\n".encode("latin-1") + body + b"\r\n0\r\n\r\n"
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def test_no_server_can_answer_anything_but_success_or_an_error_of_ours(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    said = b""

    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        connection.sendall(said)

    url = serve(handler).url
    once = RetryPolicy(attempts=1, rate_limited=1)
    client = make_client(url, access_token="t", policy=once, read_timeout=2.0)

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(answers_of_any_kind())
    def check(these: bytes) -> None:
        nonlocal said
        said = these
        logs_in = make_client(url, login_url=url, policy=once, read_timeout=2.0)
        calls = client.list, lambda: client.create({}), lambda: client.delete("a"), logs_in.list
        for call in calls:
            with contextlib.suppress(WidgetsError):
                call()

    check()


EARLY = b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n"


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize(
    "before",
    [[EARLY], [b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 102 P\r\n\r\n"] + [EARLY] * 40],
)
def test_answers_before_the_answer_are_passed_over(
    make_client: MakeClient, serve: Callable[..., RawServer], before: list[bytes], at_once: bool
) -> None:
    def handler(connection: Any, number: int) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while request := read_request(connection):
            id_ = request.split(b" ")[1].rpartition(b"/")[2]
            pieces = [*before, answer(b'{"id": "' + id_ + b'"}')]
            for piece in [b"".join(pieces)] if at_once else pieces:
                connection.sendall(piece)

    server = serve(handler)
    client = make_client(server.url, access_token="t")
    for id_ in "abc":
        assert client.get(id_) == {"id": id_}
    assert server.connections == 1


@pytest.mark.parametrize("before", [EARLY * 1000, b"HTTP/1.1 101 Switching Protocols\r\n\r\n"])
def test_answers_without_an_end_and_another_protocol_are_errors(
    make_client: MakeClient, serve: Callable[..., RawServer], before: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        while read_request(connection):
            connection.sendall(b"" if number else before)
            connection.sendall(answer(b'{"id": "a"}'))

    server = serve(handler)
    client = make_client(server.url, access_token="t")
    with pytest.raises(AnswerError) as caught:
        client.create({})
    assert caught.value.maybe_done
    assert client.get("a") == {"id": "a"}
    assert server.connections == 2


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
