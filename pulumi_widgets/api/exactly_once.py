"""Exactly one deployment for each create, whatever the service does.

**What can go wrong.** A POST may make two deployments and answer with one, at once or later; or
make one and lose the answer. Reads lag behind writes, each deployment and each kind of read by
itself. An org that is full refuses a POST, perhaps because of what our own made. The API has no
idempotency key, no creation time and no creator; a colleague may deploy the same program to the
same org at this moment. So equal content, counting and timing prove nothing about whose one is.

**The proof a create carries.** A create has two phases: POST the wanted body, but disabled and
with a one-time token in the description; then PUT the wanted body to the id that this gave.

**The argument.**

1. *What carries our token is ours.* A token has 128 random bits and is sent by one create alone.
   An id counts for ours only where an answer or a listing shows the token with it.
2. *Nothing foreign is touched.* This module deletes what a caller names, and what carries a token
   of this process and is not the one its create keeps; nothing else.
3. *At least one.* A create ends well only after a PUT to its id was answered. Nothing that goes
   wrong after that answer makes a failure of it.
4. *At most one is complete.* Everything that the POSTs of a create made carries its token until
   the PUT, and but one of them gets a PUT: the one that is kept. The rest, its twins, are deleted
   in whatever listing this process reads, for whichever write, as long as it lives.
5. *What is lost is found.* After a POST that failed unclearly a listing is read; where it does
   not show the token, the POST is sent again with the same one. If the first is carried out after
   all, it made a twin (4), for which listings are read until it shows or `patience` is over.
6. *Room.* A POST that an org refuses as full is sent again while something of this process may
   hold a place and lose it: a twin, a deletion or another write that is not settled. Where nothing
   may, or after `patience`, the refusal stands.
7. *Interruption leaves a label.* What a create that did not end left behind refuses chats and
   says what it is, with the time; the next create that sees an old one names it, and nobody
   deletes it unasked. A create that finds its engine gone (``orphaned``), which would never record
   it, deletes what it made.

**The premises that are left.** Reads of one kind show a deployment's writes in their order, each
within `patience`, and do not go back. A twin shows no later than in the last listing that the
process reads: it does where a listing that shows the PUT shows the POST's work too; one that is
made or shown later stays behind with its label (7). Listings tell descriptions. And one window
stays open that no order of calls closes: where this process is killed between the service's
carrying out the PUT and its answer to the engine, or the engine between that answer and its record,
a complete deployment stays behind that no state knows.

**Settling.** When a command ends, listings show what it made, changed and deleted. The last write
in flight reads them until they do (`settling`): one for all where nothing lags. What was deleted
and still shows is deleted again: a DELETE may be answered 404 just after the POST. Past `patience`,
one line says what is not shown.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from ..errors import AnswerError, ConflictError, NotFoundError, OrgFullError, WidgetsError
from .half_made import OLD, Create, description_of, is_marked, leftover, token_of, written
from .settling import Settling
from .shown import Expected, not_shown
from .steps import SELDOM, Call, Steps, growing_pauses

Deployment = dict[str, Any]

_POSTS = 6
"""How often a create POSTs at most, where each one failed unclearly."""
_NOBODY = "the engine is gone, so nobody would record the deployment: it was not made"


class ExactlyOnce:
    """The steps of writes, and what they share. See the module's text for how and why.

    Ids are the same in any case, as the service takes them.

    Args:
        new_token: 32 fresh random hexadecimal digits.
        clock: seconds, never going back.
        now: the time of day, with its zone.
        notify: gets a line that the user should read.
        patience: the longest time, in seconds, that the service may take to show a write.
        orphaned: whether nobody is left to record what a create makes.
        settling: says who settles.
    """

    def __init__(
        self,
        *,
        new_token: Callable[[], str],
        clock: Callable[[], float],
        now: Callable[[], datetime],
        notify: Callable[[str], object],
        patience: float,
        orphaned: Callable[[], bool],
        settling: Settling,
    ) -> None:
        self._new_token = new_token
        self._clock = clock
        self._now = now
        self._notify = notify
        self._patience = patience
        self._orphaned = orphaned
        self._settling = settling
        self._in_flight = 0
        self._waiting_for_room = 0
        self._deleted_at = float("-inf")
        self._listed = float("-inf")
        """When the last listing that was read was asked for."""
        self._is_settling = False
        self._pending: dict[str, Expected] = {}
        self._creates: dict[str, Create] = {}
        """By token."""
        self._told: set[str] = set()
        """Ids of half-made deployments that stay, of which a line was told."""

    def create(self, body: Deployment) -> Steps:
        """Make one deployment; the steps' result is the service's answer to the PUT.

        Raises:
            OrgFullError: the org is full and stays so; with what it holds in ``held``.
            WidgetsError: it was not made, and what the POST may have made was deleted.
        """
        create, token = Create(), self._new_token()
        self._creates[token] = create
        answer = yield from self._counted(self._create(body, create, token))
        if self._orphaned():
            yield from self._counted(self._take_back(create, token))
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
        return id_.casefold() in self._pending

    def read(self, id_: str) -> Steps:
        """GET a deployment, again until it shows what this process wrote, or past our patience."""
        for pause in self._patiently():
            expected = self._pending.get(id_.casefold())
            if expected is None or expected.deletes:
                break
            with contextlib.suppress(NotFoundError):
                answer = yield Call("get", (id_,))
                if expected.is_shown(answer):
                    return answer
            yield pause
        return (yield Call("get", (id_,)))

    def _patiently(self, *pauses: float) -> Iterator[Call]:
        """Pauses between tries, until another try is the last that our patience allows."""
        deadline = self._clock() + self._patience
        for seconds in growing_pauses(*pauses):
            left = deadline - self._clock()
            if left <= 0:
                return
            yield Call("pause", (min(seconds, left),))

    def _counted(self, steps: Steps) -> Steps:
        def here() -> Steps:
            self._in_flight += 1
            try:
                return (yield from steps)
            finally:
                self._in_flight -= 1

        return self._settling.counted(here())

    @property
    def awaits_settling(self) -> bool:
        """Whether something is pending that no other write will settle, and nobody is at it."""
        return not (self._in_flight or self._is_settling) and bool(self._unsettled())

    def settle(self) -> Steps:
        """Settle what is pending, unless another write will. What the writes did, stands."""
        if not self.awaits_settling:
            return
        self._is_settling = True
        try:
            yield from self._settle()
        except Exception as error:
            with contextlib.suppress(Exception):  # a line that cannot be told, too
                self._give_up(self._pending, str(error) or type(error).__name__)
        finally:
            self._is_settling = False

    def _unsettled(self) -> list[float]:
        """By when listings show each write at the latest, and each POST that may yet be done."""
        lost = [each for each in self._creates.values() if len(each.made) < each.posts]
        moments = [each.deadline for each in self._pending.values()]
        # not until the clock says so: a pause may end late, and what is there by then be unseen
        return moments + [each.until for each in lost if each.until > self._listed]

    def _settle(self) -> Steps:
        """Read listings until they show all there is to be seen, or others took over."""
        pauses = growing_pauses()
        while self._unsettled() and not self._in_flight:
            asked, awaited = self._clock(), self._unsettled()
            try:
                yield from self._look()
            except AnswerError:  # the next listing may be one
                if asked >= min(awaited):
                    raise
            if (awaited := self._unsettled()) and not self._in_flight:
                left = min(awaited) - self._clock()
                yield Call("pause", (min(next(pauses), left) if left > 0 else next(pauses),))

    def _create(self, body: Deployment, create: Create, token: str) -> Steps:
        draft = {**body, "description": description_of(token, self._now()), "disabled": True}
        try:
            id_ = yield from self._post(draft, create, token)
            create.kept = id_.casefold()
            if self._orphaned():
                raise WidgetsError(_NOBODY)
            answer = yield from self._put(id_, body)
        except Exception as error:
            yield from self._take_back(create, token)
            if isinstance(error, WidgetsError):
                error.hint += leftover([e for i, e in create.made.items() if i in self._told])
            raise
        self._expect(id_, token=token)
        return {**answer, "id": id_}

    def _post(self, draft: Deployment, create: Create, token: str) -> Steps:
        """The id of what one POST or several made."""
        full_since, pause = None, 0.0
        while not (self._orphaned() or create.made):
            tries = _POSTS
            try:
                answer = yield Call("create", (draft,))
            except OrgFullError as error:
                full_since = self._clock() if full_since is None else full_since
                yield from self._make_room(create, error, full_since)
                continue
            except ConflictError:  # perhaps with one that a gateway has sent before
                yield from self._look()
                if create.made:
                    continue
                raise
            except WidgetsError as error:
                if not error.maybe_done:
                    raise
                failure = error
            else:
                with contextlib.suppress(WidgetsError):
                    if not is_marked(token, answer):  # it may tell less than a GET
                        answer = yield Call("get", (answer["id"],))
                        tries = 1
                if is_marked(token, answer):
                    create.made.setdefault(answer["id"].casefold(), answer["id"])
                    create.posts += 1
                    return answer["id"]
                # some other deployment's, perhaps: its id is not to be trusted (1)
                failure = AnswerError("POST", "the answer is not of what was sent", hint="")
            create.posts += 1
            create.until = self._clock() + self._patience
            yield from self._sought(create, once=create.posts < tries)
            if create.posts >= tries and not create.made:
                raise failure
            if pause and not create.made:
                yield Call("pause", (pause,))
            pause = 2 * pause or 0.5
        if create.made:
            return min(create.made.values())
        raise WidgetsError(_NOBODY)

    def _sought(self, create: Create, *, once: bool) -> Steps:
        """Read a listing for what a lost POST made, or listings as long as our patience lasts."""
        for pause in self._patiently():
            with contextlib.suppress(AnswerError):
                yield from self._look()
            if once or create.made:
                return
            yield pause

    def _make_room(self, create: Create, error: OrgFullError, full_since: float) -> Steps:
        """Wait a moment for a place that something of this process may hold and lose.

        Raises:
            OrgFullError: nothing may, or that takes too long; with what the org holds.
        """
        self._waiting_for_room += 1
        try:
            with contextlib.suppress(WidgetsError):
                held = error.held = yield from self._look()
                if create.made:
                    return  # by a POST that was lost
                # what a listing does not show yet may have a place that it shows as free
                now, at_work = self._clock(), self._in_flight > self._waiting_for_room
                freed = now < self._deleted_at + self._patience or bool(self._unsettled())
                if now < full_since + self._patience and (
                    at_work or freed or len(held) < (error.limit or 0)
                ):
                    # one after the other: there is room for one at a time
                    pause = min(2.0, max(0.5, (now - full_since) / 2)) * self._waiting_for_room
                    left = full_since + self._patience - now
                    yield Call("pause", (min(pause, max(0.5, left)),))
                    return
        finally:
            self._waiting_for_room -= 1
        raise error

    def _put(self, id_: str, body: Deployment, *pauses: float) -> Steps:
        """The answer to a PUT; part of the service may not know a deployment yet that is there."""
        for pause in self._patiently(*pauses):
            with contextlib.suppress(NotFoundError):
                return (yield Call("update", (id_, body)))
            yield pause
        return (yield Call("update", (id_, body)))

    def _take_back(self, create: Create, token: str) -> Steps:
        """Delete what the POSTs of a create made that failed for good.

        It has to be seen before it is deleted: a listing that does not show it could else be one
        from before it was made, which shows no twins either.
        """
        unseen, create.kept = set(create.made), create.kept or ""
        with contextlib.suppress(WidgetsError):
            for pause in self._patiently() if unseen else ():
                unseen -= (yield from self._look()).keys()
                if not unseen:
                    break
                yield pause
        create.kept = ""  # whatever shows up later is nobody's
        for id_ in list(create.made.values()):
            yield from self._delete_ours(id_)
        if unseen or len(create.made) < create.posts:
            deleted = f" ({min(unseen)} was deleted before a listing showed it)" if unseen else ""
            self._notify(
                f"A POST that failed may still be carried out{deleted}; what it makes refuses "
                f"chats, says 'pulumi-widgets {token}' in its description and can be deleted."
            )

    def _delete_ours(self, id_: str) -> Steps:
        pending = self._pending.get(id_.casefold())
        if id_.casefold() in self._told or (pending and pending.deletes):
            return
        try:
            yield from self._delete(id_)
        except WidgetsError as error:
            if id_.casefold() in self._told:
                return
            self._told.add(id_.casefold())
            self._notify(
                f"The half-made deployment {id_} could not be deleted; it refuses chats and says "
                f"in its description what it is. {error}"
            )

    def _update(self, id_: str, body: Deployment) -> Steps:
        answer = yield from self._put(id_, body, *SELDOM)
        self._expect(id_, contents=(body, answer))
        return answer

    def _delete(self, id_: str) -> Steps:
        yield Call("delete", (id_,))
        self._deleted_at = self._clock()
        self._expect(id_, deletes=1)

    def _expect(self, id_: str, **what: Any) -> None:
        now = self._clock()
        again, deadline = now + self._patience / 8, now + self._patience
        self._pending[id_.casefold()] = Expected(id_, now, again, deadline, **what)

    def _look(self) -> Steps:
        """A new listing, by ids in small letters; and all that follows from what it shows."""
        # a listing tells of what was pending when it was asked for, and of nothing since: what was
        # made after it looks in it as if it had been deleted
        asked, awaited = self._clock(), dict(self._pending)
        listed: list[Deployment] = yield Call("list", (asked,))
        self._listed = max(self._listed, asked)
        shown = {entity["id"].casefold(): entity for entity in listed}
        twins = []
        for id_, entity in shown.items():
            token, made = token_of(entity) or ("", None)
            if create := self._creates.get(token):
                create.made.setdefault(id_, entity["id"])
                if create.kept not in (None, id_):  # None: that create is still at it
                    twins.append(entity["id"])
            elif made and self._now() - made > OLD and id_ not in self._told:
                self._told.add(id_)
                self._notify(
                    f"Deployment {entity['id']} was left half made by a create that was interrupted"
                    f" at {written(made)}. It refuses chats; delete it if nobody is at it."
                )
        for id_ in twins:
            yield from self._delete_ours(id_)
        yield from self._compare(awaited, shown, asked)
        return shown

    def _compare(
        self, awaited: Mapping[str, Expected], shown: Mapping[str, Deployment], asked: float
    ) -> Steps:
        """Forget what a listing shows as written, and what it should have shown when asked."""
        overdue = {}
        for id_, expected in awaited.items():
            if self._pending.get(id_) is not expected:
                continue  # written again meanwhile
            if expected.is_shown(shown.get(id_)):
                del self._pending[id_]
            elif asked >= expected.deadline:
                overdue[id_] = expected
            elif expected.deletes and asked >= expected.again:
                expected.deletes += 1
                expected.again += 2 * (asked - expected.written)
                with contextlib.suppress(WidgetsError):  # if it fails, the deletion is overdue
                    yield Call("delete", (expected.id_,))
        if overdue:
            self._give_up(overdue, f"not shown after {self._patience:g} s")

    def _give_up(self, given_up: Mapping[str, Expected], why: str) -> None:
        """Say what listings do not show, and wait for it no more."""
        lines = not_shown(given_up.values(), why)
        self._pending = {i: each for i, each in self._pending.items() if i not in given_up}
        for line in lines:
            self._notify(line)
