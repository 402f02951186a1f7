"""A clock that tests move."""

from __future__ import annotations

import threading

__all__ = ["Clock"]


class Clock:
    """Seconds that pass in `sleep`, and when a test says so. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        with self._lock:
            return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        with self._lock:
            self.now += seconds
            self.slept.append(seconds)
