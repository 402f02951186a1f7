"""The command line as life cycles use it, and stacks of many deployments."""

from __future__ import annotations

from pathlib import Path

import pytest
from pulumi.automation import PulumiCommand

from pulumi_widgets.simulator import Simulator

from ..backends.kept import Backend
from ..lifecycle.conftest import pulumi_command
from ..lifecycle.engine import Engine
from .stacks import PATIENCE, NewStack, Stack

__all__ = ["pulumi_command"]


@pytest.fixture
def new_stack(pulumi_cli: Path, pulumi_command: PulumiCommand, tmp_path: Path) -> NewStack:
    """Makes stacks, all of one project."""

    def make(
        org: Simulator,
        count: int,
        stack: str = "dev",
        backend: Backend | None = None,
        **environ: str,
    ) -> Stack:
        patience = {"GENESYSCLOUD_CONSISTENCY_SECONDS": f"{PATIENCE:g}"}
        given = {**org.environ, **patience, **environ}
        engine = Engine(tmp_path, pulumi_cli, pulumi_command, given, stack, backend=backend)
        return Stack(org, engine, count)

    return make
