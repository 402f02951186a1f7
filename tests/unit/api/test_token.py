"""The access token: when it is asked for, how, and what its refusal is."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pulumi_widgets.api import WidgetsClient
from pulumi_widgets.errors import (
    AnswerError,
    BadRequestError,
    ServerError,
    UnauthorizedError,
    UnreachableError,
    WidgetsError,
)
from pulumi_widgets.simulator import Reply, Simulator

from .conftest import SECRET, MakeClient
from .servers import Clock, RawServer, answer, read_request

PATH = "/api/v2/widgets/deployments"
LOGIN = "POST /oauth/token"


def in_four_threads(call: Callable[[], object]) -> list[BaseException]:
    """Make the call four times at once; the errors."""
    errors: list[BaseException] = []
    start = threading.Barrier(4, timeout=10)

    def run() -> None:
        try:
            start.wait()
            call()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return errors


def test_four_threads_ask_for_one_token(client: WidgetsClient, org: Simulator) -> None:
    assert in_four_threads(client.list) == []
    assert org.calls == {LOGIN: 1, f"GET {PATH}": 4}


def test_four_threads_renew_a_refused_token_once(client: WidgetsClient, org: Simulator) -> None:
    client.list()
    org.revoke_tokens()
    org.reset_calls()
    assert in_four_threads(client.list) == []
    assert org.calls[LOGIN] == 1


def test_a_refused_token_is_renewed_once_for_a_post_too(
    client: WidgetsClient, org: Simulator
) -> None:
    client.list()
    org.revoke_tokens()
    client.create({"name": "Web", "clientType": "v2"})
    assert org.calls[LOGIN] == 2
    assert len(org.dump()) == 1


def test_a_renewed_token_that_is_refused_is_the_end(client: WidgetsClient, org: Simulator) -> None:
    org.script("GET", PATH, Reply.error(401), Reply.error(401))
    with pytest.raises(UnauthorizedError):
        client.list()
    assert org.calls == {LOGIN: 2, f"GET {PATH}": 2}
    client.list()


def test_a_given_token_is_not_renewed(make_client: MakeClient, org: Simulator) -> None:
    client = make_client(access_token=org.token(), client_id="", login_url="")
    client.list()
    org.revoke_tokens()
    with pytest.raises(UnauthorizedError):
        client.list()
    assert org.calls == {f"GET {PATH}": 2}


@pytest.mark.parametrize(("lasts", "good_for"), [(3600, 3540), (100, 90)])
def test_a_token_is_renewed_a_little_before_it_ends(
    make_client: MakeClient, org: Simulator, clock: Clock, lasts: int, good_for: int
) -> None:
    reply = Reply(json={"access_token": org.token(), "expires_in": lasts})
    org.script("POST", "/oauth/token", reply, reply)
    client = make_client()
    client.list()
    clock.now += good_for - 1
    client.list()
    assert org.calls[LOGIN] == 1
    clock.now += 1
    client.list()
    assert org.calls[LOGIN] == 2


@pytest.mark.parametrize("lasts", [None, "3600", 0, -1, True, 10**400])
def test_a_token_without_a_known_end_is_kept(
    make_client: MakeClient, org: Simulator, clock: Clock, lasts: object
) -> None:
    org.script(
        "POST", "/oauth/token", Reply(json={"access_token": org.token(), "expires_in": lasts})
    )
    client = make_client()
    client.list()
    clock.now += 1e6
    client.list()
    assert org.calls[LOGIN] == 1


def test_the_request_is_a_form_with_basic_authorization(
    make_client: MakeClient, serve: Callable[..., RawServer]
) -> None:
    seen: list[bytes] = []

    def handler(connection: Any, number: int) -> None:
        seen.append(read_request(connection))
        connection.sendall(answer(b'{"access_token": "t"}'))
        read_request(connection)

    client = make_client(login_url=serve(handler).url + "/")
    with pytest.raises(UnauthorizedError):  # the org does not know this token
        client.list()
    head, _, body = seen[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    basic = base64.b64encode(f"an-id:{SECRET}".encode())
    assert lines[0] == b"POST /oauth/token HTTP/1.1"
    assert b"Authorization: Basic " + basic in lines
    assert b"Content-Type: application/x-www-form-urlencoded" in lines
    assert body == b"grant_type=client_credentials"


REFUSALS = {
    "401": Reply(401, {"error": "invalid_client", "description": "authentication failed"}),
    "400": Reply(400, {"error": "invalid_client", "error_description": "no such client"}),
    "page": Reply.html(401),
}


@pytest.mark.parametrize("what", REFUSALS)
def test_refused_credentials_are_said_and_not_tried_again(
    client: WidgetsClient, org: Simulator, what: str
) -> None:
    org.script("POST", "/oauth/token", REFUSALS[what])
    said = {str(error) for error in in_four_threads(client.list)}
    with pytest.raises(UnauthorizedError, match="check the OAuth client's id and secret") as caught:
        client.create({"name": "Web", "clientType": "v2"})
    assert said == {str(caught.value)}
    assert not caught.value.maybe_done
    assert org.calls == {LOGIN: 1}


@pytest.mark.parametrize(
    ("replies", "kind"),
    [
        ([Reply(json={"token_type": "bearer"})], AnswerError),
        ([Reply(json={"access_token": ""})], AnswerError),
        ([Reply(json={"access_token": 5})], AnswerError),
        ([Reply(json={"access_token": "a\nb"})], AnswerError),
        ([Reply(json=["access_token"])], AnswerError),
        ([Reply.html()], AnswerError),
        ([Reply.nested()], AnswerError),
        ([Reply.redirect("https://elsewhere.example")], AnswerError),
        ([Reply(400, {"error": "invalid_request"})], BadRequestError),
        ([Reply.error(500)] * 10, ServerError),
    ],
)
def test_without_a_token_the_call_was_surely_not_made(
    client: WidgetsClient, org: Simulator, replies: list[Reply], kind: type[WidgetsError]
) -> None:
    org.script("POST", "/oauth/token", *replies)
    with pytest.raises(kind) as caught:
        client.create({"name": "Web", "clientType": "v2"})
    assert not caught.value.maybe_done
    assert org.calls == {LOGIN: len(replies)}
    with pytest.raises(kind):
        client.list()  # at once, and without a request
    assert org.calls == {LOGIN: len(replies)}


# what the login server answers, seconds until a call fails for good, its requests
DEAD = {
    "503": (Reply.error(503), 47.5, 10),
    "429": (Reply.error(429, retry_after=60), 300.0, 6),
    "no token": (Reply(json={}), 0.0, 1),
}


@pytest.mark.parametrize("what", DEAD)
def test_behind_a_dead_login_all_calls_fail_in_the_time_of_one(
    make_client: MakeClient, org: Simulator, clock: Clock, what: str
) -> None:
    reply, seconds, tries = DEAD[what]
    org.script("POST", "/oauth/token", reply, times=1000)
    client, began = make_client(), clock()
    errors: list[WidgetsError] = []

    def create(number: int) -> None:
        try:
            client.create({"name": str(number), "clientType": "v2"})
        except WidgetsError as error:
            errors.append(error)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(create, range(16)))
    assert clock() - began == seconds
    assert org.calls == {LOGIN: tries}
    assert len({str(error) for error in errors}) == 1
    assert len(set(map(id, errors))) == 16  # a raised one collects the calls it came through
    assert not any(error.maybe_done or error.__context__ for error in errors)


def test_a_login_that_failed_is_tried_once_a_minute(
    make_client: MakeClient, org: Simulator, clock: Clock
) -> None:
    org.script("POST", "/oauth/token", Reply.error(503), times=12)
    client = make_client()

    def fails(requests: int) -> None:
        with pytest.raises(ServerError):
            client.list()
        assert org.calls == {LOGIN: requests}

    fails(10)
    clock.now += 59
    fails(10)
    clock.now += 1
    slept = len(clock.slept)
    fails(11)
    fails(11)
    clock.now += 60
    fails(12)
    assert len(clock.slept) == slept
    clock.now += 60
    client.list()
    org.revoke_tokens()  # all is as if it had never failed
    org.script("POST", "/oauth/token", Reply.error(503), times=9)
    client.list()


def test_a_login_server_that_is_not_there_is_told_by_its_setting(make_client: MakeClient) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        host = f"127.0.0.1:{listening.getsockname()[1]}"
    with pytest.raises(UnreachableError) as caught:
        make_client(login_url=f"http://{host}").list()
    assert str(caught.value) == (
        f"POST {host}/oauth/token: {host} refused the connection (6 attempts). Check the region "
        "(or the login URL) and the network."
    )


def test_a_token_request_is_tried_again(client: WidgetsClient, org: Simulator) -> None:
    org.script("POST", "/oauth/token", Reply.reset(), Reply.error(503), Reply.error(429))
    client.create({"name": "Web", "clientType": "v2"})
    assert org.calls[LOGIN] == 4
