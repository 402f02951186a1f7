"""An org, and a project whose stacks deploy to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pulumi_widgets.simulator import Simulator

from .project import Project, in_project

# as in tests/unit: a busy machine is no fault of what is tested
settings.register_profile(
    "tool", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("tool")


@pytest.fixture
def org() -> Iterator[Simulator]:
    """An org with three deployments."""
    with Simulator(seed=0) as simulator:
        simulator.add(
            {
                "name": "Support",
                "description": "Two\nlines",
                "clientType": "v2",
                "flow": {"id": "flow-1"},
                "allowedDomains": ["b.example", "a.example"],
                "clientConfig": {"v2": {"theme": "light"}, "v1": {"webChatSkin": "basic"}},
            },
            deployment_id="support-id",
        )
        simulator.add({"name": "Sales", "clientType": "v1"}, deployment_id="sales-id")
        simulator.add(
            {"name": "Sales", "clientType": "v1", "disabled": True}, deployment_id="sales-2-id"
        )
        yield simulator


@pytest.fixture
def project(
    org: Simulator, pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Project:
    """A project with an empty stack ``dev``; its folder is the current one."""
    return in_project(tmp_path, org, pulumi_cli, monkeypatch)
