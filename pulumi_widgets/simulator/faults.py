"""The ways in which the service misbehaves, each one a switch, all of them off by default.

Each is described once, in `Faults`: its default, what values it takes, and its help. The checks,
the switches of the command line and the words of the control endpoint all come from there.

A seed makes a run repeatable as far as the order of the requests is: with one client that sends
one request after another, the same seed gives the same faults.
"""

from __future__ import annotations

import math
import random
import threading
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

__all__ = ["HISTORY", "Dice", "Faults", "Rule"]

HISTORY: Final = 300.0
"""Seconds that a read can be behind: the store keeps no older history."""
EMPTIES: Final = ("as-sent", "null", "missing", "empty")
LOSSES: Final = ("reset", "hang", "error")


@dataclass(frozen=True)
class Rule:
    """Which values a fault takes."""

    said: str
    """In words, after "is"."""
    fits: Callable[[Any], bool]
    metavar: str | None = None
    options: tuple[str, ...] = ()
    many: bool = False
    """Whether it is a list; a switch for each."""


def _number(value: Any, most: float = math.inf) -> bool:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return number and math.isfinite(value) and 0 <= value <= most


def _strings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)


def _fault(rule: Rule, default: Any, help: str) -> Any:  # noqa: A002  the option's name in Click
    made = {"default_factory": dict} if default == {} else {"default": default}
    return field(**made, metadata={"rule": rule, "help": help})


def _flag(says: str) -> Any:
    return _fault(Rule("true or false", lambda value: isinstance(value, bool)), False, says)


def _chance(of: str) -> Any:
    rule = Rule("a probability from 0 to 1", lambda value: _number(value, 1), "P")
    return _fault(rule, 0.0, f"Probability that {of}")


def _seconds(says: str, default: float = 0.0, most: float = math.inf) -> Any:
    said = "seconds, 0 or more" if most == math.inf else f"seconds from 0 to {most:.0f}"
    return _fault(Rule(said, lambda value: _number(value, most), "S"), default, f"Seconds {says}")


_EVERY_NTH: Final = Rule(
    "a whole number or a probability",
    lambda value: _number(value) and (value < 1 or value == int(value)),
    "N",
)
_EMPTY: Final = Rule(f"one of {', '.join(EMPTIES)}", lambda value: value in EMPTIES, None, EMPTIES)
_LOST: Final = Rule(
    f"some of {', '.join(LOSSES)}",
    lambda value: _strings(value) and bool(value) and set(value) <= set(LOSSES),
    options=LOSSES,
    many=True,
)
_NAMES: Final = Rule("a list of strings", _strings, "FIELD", many=True)
_OBJECT: Final = Rule("an object", lambda value: isinstance(value, Mapping), "JSON")


@dataclass(slots=True)
class Faults:
    """What goes wrong in a simulated org. Any field may be changed while it runs.

    The defaults are a service without faults. A wrong name is an ``AttributeError``, a wrong
    value a ``ValueError``, both at the line that sets it.
    """

    double_post: float = _fault(
        _EVERY_NTH, 0, "Every Nth POST makes two and answers with one; below 1: the probability."
    )
    late_twins: float = _seconds("after which at most, by chance, the second of the two is made.")
    read_lag: float = _seconds("till reads and listings show what a POST or a PUT wrote.")
    delete_lag: float = _seconds("for which reads and listings still show what was deleted.")
    listing_lag: float = _seconds("by which listings are older still.", most=HISTORY)
    get_lag: float = _seconds("by which reads of one deployment are older still.", most=HISTORY)
    uneven_lags: bool = _flag(
        "Lags of its own for each deployment, by reads and by listings: a share of those on."
    )
    delete_404: float = _seconds("for which a new deployment's DELETE is a 404, and not done.")
    lost_answers: float = _chance("a POST, PUT or DELETE is done and its answer lost.")
    lost_as: tuple[str, ...] = _fault(
        _LOST,
        LOSSES,
        "What comes in place of a lost answer, by chance: the connection breaks (reset), nothing "
        "comes and then it closes (hang), a 5xx (error). Default: any.",
    )
    hang: float = _seconds("that a hang takes; it ends early when the client hangs up.", 60.0)
    errors: float = _chance("a 5xx comes before anything is done.")
    resets: float = _chance("the connection breaks before anything is done.")
    throttle: float = _chance("a 429 comes before anything is done.")
    retry_after: float = _seconds("that the Retry-After of such a 429 says.", 1)
    conflicts: float = _chance("a PUT or DELETE is a 409 before anything is done.")
    on_login: bool = _flag("Errors, resets and throttle hit the token endpoint too.")
    empty_as: str = _fault(
        _EMPTY,
        EMPTIES[0],
        'How answers spell what is empty: absent if it was not sent, null, missing, or "", [], {}, '
        "false. Free JSON keeps what is in it.",
    )
    adds: Mapping[str, Any] = _fault(
        _OBJECT,
        {},
        "What answers hold that nobody sent: merged into each deployment where nothing is, nested "
        "objects only into objects that are there.",
    )
    listing_omits: tuple[str, ...] = _fault(
        _NAMES, (), "A field that listings leave out, dotted where nested: clientConfig.v1."
    )
    reorders: bool = _flag("Answers hold allowedDomains in another order.")
    respells: bool = _flag(
        "Answers spell texts in the service's own way: domains in small letters and without a dot "
        "at the end, URLs of a bare host with a slash, names and descriptions trimmed."
    )

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one fault.

        Raises:
            ValueError: not a value that it can have.
        """
        rule = _RULES.get(name)
        if rule and not rule.fits(value):
            raise ValueError(f"{name} is {rule.said}, not {value!r}")
        object.__setattr__(self, name, tuple(value) if rule and rule.many else value)

    @classmethod
    def of(cls, values: Mapping[str, Any], base: Faults | None = None) -> Faults:
        """Faults from their names and values, the others as in ``base`` (default: off).

        Raises:
            ValueError: an unknown name, or a value that it cannot have.
        """
        unknown = set(values) - set(_RULES)
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        return cls(**{**(asdict(base) if base else {}), **values})

    def as_dict(self) -> dict[str, Any]:
        """Names and values, ready for JSON."""
        return asdict(self)

    @classmethod
    def switches(cls) -> list[dict[str, Any]]:
        """Each fault as a form needs it: its name, its help, and which values it takes."""
        off = cls()
        return [
            {
                "name": each.name,
                "help": each.metadata["help"],
                "default": getattr(off, each.name),
                **{key: getattr(each.metadata["rule"], key) for key in _SHOWN},
            }
            for each in fields(cls)
        ]

    @classmethod
    def described(cls) -> dict[str, str]:
        """Names, and what each does and takes."""
        return {
            each.name: f"{each.metadata['help']} ({each.metadata['rule'].said})"
            for each in fields(cls)
        }


_SHOWN: Final = ("said", "metavar", "options", "many")
_RULES: Final[Mapping[str, Rule]] = {each.name: each.metadata["rule"] for each in fields(Faults)}
Faults.__doc__ = f"{Faults.__doc__}\n    Attributes:\n" + "\n".join(
    f"        {name}: {said}" for name, said in Faults.described().items()
)


class Dice:
    """The chance in an org: one seeded generator, shared by its threads."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  chance for tests, not for secrets
        self._posts = 0
        self._lock = threading.Lock()

    def happens(self, probability: float) -> bool:
        """True with this probability.

        Nothing is drawn for 0: a fault that is off does not change what the others do.
        """
        if not probability:
            return False
        with self._lock:
            return self._random.random() < probability

    def up_to(self, seconds: float) -> float:
        """A time from 0 to this; nothing is drawn for 0."""
        if not seconds:
            return 0.0
        with self._lock:
            return self._random.uniform(0, seconds)

    def choice(self, options: tuple[Any, ...]) -> Any:
        """One of them."""
        with self._lock:
            return self._random.choice(options)

    def doubles(self, double_post: float) -> bool:
        """Whether this POST creates two (see ``Faults.double_post``)."""
        if double_post < 1:
            return self.happens(double_post)
        with self._lock:
            self._posts += 1
            return self._posts % int(double_post) == 0
