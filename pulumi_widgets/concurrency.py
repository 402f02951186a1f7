"""As many calls at once as the engine makes: more threads for the provider's process.

The SDK (3.268 to 3.272) serves the engine with four threads, whatever ``--parallel`` says, and has
no setting for it. With 100 ms a call that is most of a command's time.

A pool of `concurrent.futures` starts a thread for a task that finds no idle one, as long as it has
fewer than its ``_max_workers``, and looks at that number nowhere else: so a larger one is all it
takes. The pool is found from a thread of it, which runs our `configure`: at the bottom of its stack
is ``_worker``, which holds a weak reference to it (seen in Python 3.10 to 3.14).

**Why it is safe.** More threads are allowed to a pool that has several: what may be called by four
at once may be called by more. The engine still says how much it asks for at once: ``--parallel 4``
is as before. Other dynamic providers of the program, which share the process, may have the more
threads too. Where Python or the SDK look otherwise, nothing is found, and all stays as it is.
"""

from __future__ import annotations

import sys
import threading
from concurrent.futures import thread
from types import FrameType

THREADS = 32
"""What the pool has then, at most."""
_OF_THE_SDK = 4


def allow_more() -> None:
    """Let the pool that runs this, if it is the SDK's, have more threads."""
    worker = getattr(getattr(thread, "_worker", None), "__code__", None)
    frame: FrameType | None = sys._getframe()
    while frame and frame.f_code is not worker:
        frame = frame.f_back
    reference = frame and frame.f_locals.get("executor_reference")
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
