"""Which of a program's resources has which deployment, so that each belongs to one.

The engine does not tell a provider a resource's name; what its calls do tell is put together here.
"""

from __future__ import annotations

import threading

from .errors import WidgetsError

__all__ = ["Holdings", "Place"]

Place = tuple[object, str]
"""Which deployment: what tells its org from others, and its id."""

_HINT = "Each deployment belongs to one resource."


class Holdings:
    """What one process has heard of deployments and the resources that have or want them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._claimed: set[Place] = set()
        self._own: set[Place] = set()
        self._held: set[Place] = set()
        self._ours: set[Place] = set()
        self._refreshed: set[Place] = set()
        self._adopted: set[Place] = set()
        self._kept: set[Place] = set()

    def names(self, place: Place, *, is_new: bool, has_it: bool) -> bool:
        """Hear that a resource names a deployment for adoption; whether it may.

        While the program names one, a delete of it is of one whose place the adopted one takes:
        of a resource under an older name, or of what is replaced. That the engine orders in this
        command or, where this one is interrupted, in the next; always after this check, but where
        it deletes before it replaces even before the create (seen with CLI v3.259).

        Args:
            place: the deployment.
            is_new: whether the resource is to be created.
            has_it: whether it came in by adopting this one.
        """
        if is_new:
            self._claimed.add(place)
            if place in self._held:
                return False
        else:
            self._own.add(place)
        if is_new or has_it:
            self._kept.add(place)
        return True

    def keeps(self, place: Place, *, by_adoption: bool) -> bool:
        """Whether no delete is meant for it: the program adopts it, or it was adopted twice.

        Args:
            place: the deployment.
            by_adoption: whether the resource that is deleted adopted it. Where one that did not
                has it too, that one came first.
        """
        return place in self._kept or (by_adoption and place in self._ours)

    def reads(self, place: Place) -> None:
        """Hear that a deployment was read for a refresh."""
        self._refreshed.add(place)

    def holds(self, place: Place, *, by_adoption: bool) -> None:
        """Hear that a resource of the program has a deployment.

        Of what the program does not have any more the engine orders no diff but a refresh's, after
        the read (seen with CLI v3.259): another resource may adopt that. One that names its own
        deployment may take it over from itself, which is what a replacement does.

        Args:
            place: the deployment.
            by_adoption: whether it came in by adoption, in this command perhaps.

        Raises:
            WidgetsError: another resource, which came first, is to adopt it.
        """
        if place in self._refreshed:
            self._refreshed.discard(place)
        elif place not in self._own and not (by_adoption and place in self._adopted):
            self._held.add(place)
            if not by_adoption:
                self._ours.add(place)
            if place in self._claimed:
                raise WidgetsError(
                    f"adopt_id {place[1]!r}: another resource of this program is to adopt this "
                    "deployment, which this one manages",
                    hint=_HINT,
                )

    def adopts(self, place: Place) -> None:
        """Let a resource adopt a deployment.

        Raises:
            WidgetsError: another resource of the program has it.
        """
        with self._lock:
            taken = place in self._adopted or place in self._held
            self._adopted.add(place)
        if taken:
            raise WidgetsError(
                f"adopt_id {place[1]!r}: another resource of this program has this deployment",
                hint=_HINT,
            )
