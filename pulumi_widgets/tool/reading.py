"""Many deployments as they are, from one listing where a listing tells all of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..api import Deployments
from ..api.deployments import FIELDS
from ..errors import NotFoundError

__all__ = ["read_all", "read_managed"]

_SAMPLES = 5
_THREADS = 4


def read_all(
    deployments: Deployments, ids: Collection[str], tell: Callable[[str], object]
) -> dict[str, dict[str, Any]]:
    """Deployments by id; what is gone is left out.

    One listing and one GET, which shows whether listings leave out fields that a GET tells; where
    a listing has a field for no deployment at all, up to five GETs show whether that is so. Only
    if it leaves fields out each deployment is asked for by itself.

    Args:
        deployments: the org's.
        ids: whose.
        tell: gets how far it is, where it takes long.

    Raises:
        WidgetsError: the client's errors.
    """
    listed = deployments.list()
    wanted = [id_ for id_ in ids if id_ in listed]
    found = {id_: listed[id_] for id_ in wanted}
    unseen = [field for field in FIELDS if not any(field in each for each in listed.values())]
    step = max(1, len(wanted) // (_SAMPLES if unseen else 1))
    samples = _get_each(deployments, wanted[::step][: _SAMPLES if unseen else 1], lambda _: None)
    is_whole = all(
        field in listed[id_] for id_, each in samples.items() for field in FIELDS if field in each
    )
    rest = [id_ for id_ in ids if id_ not in listed]  # a listing may lag behind
    found |= samples | _get_each(deployments, rest if is_whole else ids, tell)
    return {id_: found[id_] for id_ in ids if id_ in found}


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


def _get_each(
    deployments: Deployments, ids: Collection[str], tell: Callable[[str], object]
) -> dict[str, dict[str, Any]]:
    return _each(deployments.get, ids, tell)


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
