"""How many calls the provider's process serves at once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pulumi_widgets import sdk
from pulumi_widgets.simulator import Reply, Simulator

from .. import oldest
from ..waiting import BRIEFLY, eventually
from .process import Provider

PATH = "/api/v2/widgets/deployments"
INPUTS = {"name": "Web", "clientType": "v2", "authenticationRequired": False, "disabled": False}

ANOTHER_SDK = """
import runpy, sys
from concurrent import futures
as_it_is = futures.ThreadPoolExecutor
futures.ThreadPoolExecutor = lambda max_workers: as_it_is(int(sys.argv[1]))
runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
"""


def _at_once(provider: Provider, org: Simulator, count: int, patience: float = 20.0) -> int:
    """How many of so many updates the server has in hand at once.

    They come all at once and are the first calls, as those of a destroy are.
    """
    for number in range(count):
        org.add(INPUTS, deployment_id=f"id-{number}")
    lock, most, under_way = threading.Lock(), 0, 0
    all_there = threading.Event()

    def enter(answer: object) -> object:
        nonlocal most, under_way
        with lock:
            under_way += 1
            most = max(most, under_way)
            if most == count:
                all_there.set()
        all_there.wait(patience)
        with lock:
            under_way -= 1
        return answer

    held = {**INPUTS, "selfUri": f"{PATH}/x"}
    org.script("PUT", f"{PATH}/*", Reply.changed(enter), times=count)
    with ThreadPoolExecutor(count) as engine:
        list(engine.map(lambda n: provider.update(f"id-{n}", held, INPUTS), range(count)))
    return most


def test_as_many_calls_as_the_engine_makes(provider: Provider, org: Simulator) -> None:
    assert _at_once(provider, org, 32) == 32
    assert provider.printed() == b""


@pytest.mark.tree
def test_with_the_oldest_of_all_that_is_supported(org: Simulator, tmp_path: Path) -> None:
    environ = {**org.environ_over(os.environ), **BRIEFLY, "PYTHONPATH": str(oldest.CLONE)}
    command = (oldest.environment() / "bin" / "python", "-u", "-m", "pulumi.dynamic")
    with Provider(environ, tmp_path, command=command) as provider:
        assert _at_once(provider, org, 32) == 32


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_a_create_that_the_engine_cancels_leaves_nothing_behind(
    provider: Provider, org: Simulator, method: str
) -> None:
    arrived, go_on = threading.Event(), threading.Event()

    def hold(answer: object) -> object:
        arrived.set()
        assert go_on.wait(20)
        return answer

    inputs, _ = provider.check(INPUTS)
    org.script(method, f"{PATH}*", Reply.changed(hold))
    create = provider.creating(inputs)
    assert arrived.wait(20)
    create.cancel()
    go_on.set()
    eventually(lambda: f"DELETE {PATH}/{{deploymentId}}" in org.calls, "it is taken back")
    eventually(lambda: org.dump() == {}, "it is gone")
    assert provider.create(inputs)[0] in org.dump()


@pytest.mark.parametrize("threads", [2, 6])
def test_an_sdk_that_starts_it_otherwise_is_left_alone(
    org: Simulator, tmp_path: Path, threads: int
) -> None:
    command = (sys.executable, "-u", "-c", ANOTHER_SDK, str(threads))
    with Provider({**org.environ_over(os.environ), **BRIEFLY}, tmp_path, command=command) as it:
        assert _at_once(it, org, threads + 1, 0.5) == threads
        assert it.printed() == b""


IN_A_POOL = """
import concurrent.futures, runpy, sys, threading
allow_more = runpy.run_path(sys.argv[1])["allow_more_threads"]
allow_more()  # in no pool at all
for workers, at_once in (4, 32), (3, 3), (40, 40):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        pool.submit(allow_more).result()
        all_there = threading.Barrier(at_once, timeout=10)
        list(pool.map(lambda _: all_there.wait(), range(at_once)))
        assert len(pool._threads) == at_once, pool._threads
"""


WITHOUT_THREADS = """
import concurrent.futures, runpy, sys, threading
allow_more = runpy.run_path(sys.argv[1])["allow_more_threads"]
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    started, start = [], threading.Thread.start
    def start_some(thread):
        if len(started) == 6:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)
    threading.Thread.start = start_some
    pool.submit(allow_more).result()
    all_there = threading.Barrier(6, timeout=10)
    list(pool.map(lambda _: all_there.wait(), range(12)))
"""


def test_a_machine_that_allows_few_threads_has_those() -> None:
    """In a container, say; and no call fails because there is not one more."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_THREADS, str(sdk.__file__)],
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def _pythons() -> Iterator[str]:
    """The supported ones that this machine has; of pyenv's, PATH has stand-ins."""
    for version in ("3.10", "3.11", "3.12", "3.13", "3.14"):
        command = (
            shutil.which(f"python{version}") or sys.executable,
            "-c",
            "import sys; print(sys.executable)",
        )
        done = subprocess.run(
            command,
            env={**os.environ, "PYENV_VERSION": version},
            capture_output=True,
            check=False,
            text=True,
        )
        yield from done.stdout.split()


@pytest.mark.parametrize("python", sorted({sys.executable, *_pythons()}))
def test_every_python_that_is_here(python: str) -> None:
    done = subprocess.run(
        [python, "-c", IN_A_POOL, str(sdk.__file__)], capture_output=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
