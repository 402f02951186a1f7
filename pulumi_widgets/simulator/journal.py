"""The data file: one JSON object a line, the first a snapshot, each other one write.

A write is appended before it is answered, by one system call, so a process that is killed loses
no answered write; at most the last line is torn, which was not answered and is left out on the
next start. Appending costs the same for ten deployments and for ten thousand; the start rewrites
the file as one snapshot, in a new file that takes the old one's place whole. The operating system
holds what was written: a kill loses nothing, a power cut may.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Final

if sys.platform != "win32":
    import fcntl

__all__ = ["DataFileError", "DataFileInUseError", "Journal", "served"]

_FORMAT: Final = "pulumi-widgets simulator 1"


class DataFileError(Exception):
    """The data file cannot be used; ``str()`` is one line that says why."""


class DataFileInUseError(DataFileError):
    """Another simulator has the data file open."""


class Journal:
    """An open data file.

    Attributes:
        deployments: id to body, as the file held them when it was opened.
        issued: how many ids the org has ever given out, so that none comes twice.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open it, or make it where none is.

        Raises:
            DataFileError: no such folder, not readable, not writable, not a data file.
            DataFileInUseError: another simulator has it open.
        """
        self.path = Path(path)
        # a link stays where it is: what takes a file's place takes that of the file it names
        self._file = Path(os.path.realpath(path))
        self.deployments: dict[str, dict[str, Any]] = {}
        self.issued = 0
        try:
            self._fd = self._open()
        except OSError as error:
            raise DataFileError(f"{self.path}: {error.strerror or error}") from None

    def _open(self) -> int:
        # a device or a pipe is nobody's data file: to open it may do something, to replace it would
        if self._file.exists() and not self._file.is_file():
            raise DataFileError(f"{self.path}: not a regular file")
        # the lock first: two processes that compact the same file would lose writes
        old = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            self._lock(old)
            self._load()
            fd = self._compact()
        finally:
            os.close(old)
        self._size = os.fstat(fd).st_size
        return fd

    def _lock(self, fd: int) -> None:
        if sys.platform == "win32":
            return
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # another process may have put a new file in its place before we had the lock
            free = os.fstat(fd).st_ino == self._file.stat().st_ino
        except BlockingIOError:
            free = False
        if not free:
            raise DataFileInUseError(f"{self.path}: in use by another simulator")

    def _load(self) -> None:
        lines = self._file.read_bytes().split(b"\n")
        lines.pop()  # what follows the last line's end: nothing, or a write that was cut off
        for number, line in enumerate(lines, 1):
            try:
                self._apply(json.loads(line), first=number == 1)
            except (ValueError, TypeError, KeyError, AttributeError):
                what = "not a data file of the simulator" if number == 1 else "not a write"
                raise DataFileError(f"{self.path}: line {number} is {what}") from None
        if not lines and self._file.stat().st_size:
            raise DataFileError(f"{self.path}: line 1 is not a data file of the simulator")

    def _apply(self, entry: dict[str, Any], *, first: bool) -> None:
        if first:
            if entry["format"] != _FORMAT:
                raise ValueError
            self.issued = int(entry["issued"])
            self.deployments = {str(k): dict(v) for k, v in entry["deployments"].items()}
            return
        self.issued = int(entry["issued"])
        for deployment_id, body in entry["set"].items():
            if body is None:
                self.deployments.pop(deployment_id, None)
            else:
                self.deployments[deployment_id] = dict(body)

    def _compact(self) -> int:
        snapshot = {"format": _FORMAT, "issued": self.issued, "deployments": self.deployments}
        new = self._file.with_name(f"{self._file.name}.new")
        fd = os.open(new, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        try:
            self._lock_new(fd)
            _write(fd, json.dumps(snapshot).encode() + b"\n")
            os.fsync(fd)  # once a start: the old file goes only when the new one is on the disk
            os.replace(new, self._file)
        except BaseException:
            os.close(fd)
            with contextlib.suppress(OSError):
                new.unlink()
            raise
        return fd

    @staticmethod
    def _lock_new(fd: int) -> None:
        if sys.platform != "win32":
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def append(self, changes: dict[str, dict[str, Any] | None], issued: int, **more: str) -> None:
        """Write down what changes: id to body, or to ``None`` where it goes.

        Raises:
            OSError: it could not be written; the file is as it was.
        """
        line = json.dumps({"issued": issued, "set": changes, **more}).encode() + b"\n"
        try:
            _write(self._fd, line)
        except OSError:
            os.ftruncate(self._fd, self._size)
            raise
        self._size += len(line)

    def serve(self, url: str) -> None:
        """Write down where the org is that has the file open; the next start leaves it out."""
        self.append({}, self.issued, serves=url)

    def close(self) -> None:
        """Close the file; another simulator may open it."""
        os.close(self._fd)


def served(path: str | os.PathLike[str]) -> str | None:
    """Where the org is that has a data file open and lets others in; ``None``: it does not."""
    for line in reversed(Path(path).read_bytes().splitlines()):
        with contextlib.suppress(ValueError, TypeError, KeyError):
            return str(json.loads(line)["serves"])
    return None


def _write(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
