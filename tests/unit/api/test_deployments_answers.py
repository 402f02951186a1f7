"""Listings that leave things out, and hostile answers: the right result or a clear error."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

from pulumi_widgets import mapping
from pulumi_widgets.api import transport
from pulumi_widgets.api.half_made import token_of
from pulumi_widgets.api.retry import RetryPolicy
from pulumi_widgets.errors import AnswerError, ForbiddenError, NotFoundError, WidgetsError
from pulumi_widgets.simulator import Reply

from .deployed import ONE, PATH, SECRET, Deployed, body, in_threads, stored
from .servers import RawServer

FULL: dict[str, Any] = {
    "name": "Full",
    "description": "All there is",
    "authenticationRequired": True,
    "disabled": True,
    "flowId": "a-flow",
    "allowedDomains": ["a.example", "b.example"],
    "clientType": "v1",
    "clientConfig": {
        "v1": {"webChatSkin": "basic", "authenticationUrl": "https://a.example"},
        "v2": {"theme": {"colour": "blue"}, "keys": [1]},
    },
}
PLAIN = {"name": "Plain", "clientType": "v2", "authenticationRequired": False, "disabled": False}


# --- what listings leave out ----------------------------------------------------------------


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing", "empty"])
@pytest.mark.parametrize(
    "omitted",
    [
        "name",
        "description",
        "authenticationRequired",
        "disabled",
        "flow",
        "flow.id",
        "flow.name",
        "flow.selfUri",
        "allowedDomains",
        "clientType",
        "clientConfig",
        "clientConfig.v1",
        "clientConfig.v1.webChatSkin",
        "clientConfig.v1.authenticationUrl",
        "clientConfig.v2",
        "clientConfig.v2.theme",
        "clientConfig.v2.theme.colour",
        "selfUri",
    ],
)
def test_what_a_listing_omits_is_no_drift(omitted: str, empty_as: str) -> None:
    with Deployed(empty_as=empty_as, listing_omits=(omitted,)) as it:
        states: dict[str, dict[str, Any]] = {}
        wanted = [mapping.inputs(each, {}) for each in (PLAIN, FULL, PLAIN, FULL, PLAIN)]
        for inputs, answer in zip(
            wanted, in_threads(it.deployments.create, map(mapping.body, wanted)), strict=True
        ):
            states[answer["id"]] = mapping.outputs(inputs, answer)
        it.org.reset_calls()
        process = it.process()
        # the first read is of a plain one, which shows nothing of what the full ones have
        first, *rest = states
        read = dict.fromkeys(states, process.read(first, mapping.held(states[first])))
        answers = in_threads(lambda id_: process.read(id_, mapping.held(states[id_])), rest)
        read.update(zip(rest, answers, strict=True))
        for id_, outputs in states.items():
            assert mapping.refreshed(read[id_], outputs) == (outputs, None)
        assert it.calls["LIST"] == 1
        assert it.calls["GET"] <= len(states)


def test_a_read_that_misses_in_a_listing_asks_for_it() -> None:
    with Deployed(listing_lag=200.0) as it:
        ids = [it.org.add(stored(body(f"Web {n}"))) for n in range(5)]
        read = in_threads(lambda id_: it.deployments.read(id_, {}), ids)
        assert [each["name"] for each in read] == [f"Web {n}" for n in range(5)]
        assert it.calls == {"GET": 5, "LIST": 1}
        it.org.remove(ids[0])
        with pytest.raises(NotFoundError):
            it.process().read(ids[0], {})


def test_what_is_gone_is_gone_only_by_its_own_404() -> None:
    with Deployed() as it:
        ids = [it.org.add(stored(body())) for _ in range(3)]
        it.org.remove(ids[2])
        process = it.process()
        process.read(ids[0], {})
        process.read(ids[1], {})
        gateway = {"Content-Type": "text/html", "ININ-Correlation-Id": ""}
        it.org.script("GET", ONE, Reply(404, body=b"<html>", headers=gateway))
        with pytest.raises(AnswerError):
            process.read(ids[2], {})
        with pytest.raises(NotFoundError):
            process.read(ids[2], {})


def test_a_listing_that_is_none_is_replaced_by_reads() -> None:
    with Deployed() as it:
        ids = [it.org.add(stored(body(f"Web {n}"))) for n in range(6)]
        it.org.script("GET", PATH, Reply.html(), times=6)
        read = in_threads(lambda id_: it.deployments.read(id_, {}), ids)
        assert [each["name"] for each in read] == [f"Web {n}" for n in range(6)]
        assert it.calls["GET"] == 6


def test_a_listing_that_is_refused_is_an_error() -> None:
    with Deployed() as it:
        id_ = it.org.add(stored(body()))
        it.org.script("GET", PATH, Reply.error(403, "missing.permission", "no"))
        with pytest.raises(ForbiddenError):
            it.deployments.read(id_, {})


# --- hostile answers ------------------------------------------------------------------------

HOSTILE: dict[str, Reply] = {
    "endless": Reply.endless(),
    "endless, done": Reply.endless(commit=True),
    "drip": Reply.drip(0.05, commit=False),
    "drip, done": Reply.drip(0.05),
    "a page": Reply.html(),
    "no UTF-8": Reply.bad_utf8(),
    "nested": Reply.nested(),
    "nothing": Reply(body=b""),
    "nothing, done": Reply(body=b"", commit=True),
    "204": Reply(204),
    "null": Reply(json=None),
    "a list": Reply(json=[]),
    "an id with slashes": Reply(json={"id": "../../users/me", "name": "x"}),
    "an id with slashes, done": Reply.changed(lambda answer: {**answer, "id": "a/../b?c#d"}),
    "an id that is a number": Reply.changed(lambda answer: {**answer, "id": 7}),
    "an id that is a list": Reply.changed(lambda answer: {**answer, "id": ["a"]}),
    "an id with half a character": Reply.changed(lambda answer: {**answer, "id": "a\ud83d"}),
    "no id": Reply.changed(lambda answer: {key: answer[key] for key in answer if key != "id"}),
    "twice the same": Reply.changed(
        lambda answer: {**answer, "entities": 2 * answer.get("entities", [])}
    ),
    "entities that are none": Reply.changed(lambda answer: {**answer, "entities": ["a", None]}),
    "no entities": Reply.changed(lambda answer: {"total": 0}),
}
QUICK = {"read_timeout": 0.4, "policy": RetryPolicy(attempts=2)}


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "MAX_ANSWER", 1024 * 1024)


def bounded(call: Callable[[], object]) -> WidgetsError | None:
    """The error of a call, which must not take long nor much memory."""
    began = time.monotonic()
    tracemalloc.start()
    try:
        call()
    except WidgetsError as error:
        return error
    finally:
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert peak < 32 * 1024 * 1024
        assert time.monotonic() - began < 20
    return None


@pytest.mark.parametrize("route", [("POST", PATH), ("PUT", ONE), ("GET", PATH), ("DELETE", ONE)])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_create_survives_hostile_answers(what: str, route: tuple[str, str]) -> None:
    with Deployed(double_post=1, patience=4.0, client=QUICK) as it:
        foreign = {it.org.add(stored(body())): stored(body())}
        it.org.script(*route, HOSTILE[what], times=2)
        made: list[dict[str, Any]] = []
        error = bounded(lambda: made.append(it.deployments.create(body())))
        dump = it.org.dump()
        assert {id_: dump.pop(id_, None) for id_ in foreign} == foreign
        ours = [made[0]["id"]] if made else []
        assert [id_ for id_, held in dump.items() if not token_of(held)] == ours
        half_made = [id_ for id_ in dump if id_ not in ours]
        assert all(dump[id_]["disabled"] for id_ in half_made)
        if half_made:
            assert it.lines
        said = it.told + str(error or "")
        assert SECRET not in said
        assert all(each.token not in said for each in it.org.requests if each.token)
        assert (error is None) == bool(made)


@pytest.mark.parametrize("path", [PATH, ONE])
@pytest.mark.parametrize("what", HOSTILE)
def test_a_refresh_survives_hostile_answers(what: str, path: str) -> None:
    with Deployed(client=QUICK) as it:
        ids = [it.org.add(stored(body(f"Web {n}"))) for n in range(3)]
        process = it.process()
        if path == PATH:
            process.read(ids[0], {})
        it.org.script("GET", path, HOSTILE[what], times=2)
        read: dict[str, dict[str, Any]] = {}
        for number, id_ in enumerate(ids):
            error = bounded(lambda id_=id_: read.update({id_: process.read(id_, {})}))  # type: ignore[misc]
            assert not isinstance(error, NotFoundError), "nothing is gone"
            if error is None:
                assert read[id_]["name"] == f"Web {number}"


@pytest.mark.parametrize("method", ["POST", "PUT", "GET", "DELETE", "login"])
def test_no_credential_follows_a_redirect(method: str, serve: Callable[..., RawServer]) -> None:
    elsewhere = serve(lambda connection, number: None)
    with Deployed(double_post=1, patience=1.0, client=QUICK) as it:
        reply = Reply.redirect(f"{elsewhere.url}/take", 307)
        if method == "login":
            it.org.script("POST", "/oauth/token", reply)
        else:
            it.org.script(method, f"{PATH}*", reply)
        bounded(lambda: it.deployments.create(body()))
        assert it.org.scripted == 0
    assert elsewhere.connections == 0
