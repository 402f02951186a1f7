"""Several things at once, in threads that nobody waits for when the user has had enough."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import TypeVar

__all__ = ["in_pool"]

_T = TypeVar("_T")
_R = TypeVar("_R")


def in_pool(function: Callable[[_T], _R], items: Iterable[_T], workers: int = 4) -> Iterator[_R]:
    """The results for all items, in their order, by several threads.

    Not `ThreadPoolExecutor`: Ctrl-C would wait for what its threads have in hand, a minute and
    more where a server does not answer. These end with the process.

    Args:
        function: called with each item, in any of the threads.
        items: all are taken first.
        workers: how many are under way at once.

    Raises:
        Exception: what the function raised for an item, in the item's place. Nothing new is begun
            after it, and what is under way has ended.
    """
    calls = [(item, Future[_R]()) for item in items]
    waiting: SimpleQueue[tuple[_T, Future[_R]]] = SimpleQueue()
    for call in calls:
        waiting.put(call)
    over = threading.Event()

    def work() -> None:
        while not over.is_set():
            try:
                item, result = waiting.get_nowait()
            except Empty:
                return
            try:
                result.set_result(function(item))
            except BaseException as error:
                result.set_exception(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in calls[:workers]]
    for thread in threads:
        thread.start()
    try:
        for _, result in calls:
            yield result.result()
    except Exception:
        over.set()
        for thread in threads:
            thread.join()
        raise
    finally:
        over.set()
