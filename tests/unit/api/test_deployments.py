"""Exactly one deployment for each create, whatever the service does; and what it costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from pulumi_widgets.api.exactly_once import description_of, token_of
from pulumi_widgets.api.listing import SharedListing
from pulumi_widgets.errors import (
    AnswerError,
    BadRequestError,
    NotFoundError,
    ServerError,
    WidgetsError,
)
from pulumi_widgets.simulator import Reply

from .deployed import ONE, PATH, THREADS, Deployed, body, in_threads, stored

FOREIGN = "ab" * 16
"""A token of nobody's here."""


# --- budgets --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 10, 100])
def test_calls_of_a_life(count: int) -> None:
    with Deployed() as it:
        made = in_threads(it.deployments.create, [body(f"Web {n}") for n in range(count)])
        assert it.calls["POST"] == it.calls["PUT"] == count
        assert it.calls.total() <= 2 * count + 4
        ids = [each["id"] for each in made]

        it.org.reset_calls()
        news = {id_: body(f"New {n}") for n, id_ in enumerate(ids)}
        process = it.process()
        in_threads(lambda id_: process.update(id_, news[id_]), ids)
        assert it.calls["PUT"] == count
        assert it.calls.total() <= count + 3
        assert it.org.dump() == {id_: stored(news[id_]) for id_ in ids}

        it.org.reset_calls()
        process = it.process()
        read = in_threads(lambda id_: process.read(id_, news[id_]), ids)
        assert [each["name"] for each in read] == [f"New {n}" for n in range(count)]
        assert it.calls == ({"GET": 1} if count == 1 else {"GET": 1, "LIST": 1})

        it.org.reset_calls()
        in_threads(it.process().delete, ids)
        assert it.calls["DELETE"] == count
        assert it.calls.total() <= count + 2
        assert it.org.dump() == {}
        assert it.lines == []


def test_only_a_held_listing_grows_with_the_org() -> None:
    """What others have deployed is kept in no other place, whatever was done."""
    with Deployed(double_post=2, read_lag=1.0) as it:
        foreign = {it.org.add(stored(body(f"Theirs {n}"))) for n in range(20)}
        made = in_threads(it.deployments.create, [body(f"Web {n}") for n in range(8)])
        in_threads(lambda each: it.deployments.read(each["id"], each), made)
        in_threads(lambda each: it.deployments.update(each["id"], body("New")), made[:4])
        in_threads(lambda each: it.deployments.delete(each["id"]), made[4:])
        assert foreign < set(_texts(it.deployments))
        it.deployments._listing = SharedListing(it.deployments._client.list, it.clock)
        assert not foreign & set(_texts(it.deployments))


def _texts(holder: object, seen: set[int] | None = None) -> Iterator[str]:
    """Every text that an object of ours holds, and all that it holds."""
    seen = set() if seen is None else seen
    if id(holder) in seen:
        return
    seen.add(id(holder))
    if isinstance(holder, str):
        yield holder
        return
    parts: list[object] = []
    if isinstance(holder, Mapping):
        parts += [*holder, *holder.values()]
    elif isinstance(holder, (list, tuple, set)):
        parts += holder
    elif type(holder).__module__.startswith("pulumi_widgets.api"):
        parts += vars(holder).values()
    for part in parts:
        yield from _texts(part, seen)


# --- lost and doubled -----------------------------------------------------------------------

LOSSES: dict[str, Callable[..., Reply]] = {
    "reset": Reply.reset,
    "closed": Reply.close,
    "cut off": Reply.cut,
    "silence": lambda commit: Reply.hang(10, commit=commit),
    "503": lambda commit: Reply.error(503, commit=commit),
    "a gateway's page": lambda commit: Reply(
        502, body=b"<html>", headers={"Content-Type": "text/html"}, commit=commit
    ),
    "a page": lambda commit: Reply(
        200, body=b"<html>", headers={"Content-Type": "text/html"}, commit=commit
    ),
}


@pytest.mark.parametrize("lag", [0.0, 2.0])
@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("how", LOSSES)
def test_a_lost_answer_makes_exactly_one(how: str, commit: bool, lag: float) -> None:
    with Deployed(read_lag=lag, client={"read_timeout": 0.3}) as it:
        it.org.script("POST", PATH, LOSSES[how](commit=commit))
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.calls["POST"] == (1 if commit else 2)
        assert it.lines == []


def test_a_lost_post_is_waited_for_as_long_as_the_service_may_take_and_no_longer() -> None:
    with Deployed(patience=4.0) as it:
        it.org.script("POST", PATH, Reply.reset())
        began = it.clock()
        it.deployments.create(body())
        assert 4 <= it.clock() - began <= 4.5


def test_what_is_lost_and_shows_up_is_found_soon() -> None:
    with Deployed(read_lag=2.0) as it:
        it.org.script("POST", PATH, Reply.reset(commit=True))
        began = it.clock()
        it.deployments.create(body())
        assert it.clock() - began <= 2 + 2 + 2 * 1.0  # lost, then settled; a pause late at most


def test_a_post_that_fails_for_good_says_what_to_look_for() -> None:
    with Deployed(patience=4.0) as it:
        it.org.script("POST", PATH, Reply.error(503), times=6)
        with pytest.raises(ServerError):
            it.deployments.create(body())
        assert it.calls["POST"] == 6
        assert it.org.dump() == {}
        [line] = it.lines
        sent = [each.body for each in it.org.requests if each.path == PATH and each.data]
        [token] = {token_of(each) for each in sent}
        assert token
        assert f"'pulumi-widgets {token[0]}'" in line


@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_twins_are_deleted_and_nothing_that_looks_alike(lag: float) -> None:
    with Deployed(double_post=1, read_lag=lag, delete_lag=lag) as it:
        look_alike = [
            stored(body()),
            stored(body(disabled=True)),
            stored(body(description=description_of(FOREIGN, it.now()), disabled=True)),
        ]
        foreign = {it.org.add(each): each for each in look_alike * 3}
        made = in_threads(it.deployments.create, [body()] * 6)
        ours = {each["id"]: stored(body()) for each in made}
        assert it.org.dump() == {**foreign, **ours}
        assert len(ours) == 6
        assert it.lines == []


def test_twins_are_found_in_a_listing_without_descriptions() -> None:
    with Deployed(double_post=1, listing_omits=("description",)) as it:
        foreign = it.org.add(stored(body(disabled=True)))
        made = it.deployments.create(body())
        assert it.org.dump().keys() == {foreign, made["id"]}


@pytest.mark.parametrize("double", [0, 1])
@pytest.mark.parametrize("lag", [0.0, 2.0])
@pytest.mark.parametrize(
    ("reply", "times", "kind"),
    [
        (Reply.error(400, "bad.request", "no such flow"), 1, BadRequestError),
        (Reply.error(500), 10, ServerError),
        (Reply.html(), 1, AnswerError),
        (Reply(body=b"{}", commit=True), 1, AnswerError),
    ],
)
def test_a_put_that_fails_for_good_takes_back_what_the_post_made(
    reply: Reply, times: int, kind: type[WidgetsError], lag: float, double: int
) -> None:
    with Deployed(read_lag=lag, double_post=double) as it:
        foreign = {it.org.add(stored(body())): stored(body())}
        it.org.script("PUT", ONE, reply, times=times)
        with pytest.raises(kind):
            it.deployments.create(body())
        assert it.org.dump() == foreign
        assert it.lines == []


def test_what_is_taken_back_unseen_is_named_with_the_token_that_a_twin_has() -> None:
    with Deployed(read_lag=2.0, double_post=1) as it:
        it.org.script("PUT", ONE, Reply.error(400, "bad.request", "no such flow"))
        it.org.script("GET", PATH, Reply.error(403))
        with pytest.raises(BadRequestError):
            it.deployments.create(body())
        [twin] = it.org.dump().values()
        token, _ = token_of(twin) or ("", None)
        assert any(token in line and "\n" not in line for line in it.lines)


def test_an_id_that_the_answer_does_not_prove_is_not_written_to() -> None:
    with Deployed() as it:
        foreign = it.org.add(stored(body("Theirs")))
        another = {"id": foreign, **body("Theirs")}
        it.org.script("POST", PATH, Reply.changed(lambda _: another))
        made = it.deployments.create(body("Ours"))
        assert it.org.dump() == {
            foreign: stored(body("Theirs")),
            made["id"]: stored(body("Ours")),
        }
        it.org.script("POST", PATH, Reply(json=another))
        with pytest.raises(AnswerError, match="not of the deployment that was sent"):
            it.deployments.create(body("Ours"))
        assert len(it.org.dump()) == 2


# --- interrupted ----------------------------------------------------------------------------


def test_what_an_interrupted_create_left_is_named_once_and_never_deleted() -> None:
    with Deployed() as it:
        old, young = (
            stored(body(description=description_of(token, it.now() - age), disabled=True))
            for token, age in ((FOREIGN, timedelta(hours=1)), ("cd" * 16, timedelta(minutes=1)))
        )
        left = {it.org.add(old, deployment_id="old"): old, it.org.add(young): young}
        for _ in range(3):
            it.deployments.create(body())
        assert left.items() <= it.org.dump().items()
        [line] = it.lines
        assert line.startswith("Deployment old was left half made by a create that was interrupted")
        assert "\n" not in line


@pytest.mark.parametrize("after", ["POST", "PUT"])
@pytest.mark.parametrize("double", [0, 1])
def test_a_create_whose_engine_died_leaves_nothing(after: str, double: int) -> None:
    gone = threading.Event()

    def dies(answer: Any) -> Any:
        gone.set()
        return answer

    with Deployed(orphaned=gone.is_set, double_post=double) as it:
        it.org.script(after, f"{PATH}*", Reply.changed(dies))
        with pytest.raises(WidgetsError, match="the engine is gone"):
            it.deployments.create(body())
        assert it.org.dump() == {}
        it.org.reset_calls()
        with pytest.raises(WidgetsError, match="the engine is gone"):
            it.deployments.create(body())
        assert it.calls["POST"] == it.calls["PUT"] == 0


# --- when a command ends, reads show it -----------------------------------------------------


def test_a_refresh_right_after_a_command_sees_what_it_wrote() -> None:
    with Deployed(read_lag=2.0, delete_lag=2.0, listing_lag=3.0) as it:
        ids = [each["id"] for each in in_threads(it.deployments.create, [body("Old")] * 5)]
        process = it.process()
        assert {process.read(id_, body("Old"))["name"] for id_ in ids} == {"Old"}
        in_threads(lambda id_: process.update(id_, body("New")), ids)
        process = it.process()
        assert {process.read(id_, body("New"))["name"] for id_ in ids} == {"New"}
        in_threads(process.delete, ids[:3])
        process = it.process()
        for id_ in ids[:3]:
            with pytest.raises(NotFoundError):
                process.read(id_, body("New"))
        assert it.lines == []


@pytest.mark.parametrize(
    "omitted", ["description", "clientConfig", "clientConfig.v1", "clientConfig.v1.webChatSkin"]
)
@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_what_a_listing_leaves_out_a_few_tell_for_all(omitted: str, lag: float) -> None:
    def content(page: str) -> dict[str, Any]:
        config = {"v1": {"webChatSkin": "basic", "authenticationUrl": page}}
        return body(description=page, clientType="v1", clientConfig=config, disabled=True)

    def shows(read: Mapping[str, Any], sent: Mapping[str, Any]) -> bool:
        return all(read[field] == sent[field] for field in ("description", "clientConfig"))

    old, new = content("https://old.example"), content("https://new.example")
    with Deployed(listing_omits=(omitted,), read_lag=lag) as it:
        ids = [each["id"] for each in in_threads(it.deployments.create, [old] * 20)]
        process = it.process()
        assert all(shows(process.read(id_, old), old) for id_ in ids)
        process = it.process()
        it.org.reset_calls()
        start = it.clock()
        in_threads(lambda id_: process.update(id_, new), ids)
        assert it.clock() - start <= lag + 2.0
        rounds = it.calls["LIST"]
        assert it.calls["GET"] <= THREADS * rounds + len(ids) * (omitted == "description")
        process = it.process()
        assert all(shows(process.read(id_, new), new) for id_ in ids)
        assert it.lines == []


def test_past_our_patience_one_line_says_what_is_not_shown() -> None:
    with Deployed(read_lag=60.0, patience=4.0) as it:
        made = it.deployments.create(body())
        [line] = it.lines
        assert f"could not confirm it: {made['id']} (not shown after 4 s)" in line
        assert it.clock() < 1000 + 10


def test_a_read_is_never_older_than_a_write_of_the_same_process() -> None:
    under_way, go_on = threading.Event(), threading.Event()

    def slow(answer: Any) -> Any:
        under_way.set()
        assert go_on.wait(10)
        return answer

    with Deployed() as it:
        first, other = (it.deployments.create(body(name))["id"] for name in ("Old", "Other"))
        it.org.faults.read_lag = 2.0
        process = it.process()
        assert process.read(first, body("Old"))["name"] == "Old"
        assert process.read(other, body("Other"))["name"] == "Other"  # a listing is held now
        it.org.script("PUT", f"{PATH}/{other}", Reply.changed(slow))
        thread = threading.Thread(target=process.update, args=(other, body("Other")))
        thread.start()
        try:
            assert under_way.wait(10)
            # nobody settles while the other write is under way
            process.update(first, body("New"))
            made = process.create(body("Newest"))["id"]
            assert process.read(first, body("New"))["name"] == "New"
            assert process.read(made, {})["name"] == "Newest"
        finally:
            go_on.set()
            thread.join(10)
        assert it.lines == []


@pytest.mark.parametrize("omits", [(), ("flow",), ("clientConfig.v2",)])
def test_what_nobody_knows_anything_of_is_listed_after_two_samples(omits: tuple[str, ...]) -> None:
    with Deployed(listing_omits=omits, empty_as="missing") as it:
        plain = [it.org.add({"name": "Plain", "clientType": "v2"}) for _ in range(20)]
        full = {"name": "Full", "clientType": "v2", "flow": {"id": "f"}, "description": "It"}
        whole = it.org.add({**full, "clientConfig": {"v2": {"a": 1}}})
        gone = it.org.add({**full, "disabled": True, "clientConfig": {"v2": {"a": 1}}})
        it.org.script("GET", f"{PATH}/{gone}", Reply.error(404, "not.found", "gone"))
        read = [it.deployments.read(id_) for id_ in (*plain, whole)]
        assert [each["name"] for each in read] == ["Plain"] * 20 + ["Full"]
        assert read[-1]["flow"]["id"] == "f"
        assert read[-1]["clientConfig"] == {"v2": {"a": 1}}
        # the first, the fullest of the listing, which is gone, and the next
        gets = 3 if not omits else 3 + 20
        assert it.calls == {"LIST": 1, "GET": gets}


def test_another_processes_creates_are_waited_for_until_listings_show_them_whole() -> None:
    with Deployed() as it:
        old, new = (it.org.add({"name": name, "clientType": "v2"}) for name in ("old", "new"))
        half_made = {"description": description_of(FOREIGN, it.now())}
        it.org.script("GET", PATH, _listing_with(old), _listing_with(old, new, **half_made))
        began = it.clock()
        moment = it.deployments.shown_since({old, new}, began)
        assert began < moment == it.clock() < began + 1
        assert it.deployments.list(moment).keys() == {old, new}
        assert it.calls == {"LIST": 3}

        moment = it.deployments.shown_since({old, "nobody"}, it.clock())
        assert moment == it.clock() == pytest.approx(began + 15, abs=1)
        assert it.deployments.list(moment).keys() == {old, new}
        assert it.calls["LIST"] < 25

        it.org.script("GET", PATH, Reply(json={}))
        assert it.deployments.shown_since({old}, it.clock()) == it.clock()
        assert it.deployments.read(old, since=it.clock())["name"] == "old"


def _listing_with(*ids: str, **changes: Any) -> Reply:
    def changed(listing: dict[str, Any]) -> dict[str, Any]:
        shown = [each | changes for each in listing["entities"] if each["id"] in ids]
        return {**listing, "entities": shown}

    return Reply.changed(changed)
