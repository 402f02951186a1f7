"""What the SDK's provider process has and hands to no provider, found on the stack that runs ours.

**As many calls at once as the engine makes.** The SDK (3.268 to 3.272) serves the engine with four
threads, whatever ``--parallel`` says, and has no setting for it. With 100 ms a call that is most of
a command's time. A pool of `concurrent.futures` starts a thread for a task that finds no idle one,
as long as it has fewer than its ``_max_workers``, and looks at that number nowhere else: so a
larger one is all it takes. At the bottom of its threads' stacks is ``_worker``, which holds a weak
reference to the pool (seen in Python 3.10 to 3.14).

It is safe: more threads are allowed to a pool that has several, and what may be called by four at
once may be called by more. The engine still says how much it asks for at once: ``--parallel 4`` is
as before. Other dynamic providers of the program, which share the process, may have the more
threads too.

Where Python or the SDK look otherwise, nothing is found, and all stays as it is.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Collection, Mapping
from types import FrameType
from typing import Any

THREADS = 32
"""What the pool has, at most."""
_OF_THE_SDK = 4


def _held(function: str, name: str) -> Any:
    """A variable of a function on this thread's stack; None where there is none."""
    frame: FrameType | None = sys._getframe()
    while frame := frame and frame.f_back:
        if frame.f_code.co_name == function and name in frame.f_locals:
            return frame.f_locals[name]
    return None


def stored_inputs(outputs: Mapping[str, Any]) -> Collection[str]:
    """The names of the inputs that the state holds of a resource that is read.

    They tell one that is managed from one that is only read, of which a refresh shows every output
    that is new. A provider gets the outputs alone; their names stand for the inputs' where the
    request is not at hand.
    """
    request = _held("Read", "request")
    return (request and set(request.inputs)) or outputs


def old_inputs() -> Any:
    """The inputs that the state holds of a resource that is compared, a protobuf ``Struct``."""
    request = _held("Diff", "request")
    return request and request.old_inputs


def is_cancelled() -> bool:
    """Whether the engine waits no more for the create that is under way in this thread.

    After a second Ctrl-C it does not, and records nothing (seen with CLI v3.259).
    """
    call = _held("Create", "context")
    return call is not None and not call.is_active()


def allow_more_threads() -> None:
    """Let the pool that runs this, if it is the SDK's, have more threads."""
    reference = _held("_worker", "executor_reference")
    pool = reference() if callable(reference) else None
    if pool and getattr(pool, "_max_workers", 0) == _OF_THE_SDK:
        pool._max_workers = THREADS
        begin = threading.Lock()
        with begin:
            # All threads at once: a pool starts none for a task where it counts an idle one, and
            # counts those that took the next task from the queue (seen in Python 3.11). So what
            # came to four threads, four would do; and some count as idle by now, hence twice.
            try:
                for _ in range(2 * THREADS):
                    pool.submit(_pass, begin)
            except (
                RuntimeError
            ):  # the machine allows no more; a submit of the server's must not fail
                pool._max_workers = len(pool._threads)


def _pass(lock: threading.Lock) -> None:
    with lock:
        pass
