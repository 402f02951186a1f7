"""What an import takes in, under which names, and what it leaves out and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from ... import validation
from ...api.half_made import token_of
from ...errors import WidgetsError
from ...patterns import is_like
from ..stacks.holders import Holder, in_words
from ..stacks.stack import Managed
from ..stacks.state import as_managed
from .naming import resource_names

__all__ = ["Choice", "Chosen", "LeftOut", "by_pairs", "by_pattern"]


@dataclass(frozen=True)
class Chosen:
    """A deployment to take in."""

    name: str
    """The logical name that it gets."""
    id: str
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    protected: bool | None = None
    """Whether it is protected in the stack; None where the stack does not manage it yet."""


@dataclass(frozen=True)
class LeftOut:
    """A deployment that is not taken in."""

    id: str
    name: str
    """The deployment's own."""
    reason: str
    holder: Holder | None = None
    """Where that is the reason: the stack that manages it already, and as what."""


@dataclass
class Choice:
    """What is taken in, by logical name, and what is not."""

    chosen: list[Chosen] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)


def by_pairs(
    pairs: Sequence[tuple[str, str]],
    answers: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, Holder],
    taken: Collection[str],
    org: str,
    again: Mapping[str, Managed] = MappingProxyType({}),
) -> Choice:
    """Those that a user named, each with the logical name that it gets.

    Args:
        pairs: logical name and id.
        answers: the org's, by id in small letters, as all ids here.
        held: id → the stack that holds it.
        taken: the logical names in the stack.
        org: the name of the org.
        again: id → what the stack manages already, where only the program is wanted.

    Raises:
        WidgetsError: something about them is wrong; all of it is told, and none is chosen.
    """
    problems = [
        *_repeated("the name", [name for name, _ in pairs]),
        *_repeated("the id", [id_.casefold() for _, id_ in pairs]),
    ]
    pairs = [(name, id_.casefold()) for name, id_ in pairs]
    # by another name it would be another resource
    again = {id_: again[id_] for name, id_ in pairs if id_ in again and again[id_].name == name}
    choice = Choice()
    for name, id_ in pairs:
        if not name.strip() or not name.isprintable():
            problems.append(f"{name!r} is no name for a resource: it is blank or not printable")
        elif name in taken and id_ not in again:
            problems.append(f"the stack has a WidgetDeployment {name!r} already")
        if id_ not in answers:
            swapped = " (the name comes first, then the id)" if name.casefold() in answers else ""
            problems.append(f"the org has no deployment of the id {id_!r}{swapped}")
            continue
        answer = answers[id_]
        inputs, outputs = as_managed(answer, org)
        reason = _obstacle(answer, inputs, held, again)
        if reason:
            problems.append(f"the deployment {id_}: {reason}")
        else:
            choice.chosen.append(
                Chosen(name, answer["id"], inputs, outputs, _protected(id_, again))
            )
    if problems:
        raise WidgetsError("; ".join(problems), hint="Nothing was imported.")
    return choice


def by_pattern(
    pattern: str | None,
    answers: Mapping[str, Mapping[str, Any]],
    held: Mapping[str, Holder],
    taken: Collection[str],
    org: str,
    again: Mapping[str, Managed] = MappingProxyType({}),
) -> Choice:
    """Those whose name fits; the logical names are made of theirs. Arguments as of `by_pairs`.

    Args:
        pattern: of the name (`is_like`); None: all.
        answers: as above.
        held: as above.
        taken: as above.
        org: as above.
        again: as above; these keep their logical names.
    """
    choice = Choice()
    fit = {}
    for id_, answer in answers.items():
        if pattern is not None and not is_like(str(answer.get("name") or ""), pattern):
            continue
        inputs, outputs = as_managed(answer, org)
        reason = _obstacle(answer, inputs, held, again)
        if reason:
            holder = None if id_ in again else held.get(id_)
            choice.left_out.append(
                LeftOut(answer["id"], str(answer.get("name") or ""), reason, holder)
            )
        else:
            fit[id_] = (inputs, outputs)
    new = {id_: inputs["name"] for id_, (inputs, _) in fit.items() if id_ not in again}
    names = resource_names(new, taken) | {id_: each.name for id_, each in again.items()}
    choice.chosen = sorted(
        (
            Chosen(names[id_], answers[id_]["id"], *both, _protected(id_, again))
            for id_, both in fit.items()
        ),
        key=lambda each: each.name,
    )
    choice.left_out.sort(key=lambda each: (each.name, each.id))
    return choice


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again = {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]
    return [f"{what} {value!r} is given twice" for value in sorted(again)]


def _protected(id_: str, again: Mapping[str, Managed]) -> bool | None:
    return again[id_].protected if id_ in again else None


def _obstacle(
    answer: Mapping[str, Any],
    inputs: Mapping[str, Any],
    held: Mapping[str, Holder],
    again: Mapping[str, Managed],
) -> str:
    """Why it cannot be taken in; empty where it can."""
    id_ = answer["id"].casefold()
    if id_ in held and id_ not in again:
        stack, name = held[id_]
        return f"{in_words(stack)} manages it already, as {name!r}"
    if id_ in again and again[id_].secrets:
        # the org tells them in the clear, and so would the program
        secrets = ", ".join(sorted(again[id_].secrets))
        return f"the stack has secrets in it ({secrets}): declare it by hand"
    mark = token_of(answer)
    if mark:
        return f"it is half made, by a create of {mark[1]:%Y-%m-%d %H:%M} UTC that did not end"
    problems = [validation.told(problem) for problem in validation.problems(inputs)]
    if problems:
        return f"no program can declare it: {'; '.join(problems)}"
    return ""
