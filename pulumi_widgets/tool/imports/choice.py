"""What an import takes in, under which names, and what it leaves out and why."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ... import mapping, validation
from ...api.half_made import token_of
from ...errors import HIDDEN, WidgetsError
from ...patterns import is_like
from ..org import name_of
from ..stacks.holders import Holder, in_words
from . import terraform
from .naming import resource_names
from .program import Declared

__all__ = ["Choice", "Chosen", "Known", "LeftOut", "by_pairs", "by_pattern", "by_terraform"]


@dataclass(frozen=True)
class Chosen:
    """A deployment to take in."""

    id: str
    declared: Declared
    outputs: Mapping[str, Any]
    nulls: tuple[str, ...] = ()
    """Where the org holds null, which Pulumi cannot."""


@dataclass(frozen=True)
class LeftOut:
    """A deployment that is not taken in."""

    id: str
    name: str
    """The deployment's own; hidden where it is to be a secret."""
    reason: str
    holder: Holder | None = None
    """Where that is the reason: the stack that manages it already, and as what."""


@dataclass
class Choice:
    """What is taken in, by logical name, and what is not."""

    chosen: list[Chosen] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    drift: list[tuple[str, str]] = field(default_factory=list)
    """Terraform's address, and a sentence about how the org differs from its state."""
    to_forget: list[str] = field(default_factory=list)
    """Terraform's addresses of what Pulumi has, once it is imported."""


@dataclass(frozen=True)
class Known:
    """What the org and the stacks are known to have. Ids are in small letters throughout."""

    answers: Mapping[str, Mapping[str, Any]]
    """The org's deployments, by id."""
    held: Mapping[str, Holder] = field(default_factory=dict)
    """Id → the stack that holds it."""
    taken: Collection[str] = ()
    """The logical names in the stack."""
    org: str = ""
    """The org's name."""
    secrets: frozenset[str] = frozenset()
    """The inputs that are to be secret, in the API's names."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """The resource options of what is taken in."""
    parent: str = ""
    """The URN of its parent, where that is not the stack."""

    def look(
        self, id_: str, name: str = "", secrets: frozenset[str] = frozenset()
    ) -> tuple[Chosen, str]:
        """A deployment as it would be taken in, and why it cannot be; empty where it can.

        Args:
            id_: its id.
            name: its logical name, where it has one already.
            secrets: the inputs that are to be secret besides.
        """
        answer, secrets = self.answers[id_], self.secrets | secrets
        inputs, outputs = _as_managed(answer, self.org)
        declared = Declared(
            name,
            inputs,
            secrets=secrets & inputs.keys(),
            parent=self.parent,
            options=self.options,
        )
        # its paths are a secret's affair too
        nulls = () if "clientConfig" in declared.secrets else tuple(mapping.nulls(answer))
        chosen = Chosen(answer["id"], declared, outputs, nulls)
        return chosen, self._obstacle(answer, declared, outputs)

    def _obstacle(
        self, answer: Mapping[str, Any], declared: Declared, outputs: Mapping[str, Any]
    ) -> str:
        holder = self.held.get(answer["id"].casefold())
        if holder:
            return f"{in_words(holder[0])} manages it already, as {holder[1]!r}"
        mark = token_of(answer)
        if mark:
            return f"it is half made, by a create of {mark[1]:%Y-%m-%d %H:%M} UTC that did not end"
        problems = list(validation.problems(declared.inputs))
        problems += [] if problems else validation.unspeakable((), outputs)
        if declared.secrets:
            problems = [validation.without_secrets(each) for each in problems]
        if problems:
            return f"no program can declare it: {'; '.join(map(validation.told, problems))}"
        return ""

    def left_out(self, id_: str, reason: str) -> LeftOut:
        """One that is not taken in."""
        answer = self.answers[id_]
        name = HIDDEN if "name" in self.secrets else name_of(answer)
        return LeftOut(answer["id"], name, reason, self.held.get(id_))


def by_pairs(pairs: Sequence[tuple[str, str]], known: Known) -> Choice:
    """Those that a user named, each with the logical name that it gets.

    Args:
        pairs: logical name and id.
        known: of the org and the stacks.

    Raises:
        WidgetsError: something about them is wrong; all of it is told, and none is chosen.
    """
    problems = [
        *_repeated("the name", [name for name, _ in pairs]),
        *_repeated("the id", [id_.casefold() for _, id_ in pairs]),
    ]
    choice = Choice()
    for name, id_ in pairs:
        if not name.strip() or not name.isprintable():
            problems.append(f"{name!r} is no name for a resource: it is blank or not printable")
        elif name in known.taken:
            problems.append(f"the stack has a WidgetDeployment {name!r} already")
        if id_.casefold() not in known.answers:
            is_swapped = name.casefold() in known.answers
            swapped = " (the name comes first, then the id)" if is_swapped else ""
            problems.append(f"the org has no deployment of the id {id_!r}{swapped}")
            continue
        chosen, reason = known.look(id_.casefold(), name)
        if reason:
            problems.append(f"the deployment {id_}: {reason}")
        choice.chosen.append(chosen)
    if problems:
        raise WidgetsError("; ".join(problems), hint="Nothing was done.")
    return choice


def by_pattern(pattern: str | None, known: Known) -> Choice:
    """Those whose name fits; the logical names are made of theirs.

    Args:
        pattern: of the name (`is_like`); None: all.
        known: of the org and the stacks.
    """
    wished = {
        id_: "" if "name" in known.secrets else name_of(answer)
        for id_, answer in known.answers.items()
        if pattern is None or is_like(name_of(answer), pattern)
    }

    def named(ids: Collection[str]) -> Mapping[str, str]:
        return resource_names({id_: wished[id_] for id_ in ids}, known.taken)

    return _chosen({id_: known.look(id_) for id_ in wished}, named, known)


def by_terraform(held: Sequence[terraform.Held], known: Known) -> Choice:
    """Those that Terraform's state holds; the logical names are made of its addresses.

    Args:
        held: what Terraform's states hold.
        known: of the org and the stacks.
    """
    first: dict[str, terraform.Held] = {}
    left_out = []
    for each in held:
        id_ = each.id.casefold()
        if id_ not in known.answers:
            left_out.append(
                LeftOut(
                    each.id,
                    each.address,
                    "this org does not have it: it is deleted, or another org's (--org)",
                )
            )
        elif id_ in first:
            reason = f"it is {first[id_].address} too: Terraform took one deployment for two"
            left_out.append(LeftOut(each.id, each.address, reason))
        else:
            first[id_] = replace(each, secrets=each.secrets | known.secrets)
    looked = {id_: known.look(id_, secrets=each.secrets) for id_, each in first.items()}

    def named(ids: Collection[str]) -> Mapping[str, str]:
        return dict(
            zip(ids, terraform.names([first[id_] for id_ in ids], known.taken), strict=True)
        )

    choice = _chosen(looked, named, known)
    choice.left_out += left_out
    choice.drift = [
        (each.address, told)
        for id_, each in first.items()
        if not known.held.get(id_)  # whose secrets are another's to tell
        for told in terraform.drift(each, looked[id_][0].declared.inputs)
    ]
    managed = {each.id.casefold() for each in choice.chosen} | known.held.keys()
    choice.to_forget = [each.address for each in held if each.id.casefold() in managed]
    return choice


def _chosen(
    looked: Mapping[str, tuple[Chosen, str]],
    named: Callable[[Collection[str]], Mapping[str, str]],
    known: Known,
) -> Choice:
    """What can be taken in of these.

    Args:
        looked: id → what `Known.look` says of it.
        named: gives those that can be their logical names.
        known: of the org and the stacks.
    """
    names = named([id_ for id_, (_, reason) in looked.items() if not reason])
    found = {id_: looked[id_][0] for id_ in names}
    chosen = [
        replace(each, declared=replace(each.declared, name=names[id_]))
        for id_, each in found.items()
    ]
    left_out = [known.left_out(id_, reason) for id_, (_, reason) in looked.items() if reason]
    return Choice(
        sorted(chosen, key=lambda each: each.declared.name),
        sorted(left_out, key=lambda each: (each.name, each.id)),
    )


def _as_managed(answer: Mapping[str, Any], org: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A deployment's inputs and outputs, as if its program had created it so.

    Args:
        answer: the API's, to a GET or as part of a listing.
        org: the name of the org; empty for the one without.
    """
    observed, _ = mapping.refreshed(answer, {"org": org} if org else {})
    inputs = mapping.inputs(observed, observed)
    return inputs, mapping.outputs(inputs, answer)


def _repeated(what: str, values: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    again = {value for value in values if value in seen or seen.add(value)}  # type: ignore[func-returns-value]
    return [f"{what} {value!r} is given twice" for value in sorted(again)]
