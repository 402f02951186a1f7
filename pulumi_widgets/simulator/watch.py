"""What the page is told: all of the org at first, then what changes, as server-sent events."""

from __future__ import annotations

import json
from typing import Any, Final

from . import snippets
from .faults import Faults
from .service import Service
from .store import Body

__all__ = ["HEARTBEAT", "NOTHING", "PAUSE", "Watcher"]

PAUSE: Final = 0.1
"""Seconds between two looks at the org: what changes in a burst is told at once."""
HEARTBEAT: Final = 5.0
"""Seconds after which a page is told that there is nothing to tell, and the org alive."""
NOTHING: Final = b"data: {}\n\n"


class Watcher:
    """One page, and what it was told so far."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._bodies: dict[str, Body] = {}
        self._writes = -1
        self._change = -1
        self._oldest = 0
        self._faults: dict[str, Any] = {}

    def event(self) -> bytes:
        """What is new, as an event; nothing where nothing is. A page comes back after a second."""
        news = {**self._about(), **self._deployments(), **self._requests(), **self._switches()}
        return b"retry: 1000\ndata: " + json.dumps(news).encode() + b"\n\n" if news else b""

    def _about(self) -> dict[str, Any]:
        if self._writes >= 0:
            return {}
        return {
            "about": {
                **self._service.about(),
                "switches": Faults.switches(),
                "environment": snippets.environment(self._service.environ),
                "configuration": snippets.configuration(self._service.environ),
            }
        }

    def _deployments(self) -> dict[str, Any]:
        before, writes = self._bodies, self._service.store.writes
        if writes == self._writes:
            return {}
        self._writes, self._bodies = writes, self._service.store.truth()
        return {
            # bodies are never changed in place
            "set": [
                _shown(key, body)
                for key, body in self._bodies.items()
                if before.get(key) is not body
            ],
            "gone": [key for key in before if key not in self._bodies],
        }

    def _requests(self) -> dict[str, Any]:
        before = (self._change, self._oldest)
        requests, self._oldest, self._change = self._service.records.since(self._change)
        if before == (self._change, self._oldest):
            return {}
        shown = self._service.tokens.hidden([each.summary() for each in requests])
        return {"requests": shown, "oldest": self._oldest}

    def _switches(self) -> dict[str, Any]:
        before, self._faults = self._faults, self._service.faults.as_dict()
        return {} if before == self._faults else {"faults": self._faults}


def _shown(deployment_id: str, body: Body) -> dict[str, Any]:
    from ..api.half_made import token_of  # here: it brings `requests`, which no server needs

    # as text: a browser's numbers are not those of JSON
    text = json.dumps(body, indent=2, ensure_ascii=False)
    return {"id": deployment_id, "text": text, "halfMade": token_of(body) is not None}
