from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest

from pulumi_widgets.api import WidgetsClient
from pulumi_widgets.simulator import Simulator

from .servers import Clock, Handler, RawServer

SECRET = "s3cret-Wörd/with+chars"  # as URLs, JSON and HTML write it, it looks different


class MakeClient(Protocol):
    def __call__(self, url: str = ..., **changes: Any) -> WidgetsClient: ...


@pytest.fixture
def org() -> Iterator[Simulator]:
    with Simulator(seed=0, clients={"an-id": SECRET}) as simulator:
        yield simulator


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy, CA bundle or home of the machine that runs the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NETRC", "/nowhere")


@pytest.fixture
def make_client(request: pytest.FixtureRequest, clock: Clock) -> Iterator[MakeClient]:
    """Clients of the org, or of another URL, with time and chance under control."""

    def org_url() -> str:  # started for the tests that need it
        org: Simulator = request.getfixturevalue("org")
        return org.url

    made: list[WidgetsClient] = []

    def make(url: str = "", **changes: Any) -> WidgetsClient:
        given: dict[str, Any] = {
            "base_url": url or org_url(),
            "login_url": "" if {"access_token", "login_url"} & changes.keys() else org_url(),
            "client_id": "an-id",
            "client_secret": SECRET,
            "read_timeout": 5.0,
            "sleep": clock.sleep,
            "clock": clock,
            "random": lambda: 1.0,  # the whole backoff
        }
        made.append(WidgetsClient(**(given | changes)))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def client(make_client: MakeClient) -> WidgetsClient:
    return make_client()


@pytest.fixture
def serve() -> Iterator[Callable[..., RawServer]]:
    """Servers that are given the socket."""
    servers: list[RawServer] = []

    def start(handler: Handler, context: ssl.SSLContext | None = None) -> RawServer:
        servers.append(RawServer(handler, context))
        return servers[-1]

    yield start
    for server in servers:
        server.close()
