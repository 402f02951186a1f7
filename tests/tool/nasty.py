"""What an org can hold: names of any kind, and whole deployments."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.unit.strategies import INPUTS

__all__ = ["BODIES", "IDS", "NAMES", "bodies"]

_HAND_PICKED = [
    *("class", "import", "None", "print", "pulumi", "WidgetDeployment", "__init__", "self"),
    *("", " ", "-", "_", "24", "24/7", "1st", "deployment", "Support", "support", "SUPPORT!"),
    *('say "hi"', "it's", "back\\slash", "{braces}", "${HOME}", "%s", "line\nbreak", "a\r\nb"),
    *("tab\there", "nul\x00", "esc\x1b[31m", "\u202eevil", "\ufeffbom", "zero\u200bwidth"),
    *(
        "Élan",
        "E\u0301lan",
        "Straße",
        "İstanbul",
        "ﬁne",
        "サポート",
        "הַתְמָכָה",
        "हिन्दी",
        "🎉",
        "👩‍👩‍👧",
    ),
    *('"""', "'''", "\\", "#", "x" * 300, "a::b", "urn:pulumi:x::y", "../../etc", "a" * 61),
]

NAMES = st.sampled_from(_HAND_PICKED) | st.text(
    st.characters(exclude_categories=["Cs"]), max_size=20
)
"""Any name, hand-picked nasty ones often."""

IDS = st.uuids().map(str) | st.text(st.sampled_from("abAB-12_é"), min_size=1, max_size=12)


def _body(inputs: dict[str, Any]) -> dict[str, Any]:
    """A WidgetDeployment as the API has it, of inputs as programs have them."""
    body = {key: value for key, value in inputs.items() if key != "flowId" and value is not None}
    if inputs.get("flowId"):
        body["flow"] = {"id": inputs["flowId"]}
    return body


BODIES: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda inputs, name: {**_body(inputs), "name": name}, INPUTS, NAMES.filter(str.strip)
)
"""Any deployment that the service would hold, and a program may declare."""


def bodies(count: int) -> list[dict[str, Any]]:
    """So many deployments, the same ones on every run; a few are the simplest there are."""
    found: list[dict[str, Any]] = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(BODIES)
    def collect(body: dict[str, Any]) -> None:
        found.append(copy.deepcopy(body))

    while len(found) < count:
        collect()
    return found[:count]
