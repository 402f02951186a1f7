"""An org and the stacks that deploy to it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from pulumi.automation import PulumiCommand

from pulumi_widgets.simulator import Simulator

from ..backends.kept import Backend
from ..waiting import BRIEFLY
from .engine import Engine
from .lifecycle import LifeCycle

NewLife = Callable[..., LifeCycle]


@pytest.fixture
def org() -> Iterator[Simulator]:
    """An org without a limit, where a colleague already has a deployment."""
    with Simulator(seed=0, limit=None) as simulator:
        simulator.add({"name": "Somebody else's", "clientType": "v1"}, deployment_id="others")
        yield simulator


@pytest.fixture(scope="session")
def pulumi_command(pulumi_cli: Path) -> PulumiCommand:
    """The CLI for the Automation API, which asks it for its version: once is enough."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", str(pulumi_cli), prepend=os.pathsep)
        return PulumiCommand()


@pytest.fixture
def new_life(
    org: Simulator, pulumi_cli: Path, pulumi_command: PulumiCommand, tmp_path: Path
) -> NewLife:
    """Begins the life cycle of a stack in the org."""

    def begin(
        stack: str = "dev",
        secrets: Sequence[str] = (),
        named: Mapping[str, Simulator] | None = None,
        virtualenv: str | Path = sys.prefix,
        backend: Backend | None = None,
    ) -> LifeCycle:
        environ = {**org.environ, **BRIEFLY}
        engine = Engine(tmp_path, pulumi_cli, pulumi_command, environ, stack, virtualenv, backend)
        return LifeCycle(org, engine, secrets, named)

    return begin


@pytest.fixture
def life(new_life: NewLife) -> LifeCycle:
    """A stack in the org."""
    return new_life()
