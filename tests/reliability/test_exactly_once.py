"""The writes' protocol against a model of the service, in any order of events there can be.

The model doubles POSTs, the second at once or later, loses requests and answers, refuses, is full,
carries out late, answers a DELETE with 404 just after the POST, leaves empties out of answers and
spells ids in capitals. It shows its writes late: all of them by the same lag, in their order; or
each deployment, and each kind of read, by a lag of its own. Two processes of ours and a colleague
write the same content, and the colleague has descriptions that look like ours.
"""

from __future__ import annotations

import contextlib
import itertools
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pulumi_widgets.api.exactly_once import ExactlyOnce
from pulumi_widgets.api.half_made import description_of, token_of
from pulumi_widgets.api.settling import Settling
from pulumi_widgets.api.steps import Call, Steps
from pulumi_widgets.errors import (
    BadRequestError,
    NotFoundError,
    OrgFullError,
    ServerError,
    TimedOutError,
    WidgetsError,
)

PATIENCE = 15.0
EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
Bodies = dict[str, dict[str, Any]]


class Service:
    """The truth, and what reads see of it."""

    def __init__(
        self,
        lag: float = 0.0,
        *,
        is_uneven: bool = False,
        limit: int | None = None,
        delete_404: float = 0.0,
        without_empties: bool = False,
        in_capitals: bool = False,
    ) -> None:
        self.time = 0.0
        self.lag = lag
        self.is_uneven = is_uneven
        self.limit = limit
        self.delete_404 = delete_404
        self.without_empties = without_empties
        self.in_capitals = in_capitals
        self.log: list[tuple[float, str, dict[str, Any] | None]] = []
        self.late: list[tuple[float, dict[str, Any], str]] = []
        self.made_by: dict[str, str] = {}
        self.made_at: dict[str, float] = {}
        self._ids = itertools.count(1)

    def advance(self, time: float) -> None:
        while self.late and self.late[0][0] <= time:
            at, body, owner = self.late.pop(0)
            self.time = max(self.time, at)
            if not self.is_full:
                self.create(body, owner)
        self.time = max(self.time, time)

    @property
    def is_full(self) -> bool:
        return self.limit is not None and len(self.state()) >= self.limit

    def state(self) -> Bodies:
        return self._state(lambda id_: float("inf"))

    def seen(self, kind: str) -> Bodies:
        """What a ``list`` or a ``get`` shows."""
        return self._state(lambda id_: self.time - self._lag(id_, kind))

    def _lag(self, id_: str, kind: str) -> float:
        return self.lag * (zlib.crc32(f"{id_} {kind}".encode()) % 5 / 4 if self.is_uneven else 1)

    def _state(self, until: Callable[[str], float]) -> Bodies:
        state: Bodies = {}
        for at, id_, body in self.log:
            if at > until(id_):
                continue
            if body is None:
                state.pop(id_, None)
            else:
                state[id_] = body
        return state

    def told(self, body: dict[str, Any]) -> dict[str, Any]:
        """How an answer spells it."""
        return {k: each for k, each in body.items() if each != "" or not self.without_empties}

    def write(self, id_: str, body: dict[str, Any] | None) -> None:
        self.log.append((self.time, id_, body))

    def create(self, body: dict[str, Any], owner: str) -> str:
        # ids do not tell which came first
        id_ = f"{next(self._ids) * 7919 % 10007:05}-a"
        self.made_by[id_] = owner
        self.made_at[id_] = self.time
        self.write(id_, {**body, "id": id_})
        return id_

    def create_later(self, seconds: float, body: dict[str, Any], owner: str) -> None:
        self.late.append((self.time + seconds, body, owner))
        self.late.sort(key=lambda item: item[0])


@dataclass
class Write:
    """A write under way, and what it became."""

    kind: str
    steps: Steps
    owner: str
    body: dict[str, Any] | None = None
    id_: str = ""
    call: Call | None = None
    ready: float = 0.0
    started: int = 0
    sent: list[str] = field(default_factory=list)
    outcome: tuple[Callable[..., Call], Any] | None = None


class Process:
    """One provider process: the protocol's shared state and what the engine knows."""

    def __init__(self, name: str, service: Service, tokens: Callable[[], str]) -> None:
        self.name = name
        self.lines: list[str] = []
        self.shown: set[str] = set()
        """What its last listing showed."""
        self.settling = Settling(lambda: service.time)
        self.once = ExactlyOnce(
            new_token=tokens,
            clock=lambda: service.time,
            now=lambda: EPOCH + timedelta(seconds=service.time),
            notify=self.lines.append,
            patience=PATIENCE,
            orphaned=lambda: self.orphaned,
            settling=self.settling,
        )
        self.settling.join(self.once)
        self.orphaned = False
        self.state: dict[str, dict[str, Any]] = {}
        self.writes: list[Write] = []
        self.busy: set[str] = set()

    def taken(self, steps: Steps) -> Steps:
        """A write's steps, and those of the settling that it ends with, as a driver takes them."""
        send: Callable[[Any], Call] = steps.send
        value: Any = None
        with contextlib.closing(steps):
            while True:
                try:
                    with self.settling.changed:
                        call = send(value)
                except StopIteration as end:
                    return end.value
                try:
                    for org in call.args if call.name == "settle" else ():
                        yield from org.settle()
                    send, value = steps.send, (None if call.name == "settle" else (yield call))
                except WidgetsError as error:
                    send, value = steps.throw, error


CONTENT = st.sampled_from(
    [
        {"name": name, "description": text, "disabled": disabled}
        for name in ("support", "sales")
        for text, disabled in (("", False), ("chat", True))
    ]
)
FAULTS = st.sampled_from(
    ["none"] * 3 + ["double"] * 2 + ["late twin", "lost", "lost answer", "late", "refused"]
)
FOREIGN = [
    description_of("f" * 32, EPOCH - timedelta(days=1)),
    description_of("e" * 32, EPOCH),
    f"pulumi-widgets {'d' * 32} 2026-02-30T00:00:00Z",
]
"""Descriptions like ours that are not."""


class ExactlyOnceMachine(RuleBasedStateMachine):
    """Any interleaving of writes, faults, time, colleagues and crashes."""

    @initialize(
        lag=st.sampled_from([0.0, 0.0, 0.3, 2.0, 5.0]),
        is_uneven=st.booleans(),
        limit=st.sampled_from([None, None, 4, 8]),
        delete_404=st.sampled_from([0.0, 0.0, 1.0]),
        without_empties=st.booleans(),
        in_capitals=st.booleans(),
    )
    def begin(self, **service: Any) -> None:
        self.service = Service(**service)
        counter = itertools.count(1)
        self.processes = [
            Process(name, self.service, lambda: f"{next(counter):032x}") for name in ("a", "b")
        ]
        self.colleague: dict[str, dict[str, Any]] = {}
        self.left_over: set[str] = set()
        self.crashed: set[str] = set()

    @rule(process=st.integers(0, 1), body=CONTENT, pick=st.integers(0))
    def start_update(self, process: int, body: dict[str, Any], pick: int) -> None:
        ours = self.processes[process]
        if id_ := self._idle(ours, pick):
            self._start(ours, Write("update", ours.once.update(id_, body), ours.name, body, id_))

    @rule(process=st.integers(0, 1), pick=st.integers(0))
    def start_delete(self, process: int, pick: int) -> None:
        ours = self.processes[process]
        id_ = self._idle(ours, pick)
        # a command deletes what an earlier one has made and settled
        if id_ and not ours.once.is_pending(id_):
            self._start(ours, Write("delete", ours.once.delete(id_), ours.name, None, id_))

    @rule(
        schedule=st.lists(st.tuples(st.integers(0, 11), FAULTS, CONTENT), min_size=16, max_size=48)
    )
    def work(self, schedule: list[tuple[int, str, dict[str, Any]]]) -> None:
        """Mostly take steps of what is under way, sometimes begin another create."""
        for pick, fault, body in schedule:
            under_way = [(ours, write) for ours in self.processes for write in ours.writes]
            if pick < 3 or not under_way:
                ours = self.processes[pick % 2]
                if len(ours.writes) < 4 and not ours.orphaned:  # more meet no otherwise
                    self._start(ours, Write("create", ours.once.create(body), ours.name, body))
            else:
                self._step(*under_way[pick % len(under_way)], fault)

    @rule(seconds=st.sampled_from([0.01, 0.2, 1.0, 4.0]))
    def tick(self, seconds: float) -> None:
        self.service.advance(self.service.time + seconds)

    @rule(body=CONTENT, description=st.sampled_from([None, *FOREIGN]))
    def colleague_creates(self, body: dict[str, Any], description: str | None) -> None:
        if self.service.is_full:
            return
        id_ = self.service.create(
            {**body, "description": description, "disabled": True} if description else body,
            "colleague",
        )
        self.colleague[id_] = self.service.state()[id_]

    @precondition(lambda self: any(process.writes for process in self.processes))
    @rule(process=st.integers(0, 1))
    def crash(self, process: int) -> None:
        ours = self.processes[process]
        if not ours.writes:
            return
        for write in ours.writes:
            write.steps.close()
            self.left_over.update(write.sent)
        self.crashed.add(ours.name)
        renewed = Process(ours.name, self.service, ours.once._new_token)
        # what was being changed may have changed or not; the next `up` would tell
        renewed.state = {id_: body for id_, body in ours.state.items() if id_ not in ours.busy}
        # and what was deleted may have been answered 404 and be there
        self.left_over |= ours.busy | set(ours.once._pending)
        self.processes[process] = renewed

    @rule(process=st.integers(0, 1))
    def engine_is_killed(self, process: int) -> None:
        """The engine dies, the provider's process lives on and ends what it is at."""
        ours = self.processes[process]
        ours.orphaned = True
        self.crashed.add(ours.name)
        # what it was changing may be changed or not; its creates must leave nothing complete
        self.left_over |= ours.busy
        for id_ in ours.busy:
            ours.state.pop(id_, None)

    @invariant()
    def nothing_foreign_was_touched(self) -> None:
        state = self.service.state() if hasattr(self, "service") else {}
        for id_, body in getattr(self, "colleague", {}).items():
            assert state.get(id_) == body

    def teardown(self) -> None:
        if not hasattr(self, "service"):
            return
        for _ in range(2000):
            if not any(process.writes for process in self.processes):
                break
            for process in self.processes:
                for write in list(process.writes):
                    self._step(process, write, "none")
        else:
            raise AssertionError("the writes do not come to an end")
        self._check()

    def _check(self) -> None:
        state, seen = self.service.state(), self.service.seen("list")
        known = dict(self.colleague)
        for process in self.processes:
            is_settled = not any("listing" in line for line in process.lines)
            for id_, body in process.state.items():
                assert state.get(id_) == body, "what the engine recorded is what is there"
                if is_settled and process.name not in self.crashed:
                    assert seen.get(id_) == body, "reads show it when the command ends"
            known |= process.state
        for id_, body in state.items():
            if id_ in known or id_ in self.left_over:
                continue
            [owner] = [each for each in self.processes if each.name == self.service.made_by[id_]]
            token, _ = token_of(body) or ("", None)
            named = [id_, token, getattr(owner.once._creates.get(token), "kept", "")]
            if any(name and name in line.lower() for name in named for line in owner.lines):
                continue
            # only an interrupted create's or an unclear failure's, and it says so
            assert token, f"{id_} is nobody's and does not say so"
            assert body["disabled"]
            if owner.name in self.crashed or (self.service.is_uneven and id_ not in owner.shown):
                continue  # nothing told of it, or shows it yet; it has its label
            raise AssertionError(f"{id_} was left behind in silence")

    def _start(self, process: Process, write: Write) -> None:
        process.writes.append(write)
        if write.id_:
            process.busy.add(write.id_)
        write.steps = process.taken(write.steps)
        self._resume(process, write, write.steps.send, None)

    def _idle(self, process: Process, pick: int) -> str:
        ids = sorted(set(process.state) - process.busy)
        free = len(process.writes) < 4 and not process.orphaned
        return ids[pick % len(ids)] if ids and free else ""

    def _step(self, process: Process, write: Write, fault: str) -> None:
        """Have done what the write waits for; at the next step, let the write know of it.

        Between the service's doing and the writer's knowing anything else may happen.
        """
        if write.outcome is not None:
            (send, value), write.outcome = write.outcome, None
            self._resume(process, write, send, value)
            return
        assert write.call is not None
        name, args = write.call.name, write.call.args
        if name == "pause" or (name == "linger" and process.settling.started == write.started):
            self.service.advance(write.ready)
        try:
            write.outcome = write.steps.send, self._answer(write, name, args, fault)
        except WidgetsError as error:
            write.outcome = write.steps.throw, error

    def _answer(self, write: Write, name: str, args: tuple[Any, ...], fault: str) -> Any:
        service = self.service
        if name in ("pause", "linger"):
            return None
        service.advance(service.time + 0.1)  # a call takes its time
        if name == "list":
            if fault == "lost":
                raise ServerError("GET", 503)
            [process] = [each for each in self.processes if write in each.writes]
            process.shown = set(service.seen("list"))
            spelled = str.upper if service.in_capitals else str
            return [
                {**service.told(body), "id": spelled(id_)}
                for id_, body in service.seen("list").items()
            ]
        if name == "create":
            return self._created(write, args[0], fault)
        id_ = args[0].lower()
        if name == "get":
            if id_ not in service.seen("get"):
                raise NotFoundError("GET", 404)
            return service.told(service.seen("get")[id_])
        if fault == "refused":
            if name == "delete":
                self.left_over.add(id_)  # where even that is refused, it stays
            raise BadRequestError(name, 400)
        # the client retries PUT and DELETE, so that what remains is done or failed for good
        if name == "update":
            if id_ not in service.state():
                raise NotFoundError("PUT", 404)
            if fault in ("lost", "late"):
                raise ServerError("PUT", 503)
            write.sent.append(id_)
            service.write(id_, {**args[1], "id": id_})
            return service.told({**args[1], "id": id_})
        assert name == "delete"
        assert service.made_by[id_] == write.owner, "only what is ours is deleted"
        # a 404 counts as done to the client
        if id_ in service.state() and service.time >= service.made_at[id_] + service.delete_404:
            service.write(id_, None)
        return None

    def _created(self, write: Write, body: dict[str, Any], fault: str) -> Any:
        service = self.service
        if fault == "refused":
            raise BadRequestError("POST", 400)
        if fault == "lost":
            raise ServerError("POST", 503)
        if fault == "late":
            service.create_later(PATIENCE - service.lag - 3, body, write.owner)
            raise TimedOutError("POST: no answer")
        if service.is_full:
            error = OrgFullError("POST", 409)
            error.limit = service.limit
            raise error
        id_ = service.create(body, write.owner)
        # as many as were sent are waited for, and no twin is taken for another POST's work
        is_awaited = any(body == late for _, late, _ in service.late)
        if is_awaited:
            pass
        elif fault == "late twin" and service.is_uneven:
            service.create_later(1.5, body, write.owner)
        elif fault in ("double", "late twin") and not service.is_full:
            service.time += 0.1
            service.create(body, write.owner)
        if fault == "lost answer":
            raise TimedOutError("POST: no answer")
        return service.told({**body, "id": id_})

    def _resume(
        self, process: Process, write: Write, send: Callable[..., Call], value: Any
    ) -> None:
        try:
            write.call = send(value)
            write.started = process.settling.started
            if write.call.name in ("pause", "linger"):
                write.ready = self.service.time + write.call.args[0]
            return
        except StopIteration as end:
            if process.orphaned:
                assert write.kind != "create", "nobody records it"
            elif write.kind == "create":
                assert write.body is not None
                id_ = end.value["id"].lower()
                process.state[id_] = {**write.body, "id": id_}
            elif write.kind == "update":
                assert write.body is not None
                process.state[write.id_] = {**write.body, "id": write.id_}
            else:
                process.state.pop(write.id_)
        except WidgetsError:
            pass  # the engine records nothing, or what it had
        process.writes.remove(write)
        process.busy.discard(write.id_)


# not shrunk: that takes minutes, and leaves as many steps
ExactlyOnceMachine.TestCase.settings = settings(
    max_examples=2000,
    stateful_step_count=12,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
test_exactly_once = ExactlyOnceMachine.TestCase


def _begun(machine: ExactlyOnceMachine) -> tuple[Process, Write]:
    ours, body = machine.processes[0], {"name": "support", "description": "", "disabled": False}
    write = Write("create", ours.once.create(body), ours.name, body)
    machine._start(ours, write)
    return ours, write


def test_an_old_listing_settles_nothing_that_came_after_it() -> None:
    """It does not show what was made after it, which looks as if that was deleted already."""
    machine = ExactlyOnceMachine()
    machine.begin()
    ours, kept = _begun(machine)
    while kept.call != Call("list", (machine.service.time,)):
        machine._step(ours, kept, "double")
    machine._step(ours, kept, "none")  # the listing is answered, and under way to us
    _, refused = _begun(machine)
    machine._step(ours, refused, "double")
    machine._step(ours, refused, "none")
    machine._step(ours, refused, "refused")
    while refused.call is None or refused.call.name != "delete":
        machine._step(ours, refused, "none")
    machine._step(ours, kept, "none")
    machine.teardown()
    assert list(machine.service.state()) == list(ours.state), "both twins are gone"


def test_a_pause_that_ends_late_is_followed_by_a_listing() -> None:
    """The machine slept, say; what a lost POST made since the last listing is found."""
    machine = ExactlyOnceMachine()
    machine.begin(lag=5.0)
    ours, kept = _begun(machine)
    machine._step(ours, kept, "late")
    while len(machine.service.state()) < 2:
        machine._step(ours, kept, "none")
    machine.service.advance(machine.service.time + 60)
    machine.teardown()
    assert list(machine.service.state()) == list(ours.state), "the twin is gone"
