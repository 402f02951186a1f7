"""The steps of a life cycle, and what is expected of each resource in one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pulumi_widgets.simulator import Reply

from .programs import Program

if TYPE_CHECKING:
    from .lifecycle import LifeCycle

__all__ = [
    "CREATE",
    "DELETE",
    "DISCARD",
    "PATH",
    "READ",
    "SAME",
    "THE_PROGRAM",
    "Expected",
    "Step",
    "added",
    "edited",
    "fail",
    "faulty",
    "given_up",
    "removed",
    "replace",
    "scripted",
    "update",
]

PATH = "/api/v2/widgets/deployments"
THE_PROGRAM = ""
"""The name under which the errors of the program itself stand."""
Hand = Callable[["LifeCycle"], object]
"""What happens before a step."""


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the engine is to do with one resource."""

    op: str
    properties: frozenset[str] = frozenset()
    """All that its diff shows: ``+flowId``, ``~allowedDomains[1]``, ``-description``."""
    newer: frozenset[str] | None = None
    """All that it shows with a newer CLI, where that tells it otherwise (3.259, 3.274)."""
    deleted_first: bool = False
    says: tuple[str, ...] = ()
    """What its errors hold."""

    @property
    def fails(self) -> bool:
        """Whether it is to fail."""
        return bool(self.says)


CREATE, SAME, DELETE, READ = (Expected(op=op) for op in ("create", "same", "delete", "read"))
DISCARD = Expected(op="discard")
"""It leaves the state, and nobody is asked to delete it."""


def update(*properties: str, newer: Iterable[str] | None = None) -> Expected:
    """An update that shows these changes and no other; ``newer``: with a newer CLI."""
    new = None if newer is None else frozenset(newer)
    return Expected(op="update", properties=frozenset(properties), newer=new)


def replace(*properties: str, deleted_first: bool = False) -> Expected:
    """A replacement because of these changes."""
    return Expected(op="replace", properties=frozenset(properties), deleted_first=deleted_first)


def fail(*says: str, op: str = "", properties: tuple[str, ...] = ()) -> Expected:
    """A failure whose message holds all of this; ``op``: what it was about to do."""
    return Expected(op=op, properties=frozenset(properties), says=says)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One command, and what it does."""

    why: str
    program: Program | None = None
    """Default: as it was."""
    exports: Mapping[str, Any] = field(default_factory=dict)
    before: tuple[Hand, ...] = ()
    command: str = "up"
    options: Mapping[str, Any] = field(default_factory=dict)
    targets: tuple[str, ...] = ()
    """The names of the resources that the command is limited to."""
    expect: Mapping[str, Expected] = field(default_factory=dict)
    """By logical name; all others stay the same."""
    refreshed: Mapping[str, Expected] = field(default_factory=dict)
    """What the refresh in front of the command finds (option ``refresh``); others: nothing."""
    calls: Mapping[str, int] | None = None
    """How often these methods are called, and the login as ``token``; the rest is the client's
    affair. Empty: no call at all. None: any."""
    shows: tuple[str, ...] = ()
    """What the user reads among other things."""
    tells: tuple[str, ...] = ()
    """All that program and provider print, a line each, in any order."""
    settles: bool | None = None
    """Whether nothing is left to do afterwards; default: after an `up` that does not fail."""

    @property
    def fails(self) -> bool:
        """Whether the command is to fail."""
        return any(each.fails for each in self.expect.values())


def edited(name: str, **changes: Any) -> Hand:
    """A colleague sets fields of a deployment; None drops one."""
    return lambda life: life.org.edit(life.id(name), **changes)


def removed(name: str) -> Hand:
    """A colleague deletes a deployment."""
    return lambda life: life.org.remove(life.id(name))


def faulty(**faults: Any) -> Hand:
    """The service misbehaves from now on; see `pulumi_widgets.simulator.Faults`."""

    def hand(life: LifeCycle) -> None:
        for name, value in faults.items():
            setattr(life.org.faults, name, value)

    return hand


def given_up(*ids: str, org: str = "") -> Hand:
    """What others own is now the stack's to have."""

    def hand(life: LifeCycle) -> None:
        for each in ids:
            del life.theirs[org][each]

    return hand


def scripted(method: str, *replies: Reply, name: str = "", times: int = 1) -> Hand:
    """The service answers the next calls so: those of a method, or those of one deployment."""

    def hand(life: LifeCycle) -> None:
        path = f"{PATH}/{life.id(name)}" if name else f"{PATH}*"
        life.org.script(method, path, *replies, times=times)

    return hand


def added(deployment_id: str, **body: Any) -> Hand:
    """A colleague makes a deployment."""

    def hand(life: LifeCycle) -> None:
        life.org.add(body, deployment_id=deployment_id)
        life.others[deployment_id] = body

    return hand
