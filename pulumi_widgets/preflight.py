"""What can be said of a program's inputs before the engine sees them.

The engine stops at the first resource whose `check` fails (seen with CLI v3.259, with
``--continue-on-error`` too) and tells a provider nothing of secrets. So what is wrong with values
that the program itself knows is found here, by the same rules, for all its resources at once; and
`check` is told which inputs are secret, so that no message shows them.
"""

from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from inspect import isawaitable, iscoroutine
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import SETTINGS

from . import mapping, validation
from .names import fields

_Value = TypeVar("_Value", covariant=True)


@dataclass
class _Program:
    """What was found in one program."""

    calls: object
    """The list of its calls to the engine, which is a new one for each test under mocks."""
    lines: list[str] = field(default_factory=list)
    adopters: dict[tuple[str, str], str] = field(default_factory=dict)
    """Which resource adopts which deployment, by org and id."""


_programs: WeakKeyDictionary[Any, _Program] = WeakKeyDictionary()
"""Each program that runs in this process, by the SDK's manager of its calls to the engine."""


class Later(Awaitable[_Value]):
    """An input that is worked out when the engine is to be told of it.

    It is no coroutine, for a resource may come to nothing before, and Python warns of coroutines
    that nobody awaits.
    """

    def __init__(self, work: Callable[[], Coroutine[Any, Any, _Value]]) -> None:
        self._work = work

    def __await__(self) -> Generator[Any, Any, _Value]:
        return self._work().__await__()


class ProblemsError(pulumi.RunError):
    """What is wrong with a program's deployments.

    ``str()`` tells what is known when it is asked, which the SDK does at the program's end: those
    of resources that were declared after the first was refused are in it too.
    """

    def __init__(self, lines: list[str]) -> None:
        super().__init__(lines)
        self._lines = lines

    def __str__(self) -> str:
        lines = self._lines
        count = "a problem" if len(lines) == 1 else f"{len(lines)} problems"
        return "\n  ".join([f"WidgetDeployment: {count}", *lines])


def check(resource_name: str, props: dict[str, Any]) -> None:
    """Look for problems in what is known of a resource's inputs, and for secrets.

    Where there are problems, an input is put before all others that fails the program, as soon as
    all its resources are declared, with a `pulumi.RunError` that tells all problems of all of
    them. It has to be the first: the SDK fails, in its own words, at what it cannot send.

    Where an input may be a secret, an input is added that names those that are.
    """
    given = mapping.in_api_names(_known(props))
    found = [f"{resource_name}: {path}: {reason}" for path, reason in validation.problems(given)]
    program = _program()
    found += _adopted_twice(program, resource_name, given)
    leaves = list(_leaves(props))
    if found:
        program.lines += found
        for leaf in leaves:
            if iscoroutine(leaf):
                leaf.close()  # the SDK will not come to it, and Python would warn
        others = dict(props)
        props.clear()
        props.update({mapping.SECRETS: _failing(program), **others})
    elif any(isinstance(leaf, pulumi.Output) for leaf in leaves):
        props[mapping.SECRETS] = _secrets(mapping.in_api_names(props))


def _failing(program: _Program) -> Later[None]:
    async def fail() -> None:
        raise ProblemsError(program.lines)

    return Later(fail)


def _program() -> _Program:
    """The program that runs."""
    manager = SETTINGS.rpc_manager
    program = _programs.get(manager)
    if program is None or program.calls is not manager.rpcs:
        program = _programs[manager] = _Program(manager.rpcs)
    return program


def _adopted_twice(
    program: _Program, resource_name: str, given: Mapping[str, Any]
) -> Iterator[str]:
    org, id_ = given.get("org") or "", given.get("adoptId")
    if not isinstance(org, str) or not isinstance(id_, str):
        return
    first = program.adopters.setdefault((org, id_), resource_name)
    if first != resource_name:
        yield f"{resource_name}: adoptId: {first!r} adopts this deployment already"


def _secrets(given: Mapping[str, Any]) -> Later[list[str] | None]:
    """The names of the inputs that hold a secret, in the API's spelling; None where none does."""

    async def names() -> list[str] | None:
        found = []
        for key, value in given.items():
            for leaf in _leaves(value):
                if isinstance(leaf, pulumi.Output) and await leaf.is_secret():
                    found.append(key)
                    break
        return found or None

    return Later(names)


def _is_list(value: object) -> bool:
    """Whether the SDK sends it as a list."""
    not_lists = (str, bytes, bytearray, memoryview, range)
    return isinstance(value, Sequence) and not isinstance(value, not_lists)


def _known(value: Any) -> Any:
    """A value in plain types; what only the engine will tell is unknown."""
    if isinstance(value, pulumi.Output) or isawaitable(value):
        return pulumi.UNKNOWN
    if isinstance(value, Enum):
        return value.value
    given = fields(value)
    if given is not None:
        return {key: _known(item) for key, item in given.items() if item is not None}
    if _is_list(value):
        return [_known(item) for item in value]
    return value


def _leaves(value: Any) -> Iterator[Any]:
    """Every value within a value that holds no others."""
    given = fields(value)
    if given is None and not _is_list(value):
        yield value
        return
    for item in value if given is None else given.values():
        yield from _leaves(item)
