"""The retry rules of `WidgetsClient`'s docstring, row by row, and the pauses between tries."""

from __future__ import annotations

import email.utils
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_widgets.api import WidgetsClient
from pulumi_widgets.api.retry import RetryPolicy, retry_after
from pulumi_widgets.errors import (
    AnswerError,
    ApiError,
    BadRequestError,
    ConflictError,
    ConnectionLostError,
    ForbiddenError,
    OrgFullError,
    RateLimitedError,
    ServerError,
    TimedOutError,
    UnreachableError,
    WidgetsError,
)
from pulumi_widgets.simulator import Faults, Reply, Simulator

from ...waiting import eventually
from .conftest import MakeClient
from .servers import Clock, RawServer, answer, read_request

PATH = "/api/v2/widgets/deployments"
BODY = {"name": "Web", "clientType": "v2"}

CALLS: dict[str, Callable[[WidgetsClient], object]] = {
    "GET": lambda client: client.get("a"),
    "PUT": lambda client: client.update("a", BODY),
    "DELETE": lambda client: client.delete("a"),
    "POST": lambda client: client.create(BODY),
}

HANG = Reply.hang(30)

# what comes, the error that it is, tries of GET, PUT and DELETE, tries of POST, maybe_done
LASTING: dict[str, tuple[Reply, type[WidgetsError], int, int, bool]] = {
    "hang": (HANG, TimedOutError, 10, 1, True),
    "reset": (Reply.reset(), ConnectionLostError, 10, 1, True),
    "close": (Reply.close(), ConnectionLostError, 10, 1, True),
    "cut": (Reply(json={}, wire="cut"), ConnectionLostError, 10, 1, True),
    "429": (Reply.error(429, retry_after=7), RateLimitedError, 43, 43, False),
    "429 silent": (Reply.error(429), RateLimitedError, 14, 14, False),
    "500": (Reply.error(500), ServerError, 10, 1, True),
    "503 asks": (Reply.error(503, retry_after=7), ServerError, 10, 1, True),
    "502 page": (Reply.html(502), ServerError, 10, 1, True),
    "408": (Reply.error(408), ApiError, 10, 1, True),
    "400": (Reply.error(400), BadRequestError, 1, 1, False),
    "403": (Reply.error(403), ForbiddenError, 1, 1, False),
    "409": (Reply.error(409, "request.conflict"), ConflictError, 5, 1, False),
    "409 version": (Reply.error(409, message="Version mismatch"), ConflictError, 5, 1, False),
    "409 full": (Reply.error(409, OrgFullError.CODES[0]), OrgFullError, 1, 1, False),
    "409 too many": (Reply.error(409, OrgFullError.CODES[1]), OrgFullError, 1, 1, False),
    "422": (Reply.error(422), ApiError, 1, 1, False),
    "page": (Reply.html(), AnswerError, 1, 1, True),
    "redirect": (Reply.redirect("https://elsewhere.example"), AnswerError, 1, 1, True),
}


@pytest.mark.parametrize("what", LASTING)
def test_what_lasts_is_tried_so_often_and_raised(
    make_client: MakeClient, org: Simulator, what: str
) -> None:
    reply, kind, tries, post_tries, maybe_done = LASTING[what]
    # with a token, for to get one may take longer than that
    brief: dict[str, Any] = {"read_timeout": 0.05, "access_token": org.token()}
    for method, call in CALLS.items():
        if what == "page" and method == "DELETE":
            continue  # a deletion's body says nothing
        client = make_client(**(brief if reply is HANG else {}))
        org.script(method, f"{PATH}*", reply, times=50)
        with pytest.raises(kind) as caught:
            call(client)
        assert type(caught.value) is kind, method
        tried = len([each for each in org.requests if each.method == method and PATH in each.path])
        assert tried == caught.value.attempts, method
        assert tried == (post_tries if method == "POST" else tries), method
        assert caught.value.maybe_done is maybe_done, method
        assert caught.value.__cause__ is caught.value.__context__ is None, method


@pytest.mark.parametrize("what", LASTING)
def test_what_passes_is_survived_where_it_may_be_tried_again(
    make_client: MakeClient, org: Simulator, what: str
) -> None:
    reply, _, tries, post_tries, _ = LASTING[what]
    client = make_client(read_timeout=0.2) if reply is HANG else make_client()
    org.add(BODY, deployment_id="a")
    for method, call in CALLS.items():
        if (post_tries if method == "POST" else tries) == 1:
            continue
        org.script(method, f"{PATH}*", reply, reply)
        call(client)
        assert not org.scripted, method
    deleted, created = tries > 1, post_tries > 1
    assert list(org.dump().values()) == [BODY] * (1 - deleted + created)


@pytest.mark.parametrize("method", CALLS)
def test_a_refused_connection_is_tried_again_and_nothing_was_done(
    make_client: MakeClient, clock: Clock, method: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(UnreachableError) as caught:
        CALLS[method](make_client(f"http://127.0.0.1:{port}", access_token="t"))
    assert (caught.value.attempts, caught.value.maybe_done) == (6, False)
    assert clock.slept == [0.5, 1, 2, 4, 8]


def test_a_conflict_is_backed_off_from(client: WidgetsClient, org: Simulator, clock: Clock) -> None:
    org.script("PUT", f"{PATH}/*", Reply.error(409, "request.conflict"), times=5)
    with pytest.raises(ConflictError, match=r"\(5 attempts\)"):
        client.update("a", BODY)
    assert clock.slept == [0.5, 1, 2, 4]


def test_what_fails_in_different_ways_has_the_tries_of_each_and_ten_in_all(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        if number == 4:
            server._listening.shutdown(socket.SHUT_RDWR)  # from now on: connection refused
        connection.sendall(answer(status="503 X", headers="Connection: close\r\n"))

    server = serve(handler)
    with pytest.raises(UnreachableError) as caught:
        make_client(server.url, access_token="t").list()
    assert (server.connections, caught.value.attempts) == (5, 10)


@pytest.mark.parametrize("kind", [b"application/json", b""])
@pytest.mark.parametrize("body", [b"", b'{"id": "a", "name": "W', b'{"id": "a", "flow": {}'])
def test_an_answer_without_length_that_is_cut_is_a_lost_connection(
    make_client: MakeClient, serve: Callable[..., RawServer], kind: bytes, body: bytes
) -> None:
    asked: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        asked.append(read_request(connection).partition(b" ")[0])
        head = b"HTTP/1.1 200 OK\r\n" + (b"Content-Type: " + kind + b"\r\n" if kind else b"")
        whole = b'{"id": "a", "access_token": "t"}'
        connection.sendall(head + b"\r\n" + (whole if len(asked) % 3 == 0 else body))

    url = serve(handler).url
    client = make_client(url, access_token="t")
    assert client.get("a")["id"] == client.update("a", BODY)["id"] == "a"
    client.delete("a")  # a deletion's answer has no body
    assert asked == [b"GET"] * 3 + [b"PUT"] * 3 + [b"DELETE"] * (3 if body else 1)
    asked.clear()
    with pytest.raises(ConnectionLostError) as caught:
        client.create(BODY)
    assert (caught.value.attempts, caught.value.maybe_done) == (1, True)
    asked.clear()
    with pytest.raises(ConnectionLostError):
        make_client(url, login_url=url).create(BODY)
    assert asked == [b"POST"] * 4  # three of the token's


@pytest.mark.parametrize("body", [b"<h1>Sign in</h1>", b'{"id": "b"}', b"[]"])
def test_an_answer_without_length_that_is_another_is_none_that_is_cut(
    make_client: MakeClient, serve: Callable[..., RawServer], body: bytes
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        kind = b"text/html" if body.startswith(b"<") else b"application/json"
        connection.sendall(b"HTTP/1.0 200 OK\r\nContent-Type: " + kind + b"\r\n\r\n" + body)

    with pytest.raises(AnswerError) as caught:
        make_client(serve(handler).url, access_token="t").get("a")
    assert caught.value.attempts == 1


def test_one_of_several_tries_may_have_been_carried_out(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    def handler(connection: Any, number: int) -> None:
        read_request(connection)
        server._listening.close()  # from now on: connection refused

    server = serve(handler)
    with pytest.raises(UnreachableError) as caught:
        make_client(server.url, access_token="t").update("a", BODY)
    assert caught.value.maybe_done


def test_pauses_double_up_to_a_cap_with_half_of_them_at_random() -> None:
    policy, lost, limited = RetryPolicy(), ConnectionLostError("c"), RateLimitedError("c", 429)
    assert [policy.pause(n, lost, 1.0) for n in range(1, 8)] == [0.5, 1, 2, 4, 8, 8, 8]
    assert [policy.pause(n, lost, 0.0) for n in range(1, 8)] == [0.25, 0.5, 1, 2, 4, 4, 4]
    assert [policy.pause(n, limited, 1.0) for n in range(1, 7)] == [2, 4, 8, 16, 30, 30]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 7 ", 7.0),
        ("0", 0.0),
        ("61", 60.0),
        ("9" * 400, 60.0),
        ("9" * 5000, None),
        ("-5", None),
        ("7.5", None),
        ("nan", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 60.0),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_capped(
    header: str | None, seconds: float | None
) -> None:
    assert retry_after(header) == seconds


def test_retry_after_as_a_date_is_the_time_until_it() -> None:
    seconds = retry_after(email.utils.formatdate(time.time() + 50, usegmt=True))
    assert seconds is not None
    assert 20 <= seconds <= 50


@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_waited_and_nothing_more(
    client: WidgetsClient, org: Simulator, clock: Clock, status: int
) -> None:
    client.list()
    org.script("GET", PATH, Reply.error(status, retry_after=7), Reply.error(status, retry_after=3))
    client.list()
    assert clock.slept == [7, 3]


def test_a_429_that_asks_for_nothing_is_backed_off_from(
    client: WidgetsClient, org: Simulator, clock: Clock
) -> None:
    client.list()
    org.script("GET", PATH, Reply.error(429, retry_after=0), Reply.error(429, retry_after="soon"))
    client.list()
    assert clock.slept == [2, 4]


def test_no_try_begins_past_the_total_time(
    client: WidgetsClient, org: Simulator, clock: Clock
) -> None:
    org.script("GET", PATH, Reply.error(429, retry_after=3600), times=20)
    with pytest.raises(RateLimitedError) as caught:
        client.list()
    assert clock.slept == [60] * 5
    assert caught.value.attempts == 6


def test_the_tries_of_a_call_are_bounded_by_the_given_policy(
    make_client: MakeClient, org: Simulator
) -> None:
    org.script("GET", PATH, Reply.error(500), times=20)
    with pytest.raises(ServerError) as caught:
        make_client(policy=RetryPolicy(attempts=2)).list()
    assert caught.value.attempts == 2


def test_no_thread_sends_before_the_moment_that_one_was_told(
    make_client: MakeClient, org: Simulator, clock: Clock
) -> None:
    """While one thread is told to wait 42 s, the others wait too, and the user reads one line."""
    lines: list[str] = []
    asleep, wake = threading.Barrier(5, timeout=10), threading.Event()

    def sleep(seconds: float) -> None:
        asleep.wait()  # all four are here before time passes
        assert wake.wait(10)

    client = make_client(sleep=sleep, notify=lines.append)
    client.list()
    org.reset_calls()
    org.script("GET", PATH, Reply.error(429, retry_after=42))
    errors: list[BaseException] = []

    def call() -> None:
        try:
            client.list()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=call) for _ in range(4)]
    threads[0].start()
    eventually(lambda: lines and not org.scripted, "one is told to wait")
    for thread in threads[1:]:
        thread.start()
    asleep.wait()
    assert len(org.requests) == 1
    clock.now += 42
    wake.set()
    for thread in threads:
        thread.join(10)
    assert not errors
    assert len(org.requests) == 5
    assert lines == ["Genesys Cloud's rate limit: the next call waits 42 s."]


def test_a_short_pause_is_not_worth_a_line(make_client: MakeClient, org: Simulator) -> None:
    lines: list[str] = []
    org.script("GET", PATH, Reply.error(429, retry_after=9))
    make_client(notify=lines.append).list()
    assert lines == []


def test_six_hundred_calls_under_the_rate_limit_end_in_the_time_that_it_dictates() -> None:
    clock, lines = Clock(), list[str]()
    with (
        Simulator(seed=0, rate_limit=300, clock=clock) as org,
        WidgetsClient(
            base_url=org.url,
            access_token=org.token(),
            clock=clock,
            sleep=clock.sleep,
            notify=lines.append,
        ) as client,
    ):
        for _ in range(601):
            client.list()
    assert clock.now - 1000 == 120
    assert org.calls[f"GET {PATH}"] == 603  # and two 429s
    assert len(lines) == 2


def test_calls_survive_a_service_that_misbehaves(make_client: MakeClient, org: Simulator) -> None:
    org.faults = Faults(errors=0.1, resets=0.1, throttle=0.1, retry_after=1)
    client, posted = make_client(), 0
    failed: list[WidgetsError] = []
    for _ in range(50):
        try:
            client.create(BODY)
            posted += 1
        except WidgetsError as error:
            failed.append(error)
        for each in client.list():
            client.update(each["id"], BODY)
            client.get(each["id"])
            client.delete(each["id"])
    assert posted > 25
    assert failed
    assert all(error.maybe_done for error in failed)
    assert org.dump() == {}
