"""An org, and the provider process that works in it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator

from ..waiting import BRIEFLY
from .process import Provider


@pytest.fixture
def org() -> Iterator[Simulator]:
    """An empty org."""
    with Simulator(seed=0) as simulator:
        yield simulator


@pytest.fixture
def provider(org: Simulator, tmp_path: Path) -> Iterator[Provider]:
    """The provider, told of the org by the environment."""
    with Provider({**org.environ_over(os.environ), **BRIEFLY}, tmp_path) as process:
        yield process


@pytest.fixture
def restarted(org: Simulator, tmp_path: Path) -> Callable[[], Provider]:
    """The process of the next command."""
    return lambda: Provider(org.environ_over(os.environ), tmp_path)
