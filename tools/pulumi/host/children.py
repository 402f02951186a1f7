"""The processes that the language host has started, so that none of them outlives it."""

import os
import signal
import subprocess
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

FIRST = 1.0  # seconds that an interrupted process has before it is told to terminate
GRACE = 5.0  # seconds between asking a process to end and killing it, as the engine gives us


class CancelledError(Exception):
    """The engine has cancelled: nothing is started any more."""


class Children:
    """Starts processes and can end them all; used by several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[subprocess.Popen[bytes]] = set()
        self._asked: set[subprocess.Popen[bytes]] = set()
        self._ended = False

    def start(
        self,
        command: list[str],
        environment: Mapping[str, str],
        directory: Path | None = None,
        *,
        piped: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start a process in a group of its own.

        The engine signals the host's whole group when it ends: a program in it would be
        interrupted a second time, in the middle of its clean-up, and print tracebacks.

        Args:
            command: What to run.
            environment: Its whole environment.
            directory: Where; the default is where the host runs.
            piped: Whether its output comes here. Otherwise it goes, as the official host lets it,
                straight into the host's own, which the engine shows line by line.

        Raises:
            CancelledError: `end_all` was called before.
            OSError: It does not start.
        """
        pipe = subprocess.PIPE if piped else None
        with self._lock:
            if self._ended:
                raise CancelledError
            # Under the lock, so that no process can start between the cancelling and its ending.
            process = subprocess.Popen(
                command,
                env=environment,
                cwd=directory,
                stdin=subprocess.DEVNULL,
                stdout=pipe,
                stderr=pipe,
                start_new_session=True,
            )
            # Those that have ended by themselves are forgotten here.
            self._running = {child for child in self._running if child.poll() is None}
            self._running.add(process)
        return process

    def end_all(self) -> None:
        """End every process and start no more; returns when the last is gone."""
        with self._lock:
            self._ended = True
            running = list(self._running)
        endings = [threading.Thread(target=self.end, args=(process,)) for process in running]
        for ending in endings:
            ending.start()
        for ending in endings:
            ending.join()

    def end(self, process: "subprocess.Popen[bytes]") -> None:
        """Interrupt a process, as Ctrl-C would, then terminate it, and kill it after GRACE.

        It is interrupted once, whoever asks: a second time would break into its own clean-up.
        A program whose resource was refused hangs in the SDK's clean-up, since its other calls
        wait for an engine that waits for it; terminated, it ends at once and prints no traceback.
        """
        with self._lock:
            if process not in self._asked:
                self._asked.add(process)
                _signal(process, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(FIRST)
            return
        _signal(process, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(GRACE - FIRST)
            return
        _signal(process, signal.SIGKILL)
        process.wait()


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send a signal to a process and to what it has started itself, unless it has ended."""
    with suppress(ProcessLookupError):
        if process.poll() is None:
            os.killpg(process.pid, number)
