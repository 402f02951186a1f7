"""Exactly one deployment for each create, whatever the service does; and what it costs."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest

from pulumi_widgets.api.half_made import description_of, token_of
from pulumi_widgets.api.listing import SharedListing
from pulumi_widgets.errors import (
    AnswerError,
    BadRequestError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    OrgFullError,
    ServerError,
    WidgetsError,
)
from pulumi_widgets.simulator import Reply

from ...clock import Clock
from .deployed import EPOCH, ONE, PATH, Deployed, body, in_threads, stored

FOREIGN = "ab" * 16
"""A token of nobody's here."""


# --- budgets --------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 10, 100])
def test_calls_of_a_life(count: int) -> None:
    with Deployed() as it:
        made = in_threads(it.deployments.create, [body(f"Web {n}") for n in range(count)])
        assert it.calls == {"POST": count, "PUT": count, "LIST": 1}
        ids = [each["id"] for each in made]

        it.org.reset_calls()
        news = {id_: body(f"New {n}") for n, id_ in enumerate(ids)}
        process = it.process()
        in_threads(lambda id_: process.update(id_, news[id_]), ids)
        assert it.calls == {"PUT": count, "LIST": 1}
        assert it.org.dump() == {id_: stored(news[id_]) for id_ in ids}

        it.org.reset_calls()
        process = it.process()
        read = in_threads(lambda id_: process.read(id_, news[id_]), ids)
        assert [each["name"] for each in read] == [f"New {n}" for n in range(count)]
        assert it.calls == {"LIST": 1}

        it.org.reset_calls()
        in_threads(it.process().delete, ids)
        assert it.calls == {"DELETE": count, "LIST": 1}
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
        listing = SharedListing(it.deployments._client.list, it.clock)
        it.deployments._listing = it.deployments._driver._listing = listing
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
        # where the listing after it does not show it, it is sent again
        assert it.calls["POST"] == (1 if commit and not lag else 2)
        assert it.lines == []


def test_what_a_lost_post_may_yet_make_is_waited_for_when_all_is_done_and_not_before() -> None:
    with Deployed(patience=4.0) as it:
        it.org.script("POST", PATH, Reply.reset())
        began = it.clock()
        in_threads(it.deployments.create, [body()] * 20)
        assert 4 <= it.clock() - began <= 4.5


def posted(it: Deployed) -> list[dict[str, Any]]:
    """What the POSTs sent."""
    return [
        stored(each.body)
        for each in it.org.requests
        if f"{each.method} {each.path}" == f"POST {PATH}"
    ]


def test_a_lost_post_that_is_done_late_leaves_nothing() -> None:
    late: list[str] = []

    class Later(Clock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if self.now > 1005 and not late:  # a balancer lets it through at last
                late.append(it.org.add(posted(it)[0]))

    with Deployed(Later()) as it:
        it.org.script("POST", PATH, Reply.reset())
        made = it.deployments.create(body())
        assert late
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.lines == []


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
        it.org.script("POST", PATH, Reply(json=another), times=6)
        with pytest.raises(AnswerError, match="not of what was sent"):
            it.deployments.create(body("Ours"))
        assert len(it.org.dump()) == 2


def test_a_twin_that_shows_up_later_is_deleted_by_whoever_lists_next() -> None:
    with Deployed() as it:
        made = it.deployments.create(body("First"))
        it.org.add(posted(it)[0])
        it.clock.sleep(1)
        other = it.deployments.create(body("Other"))
        assert it.org.dump().keys() == {made["id"], other["id"]}
        it.org.add(posted(it)[0])
        it.clock.sleep(1)
        it.deployments.update(other["id"], body("New"))
        assert it.org.dump().keys() == {made["id"], other["id"]}
        assert it.lines == []


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing", "empty"])
def test_a_draft_is_not_taken_for_a_deployment_that_is_disabled(empty_as: str) -> None:
    """It differs in the description alone, which an answer may leave out where it is empty."""
    with Deployed(double_post=1, read_lag=2.0, empty_as=empty_as) as it:
        it.org.script("POST", PATH, Reply.passed())
        made = it.deployments.create(body(disabled=True))
        assert it.org.dump() == {made["id"]: stored(body(disabled=True))}


@pytest.mark.parametrize("of", ["twin", "kept"])
def test_ids_are_the_same_in_any_case(of: str) -> None:
    def in_capitals(listing: dict[str, Any]) -> dict[str, Any]:
        spelled = [{**each, "id": each["id"].upper()} for each in listing["entities"]]
        return {**listing, "entities": spelled}

    with Deployed(double_post=1 if of == "twin" else 0) as it:
        it.org.script("GET", PATH, Reply.changed(in_capitals), times=5)
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.process().read(made["id"])["name"] == "Web"
        assert it.calls["GET"] == 0
        assert it.lines == []


# --- a full org -----------------------------------------------------------------------------

LAGS: dict[str, dict[str, Any]] = {
    "none": {},
    "all alike": {"read_lag": 2.0, "delete_lag": 2.0},
    "each its own": {"read_lag": 4.0, "delete_lag": 4.0, "uneven_lags": True},
    "late twins": {"read_lag": 1.0, "late_twins": 3.0},
    "deletes that find nothing": {"delete_404": 1.0, "conflicts": 0.2},
}


@pytest.mark.parametrize("lags", LAGS)
@pytest.mark.parametrize("seed", range(3))
def test_ten_fit_though_every_second_post_is_doubled(lags: str, seed: int) -> None:
    # the clock goes four times as fast as for one thread: each one's sleeps count
    with Deployed(patience=60.0, limit=10, seed=seed, double_post=2, **LAGS[lags]) as it:
        made = in_threads(it.deployments.create, [body(f"Web {n}") for n in range(10)])
        dump = it.org.dump()
        assert sorted(dump[each["id"]]["name"] for each in made) == sorted(
            f"Web {n}" for n in range(10)
        )
        assert len(dump) == 10
        assert it.lines == []


def test_what_does_not_fit_is_refused_at_once_and_the_rest_is_whole() -> None:
    with Deployed(limit=10) as it:
        foreign = {it.org.add(stored(body("Theirs"))) for _ in range(8)}
        half_made = it.org.add(stored(body(description=description_of(FOREIGN, it.now()))))
        began, failed = it.clock(), []

        def create(name: str) -> None:
            try:
                it.deployments.create(body(name))
            except OrgFullError as error:
                failed.append(error)

        in_threads(create, ["a", "b", "c", "d"])
        assert it.clock() - began < 30  # what all waited, one after the other by this clock
        dump = it.org.dump()
        [made] = dump.keys() - foreign - {half_made}
        assert dump[made] in [stored(body(name)) for name in "abcd"]
        assert len(failed) == 3
        for each in failed:
            assert each.limit == 10
            assert each.held is not None
            assert each.held.keys() == dump.keys()
        with pytest.raises(OrgFullError):
            it.process().create(body("e"))
        assert it.lines == []


@pytest.mark.parametrize("code", ["maximum.deployments.exceeded", "too.many.deployments"])
@pytest.mark.parametrize("lag", [0.0, 2.0])
def test_what_is_deleted_first_makes_room(lag: float, code: str) -> None:
    with Deployed(limit=1, read_lag=lag, delete_lag=lag) as it:
        id_ = it.deployments.create(body("Old"))["id"]
        process = it.process()
        process.delete(id_)
        # the quota takes its time to notice
        it.org.script("POST", PATH, Reply.error(409, code, "no"), times=4)
        made = process.create(body("New"))
        assert it.org.dump() == {made["id"]: stored(body("New"))}
        assert it.lines == []


def test_a_lost_post_that_took_the_last_place_is_found() -> None:
    with Deployed(limit=1, read_lag=2.0) as it:
        it.org.script("POST", PATH, Reply.reset(commit=True))
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.lines == []


# --- what is done stays done ----------------------------------------------------------------


def test_what_only_looks_like_a_half_made_one_disturbs_nobody() -> None:
    strange = body(description=f"pulumi-widgets {FOREIGN} 2026-02-30T00:00:00Z")
    with Deployed() as it:
        foreign = it.org.add(stored(strange))
        made = it.deployments.create(body())["id"]
        it.deployments.update(made, body("New"))
        assert it.org.dump() == {foreign: stored(strange), made: stored(body("New"))}
        assert it.lines == []


@pytest.mark.parametrize("fails", ["the listing", "the line"])
def test_whatever_fails_after_the_put_the_create_is_done(fails: str) -> None:
    def unspeakable(line: str) -> None:
        line.encode("ascii")
        raise UnicodeEncodeError("cp1252", line, 0, 1, "character maps to <undefined>")

    with Deployed(patience=2.0, read_lag=9.0 if fails == "the line" else 0.0) as it:
        it.notify = unspeakable if fails == "the line" else it.lines.append
        process = it.process()
        if fails == "the listing":
            it.org.script("GET", PATH, Reply.error(403, "missing.permissions", "nein"))
        made = process.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert [f"could not confirm it: {made['id']}" in line for line in it.lines] == (
            [True] if fails == "the listing" else []
        )


@pytest.mark.parametrize("told", ["nothing but the id", "another token"])
def test_an_answer_that_does_not_tell_the_token_is_looked_up(told: str) -> None:
    def changed(answer: dict[str, Any]) -> dict[str, Any]:
        strange = description_of(FOREIGN, EPOCH)
        return {"id": answer["id"], **({} if "id" in told else {"description": strange})}

    with Deployed() as it:
        it.org.script("POST", PATH, Reply.changed(changed))
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.calls == {"POST": 1, "GET": 1, "PUT": 1, "LIST": 1}


def test_where_no_token_is_ever_told_one_post_is_all() -> None:
    def without(answer: dict[str, Any]) -> dict[str, Any]:
        return {key: each for key, each in answer.items() if key != "description"}

    with Deployed(patience=2.0, listing_omits=("description",)) as it:
        it.org.script("POST", PATH, Reply.changed(without))
        it.org.script("GET", ONE, Reply.changed(without))
        with pytest.raises(AnswerError):
            it.deployments.create(body())
        assert it.calls["POST"] == 1
        assert "A POST that failed may still be carried out" in it.told


def test_a_conflict_that_a_gateway_made_of_a_second_post_hides_nothing() -> None:
    with Deployed() as it:
        it.org.script("POST", PATH, Reply.error(409, "request.conflict", "twice", commit=True))
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        it.org.script("POST", PATH, Reply.error(409, "request.conflict", "no"))
        with pytest.raises(ConflictError):
            it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        assert it.lines == []


def test_what_a_failed_create_could_not_delete_is_in_its_error() -> None:
    with Deployed() as it:
        it.org.permissions = ["widgets:deployment:add", "widgets:deployment:view"]
        with pytest.raises(ForbiddenError) as caught:
            it.deployments.create(body())
        [left] = it.org.dump()
        assert f"could not be deleted and takes a place: {left}. It refuses" in str(caught.value)


def test_one_odd_listing_is_not_the_last_word() -> None:
    with Deployed(double_post=1) as it:
        it.org.script("GET", PATH, Reply.html(), times=2)
        made = it.deployments.create(body())
        assert it.org.dump() == {made["id"]: stored(body())}
        it.org.script("POST", PATH, Reply.reset(commit=True))
        it.org.script("GET", PATH, Reply.html())
        other = it.deployments.create(body())
        assert it.org.dump().keys() == {made["id"], other["id"]}
        assert it.lines == []


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
        [line] = it.lines
        assert line == "The org lacks what the state holds: looking for 15 s."


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing", "empty"])
def test_what_becomes_empty_is_shown_when_the_update_ends(empty_as: str) -> None:
    with Deployed(read_lag=2.0, empty_as=empty_as) as it:
        id_ = it.deployments.create(body(description="Old"))["id"]
        it.clock.sleep(10)
        it.deployments.update(id_, body(description=""))
        assert not it.process().read(id_).get("description")
        assert it.lines == []


def test_what_is_spelled_otherwise_is_shown() -> None:
    with Deployed(respells=True) as it:
        wanted = body(" Web ", allowedDomains=["Shop.Example."], description=" It ")
        id_ = it.deployments.create(wanted)["id"]
        began = it.clock()
        it.deployments.update(id_, {**wanted, "name": " New "})
        assert it.clock() == began
        assert it.lines == []


def test_a_get_that_lags_behind_listings_ends_nothing() -> None:
    with Deployed() as it:
        made = it.org.add(stored(body()))
        it.org.script("GET", PATH, _listing_with())
        it.org.script("GET", ONE, Reply.error(404, "not.found", "no"))
        assert it.deployments.read(made)["name"] == "Web"
        assert it.calls == {"LIST": 2, "GET": 1}
        it.org.script("GET", ONE, Reply.error(404, "not.found", "no"))
        assert it.deployments.get(made)["name"] == "Web"
        it.org.remove(made)
        with pytest.raises(NotFoundError):
            it.deployments.get(made)


def test_what_the_state_holds_is_not_gone_before_our_patience_is_over() -> None:
    with Deployed(read_lag=9.0) as it:
        made = it.deployments._client.create(body())  # by a command that saw it, elsewhere
        assert it.process().read(made["id"], body())["name"] == "Web"
        with pytest.raises(NotFoundError):
            it.process().read("nobody's")
        it.org.remove(made["id"])
        it.org.reset_calls()
        process, began = it.process(), it.clock()
        for id_ in (made["id"], "another"):
            with pytest.raises(NotFoundError):
                process.read(id_, body())
        assert it.clock() == began + 15
        assert it.calls["GET"] == 2 + 2
        assert it.calls["LIST"] < 12


def test_an_update_that_a_part_of_the_service_cannot_find_is_repeated() -> None:
    with Deployed() as it:
        id_ = it.org.add(stored(body()))
        it.org.script("PUT", ONE, Reply.error(404, "not.found", "no"), times=3)
        it.deployments.update(id_, body("New"))
        assert it.org.dump() == {id_: stored(body("New"))}


@pytest.mark.parametrize("of", ["a deployment", "a twin", "what is taken back"])
def test_a_delete_that_is_not_found_and_still_shows_is_repeated(of: str) -> None:
    with Deployed(double_post=0 if of == "a deployment" else 1) as it:
        foreign = it.org.add(stored(body("Other")))
        if of == "what is taken back":
            it.org.script("PUT", ONE, Reply.error(400, "bad.request", "no such flow"))
            it.org.script("DELETE", ONE, Reply.error(404, "not.found", "no"), times=2)
            with pytest.raises(BadRequestError):
                it.deployments.create(body())
            left = {foreign}
        elif of == "a twin":
            it.org.script("DELETE", ONE, Reply.error(404, "not.found", "no"))
            left = {foreign, it.deployments.create(body())["id"]}
        else:
            made = it.deployments.create(body())["id"]
            it.org.script("DELETE", ONE, Reply.error(404, "not.found", "no"))
            it.deployments.delete(made)
            left = {foreign}
        assert it.org.dump().keys() == left
        assert it.lines == []


def test_an_overdue_deletion_says_so() -> None:
    with Deployed(delete_lag=60.0) as it:
        id_ = it.deployments.create(body())["id"]
        it.deployments.delete(id_)
        assert it.calls["DELETE"] == 3
        [line] = it.lines
        assert f"Deleted 3 times, but the org's listing still shows it: {id_} (" in line


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
