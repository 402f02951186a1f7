"""What a lookup waits for: the resources of the program that it comes after, and what they wrote.

Their outputs and ``depends_on`` name them. While one of them is yet to be created, replaced or
updated, in a preview, nobody is asked, and the answer is unknown. After that the answer has to be
newer than they are: all that wait for the same resource count from the same moment, so that they
share a listing.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime import is_dry_run

# private, but nothing else knows a component's children; the same from SDK 3.216 to 3.272
from pulumi.runtime.rpc import _expand_dependencies

from .deployment import WidgetDeployment

_T = TypeVar("_T")


@dataclass(frozen=True)
class Made:
    """What was made before a lookup.

    Attributes:
        since: when the last of it was there, by `time.monotonic`; None where a lookup waits for
            nothing, or nothing is written, as in every preview.
        deployments: the ids of those among it, and the names of their orgs.
    """

    since: float | None = None
    deployments: Mapping[str, str] = field(default_factory=dict)

    def ids(self, org: str | None) -> set[str]:
        """The deployments among it that are in one org, in small letters."""
        return {id_.casefold() for id_, its in self.deployments.items() if its == (org or "")}


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

    async def answer(values: Sequence[Any]) -> Any:
        resources = (await _expand_dependencies(await awaited.resources(), None)).values()
        if not all([await _is_made(each) for each in resources]):
            return pulumi.UNKNOWN
        made = await _made(resources)
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
    if isinstance(resource, WidgetDeployment) and not await resource.self_uri.is_known():
        return False  # no input has its value, so it is unknown before an update too
    # what stands for a resource of another program has no id
    id_ = vars(resource).get("id")
    return not isinstance(id_, pulumi.Output) or await id_.is_known()


_first_seen: MutableMapping[pulumi.Resource, float] = WeakKeyDictionary()
"""When a lookup first saw that each resource is made, by `time.monotonic`."""


async def _made(resources: Iterable[pulumi.Resource]) -> Made:
    now = time.monotonic()
    moments = [_first_seen.setdefault(each, now) for each in resources]
    ours = [each for each in resources if isinstance(each, WidgetDeployment)]
    return Made(
        None if is_dry_run() else max(moments, default=None),
        {await each.id.future() or "": await each.org.future() or "" for each in ours},
    )


def _without(secrets: Iterable[Any], message: str) -> str:
    """A message that may name what is secret in a program, without it."""
    from .api.redaction import Redactor  # which a program that looks nothing up need not load

    redactor = Redactor()
    for each in secrets:
        if isinstance(each, str):
            redactor.hide(each)
    # what is like a secret tells of it
    return re.sub(r" \(did you mean .*?\)", "", redactor.clean(message, len(message)))
