"""What the tests of the simulator share: a clock that they move, and a client without retries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Simulator


class Clock:
    """Seconds that pass when a test, or the simulator's own sleep, says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def until() -> Callable[[Callable[[], object]], None]:
    """``until(condition)`` waits for it; after 20 seconds the test has failed."""

    def until(condition: Callable[[], object]) -> None:
        end = time.monotonic() + 20
        while not condition():
            assert time.monotonic() < end, "it never came to pass"
            time.sleep(0.005)

    return until


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(clock: Clock) -> Iterator[Simulator]:
    with Simulator(clock=clock, sleep=clock.sleep) as org:
        yield org


@pytest.fixture
def ask() -> Iterator[Callable[..., requests.Response]]:
    """``ask(org, "GET", "/path or deployment id", json=…)``, with a token that is good."""
    with requests.Session() as session:

        def ask(
            org: Simulator, method: str, path: str = "", *, token: str | None = None, **more: Any
        ) -> requests.Response:
            if not path.startswith("/"):
                path = f"/api/v2/widgets/deployments{'/' if path else ''}{path}"
            headers = {"Authorization": f"Bearer {token or org.token()}", **more.pop("headers", {})}
            return session.request(
                method, org.url + path, headers=headers, timeout=10, allow_redirects=False, **more
            )

        yield ask


@pytest.fixture
def deployment() -> dict[str, Any]:
    """A body with every field that can be sent."""
    return {
        "name": "Support",
        "description": "on the help pages",
        "authenticationRequired": True,
        "disabled": False,
        "flow": {"id": "f1"},
        "allowedDomains": ["a.example.com", "b.example.com"],
        "clientType": "v1",
        "clientConfig": {
            "v1": {"webChatSkin": "basic", "authenticationUrl": "https://example.com/auth"},
            "third-party": {"depth": {"of": [1, 2.5, None, "x"]}},
        },
    }
