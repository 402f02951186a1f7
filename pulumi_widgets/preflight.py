"""What can be said of a program's inputs before the engine sees them.

The engine stops at the first resource whose `check` fails (seen with CLI v3.259, with
``--continue-on-error`` too) and tells a provider nothing of secrets. So what is wrong with a
program's values is found here, by the same rules, for all its resources at once: with those that
it knows at once, and with outputs as soon as they have their values.
"""

import functools
import secrets
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from inspect import isawaitable, iscoroutine
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import SETTINGS

from . import hidden, mapping, surroundings, validation
from .names import fields

_Value = TypeVar("_Value", covariant=True)


@dataclass
class _Program:
    """What was found in one program."""

    calls: object
    """The list of its calls to the engine, which is a new one for each test under mocks."""
    lines: list[str] = field(default_factory=list)
    adopters: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Which resource adopts which deployment, by org and id: its name, and its mark."""
    adopts: set[str] = field(default_factory=set)
    """The ids that are named for adoption; "" for those that are not known at once, or secret."""
    orgs: dict[str, bool] = field(default_factory=dict)
    """Whether something is wrong with the settings of each org, by its name."""
    warned: set[str] = field(default_factory=set)
    """The resources whose likely mistakes `warnings` has told."""
    is_warned: bool = False
    """Whether the keys that nobody reads have been told."""
    regions: set[str] = field(default_factory=set)
    """The orgs whose regions have been looked at."""


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


def problems(resource_name: str, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is wrong with a deployment's inputs, as far as a program knows them.

    For programs that read inputs from a file and say where in it they are wrong.

    Args:
        resource_name: the name where the inputs have none.
        inputs: as `WidgetDeployment` takes them, in a dict.

    Returns:
        For each problem the path of what is wrong, as the inputs spell it, and a message.
    """
    shallow, found = validation.shallow(inputs)
    plain = _plain(shallow, pulumi.UNKNOWN)
    given = {key: each for key, each in plain.items() if each is not None}
    named = mapping.in_api_names({"name": resource_name, **given})
    told = []
    for problem in [*found, *validation.problems(named)]:
        path = (*problem.path, problem.key) if problem.key else problem.path
        told.append((validation.dotted(_spelled(path, inputs)), _told(problem, inputs)))
    org = given.get("org")
    if isinstance(org, str) and org and surroundings.has_settings_of(None):
        told += [("org", f"org: {text}") for text in surroundings.settings_problems(org)]
    return told


def warnings(resource_name: str, inputs: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What is likely a mistake in a deployment's inputs, likewise; the resource is silent then."""
    _program().warned.add(resource_name)
    given = mapping.in_api_names(_plain(validation.shallow(inputs)[0], pulumi.UNKNOWN))
    return [
        (validation.dotted(_spelled(problem.path, inputs)), _told(problem, inputs))
        for problem in validation.warnings(given)
    ]


def check(
    resource_name: str,
    props: dict[str, Any],
    written: Any,
    opts: pulumi.ResourceOptions | None = None,
) -> None:
    """Look for problems in what is known of a resource's inputs now, and in the rest when it is.

    ``props`` are changed: what has to be done when the resource is registered is an input too.

    Where there are problems, an input is put before all others that fails the program, as soon as
    all its resources are declared, with a `pulumi.RunError` that tells all problems of all of
    them. It has to be the first: the SDK fails, in its own words, at what it cannot send.

    Args:
        resource_name: the resource's logical name.
        props: its inputs, by Python's names at the top and the API's within.
        written: the inputs as the program wrote them, whose spelling messages have.
        opts: the resource's options, with the API's names.
    """
    program = _program()
    shallow, deep = validation.shallow(props)
    props.update(shallow)
    plain = mapping.in_api_names(
        {key: _plain(each) for key, each in props.items() if each is not None}
    )
    known = {key: _plain(value, pulumi.UNKNOWN) for key, value in plain.items()}
    found = [
        f"{resource_name}: {_told(problem, written)}"
        for problem in [*deep, *validation.problems(known)]
    ]
    mark = secrets.token_hex(4)
    found += _adopted_twice(program, resource_name, mark, known)
    waiting = {key: value for key, value in plain.items() if _holds_output(value)}
    if found:
        program.lines += found
        _refuse(program, props)
    elif waiting:
        resource = (resource_name, mark, written)
        _put_first(props, functools.partial(_check, program, resource, known, waiting))
        props[hidden.SECRETS] = Later(functools.partial(_secrets, waiting))
    if "adoptId" in plain:
        program.adopts.add(plain["adoptId"] if isinstance(plain["adoptId"], str) else "")
    props[hidden.PROGRAM] = Later(functools.partial(_known, program, mark, plain, opts))


def check_settings(
    resource_name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None
) -> None:
    """Look for problems in the settings of a resource's org, as far as the program has them.

    They are told as those of inputs are, once for each org; `check` tells all others. That of a
    resource which ``--target`` leaves out would not be told there, for the engine does not ask
    then (seen with CLI v3.259); a program does not know what is left out.
    """
    program = _program()
    if surroundings.has_engine() and not program.is_warned:
        program.is_warned = True
        surroundings.warn_of_unread_keys()
    org = _plain(props.get("org")) or ""
    if not isinstance(org, str):
        return
    warn_of_region(org)
    if not surroundings.has_settings_of(opts):
        return
    if org not in program.orgs:
        where = f"{resource_name}: org" if org else "settings"
        found = [f"{where}: {text}" for text in surroundings.settings_problems(org)]
        program.orgs[org] = bool(found)
        program.lines += found
    if program.orgs[org]:
        _refuse(program, props)


def warn_of_region(org: str) -> None:
    """Say of an org, once in a program, that its region is newer than the list."""
    program = _program()
    if surroundings.has_engine() and org not in program.regions:
        program.regions.add(org)
        surroundings.warn_of_region(org)


def warn(resource: pulumi.Resource, props: Mapping[str, Any], written: Any) -> None:
    """Show what in a resource's inputs is likely a mistake, as soon as its value is known.

    Of a secret there is no warning, for it would be one of its value.
    """
    given = {"allowedDomains": _plain(props.get("allowed_domains"))}  # all that they are about
    name = resource._name
    if not surroundings.has_engine() or name in _program().warned:
        return

    async def tell(known: Any) -> Any:
        for problem in validation.warnings(known):
            if not await _is_secret(problem.path, given):
                pulumi.log.warn(_told(problem, written), resource)

    if given["allowedDomains"] is not None:
        pulumi.Output.from_input(given).apply(tell, run_with_unknowns=True)


def _put_first(props: dict[str, Any], work: Callable[[], Coroutine[Any, Any, None]]) -> None:
    others = {key: value for key, value in props.items() if key != hidden.FIRST}
    props.clear()
    props.update({hidden.FIRST: Later(work), **others})


def _refuse(program: _Program, props: dict[str, Any]) -> None:
    """Let the program fail before a resource is sent, and let go of its inputs."""
    _put_first(props, functools.partial(_fail, program))
    for leaf in _leaves(props):
        if iscoroutine(leaf):
            leaf.close()  # the SDK will not come to it, and Python would warn


async def _fail(program: _Program) -> None:
    raise ProblemsError(program.lines)


async def _check(
    program: _Program,
    resource: tuple[str, str, Any],
    known: Mapping[str, Any],
    waiting: Mapping[str, Any],
) -> None:
    """Look again when all outputs among the inputs have their values; a preview may lack some."""
    resource_name, mark, written = resource
    values: Any = await pulumi.Output.all(**waiting).future(with_unknowns=True)
    shallow, deep = validation.shallow(values)
    given = mapping.in_api_names({**known, **_plain(shallow, pulumi.UNKNOWN)})
    found = []
    for problem in [*deep, *validation.problems(given)]:
        if await _is_secret(problem.path, waiting):
            outside, _ = _outside(problem.path, waiting)
            problem = validation.without_secrets(problem, outside)
        found.append(f"{resource_name}: {_told(problem, written)}")
    found += _adopted_twice(program, resource_name, mark, given)
    if found:
        program.lines += found
        await _fail(program)


async def _secrets(waiting: Mapping[str, Any]) -> list[str] | None:
    """The names of the inputs that hold a secret; None where none does."""
    return [key for key in waiting if await _is_secret((key,), waiting)] or None


async def _known(
    program: _Program, mark: str, plain: Mapping[str, Any], opts: pulumi.ResourceOptions | None
) -> dict[str, Any] | None:
    """What the provider has to hear of the program (`hidden.PROGRAM`); None: nothing."""
    is_adopting, transforms = "adoptId" in plain, await surroundings.has_transforms(opts)
    if not (is_adopting or transforms or program.adopts):
        return None
    told: dict[str, Any] = {
        "mark": mark,
        "adopts": sorted(program.adopts),
        "transforms": transforms,
    }
    if is_adopting:  # a transform may make a secret of anything
        told["plain"] = {} if transforms else await _no_secrets(plain)
        told["secret"] = list(opts.additional_secret_outputs or ()) if opts else []
    return told


async def _no_secrets(plain: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that hold no secret, with their values."""
    return {
        key: await pulumi.Output.from_input(value).future(with_unknowns=True)
        for key, value in plain.items()
        if not await _is_secret((key,), plain)
    }


async def _is_secret(path: validation.Path, value: Any) -> bool:
    """Whether the value at a path, or what it lies in, is a secret."""
    _, there = _outside(path, value)
    leaves = [leaf for leaf in _leaves(there) if isinstance(leaf, pulumi.Output)]
    return any([await leaf.is_secret() for leaf in leaves])


def _outside(path: validation.Path, value: Any) -> tuple[int, Any]:
    """How many steps of a path the program itself has written, and what it has there.

    That is an output, where the rest of the path lies within it.
    """
    for steps, key in enumerate(path):
        if isinstance(value, pulumi.Output):
            return steps, value
        value = _at(value, key)
    return len(path), value


def _at(value: Any, key: str | int) -> Any:
    """What lies in a value at one step of a path."""
    if isinstance(key, int) and validation.is_list(value):
        return value[key]
    held: Any = fields(value) or {}
    return held.get(key)


def _told(problem: validation.Problem, written: Any) -> str:
    """A problem as a message tells it, its path as the program wrote it."""
    return validation.told(problem, _spelled(problem.path, written))


def _spelled(path: validation.Path, written: Any) -> validation.Path:
    """A path as the program wrote it."""
    spelled, value = [], written
    for key, in_python in zip(path, validation.in_python(path), strict=True):
        held: Any = fields(value) or {}
        spelled.append(key if key in held else in_python)
        value = _at(value, spelled[-1])
    return tuple(spelled)


def _program() -> _Program:
    """The program that runs."""
    manager = SETTINGS.rpc_manager
    program = _programs.get(manager)
    if program is None or program.calls is not manager.rpcs:
        program = _programs[manager] = _Program(manager.rpcs)
    return program


def _adopted_twice(
    program: _Program, resource_name: str, mark: str, given: Mapping[str, Any]
) -> Iterator[str]:
    org, id_ = given.get("org") or "", given.get("adoptId")
    if not isinstance(org, str) or not isinstance(id_, str):
        return
    first, by = program.adopters.setdefault((org, id_), (resource_name, mark))
    if by != mark:
        yield f"{resource_name}: adopt_id: {first!r} adopts this deployment already"


def _plain(value: Any, unknown: Any = None) -> Any:
    """A value in plain types, an enum's member as its value.

    Args:
        value: as a program gives it, or a part of it.
        unknown: takes the place of outputs; None: they stay.
    """
    if isinstance(value, pulumi.Output):
        return value if unknown is None else unknown
    if isawaitable(value):
        return pulumi.UNKNOWN  # the SDK alone may await it
    if isinstance(value, Enum):
        return value.value
    given = fields(value)
    if given is not None:
        return {key: _plain(item, unknown) for key, item in given.items()}
    if validation.is_list(value):
        return [_plain(item, unknown) for item in value]
    return value


def _holds_output(value: Any) -> bool:
    return any(isinstance(leaf, pulumi.Output) for leaf in _leaves(value))


def _leaves(value: Any) -> Iterator[Any]:
    """Every value within a value that holds no others."""
    given = fields(value)
    if given is None and not validation.is_list(value):
        yield value
        return
    for item in value if given is None else given.values():
        yield from _leaves(item)
