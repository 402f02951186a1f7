"""Runs a life cycle: step after step, and after each everything that must always hold."""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pulumi_widgets.simulator import Simulator

from . import truth
from .engine import Engine, Happened, Outcome
from .programs import text_of
from .steps import SAME, Expected, Step

__all__ = ["LifeCycle"]


class LifeCycle:
    """A stack and the org that it deploys to.

    After every step, whatever it was:

    - the state holds what the org holds, each deployment's inputs and outputs;
    - nothing else is in the org than that and what others own, which is untouched;
    - no secret of the test is in what the backend keeps or in what the user reads;
    - program and provider have printed nothing but what the step names;
    - where the step settles (see `Step`): a second preview is empty, and so is the refresh. Both
      in one command, ``preview --refresh``: its refresh must leave inputs and outputs as they
      were, so that the plan after it is the plan without it.

    Args:
        org: what is in it now belongs to others.
        engine: a new stack's.
        secrets: texts that nobody may ever read.
        named: other orgs, by the names that the program has for them.
    """

    def __init__(
        self,
        org: Simulator,
        engine: Engine,
        secrets: Sequence[str] = (),
        named: Mapping[str, Simulator] | None = None,
    ) -> None:
        self.orgs = {"": org, **(named or {})}
        self.engine = engine
        self.secrets = (*secrets, "simulated-secret")
        self.theirs = {name: each.dump() for name, each in self.orgs.items()}
        self._program: Mapping[str, Any] = {}

    def id(self, name: str) -> str:
        """The id of a deployment of the stack."""
        return str(self.stored(name)["id"])

    def stored(self, name: str) -> dict[str, Any]:
        """A deployment as the state's file has it."""
        [found] = [
            each
            for each in truth.deployments(self.engine)
            if each["urn"].endswith(f"::{name}") and not each.get("delete")
        ]
        return found

    @property
    def org(self) -> Simulator:
        """The org without a name."""
        return self.orgs[""]

    @org.setter
    def org(self, org: Simulator) -> None:
        self.orgs[""] = org

    @property
    def others(self) -> dict[str, Any]:
        """What that org held before the life cycle, which it must not touch."""
        return self.theirs[""]

    @others.setter
    def others(self, others: dict[str, Any]) -> None:
        self.theirs[""] = others

    def run(self, steps: Sequence[Step], *, ends: bool = True) -> None:
        """Run the steps; then, unless told otherwise, destroy everything."""
        for step in steps:
            self.step(step)
        if ends:
            self._end()

    def step(self, step: Step) -> Outcome:
        """Run one step, and look at everything that it must leave behind."""
        if step.program is not None:
            self._program = step.program
            self.engine.write_program(text_of(step.program, step.exports))
        for hand in step.before:
            hand(self)
        options = dict(step.options)
        if step.targets:
            options["target"] = [self.engine.urn(name) for name in step.targets]
        for org in self.orgs.values():
            org.reset_calls()
        outcome = self.engine.run(step.command, **options)
        said = f"{step.why}:\n{outcome.text}"
        _is_as_expected(step, outcome, said)
        if step.calls is not None:
            made = self._calls()
            counted = {name: made[name] for name in step.calls} if step.calls else dict(made)
            _equal(counted, dict(step.calls), said)
        for text in step.shows:
            assert text in outcome.text, said
        self._always(outcome, said, step.tells)
        settles = step.command == "up" and not step.fails and not step.targets
        if settles if step.settles is None else step.settles:
            self._is_settled(step.why)
        return outcome

    def _calls(self) -> Counter[str]:
        calls: Counter[str] = Counter()
        for org in self.orgs.values():
            for route, count in org.calls.items():
                method, path = route.split(" ", 1)
                calls["token" if path == "/oauth/token" else method] += count
        return calls

    def _always(self, outcome: Outcome, said: str, tells: Sequence[str] = ()) -> None:
        if tells or not outcome.failed:
            assert sorted(outcome.remarks) == sorted(tells), said
        kept = self.engine.backend.stored()
        for text in self.secrets:
            assert text not in outcome.text, said
            assert [key for key in kept if text.encode() in kept[key]] == [], said
        held = {name: each.dump() for name, each in self.orgs.items()}
        for name, others in self.theirs.items():
            assert {each: held[name].pop(each, None) for each in others} == others, said
        for resource in truth.deployments(self.engine, decrypted=True):
            org, id_ = resource["outputs"].get("org", ""), resource["id"]
            external = resource.get("external")
            body = self.theirs[org][id_] if external else held[org].pop(id_, {})
            assert truth.disagreements(resource, body) == [], (resource["urn"], said)
        assert not any(held.values()), said

    def _is_settled(self, why: str) -> None:
        outcome = self.engine.run("preview", refresh=True, diff=True)
        said = f"not settled after: {why}\n{outcome.text}"
        assert not outcome.failed, said
        assert {name: each.op for name, each in outcome.done.items() if each.op != "read"} == (
            dict.fromkeys(self._managed(), "same")
        ), said
        assert not [name for name, each in outcome.refreshed.items() if _found(each)], said
        self._always(outcome, said)

    def _managed(self) -> list[str]:
        return [name for name, each in self._program.items() if each.kind == "deployment"]

    def _end(self) -> None:
        outcome = self.engine.run("destroy")
        assert not outcome.failed, outcome.text
        assert {name: each.dump() for name, each in self.orgs.items()} == self.theirs
        assert truth.deployments(self.engine) == []

    def keeps(self, name: str) -> None:
        """From now on a deployment of the stack belongs to others."""
        found = self.id(name)
        self.others[found] = copy.deepcopy(self.org.dump()[found])


def _equal(actual: object, wanted: object, said: str) -> None:
    assert actual == wanted, f"{actual}\nis not\n{wanted}\n{said}"


def _found(refresh: Happened) -> bool:
    return bool(refresh.changed_in_state or refresh.properties or refresh.failed)


def _is_as_expected(step: Step, outcome: Outcome, said: str) -> None:
    assert outcome.failed == step.fails, said
    if step.command == "refresh":
        _matches(step.expect, outcome.refreshed, outcome, said)
        return
    _matches(step.expect, outcome.done, outcome, said)
    if step.options.get("refresh"):
        found = {name: each.properties for name, each in outcome.refreshed.items() if _found(each)}
        _equal(found, {name: set(each.properties) for name, each in step.refreshed.items()}, said)


def _matches(
    expect: Mapping[str, Expected], happened: Mapping[str, Happened], outcome: Outcome, said: str
) -> None:
    # a failing command ends before it has come to every resource
    seen = set(happened) if not outcome.failed else {n for n in happened if n in expect}
    for name in sorted(seen | {name for name, each in expect.items() if each.op}):
        wanted, done = expect.get(name, SAME), happened.get(name, Happened())
        failed = done.failed or name in outcome.errors
        newer = set(wanted.newer or wanted.properties)
        properties = newer if done.properties == newer else set(wanted.properties)
        _equal(
            (name, done.op, done.properties, done.deleted_first, failed),
            (name, wanted.op, properties, wanted.deleted_first, wanted.fails),
            said,
        )
    for name, wanted in expect.items():
        errors = "\n".join(outcome.errors.get(name, []))
        for text in wanted.says:
            assert text in errors, (name, said)
