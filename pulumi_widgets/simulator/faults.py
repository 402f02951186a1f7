"""The ways in which the service misbehaves, each one a switch, all of them off by default.

A seed makes a run repeatable as far as the order of the requests is: with one client that sends
one request after another, the same seed gives the same faults.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

__all__ = ["Dice", "Faults"]

_PROBABILITIES: Final = ("lost_answers", "errors", "resets", "throttle")
_NOT_NEGATIVE: Final = (
    "double_post",
    "read_lag",
    "delete_lag",
    "listing_lag",
    "hang",
    "retry_after",
)
EMPTIES: Final = ("as-sent", "null", "missing", "empty")
LOSSES: Final = ("reset", "hang", "error")


@dataclass(slots=True)
class Faults:
    """What goes wrong in a simulated org. Any field may be changed while it runs.

    The defaults are a service without faults. A wrong name is an ``AttributeError``, a wrong
    value a ``ValueError``, both at the line that sets it.
    """

    double_post: float = 0
    """Of N >= 1: every Nth POST creates two deployments and answers with one of them. Below 1:
    the probability that a POST does."""
    read_lag: float = 0.0
    """Seconds for which reads and listings do not show what a POST or a PUT wrote."""
    delete_lag: float = 0.0
    """Seconds for which reads and listings still show a deleted deployment."""
    listing_lag: float = 0.0
    """Seconds by which a listing is behind a read of one deployment, besides ``read_lag`` and
    ``delete_lag``, as one made from a search index is; at most 300."""
    lost_answers: float = 0.0
    """Probability that a POST, PUT or DELETE is carried out and its answer is lost."""
    lost_as: tuple[str, ...] = LOSSES
    """What comes in place of a lost answer, by chance: ``reset`` (the connection breaks),
    ``hang`` (nothing for ``hang`` seconds, then the connection closes), ``error`` (a 5xx)."""
    hang: float = 60.0
    """Seconds; see ``lost_as``. It ends early when the client hangs up."""
    errors: float = 0.0
    """Probability of a 5xx before anything is done."""
    resets: float = 0.0
    """Probability of a reset connection before anything is done."""
    throttle: float = 0.0
    """Probability of a 429 before anything is done."""
    retry_after: int = 1
    """Seconds that the ``Retry-After`` of ``throttle`` says."""
    on_login: bool = False
    """Whether ``errors``, ``resets`` and ``throttle`` hit the token endpoint too."""
    empty_as: str = "as-sent"
    """How answers spell what is empty: ``as-sent`` (absent if it was not sent), ``null``,
    ``missing``, or ``empty`` (``""``, ``[]``, ``{}``, ``false``). Free JSON (the configs of
    ``v2`` and ``third-party``) keeps what is in it."""
    adds: Mapping[str, Any] = field(default_factory=dict)
    """What answers hold that nobody sent: merged into each deployment where nothing is, nested
    objects only into objects that are there, like
    ``{"dateModified": "…", "clientConfig": {"v1": {"theme": "blue"}}}``."""
    listing_omits: tuple[str, ...] = ()
    """Fields that a listing leaves out, dotted where nested: ``clientConfig.v1``."""
    reorders: bool = False
    """Whether answers hold ``allowedDomains`` in another order than was sent."""
    respells: bool = False
    """Whether answers spell texts in the service's own way: domains in small letters and without
    a dot at the end, URLs of a bare host with a slash, names and descriptions trimmed."""

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one fault.

        Raises:
            ValueError: not a value that it can have.
        """
        object.__setattr__(self, name, _checked(name, value))

    @classmethod
    def of(cls, values: Mapping[str, Any], base: Faults | None = None) -> Faults:
        """Faults from their names and values, the others as in ``base`` (default: off).

        Raises:
            ValueError: an unknown name, or a value that it cannot have.
        """
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise ValueError(f"no such fault: {', '.join(sorted(unknown))}")
        return cls(**{**(asdict(base) if base else {}), **values})

    def as_dict(self) -> dict[str, Any]:
        """Names and values, ready for JSON."""
        return asdict(self)


def _checked(name: str, value: Any) -> Any:
    number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if name in _PROBABILITIES and not (number and 0 <= value <= 1):
        raise ValueError(f"{name} is a probability from 0 to 1, not {value!r}")
    if name in _NOT_NEGATIVE and not (number and value >= 0):
        raise ValueError(f"{name} is a number from 0 on, not {value!r}")
    if name == "listing_lag" and value > 300:
        raise ValueError(f"listing_lag is 300 seconds at most, not {value!r}")
    if name == "double_post" and value > 1 and value != int(value):
        raise ValueError(f"double_post is a whole number or a probability, not {value!r}")
    if name == "empty_as" and value not in EMPTIES:
        raise ValueError(f"empty_as is one of {', '.join(EMPTIES)}, not {value!r}")
    if name == "adds" and not isinstance(value, Mapping):
        raise ValueError(f"adds is an object, not {value!r}")
    if name in ("on_login", "reorders", "respells") and not isinstance(value, bool):
        raise ValueError(f"{name} is true or false, not {value!r}")
    if name in ("lost_as", "listing_omits"):
        if isinstance(value, str) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"{name} is a list of strings, not {value!r}")
        value = tuple(value)
    if name == "lost_as" and not (value and set(value) <= set(LOSSES)):
        raise ValueError(f"lost_as is some of {', '.join(LOSSES)}, not {value!r}")
    return value


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
