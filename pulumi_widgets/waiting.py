"""What a lookup comes after: resources that it waits for, and all that the program made before.

Its arguments and ``depends_on`` name the first. While one of them is yet to be created, replaced
or updated, in a preview, nobody is asked, and the answer is unknown. After that the answer has to
be newer than they are, and, in an `apply`, newer than what was made before it was called. All that
wait for the same resource count from the same moment, so that they share a listing.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary, WeakSet

import pulumi
from pulumi.runtime import get_root_resource, is_dry_run

# private, but nothing else knows a component's children; the same from SDK 3.216 to 3.272
from pulumi.runtime.rpc import _expand_dependencies

from .redaction import Redactor

_T = TypeVar("_T")


class Ours(NamedTuple):
    """A deployment of the program that is there."""

    org: str
    """The name of its org."""
    name: str
    """As the program has it, which the service may spell otherwise."""
    since: float | None
    """As of `Made`."""


@dataclass(frozen=True)
class Made:
    """What was made before a lookup.

    Attributes:
        since: when the last resource that it waits for was there, by `time.monotonic`; after
            `there`, the last of all. None where there is none, or in a preview, which writes none.
        awaited: the deployments that it waits for, by their ids in small letters.
        all: these, and those that the program made before the lookup was called.
    """

    since: float | None = None
    awaited: Mapping[str, Ours] = field(default_factory=dict)
    all: Mapping[str, Ours] = field(default_factory=dict)

    def there(self, org: str | None) -> Made:
        """What of it counts in one org; of what is waited for and no deployment, nobody knows."""
        awaited, those = (
            {id_: each for id_, each in several.items() if each.org == (org or "")}
            for several in (self.awaited, self.all)
        )
        moments = [self.since, *(each.since for each in those.values())]
        since = max((each for each in moments if each is not None), default=None)
        return Made(since, awaited, those)


@dataclass(frozen=True)
class Program:
    """What lookups know of a program.

    Attributes:
        made: its deployments that are there so far, by their ids in small letters.
        orgs: those that it has asked, by name.
    """

    made: dict[str, Ours] = field(default_factory=dict)
    orgs: dict[str, Any] = field(default_factory=dict)


_programs: MutableMapping[pulumi.Resource, Program] = WeakKeyDictionary()
"""Each program in this process, by its stack."""


def running() -> Program:
    """The program that runs."""
    root = get_root_resource()
    return Program() if root is None else _programs.setdefault(root, Program())


def made_so_far() -> Made:
    """What the program has made: nothing, before the first `apply`."""
    return Made(all=dict(running().made))


_deployments: WeakSet[pulumi.Resource] = WeakSet()
"""Each `WidgetDeployment`."""


def take_note(resource: pulumi.CustomResource, org: Any, name: Any, *, is_read: bool) -> None:
    """Let lookups know of a deployment of the program as soon as it is there.

    An `apply` of the URN that is older than all of the program's runs before them, and then the
    outputs but for the id have no values yet, but all inputs have (SDK 3.268 to 3.272).

    Args:
        resource: the deployment.
        org: the input.
        name: the input.
        is_read: whether it is another's, which the program does not make.
    """
    _deployments.add(resource)
    made = running().made

    async def note(_: str) -> Any:
        made.update(await _ours(resource, org, name))

    if not is_read:
        resource.urn.apply(note)


def when_made(
    look: Callable[..., _T], given: Mapping[str, Any], depends_on: Any
) -> pulumi.Output[_T]:
    """Look up when all is made that the arguments come from, and what it depends on besides.

    Args:
        look: takes `Made`, and the arguments by their names; runs in a thread.
        given: the arguments.
        depends_on: as of `pulumi.InvokeOutputOptions`.
    """

    def urns(resources: Any) -> pulumi.Output[Any]:  # each is known, and names its resource
        listed = resources if isinstance(resources, Sequence) else [resources]
        return pulumi.Output.all(*[each.urn for each in listed])

    needed = pulumi.Output.from_input(() if depends_on is None else depends_on).apply(urns)
    awaited = pulumi.Output.all(pulumi.Output.all(**given), needed)
    so_far = made_so_far()

    async def answer(values: Sequence[Any]) -> Any:
        resources = (await _expand_dependencies(await awaited.resources(), None)).values()
        if not all([await _is_made(each) for each in resources]):
            return pulumi.UNKNOWN
        made = await _made(resources, so_far)
        try:
            # in a thread: the program goes on, and what waits at once is asked for at once
            return await asyncio.to_thread(look, made, **values[0])
        except pulumi.RunError as error:
            if not await awaited.is_secret():
                raise
            message = _without(values[0].values(), str(error))
        raise pulumi.RunError(message)

    return awaited.apply(answer)


async def _is_made(resource: pulumi.Resource) -> bool:
    """Whether a resource is what the program wants it to be; a preview makes nothing so."""
    # no input has the value of `self_uri`, so it is unknown before an update too; what stands for a
    # resource of another program has no id; and a transformation may take `self_uri` away
    its = vars(resource)
    told = (resource in _deployments and its.get("self_uri")) or its.get("id")
    return not isinstance(told, pulumi.Output) or await told.is_known()


_first_seen: MutableMapping[pulumi.Resource, float] = WeakKeyDictionary()
"""When it was first seen that each resource is made, by `time.monotonic`."""


def _since(resource: pulumi.Resource) -> float | None:
    return None if is_dry_run() else _first_seen.setdefault(resource, time.monotonic())


async def _made(resources: Iterable[pulumi.Resource], so_far: Made) -> Made:
    moments = [moment for each in resources if (moment := _since(each)) is not None]
    awaited: dict[str, Ours] = {}
    for each in resources:
        if each in _deployments:
            its = vars(each)
            awaited |= await _ours(each, its.get("org"), its.get("name"))
    return Made(max(moments, default=None), awaited, {**so_far.all, **awaited})


async def _ours(resource: pulumi.Resource, org: Any, name: Any) -> dict[str, Ours]:
    """A deployment by its id; nothing where it is not there, or in no org of our settings."""
    id_ = await vars(resource)["id"].future()
    if not id_ or resource.get_provider("pulumi-python:dynamic:Resource"):
        return {}
    org, name = [
        await each.future() if isinstance(each, pulumi.Output) else each for each in (org, name)
    ]
    return {id_.casefold(): Ours(org or "", name or "", _since(resource))}


def _without(secrets: Iterable[Any], message: str) -> str:
    """A message that may name what is secret in a program, without it."""
    redactor = Redactor()
    redactor.hide(*(each for each in secrets if isinstance(each, str)))
    # what is like a secret tells of it
    return re.sub(r" \(did you mean .*?\)", "", redactor.clean(message, len(message)))
