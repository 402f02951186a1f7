"""Commands that read answer in seconds: fewer tries, shorter limits, and a line for each retry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from pulumi_widgets.api import READING, connect
from pulumi_widgets.errors import ServerError, TimedOutError, UnreachableError
from pulumi_widgets.settings import Settings
from pulumi_widgets.simulator import Reply, Simulator

from .conftest import MakeClient
from .servers import Clock

PATH = "/api/v2/widgets/deployments"
GET = f"GET {PATH}"


@pytest.fixture
def lines() -> list[str]:
    return []


@pytest.fixture
def make_reader(make_client: MakeClient, lines: list[str]) -> Callable[..., Any]:
    def make(url: str = "", policy: Any = READING, **changes: Any) -> Any:
        given = {"connect_timeout": None, "read_timeout": None, "notify": lines.append}
        return make_client(url, **{**given, "policy": policy, **changes})

    return make


def test_a_server_that_fails(
    make_reader: Callable[..., Any], org: Simulator, clock: Clock, lines: list[str]
) -> None:
    org.script("GET", PATH, Reply.error(503, "service.unavailable", message="Later."), times=9)
    with pytest.raises(ServerError) as caught:
        make_reader().list()
    assert caught.value.attempts == 3
    assert sum(clock.slept) <= 5
    assert len(lines) == 2
    assert lines[0].startswith(f"{GET}: 503 service.unavailable: Later")
    assert lines[0].endswith("; trying again (2 of 3).")
    assert lines[1].endswith("; trying again (3 of 3).")
    assert ServerError.hint not in lines[0]


def test_a_server_that_never_answers(
    make_reader: Callable[..., Any], org: Simulator, clock: Clock, lines: list[str]
) -> None:
    org.script("GET", PATH, Reply.hang(30), times=9)
    brief = replace(READING, read=0.1)
    with pytest.raises(TimedOutError) as caught:
        make_reader(policy=brief, access_token=org.token()).list()
    assert lines == [
        f"{GET}: no whole answer within 0.1 s; trying again ({number} of 3)." for number in (2, 3)
    ]
    assert caught.value.attempts * READING.read + sum(clock.slept) <= 15


def test_a_server_that_is_not_there(
    make_reader: Callable[..., Any], clock: Clock, lines: list[str]
) -> None:
    with pytest.raises(UnreachableError) as caught:
        make_reader("http://127.0.0.1:1", access_token="t").list()
    assert caught.value.attempts == 2
    assert lines == [f"{GET}: 127.0.0.1:1 refused the connection; trying again (2 of 2)."]
    assert caught.value.attempts * READING.connect + sum(clock.slept) <= 15


@pytest.mark.parametrize(
    ("status", "asked"),
    [(429, "Genesys Cloud's rate limit"), (503, "Genesys Cloud asks for a pause (503)")],
)
@pytest.mark.parametrize("seconds", [5, 60])
def test_a_pause_that_is_asked_for_is_waited_for(
    make_reader: Callable[..., Any],
    org: Simulator,
    clock: Clock,
    lines: list[str],
    status: int,
    asked: str,
    seconds: int,
) -> None:
    org.script("GET", PATH, Reply.error(status, retry_after=seconds), times=2)
    make_reader().list()
    assert clock.slept == [seconds] * 2
    assert lines == [f"{asked}: the next call waits {seconds} s."] * 2


def test_the_provider_stays_patient(
    make_client: MakeClient, org: Simulator, lines: list[str]
) -> None:
    org.script("GET", PATH, Reply.error(503), times=9)
    make_client(notify=lines.append).list()
    assert not lines


def test_connect(org: Simulator, lines: list[str]) -> None:
    values = {
        "genesyscloud:baseUrl": org.url,
        "genesyscloud:loginUrl": org.url,
        "genesyscloud:accessToken": org.token(),
    }
    settings = Settings.load(values.get, {})
    org.script("GET", PATH, Reply.error(500))
    assert connect(settings, lines.append, policy=READING).list() == {}
    assert lines[0].endswith("; trying again (2 of 3).")
