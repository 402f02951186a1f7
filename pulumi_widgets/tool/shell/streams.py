"""Stdout and stderr as the tool needs them, whatever they are, and one line where they fail."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from .output import note

__all__ = ["usable_streams"]


@contextmanager
def usable_streams() -> Iterator[None]:
    """Print in UTF-8 but to a terminal, whose encoding may lack signs: those are escaped.

    What cannot be written, to stdout or a file, ends the process with one line and exit code 1.
    A reader that went away (EPIPE) is Click's, which ends it quietly.
    """
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115 -- for the rest of the process
    if not sys.stdout:
        note("Error: stdout is closed: there is nowhere to print to.")
        sys.exit(1)
    if isinstance(getattr(sys.stdout, "buffer", None), io.RawIOBase):
        # PYTHONUNBUFFERED: what a write does not take (the reader left) would be lost unsaid
        sys.stdout = open(  # noqa: SIM115 -- for the rest of the process
            sys.stdout.fileno(), "w", encoding=sys.stdout.encoding, closefd=False
        )
    streams = (sys.stdout, sys.stderr)
    for stream in streams:
        if hasattr(stream, "reconfigure"):
            chosen = stream.isatty() or "PYTHONIOENCODING" in os.environ
            stream.reconfigure(encoding=None if chosen else "utf-8", errors="backslashreplace")
    try:
        yield
    except OSError as error:
        what = str(error.filename or "The output cannot be written")
        note(f"Error: {what}: {error.strerror or error}.")
        sys.exit(1)
    finally:
        for stream in streams:
            try:
                stream.flush()
            except OSError:  # Python would try once more at its end, and complain
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
