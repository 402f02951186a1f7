"""All that ``adopt_id`` means: who may adopt what, what that changes, and what a delete spares.

The engine does not tell a provider a resource's name. What its calls tell is put together here, so
that each deployment belongs to one resource, in whatever order the calls come (CLI v3.259):

- A resource of the program is checked and then compared (`diff`); only then may it be replaced, by
  a check without old inputs and a create.
- What depends on one that is deleted before it is replaced is compared, and deleted, without a
  check: whether the program has it still is not known then. So each resource that is checked tells
  which deployments the program adopts (`hidden.PROGRAM`).
- A refresh reads, and then compares too, whatever the program has by now. It compares nothing that
  is only read (`WidgetDeployment.get`).
- What the program has no more is deleted after all checks.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi.runtime.rpc import wrap_rpc_secret

from . import hidden, mapping
from .comparison import differences, is_unknown, same
from .errors import HIDDEN, NotFoundError, OrgFullError, WidgetsError
from .orgs import Orgs, tell

if TYPE_CHECKING:
    from .api import Deployments

_MOMENT = 1.0
"""Seconds."""
_LONGEST = 60
"""Characters of a text in a line."""


@dataclass
class _Record:
    """What this process has heard of one deployment."""

    claim: str | None = None
    """Which resource that is to be created names it for adoption."""
    holder: str | None = None
    """Which resource that has it names it: its own replacement names it too."""
    is_spared: bool = False
    """Whether the program names it: then a delete is of the place that it had before."""
    is_read: bool = False
    """Whether the program only reads it, with a `get`."""
    goes_early: bool = False
    """Whether a resource that has it is deleted before the program was asked for it."""
    adopted_as: str = ""
    """The mark of the resource that adopted it in this command."""
    managed_as: list[Mapping[str, Any]] = field(default_factory=list)
    """The outputs, in the state, of each resource of the program that has it."""
    off: tuple[str, ...] | None = None
    """The flags that its adoption turns off, as was told; None: nobody looked."""
    refreshes: int = 0
    """How many refreshes read it and have yet to compare it."""

    def others(self, outputs: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        """What the state holds of the resources that have it, but for the one of these outputs."""
        return [each for each in self.managed_as if not _is_one(each, outputs)]


class Adoptions:
    """What one process has heard of deployments and of the resources that have or want them.

    Args:
        orgs: in which they are.
    """

    def __init__(self, orgs: Orgs) -> None:
        self._orgs = orgs
        self._lock = threading.Lock()
        self._records: dict[str, _Record] = {}  # the ids are unique, whatever address they have
        self._checked: dict[str, list[tuple[str, str]]] = {}  # by the inputs in the state
        self._adopts: set[str] | None = None  # what the program names; None: not known yet
        self._heard: set[str] = set()  # what the resources that were checked name

    def check(
        self, wanted: Mapping[str, Any], given: Mapping[str, Any], olds: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[str]]:
        """Let ``adoptId`` say how a new deployment comes in, and of an old one how it came in.

        What the state holds is kept, whatever the program says by now: its removal is no change.

        Args:
            wanted: the inputs in normal form.
            given: the inputs as they were given, in the API's names.
            olds: the old inputs; empty for a new resource.

        Returns:
            The inputs; and what is wrong, a line each.
        """
        named, held, org = given.get("adoptId"), olds.get("adoptId"), given.get("org") or ""
        resource = self._saw_checked(given, olds)
        inputs = dict(wanted)
        if olds:
            inputs.pop("adoptId", None)
        if held:
            is_secret = olds.get(hidden.SECRET_ID)
            inputs["adoptId"] = wrap_rpc_secret(held) if is_secret else held
            inputs |= {hidden.SECRET_ID: True} if is_secret else {}
        if olds or not named or not isinstance(named, str) or not isinstance(org, str):
            return inputs, []  # it came in before, or a preview does not know it yet
        with self._lock:
            record = self._record(named)
            is_taken = record.managed_as or record.adopted_as
            if (is_taken and record.holder != resource) or record.claim not in (None, resource):
                return inputs, ["adopt_id: another resource of this program has this deployment"]
            record.claim, record.is_spared = resource, True
        inputs |= {hidden.SECRET_ID: True} if _is_secret("adoptId", given) else {}
        wrong, off = _look(named, inputs, given, self._orgs.deployments(org))
        with self._lock:
            record.off = off
        return inputs, wrong

    def adopt(self, wanted: Mapping[str, Any], mark: str) -> dict[str, Any]:
        """Take an existing deployment over; it is written only where it differs.

        Args:
            wanted: the inputs in normal form.
            mark: tells the resource from others.

        Returns:
            What the service says of the deployment.

        Raises:
            WidgetsError: another resource of the program has it, or it cannot be had.
        """
        id_, org = wanted["adoptId"], wanted.get("org", "")
        with self._lock:
            record = self._record(id_)
            if record.adopted_as or (record.managed_as and record.holder is None):
                raise _taken(id_)
            record.adopted_as, off = mark, record.off
        deployments = self._orgs.deployments(org)
        try:
            answer = deployments.get(id_)
        except NotFoundError as error:
            error.hint = "Correct adopt_id, or leave it out and a deployment is made."
            raise
        seen, drifted = mapping.refreshed(answer, wanted)
        if off is not None and any(
            seen[key] and not wanted[key] and key not in off for key in mapping.FLAGS
        ):
            raise WidgetsError(
                f"adopt_id {id_!r}: the deployment was changed since it was looked at",
                hint="Run again: what the adoption changes is told then.",
            )
        if drifted is not None:
            answer = deployments.update(id_, mapping.body(wanted))
        return answer

    def saw_refresh(self, id_: str) -> None:
        """Hear that a refresh read a deployment: it will compare it, which tells nothing new."""
        with self._lock:
            self._record(id_).refreshes += 1

    def saw_get(self, id_: str) -> None:
        """Hear that the program reads a deployment."""
        with self._lock:
            self._record(id_).is_read = True

    def saw_compared(self, id_: str, outputs: Mapping[str, Any], inputs: Mapping[str, Any]) -> None:
        """Hear that a resource is compared: if it was checked, the program has it.

        Args:
            id_: the deployment that it has.
            outputs: the resource's, in the state.
            inputs: likewise; none where the engine does not tell them.

        Raises:
            WidgetsError: another resource of the program has the deployment, or is to adopt it.
        """
        with self._lock:
            record = self._record(id_)
            if record.refreshes:
                record.refreshes -= 1
                return
            if inputs:
                checked = self._checked.get(_text(inputs))
                if not checked:
                    record.goes_early = True
                    return
                named = next((each for each in checked if each[1] == id_.casefold()), checked[0])
                checked.remove(named)
                if named[1] == id_.casefold():
                    record.holder, record.is_spared = named[0], True
            others = record.others(outputs)
            if len(others) == len(record.managed_as):
                record.managed_as.append(outputs)
            is_adopted = record.adopted_as not in ("", outputs.get(hidden.MARK))
            if others or is_adopted or (record.claim is not None and not record.adopted_as):
                raise _taken(id_, is_written=is_adopted)

    def saw_created(self, id_: str, mark: str) -> None:
        """Hear that a resource of the program has a deployment that it made."""
        with self._lock:
            self._record(id_).managed_as.append({hidden.MARK: mark})

    def count(self, org: str, error: OrgFullError, *, is_secret: bool) -> None:
        """Let the error of a full org say whose deployments fill it, as far as that is known.

        Of the stack's own this process has heard of those that were compared, made or adopted.

        Args:
            org: the name of the org.
            error: gets its hint.
            is_secret: whether the org's name is.
        """
        from .api.half_made import token_of  # what made the error has loaded it

        if error.held is None:
            return
        # the engine goes on to compare what the program declares after it
        time.sleep(_MOMENT)
        half_made = {id_ for id_, each in error.held.items() if token_of(each)}
        others = error.held.keys() - half_made
        with self._lock:
            records = [self._record(id_) for id_ in others]
            ours = [each for each in records if each.managed_as or each.adopted_as]
        name = "" if is_secret else org
        error.hint = (
            f"The org {repr(name) + ' ' if name else ''}holds {len(error.held)}: at least "
            f"{len(ours)} of this stack, at most {len(others) - len(ours)} of others"
            + (
                f", {len(half_made)} half made ({', '.join(sorted(half_made))})"
                if half_made
                else ""
            )
            + f". `pulumi-widgets list{' --org ' + name if name else ''}` names who manages each, "
            f"`pulumi-widgets orphans` names what no stack has. {OrgFullError.hint}"
        )

    def spares_delete(self, id_: str, outputs: Mapping[str, Any]) -> bool:
        """Whether a deployment stays though a resource that had it goes.

        It does where the program names it for adoption, where a resource took it over in this
        command, and where another resource of the program has it. It is told where a `get` has it,
        for then nobody manages it, and where it is not known yet what the program names. (While
        nothing is checked, a `get` may be that of a ``destroy --run-program``, which deletes.)

        Args:
            id_: the deployment.
            outputs: of the resource that goes, in the state.
        """
        with self._lock:
            record, adopts = self._record(id_), self._adopts
            is_to_come = id_.casefold() in (adopts or set()) - self._heard
            if is_to_come or record.is_spared or record.adopted_as:
                return True
            if record.others(outputs):
                return True
        is_named = str(outputs.get("adoptId")).casefold() == id_.casefold()
        if adopts is not None and record.is_read:
            tell(f"the deployment {id_} stays in the org: the program reads it, with a get")
        elif record.goes_early and is_named and (adopts is None or "" in adopts):
            reason = "the program may name it for adoption, or else it is an orphan now"
            tell(f"the deployment {id_} stays in the org: {reason}")
        else:
            return False
        return True

    def _saw_checked(self, given: Mapping[str, Any], olds: Mapping[str, Any]) -> str:
        """Hear that the program has a resource, and which deployments it adopts.

        Returns:
            What tells the resource from others.
        """
        program = given.get(hidden.PROGRAM) or {}
        # without a mark, which a transform can take away, its inputs tell it from others
        resource = program.get("mark") or _text(given)
        with self._lock:
            self._adopts = {
                *(self._adopts or ()),
                *(each.casefold() for each in program.get("adopts", ())),
            }
            named = str(given.get("adoptId")).casefold()
            self._heard.add(named)
            if olds:
                self._checked.setdefault(_text(olds), []).append((resource, named))
        return resource

    def _record(self, id_: str) -> _Record:
        # the service takes an id in capitals for the same
        return self._records.setdefault(id_.casefold(), _Record())


def _text(properties: Mapping[str, Any]) -> str:
    return json.dumps(properties, sort_keys=True, default=lambda _: "unknown")


def _is_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two resources with one deployment are the same; an older state has no marks."""
    marks = one.get(hidden.MARK), other.get(hidden.MARK)
    return marks[0] == marks[1] if any(marks) else same(one, other)


def _taken(id_: str, *, is_written: bool = False) -> WidgetsError:
    hint = "Each deployment belongs to one: take one of them out, or its adopt_id."
    if is_written:
        hint += " Then `pulumi up --refresh`: the other one may have changed it."
    return WidgetsError(
        f"two resources of this program have, or are to adopt, the deployment {id_!r}", hint=hint
    )


def _look(
    id_: str, wanted: Mapping[str, Any], given: Mapping[str, Any], deployments: Deployments
) -> tuple[list[str], tuple[str, ...] | None]:
    """Look what an adoption changes, which a preview shall tell: a line for the user.

    However many adoptions there are, one listing tells of all.

    Returns:
        What is wrong with it, a line each; and the flags that it turns off.
    """
    shown = HIDDEN if _is_secret("adoptId", given) else id_
    try:
        answer = deployments.read(id_)
    except NotFoundError:
        missing = "the org has no such deployment: correct the id, or leave it out to make one"
        return [f"adopt_id: {missing}"], None
    except WidgetsError as error:
        return [f"adopt_id: cannot be looked up: {str(error).replace(id_, shown)}"], None
    has = mapping.refreshed(answer, wanted)[0]
    disarmed = [key for key in mapping.FLAGS if has[key] and key not in given]
    if disarmed:
        reason = "the org has true; say so in the program, or say false"
        return [f"{mapping.PYTHON[key]}: adopting {shown}: {reason}" for key in disarmed], None
    fields = mapping.changes(has, wanted)
    changes = [each for key in fields for each in _changes(key, has, wanted, given)]
    if changes and not _is_secret("clientConfig", given):  # a write drops them
        changes += [f"{path} null → none" for path in mapping.nulls(answer)]
    if changes:
        tell(f"adopting {shown}: {'; '.join(changes)}")
    return [], tuple(key for key in mapping.FLAGS if has[key] and not wanted[key])


def _changes(
    key: str, has: Mapping[str, Any], wanted: Mapping[str, Any], given: Mapping[str, Any]
) -> Iterator[str]:
    """What changes in a field, in objects each value by itself."""
    if _is_secret(key, given):
        yield f"{key} {HIDDEN} → {HIDDEN}"
    else:
        none: Any = {} if key == "clientConfig" else None  # each of its parts by itself
        for path, old, new in differences(key, has.get(key, none), wanted.get(key, none)):
            before, after = _shown(old, new)
            yield f"{path} {before} → {after}"


def _is_secret(key: str, given: Mapping[str, Any]) -> bool:
    """Whether a value may be a secret: if the program did not say what it is, a transform did."""
    program = given.get(hidden.PROGRAM) or {}
    if key in program.get("secret", ()):
        return True
    if key == "adoptId" and given[key] in program.get("adopts", ()):
        return False
    plain = program.get("plain", {})
    is_plain = key in plain and (is_unknown(given.get(key)) or same(given.get(key), plain[key]))
    return key in given and not is_plain


def _shown(old: Any, new: Any) -> tuple[str, str]:
    """Two values that differ, so that a line shows in what: of long ones that part alone."""
    if isinstance(old, list) and isinstance(new, list):
        texts = _items(old, new), _items(new, old)
    else:
        texts = _value(old), _value(new)
        if max(map(len, texts)) > _LONGEST:
            apart = (n for n, pair in enumerate(zip(*texts, strict=False)) if len({*pair}) > 1)
            begin = max(0, next(apart, 0) - _LONGEST // 4)
            texts = _cut(texts[0], begin), _cut(texts[1], begin)
    return texts


def _items(these: list[Any], others: list[Any]) -> str:
    left = [each for each in these if each not in others]
    more = ["..."] if len(left) < len(these) else []
    return _value([*left, *more])


def _cut(text: str, begin: int) -> str:
    end = begin + _LONGEST
    return ("..." if begin else "") + text[begin:end] + ("..." if end < len(text) else "")


def _value(value: Any) -> str:
    if value is None:
        return "none"
    if is_unknown(value):
        return "not known yet"
    if isinstance(value, list) and all(isinstance(e, str) and e.isprintable() for e in value):
        return f"[{', '.join(value)}]"
    return json.dumps(value, ensure_ascii=False, default=lambda _: "not known yet")
