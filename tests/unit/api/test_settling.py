"""What the orgs of one process do for each other: only the last write in flight settles."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest

from pulumi_widgets.api import Settling, driver
from pulumi_widgets.errors import BadRequestError
from pulumi_widgets.simulator import Reply

from .deployed import ONE, PATH, Deployed, body


@pytest.fixture
def orgs() -> Iterator[list[Deployed]]:
    """Three orgs of one process, with a deployment each."""
    settling = Settling()
    several = [Deployed(seed=number, settling=settling) for number in range(3)]
    for each in several:
        each.__enter__()
        each.org.add(body(), deployment_id="held")
    yield several
    for each in several:
        each.__exit__(None, None, None)


class Held:
    """A PUT that the service has in hand until it is let go."""

    def __init__(self, org: Deployed, reply: Reply | None = None) -> None:
        self.arrived, self.let_go = threading.Event(), threading.Event()
        org.org.script("PUT", ONE.replace("{deploymentId}", "*"), Reply.changed(self._hold))

    def _hold(self, answer: Any) -> Any:
        self.arrived.set()
        assert self.let_go.wait(10)
        return answer


def listings(orgs: list[Deployed]) -> list[int]:
    return [each.calls["LIST"] for each in orgs]


def test_a_write_waits_for_no_listing_while_another_org_has_one_in_flight(
    orgs: list[Deployed],
) -> None:
    held = Held(orgs[0])
    with ThreadPoolExecutor(1) as thread:
        last = thread.submit(orgs[0].deployments.update, "held", body("New"))
        assert held.arrived.wait(10)
        for each in orgs[1:]:
            each.deployments.update("held", body("New"))
            each.deployments.delete("held")
        assert listings(orgs) == [0, 0, 0]
        held.let_go.set()
        last.result(10)
    assert listings(orgs) == [1, 1, 1], "one for each, however its writes came"


def test_a_write_that_failed_settles_the_others(orgs: list[Deployed]) -> None:
    held = Held(orgs[0])
    orgs[0].org.script("DELETE", f"{PATH}/*", Reply.error(400, "bad.request", "no"))
    with ThreadPoolExecutor(1) as thread:
        first = thread.submit(orgs[0].deployments.update, "held", body("New"))
        assert held.arrived.wait(10)
        orgs[1].deployments.update("held", body("New"))
        held.let_go.set()
        with pytest.raises(BadRequestError):
            orgs[0].deployments.delete("held")
        first.result(10)
    assert listings(orgs)[1:] == [1, 0]


def test_where_no_thread_can_be_had_one_settles_after_the_other(
    orgs: list[Deployed], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The write is done: nothing of settling may fail it."""

    class NoThread(threading.Thread):
        def start(self) -> None:
            raise RuntimeError("can't start new thread")

    monkeypatch.setattr(driver, "threading", SimpleNamespace(Thread=NoThread))
    held = Held(orgs[0])
    with ThreadPoolExecutor(1) as thread:
        last = thread.submit(orgs[0].deployments.update, "held", body("New"))
        assert held.arrived.wait(10)
        for each in orgs[1:]:
            each.deployments.update("held", body("New"))
        held.let_go.set()
        last.result(10)
    assert listings(orgs) == [1, 1, 1]


def test_an_org_that_is_down_keeps_no_other_from_being_settled(orgs: list[Deployed]) -> None:
    """Its own line says that its listing could not confirm what was written."""
    orgs[1].org.script("GET", PATH, Reply.error(503, "down", "down"), times=20)
    held = Held(orgs[0])
    with ThreadPoolExecutor(1) as thread:
        last = thread.submit(orgs[0].deployments.update, "held", body("New"))
        assert held.arrived.wait(10)
        for each in orgs[1:]:
            each.deployments.update("held", body("New"))
        held.let_go.set()
        last.result(10)
    assert listings(orgs)[0] == listings(orgs)[2] == 1
    assert ["could not confirm" in each.told for each in orgs] == [False, True, False]
