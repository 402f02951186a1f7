"""Many deployments as they are, from one listing where a listing tells all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..api import Deployments
from ..errors import NotFoundError

__all__ = ["read_all", "read_managed"]

_THREADS = 4


def read_all(
    deployments: Deployments, ids: Collection[str], tell: Callable[[str], object]
) -> dict[str, dict[str, Any]]:
    """Deployments by id; what is gone is left out.

    One listing and two GETs, which show whether listings leave out fields that a GET tells. Only
    if they do, each deployment is asked for by itself.

    Args:
        deployments: the org's.
        ids: whose.
        tell: gets how far it is.

    Raises:
        WidgetsError: the client's errors.
    """
    return _each(deployments.read, ids, tell)


def read_managed(
    deployments: Deployments,
    held: Mapping[str, Mapping[str, Any]],
    tell: Callable[[str], object],
) -> dict[str, dict[str, Any] | None]:
    """Deployments as a refresh reads them: one listing and one GET; None for what is gone.

    Args:
        deployments: the org's.
        held: id → what the state holds of its body (`mapping.held`).
        tell: gets how far it is.

    Raises:
        WidgetsError: the client's errors.
    """

    def read(id_: str) -> dict[str, Any]:
        return deployments.read(id_, held[id_])

    found = _each(read, list(held), tell)
    return {id_: found.get(id_) for id_ in held}


def _each(
    read: Callable[[str], dict[str, Any]], ids: Collection[str], tell: Callable[[str], object]
) -> dict[str, dict[str, Any]]:
    def or_none(id_: str) -> dict[str, Any] | None:
        try:
            return read(id_)
        except NotFoundError:
            return None

    found: dict[str, dict[str, Any]] = {}
    with ThreadPoolExecutor(_THREADS) as pool:
        try:
            for number, (id_, each) in enumerate(zip(ids, pool.map(or_none, ids), strict=True), 1):
                if each is not None:
                    found[id_] = each
                tell(f"{number} of {len(ids)}")
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return found
