"""How answers spell a deployment: read-only fields, empties, what the service adds by itself."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any, Final

from .contract import DEPLOYMENTS
from .faults import Faults

__all__ = ["flow_name", "listed", "spelled", "struck"]

_WEB_CHAT: Final[dict[str, Any]] = {"webChatSkin": "", "authenticationUrl": ""}
_EMPTY: Final[dict[str, Any]] = {
    "description": "",
    "authenticationRequired": False,
    "disabled": False,
    "flow": {},
    "allowedDomains": [],
    "clientConfig": {},
}
_EMPTY_CONFIG: Final[dict[str, Any]] = {"v1": {}, "v2": {}, "v1-http": {}, "third-party": {}}
_OFF: Final = Faults()
_NOTHING: Final[tuple[Any, ...]] = (None, "", [], {})


def struck(
    answers: list[dict[str, Any]], seen: Mapping[str, Any], faults: Faults, *more: str
) -> list[str]:
    """The faults that spell these answers otherwise than what was seen.

    ``seen``: id to body; ``more``: names of faults that only such answers have.
    """
    names = ("empty_as", "adds", "reorders", "respells", *more)
    on = [name for name in names if getattr(faults, name) != getattr(_OFF, name)]
    return on if on and answers != [spelled(*each, _OFF) for each in seen.items()] else []


def flow_name(flow_id: str) -> str:
    """A made-up name for a flow, which tells nothing of its id, as a real one's does not."""
    return f"Flow {zlib.crc32(flow_id.encode(errors='surrogatepass')) % 10_000:04}"


def spelled(deployment_id: str, body: Mapping[str, Any], faults: Faults) -> dict[str, Any]:
    """The answer for what is stored; ``body`` itself is not changed."""
    answer = dict(body)
    if faults.reorders and "allowedDomains" in answer:
        answer["allowedDomains"] = answer["allowedDomains"][::-1]
    if faults.respells:
        answer = _in_its_own_way(answer)
    if "flow" in answer:
        flow_id = answer["flow"]["id"]
        answer["flow"] = {
            "id": flow_id,
            "name": flow_name(flow_id),
            "selfUri": f"/api/v2/flows/{flow_id}",
        }
    if faults.empty_as != "as-sent":
        config = dict(answer.get("clientConfig", {}))
        for key in ("v1", "v1-http"):
            if config.get(key):
                config[key] = _respelled(config[key], _WEB_CHAT, faults.empty_as)
        if config:
            answer["clientConfig"] = _respelled(config, _EMPTY_CONFIG, faults.empty_as)
        answer = _respelled(answer, _EMPTY, faults.empty_as)
    answer = _merged(answer, faults.adds)
    return {"id": deployment_id, **answer, "selfUri": f"{DEPLOYMENTS}/{deployment_id}"}


def _in_its_own_way(answer: Mapping[str, Any]) -> dict[str, Any]:
    """A body as a service may store it: trimmed, small letters in domains, whole URLs."""
    respelled = dict(answer)
    for key in ("name", "description"):
        if key in answer:
            respelled[key] = answer[key].strip()
    if "allowedDomains" in answer:
        respelled["allowedDomains"] = [
            each.lower().rstrip(".") for each in answer["allowedDomains"]
        ]
    if "clientConfig" in answer:
        respelled["clientConfig"] = {
            part: {
                key: f"{each}/" if key == "authenticationUrl" and each.count("/") == 2 else each
                for key, each in config.items()
            }
            if part in ("v1", "v1-http")
            else config
            for part, config in answer["clientConfig"].items()
        }
    return respelled


def _respelled(value: Mapping[str, Any], empties: Mapping[str, Any], how: str) -> dict[str, Any]:
    kept = {key: each for key, each in value.items() if each not in _NOTHING}
    if how == "missing":
        return kept
    missing = {key: None if how == "null" else empty for key, empty in empties.items()}
    return {**missing, **kept}


def _merged(value: Mapping[str, Any], adds: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(value)
    for key, added in adds.items():
        if isinstance(added, Mapping):
            if isinstance(merged.get(key), dict):
                merged[key] = _merged(merged[key], added)
        else:
            merged.setdefault(key, added)
    return merged


def listed(answers: list[dict[str, Any]], faults: Faults) -> dict[str, Any]:
    """A WidgetDeploymentEntityListing."""
    for path in faults.listing_omits:
        answers = [_without(each, path.split(".")) for each in answers]
    return {"total": len(answers), "entities": answers, "selfUri": DEPLOYMENTS}


def _without(value: dict[str, Any], path: list[str]) -> dict[str, Any]:
    head, *rest = path
    if not rest:
        return {key: each for key, each in value.items() if key != head}
    if not isinstance(value.get(head), dict):
        return value
    return {**value, head: _without(value[head], rest)}
