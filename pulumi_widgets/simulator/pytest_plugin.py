"""Fixtures for the tests of programs that deploy widgets; pytest finds them by itself.

::

    def test_my_program(simulated_org_environ):
        org = simulated_org_environ
        org.faults.double_post = 1
        ...  # pulumi.automation, subprocesses and clients of this test see the simulated org
        assert len(org.dump()) == 2

Needs the extra ``simulator``; nothing is imported from it till a test asks for a fixture.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pulumi_widgets.simulator import Simulator

__all__ = ["simulated_org", "simulated_org_environ"]


@pytest.fixture
def simulated_org() -> Iterator[Simulator]:
    """An empty simulated org of this test's own, without faults and without rate limit.

    It holds 10 deployments, as the real one does, and gives out the same ids in each run.
    """
    from pulumi_widgets.simulator import Simulator

    with Simulator(seed=0) as org:
        yield org


@pytest.fixture
def simulated_org_environ(
    simulated_org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Simulator]:
    """``simulated_org``, and the environment variables of this process point to it.

    All other ``GENESYSCLOUD_`` variables are unset, so that no test reaches a real org.
    """
    environ = simulated_org.environ_over(os.environ)
    for name in set(os.environ) - set(environ):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    # a generator, as what it depends on: the org goes after the environment is put back
    yield simulated_org  # noqa: PT022
