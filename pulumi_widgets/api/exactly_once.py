"""Exactly one deployment for each create, whatever the service does.

**What can go wrong.** A POST may make two deployments and answer with one, or make one and lose
the answer. Reads lag behind writes. The API has no idempotency key, no creation time and no
creator; a colleague may deploy the same program to the same org at this moment. So equal names,
equal content, counting and timing prove nothing about whose a deployment is.

**The proof a create carries.** A create has two phases: POST the wanted body, but disabled and
with a one-time token in the description; then PUT the wanted body to the id that this gave.

**The argument.**

1. *What carries our token is ours.* A token has 128 random bits and is sent by one create alone,
   so whatever carries it was made by a POST of that create, and nothing else carries it. An id
   counts for ours only where an answer or a listing shows the token with it.
2. *Nothing foreign is touched.* This module deletes two kinds of deployments: what a caller
   names, and what carries a token of this process and is not the one its create keeps.
3. *At least one.* A create ends well only after a PUT to its id was answered.
4. *At most one.* Everything that the POSTs of a create made carries its token until the PUT, and
   but one of them gets a PUT: the one that is kept. The rest, its twins, can be recognised for
   ever, and are deleted as soon as a listing shows them. When that has to be is settled by the
   service's order: a listing that shows a write shows every write before it, and later ones do
   too. So a listing that shows what the PUT wrote shows all twins as well, since they were made
   before the PUT was sent. A create whose PUT fails is seen before it is deleted; a listing that
   is asked for after that and has it no longer shows the DELETE, and so the twins.
5. *What is lost is found.* After a POST that failed unclearly, listings are read until the token
   shows or `patience` is over; then the POST is sent again with the same token. If the first one
   shows up after all, it is a twin (4).
6. *Interruption leaves a label.* What a create that did not end left behind refuses chats and
   says what it is, with the time; the next create that sees an old one names it, and nobody
   deletes it unasked. The engine records an id only after the provider's answer, so an engine
   that is found gone before it will never record this one: a create that finds that (``orphaned``)
   deletes what it made. One window stays open that no order of calls closes: where this process
   is killed between the service's carrying out the PUT and its answer to the engine, or the
   engine between that answer and its record, a complete deployment stays behind that no state
   knows.

Not proven against: a POST that the service carries out later than `patience` after it failed, and
after the last listing of the command; and listings that leave out what tells a half-made
deployment from a complete one while they also lag behind a GET, which is what is asked then. What
stays behind has its label (6).

**Settling.** When a command ends, reads show what it made, changed and deleted. The last write in
flight reads listings until they show all of it, and the twins with it: one listing for all where
nothing lags; one more, and a GET of the last few, where listings leave out what was written.
Writes that overlap hand it on to each other, so it costs nothing while work goes on; and the last
waits a moment (`_linger`) whether more is coming, since the engine hands out the steps of a large
stack one by one. Past `patience`, one line says what is not shown.

The steps are generators: they yield each `Call` they want done and get its result or its error,
and whatever they do in between happens at once, under the caller's lock. So `deployments` drives
them with threads, and the tests in any order there can be.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Literal

from ..errors import AnswerError, NotFoundError, WidgetsError
from .shown import Expected

Deployment = dict[str, Any]


@dataclass(frozen=True)
class Call:
    """What a step wants done.

    ``create(body)``, ``get(id)``, ``update(id, body)``, ``delete(id)`` and ``list(since)`` (any
    listing whose request began at ``since`` or later) are calls of the API; ``pause(seconds)``
    waits, and ``linger(seconds)`` waits until another write begins, at most so long.
    """

    name: Literal["create", "get", "update", "delete", "list", "pause", "linger"]
    args: tuple[Any, ...]


Steps = Generator[Call, Any, Any]

_MARK = re.compile(r"pulumi-widgets ([0-9a-f]{32}) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)")
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_OLD = timedelta(minutes=10)
"""From this age on a half-made deployment is taken for one that nobody is making any more."""
_POSTS = 6
"""How often a create POSTs at most, where each one failed unclearly."""
_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 1.0
"""Seconds between listings that wait for something: the first, half as much again each time, at
most. A thread that waits for a lost POST makes nothing else, so the last listing in vain is dear;
and threads that wait at once share their listings."""

_HAND_OVER = 0.03
"""Seconds: longer than a thread takes to pick up the next write that waits for one."""
_LEAST_LINGER = 0.1
"""Seconds: on a busy machine the engine makes such pauses between steps."""
_LONGEST_GAP = 3.0
"""Seconds that the engine may take between two steps where its state is large and its disk slow."""
_NOBODY = "the engine is gone, so nobody would record the deployment: it was not made"


def description_of(token: str, now: datetime) -> str:
    """The description that a half-made deployment has, a sentence for whoever finds it."""
    return (
        f"Half made: pulumi-widgets {token} {now.astimezone(timezone.utc).strftime(_TIME)}. "
        "It refuses chats. An interrupted create left it if it is still here after some minutes; "
        "then it can be deleted."
    )


def token_of(deployment: Mapping[str, Any]) -> tuple[str, datetime] | None:
    """The token that a half-made deployment carries and when it was made; None for others."""
    found = _MARK.search(str(deployment.get("description") or ""))
    if not found:
        return None
    return found[1], datetime.strptime(found[2], _TIME).replace(tzinfo=timezone.utc)


class ExactlyOnce:
    """The steps of writes, and what they share. See the module's text for how and why.

    Args:
        new_token: 32 fresh random hexadecimal digits.
        clock: seconds, never going back.
        now: the time of day, with its zone.
        notify: gets a line that the user should read.
        patience: the longest time, in seconds, that the service may take to show a write.
        orphaned: whether nobody is left to record what a create makes.
    """

    def __init__(
        self,
        *,
        new_token: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        notify: Callable[[str], object],
        patience: float,
        orphaned: Callable[[], bool] = lambda: False,
    ) -> None:
        self._new_token = new_token
        self._clock = clock
        self._now = now
        self._notify = notify
        self._patience = patience
        self._orphaned = orphaned
        self.started = 0
        """How many writes began: what ``linger`` watches."""
        self._in_flight = 0
        self._settling = False
        self._pending: dict[str, Expected] = {}
        self._kept: dict[str, str | None] = {}
        """Token → the id that its create keeps; "" for none, None while that is open."""
        self._tokens: set[str] = set()
        self._deleted: set[str] = set()
        self._without_token: set[str] = set()
        """Ids that need not be asked again, where listings do not tell."""
        self._named: set[str] = set()
        self._first_start: float | None = None
        self._idle_since: float | None = None
        self._gap = 0.0
        """Seconds without a write under way: the longest lately, which counts less and less."""
        self._has_paused = False
        """Whether a pause was ever longer than a hand-over."""
        self._waited_in_vain = 0.0

    def create(self, body: Deployment) -> Steps:
        """Make one deployment; the steps' result is the service's answer to the PUT.

        Raises:
            WidgetsError: it was not made, and what the POST may have made was deleted.
        """
        answer = yield from self._counted(self._create(body))
        if self._orphaned():
            yield from self._delete_ours(answer["id"])
            raise WidgetsError(_NOBODY)
        return answer

    def update(self, id_: str, body: Deployment) -> Steps:
        """PUT a whole deployment; the steps' result is the answer."""
        return self._counted(self._update(id_, body))

    def delete(self, id_: str) -> Steps:
        """DELETE a deployment; one that is gone already is done."""
        return self._counted(self._delete(id_))

    def is_pending(self, id_: str) -> bool:
        """Whether this process wrote a deployment and no read is known to show it yet."""
        return id_ in self._pending

    def read(self, id_: str) -> Steps:
        """GET a deployment, again until it shows what this process wrote, or past our patience."""
        pauses = growing_pauses()
        while True:
            asked, expected = self._clock(), self._pending.get(id_)
            settled = expected is None or asked >= expected.deadline
            try:
                answer = yield Call("get", (id_,))
                if expected is None or settled or expected.is_shown(answer):
                    return answer
            except NotFoundError:
                if settled or (expected and expected.content is None):
                    raise
            yield self._pause(next(pauses), expected.deadline if expected else asked)

    def _counted(self, steps: Steps) -> Steps:
        now = self._clock()
        self._first_start = now if self._first_start is None else self._first_start
        if self._idle_since is not None:
            pause = now - self._idle_since
            self._gap = max(0.98 * self._gap, min(_LONGEST_GAP, pause))
            self._has_paused = self._has_paused or pause > _HAND_OVER
            self._idle_since = None
        self.started += 1
        self._in_flight += 1
        try:
            result = yield from steps
        except Exception:
            yield from self._end()
            raise
        yield from self._end()
        return result

    def _end(self) -> Steps:
        """Settle what is pending, unless another write will."""
        self._in_flight -= 1
        if not self._in_flight:
            self._idle_since = self._clock()
        if self._in_flight or self._settling or not self._pending:
            return
        started = self.started
        linger = self._linger()
        yield Call("linger", (linger,))
        if self.started == started:
            self._waited_in_vain += max(0.0, linger - _LEAST_LINGER)
        if self._in_flight or self._settling or self.started != started:
            return
        self._settling = True
        try:
            yield from self._settle()
        finally:
            self._settling = False

    def _linger(self) -> float:
        """Seconds to wait for another write: twice as long as it took to come lately.

        Where one followed the other at once for a while, the engine hands them out faster than
        they are done: that there is none is most likely the end.

        Where writes depend on each other, the next one comes only when this one has ended, and
        waiting is in vain: that may take 1 s and a twentieth of the time besides the least.
        """
        going_on = self._clock() - (self._first_start or 0.0)
        if going_on >= _LEAST_LINGER and not self._has_paused:
            return _HAND_OVER
        wanted = max(_LEAST_LINGER, 2 * self._gap)
        may_be_lost = 1.0 + 0.05 * going_on - self._waited_in_vain
        return wanted if wanted <= may_be_lost else _LEAST_LINGER

    def _create(self, body: Deployment) -> Steps:
        began, token = self.started, self._new_token()
        self._tokens.add(token)
        self._kept[token] = None
        description = description_of(token, self._now())
        id_ = yield from self._post({**body, "description": description, "disabled": True}, token)
        self._kept[token] = id_
        try:
            if self._orphaned():
                raise WidgetsError(_NOBODY)
            answer = yield from self._put(id_, body)
        except WidgetsError:
            yield from self._take_back(id_, token)
            raise
        self._expect(id_, _sent(body, answer), began, token)
        return {**answer, "id": id_}

    def _post(self, draft: Deployment, token: str) -> Steps:
        """The id of what one POST or several made."""
        unclear = False
        try:
            for left in reversed(range(_POSTS)):
                if self._orphaned():
                    raise WidgetsError(_NOBODY)
                try:
                    answer = yield Call("create", (draft,))
                except WidgetsError as error:
                    unclear = unclear or error.maybe_done
                    if not error.maybe_done:
                        raise
                    found = yield from self._find(token)
                    if found:
                        return found
                    if not left:
                        raise
                else:
                    if (token_of(answer) or ("",))[0] == token:
                        return answer["id"]
                    # some other deployment's, perhaps: its id is not to be trusted (1)
                    unclear = True
                    found = yield from self._find(token)
                    if found:
                        return found
                    raise AnswerError(
                        "POST", "the answer is not of the deployment that was sent", hint=""
                    )
        except WidgetsError:
            self._kept[token] = ""  # whatever shows up later is nobody's
            if unclear:
                self._notify(
                    "A POST that failed may still be carried out; a deployment that it makes "
                    f"{_recognised_by(token)}"
                )
            raise

    def _find(self, token: str) -> Steps:
        """The id of what carries the token, once a listing shows it; None past our patience."""
        found = yield from self._until(lambda: self._marked((token,)))
        return min(found) if found else None

    def _until(self, attempt: Callable[[], Steps]) -> Steps:
        """What an attempt ends with, made again until that is something or past our patience."""
        deadline, pauses = self._clock() + self._patience, growing_pauses()
        while True:
            asked = self._clock()
            result = yield from attempt()
            if result or asked >= deadline:
                return result
            yield self._pause(next(pauses), deadline)

    def _put(self, id_: str, body: Deployment) -> Steps:
        """The answer to the PUT of a new deployment, which the service may not know yet."""
        deadline, pauses = self._clock() + self._patience, growing_pauses()
        while True:
            asked = self._clock()
            try:
                return (yield Call("update", (id_, body)))
            except NotFoundError:
                if asked >= deadline:
                    raise
            yield self._pause(next(pauses), deadline)

    def _take_back(self, id_: str, token: str) -> Steps:
        """Delete what a POST made whose PUT failed for good.

        It has to be seen before it is deleted: a listing that does not show it could else be one
        from before it was made, which shows no twins either.
        """
        seen = False
        with contextlib.suppress(WidgetsError):
            seen = yield from self._until(lambda: self._shows(id_))
        self._kept[token] = ""
        if not seen:
            self._notify(
                f"Deployment {id_} was taken back before a listing showed it. Should its POST have "
                f"made a second one, that {_recognised_by(token)}"
            )
        self._expect(id_, None, token=token)
        yield from self._delete_ours(id_)

    def _delete_ours(self, id_: str) -> Steps:
        self._deleted.add(id_)
        try:
            yield Call("delete", (id_,))
        except WidgetsError as error:
            self._notify(
                f"The half-made deployment {id_} could not be deleted; it refuses chats and says "
                f"in its description what it is. {error}"
            )
        else:
            if id_ not in self._pending:
                self._expect(id_, None)

    def _update(self, id_: str, body: Deployment) -> Steps:
        began = self.started
        answer = yield Call("update", (id_, body))
        self._expect(id_, _sent(body, answer), began)
        return answer

    def _delete(self, id_: str) -> Steps:
        yield Call("delete", (id_,))
        self._expect(id_, None)

    def _pause(self, seconds: float, deadline: float) -> Call:
        """Wait, but not past the moment of the last listing that is worth asking for."""
        left = deadline - self._clock()
        return Call("pause", (min(seconds, left) if left > 0 else seconds,))

    def _expect(
        self, id_: str, content: Deployment | None, began: int = 0, token: str | None = None
    ) -> None:
        deadline = self._clock() + self._patience
        self._pending[id_] = Expected(content, deadline, began, self.started, token)

    def _settle(self) -> Steps:
        """Read listings until they show what is pending, or others took over."""
        pauses = growing_pauses()
        while self._pending and not self._in_flight:
            # a listing tells of what was pending when it was asked for, and of nothing since:
            # what was made after it looks in it as if it had been deleted
            asked, awaited = self._clock(), dict(self._pending)
            try:
                shown = yield from self._list()
                marked = yield from self._marked(self._kept, shown)
                for id_, token in marked.items():
                    # None: that create is still at it, or settled
                    if self._kept.get(token) not in (None, id_) and id_ not in self._deleted:
                        yield from self._delete_ours(id_)
                yield from self._confirm(self._compare(awaited, shown, asked))
            except WidgetsError as error:
                self._give_up(self._pending, str(error))
                return
            if self._pending and not self._in_flight:
                deadline = min(expected.deadline for expected in self._pending.values())
                yield self._pause(next(pauses), deadline)

    def _compare(
        self, awaited: Mapping[str, Expected], shown: Mapping[str, Deployment], asked: float
    ) -> dict[str, Expected]:
        """Forget what a listing shows as written, and what it should have shown when asked.

        Returns:
            What it shows, but does not tell enough of.
        """
        listed = set().union(*shown.values())
        overdue, untold = [], {}
        for id_, expected in awaited.items():
            if self._pending.get(id_) is not expected:
                continue  # written again meanwhile
            entity = shown.get(id_)
            is_told = expected.is_confirmed or expected.is_told(entity, listed)
            if is_told and (expected.is_shown(entity) or (expected.is_confirmed and entity)):
                del self._pending[id_]
                self._kept.pop(expected.token or "", None)
            elif asked >= expected.deadline:
                overdue.append(id_)
            elif not is_told:
                untold[id_] = expected
        if overdue:
            self._give_up(overdue, f"not shown after {self._patience:g} s")
        return untold

    def _confirm(self, untold: Mapping[str, Expected]) -> Steps:
        """Find by GET whether what listings do not tell is shown; it counts for the next one.

        What was answered before another write began was written before it. So those that were
        under way with the last one, at most as many as there are threads, tell for all.
        """
        last = max((expected.began for expected in untold.values()), default=0)
        for id_, expected in untold.items():
            if expected.answered >= last:
                try:
                    answer = yield Call("get", (id_,))
                except NotFoundError:
                    return
                if not expected.is_shown(answer):
                    return
        for expected in untold.values():
            expected.is_confirmed = True

    def _give_up(self, ids: Iterable[str], why: str) -> None:
        given_up = {id_: self._pending.pop(id_) for id_ in sorted(ids)}
        first, more = ", ".join(list(given_up)[:3]), len(given_up) - 3
        created = any(expected.token for expected in given_up.values())
        self._notify(
            f"Written, but the org's listing could not confirm it: {first}"
            + (f" and {more} more" if more > 0 else "")
            + f" ({why}). Wait a little before the next refresh."
            + (" `pulumi-widgets orphans` names twins that POSTs left." if created else "")
        )

    def _shows(self, id_: str) -> Steps:
        """Whether a new listing has a deployment."""
        return id_ in (yield from self._list())

    def _list(self) -> Steps:
        """A new listing by id; old half-made deployments of others are named."""
        entities: list[Deployment] = yield Call("list", (self._clock(),))
        return {entity["id"]: entity for entity in entities}

    def _marked(
        self, tokens: Iterable[str], shown: Mapping[str, Deployment] | None = None
    ) -> Steps:
        """The ids that carry one of the tokens, and which, in a listing or a new one."""
        if shown is None:
            shown = yield from self._list()
        has_descriptions = any("description" in entity for entity in shown.values())
        marked: dict[str, str] = {}
        for id_, entity in shown.items():
            if not has_descriptions:
                # a listing that leaves descriptions out; the half-made are disabled
                if entity.get("disabled") is False or id_ in self._without_token:
                    continue
                try:
                    entity = yield Call("get", (id_,))
                except NotFoundError:
                    continue
            mark = token_of(entity)
            if mark is None:
                if not has_descriptions:
                    self._without_token.add(id_)
            elif mark[0] in tokens:
                marked[id_] = mark[0]
            elif mark[0] not in self._tokens and id_ not in self._named:
                self._name(id_, mark[1])
        return marked

    def _name(self, id_: str, made: datetime) -> None:
        if self._now() - made > _OLD:
            self._named.add(id_)
            self._notify(
                f"Deployment {id_} was left half made by a create that was interrupted at "
                f"{made.strftime(_TIME)}. It refuses chats; delete it if nobody is at it."
            )


def _recognised_by(token: str) -> str:
    return f"refuses chats, says 'pulumi-widgets {token}' in its description and can be deleted."


def growing_pauses() -> Iterator[float]:
    """Seconds between listings that wait for something."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(1.5 * pause, _LONGEST_PAUSE)


def _sent(body: Deployment, answer: Deployment) -> Deployment:
    """What an answer says of the fields that were sent."""
    return {key: answer[key] for key in body if key in answer}
