"""What the tests of the simulator share: a clock that they move, and a client without retries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from pulumi_widgets.simulator import Simulator

from ..clock import Clock

Ask = Callable[..., requests.Response]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def org(clock: Clock) -> Iterator[Simulator]:
    with Simulator(seed=0, limit=None, clock=clock, sleep=clock.sleep) as org:
        yield org


@pytest.fixture
def ask() -> Iterator[Ask]:
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
