"""All that ``adopt_id`` means: who may adopt what, what that changes, and what a delete spares.

The engine does not tell a provider a resource's name. What its calls tell is put together here, so
that each deployment belongs to one resource, in whatever order the calls come (CLI v3.259):

- A resource of the program is checked and then compared (`diff`); only then may it be replaced, by
  a check without old inputs and a create.
- A refresh reads, and then compares too, whatever the program has by now. It compares nothing that
  is only read (`WidgetDeployment.get`).
- What the program has no more is deleted after all checks, and compared in a refresh alone; but
  what is deleted before it is replaced goes between the second check and the create.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi.runtime.rpc import wrap_rpc_secret

from . import hidden, mapping
from .comparison import is_unknown, same
from .errors import HIDDEN, NotFoundError, OrgFullError, WidgetsError
from .orgs import Orgs, Place, tell

if TYPE_CHECKING:
    from .api import Deployments

_MOMENT = 1.0
"""Seconds."""
_LONGEST = 60
"""Characters of a value in a line."""


@dataclass
class _Record:
    """What this process has heard of one deployment."""

    claim: str | None = None
    """Which resource that is to be created names it for adoption."""
    holder: str | None = None
    """Which resource that is there names it: its own replacement names it too."""
    is_spared: bool = False
    """Whether the program names it: then a delete is of the place that it had before."""
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
        self._records: dict[Place, _Record] = {}

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
        inputs = dict(wanted)
        if olds:
            inputs.pop("adoptId", None)
        if held:
            is_secret = olds.get(hidden.SECRET_ID)
            inputs["adoptId"] = wrap_rpc_secret(held) if is_secret else held
            inputs |= {hidden.SECRET_ID: True} if is_secret else {}
        if not named or not isinstance(named, str) or not isinstance(org, str):
            return inputs, []  # none, or a preview does not know it yet
        place = self._orgs.place(org, named)
        if not self.may_adopt(place, given, is_new=not olds, has_it=named == held):
            return inputs, ["adopt_id: another resource of this program has this deployment"]
        if olds:
            return inputs, []
        inputs |= {hidden.SECRET_ID: True} if _is_secret("adoptId", given) else {}
        wrong, off = _look(named, inputs, given, self._orgs.deployments(org))
        with self._lock:
            self._records[place].off = off
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
        place = self._orgs.place(org, id_)
        self.saw_adoption(place, mark)
        deployments = self._orgs.deployments(org)
        try:
            answer = deployments.get(id_)
        except NotFoundError as error:
            error.hint = "Correct adopt_id, or leave it out and a deployment is made."
            raise
        seen, drifted = mapping.refreshed(answer, wanted)
        off = self._records[place].off
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

    def may_adopt(
        self, place: Place, given: Mapping[str, Any], *, is_new: bool, has_it: bool
    ) -> bool:
        """Hear that a resource of the program names a deployment; whether no other has it.

        Args:
            place: the deployment.
            given: the resource's inputs.
            is_new: whether the resource is to be created.
            has_it: whether it came in by adopting this one.
        """
        # without a mark, which a transform can take away, its inputs tell a resource from others
        mark = given.get(hidden.ADOPTER, {}).get("mark")
        resource = mark or json.dumps(given, sort_keys=True, default=lambda _: "unknown")
        with self._lock:
            record = self._records.setdefault(place, _Record())
            if is_new:
                if (record.managed_as or record.adopted_as) and record.holder != resource:
                    return False
                record.claim = resource
            else:
                record.holder = resource
            record.is_spared |= is_new or has_it
        return True

    def saw_refresh(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Hear that a refresh read a deployment: it will compare it, which tells nothing new."""
        with self._lock:
            self._record(id_, outputs).refreshes += 1

    def saw_managed(self, id_: str, outputs: Mapping[str, Any]) -> None:
        """Hear that a resource is compared, so that the program has it, and it the deployment.

        Args:
            id_: the deployment.
            outputs: the resource's, in the state.

        Raises:
            WidgetsError: another resource of the program has the deployment, or is to adopt it.
        """
        with self._lock:
            record = self._record(id_, outputs)
            if record.refreshes:
                record.refreshes -= 1
                return
            others = record.others(outputs)
            if len(others) == len(record.managed_as):
                record.managed_as.append(outputs)
            is_adopted = record.adopted_as not in ("", outputs.get(hidden.MARK))
            if others or is_adopted or (record.claim is not None and not record.adopted_as):
                raise _taken(id_)

    def saw_adoption(self, place: Place, mark: str) -> None:
        """Hear that a resource that is created is to have a deployment.

        Raises:
            WidgetsError: another resource of the program has it.
        """
        with self._lock:
            record = self._records.setdefault(place, _Record())
            if record.adopted_as or (record.managed_as and record.holder is None):
                raise _taken(place[1])
            record.adopted_as = mark

    def saw_created(self, id_: str, wanted: Mapping[str, Any], mark: str) -> None:
        """Hear that a resource of the program has a deployment that it made."""
        with self._lock:
            self._record(id_, wanted).managed_as.append({hidden.MARK: mark})

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
        places = {id_: self._orgs.place(org, id_) for id_ in error.held.keys() - half_made}
        with self._lock:
            records = {id_: self._records.get(place) for id_, place in places.items()}
        ours = [
            id_ for id_, each in records.items() if each and (each.managed_as or each.adopted_as)
        ]
        name = "" if is_secret else org
        error.hint = (
            f"The org {repr(name) + ' ' if name else ''}holds {len(error.held)}: at least "
            f"{len(ours)} of this stack, at most {len(places) - len(ours)} of others"
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
        command, and where another resource of the program has it.

        Args:
            id_: the deployment.
            outputs: of the resource that goes, in the state.
        """
        with self._lock:
            record = self._record(id_, outputs)
            others = record.others(outputs)
            return record.is_spared or bool(record.adopted_as) or bool(others)

    def _record(self, id_: str, outputs: Mapping[str, Any]) -> _Record:
        place = self._orgs.place(outputs.get("org") or "", id_)
        return self._records.setdefault(place, _Record())


def _is_one(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two resources with one deployment are the same; an older state has no marks."""
    marks = one.get(hidden.MARK), other.get(hidden.MARK)
    return marks[0] == marks[1] if any(marks) else same(one, other)


def _taken(id_: str) -> WidgetsError:
    return WidgetsError(
        f"two resources of this program have, or are to adopt, the deployment {id_!r}",
        hint="Each deployment belongs to one: take one of them out, or its adopt_id.",
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
    changes = [
        f"{path} {old} → {new}"
        for key in mapping.changes(has, wanted)
        for path, old, new in _changed(key, has.get(key), wanted.get(key), given)
    ]
    if changes:
        tell(f"adopting {shown}: {'; '.join(changes)}")
    return [], tuple(key for key in mapping.FLAGS if has[key] and not wanted[key])


def _changed(key: str, old: Any, new: Any, given: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """What changes in a field, the parts of a client config each by itself."""
    if _is_secret(key, given):
        return [(key, HIDDEN, HIDDEN)]
    if key == "clientConfig" and not is_unknown(new):
        parts = {**(old or {}), **(new or {})}
        pairs = {part: ((old or {}).get(part), (new or {}).get(part)) for part in parts}
        return [
            (f"{key}.{part}", _shown(before), _shown(after))
            for part, (before, after) in pairs.items()
            if not same(before, after)
        ]
    return [(key, _shown(old), _shown(new))]


def _is_secret(key: str, given: Mapping[str, Any]) -> bool:
    """Whether a value may be a secret: if the program did not say what it is, a transform did."""
    adopter = given.get(hidden.ADOPTER, {})
    if key in adopter.get("secret", ()):
        return True
    plain = adopter.get("plain", {})
    is_plain = key in plain and (is_unknown(given.get(key)) or same(given.get(key), plain[key]))
    return key in given and not is_plain


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    if is_unknown(value):
        return "not known yet"
    if isinstance(value, list) and all(isinstance(e, str) and e.isprintable() for e in value):
        text = f"[{', '.join(value)}]"
    else:
        text = json.dumps(value, ensure_ascii=False, default=lambda _: "not known yet")
    half = _LONGEST // 2
    return text if len(text) <= _LONGEST else f"{text[:half]}...{text[3 - half :]}"
