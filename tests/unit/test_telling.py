"""A line for the user never fails what it is about, whatever becomes of it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import Any

import pytest

from pulumi_widgets.orgs import tell
from pulumi_widgets.tool.shell.output import note

LINE = "403: アクセス権がない \udcff é."
SHOWN = {
    "utf-8": "403: アクセス権がない \\udcff é.",
    "cp1252": r"403: \u30a2\u30af\u30bb\u30b9\u6a29\u304c\u306a\u3044 \udcff é.",
    "ascii": r"403: \u30a2\u30af\u30bb\u30b9\u6a29\u304c\u306a\u3044 \udcff \xe9.",
}


@pytest.mark.parametrize("encoding", SHOWN)
def test_what_an_encoding_lacks_is_escaped(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(shown, encoding=encoding, newline="\n"))
    tell(LINE)
    tell("and on")
    assert shown.getvalue() == f"{SHOWN[encoding]}\nand on\n".encode(encoding)


class NoEncoding:
    """A stand-in as programs put it there."""

    def __init__(self) -> None:
        self.shown = ""

    def write(self, text: str) -> None:
        self.shown += text


@pytest.mark.parametrize("encoding", [None, "", "no-such", 5])
def test_a_stream_of_another_kind_gets_the_line(
    encoding: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream: Any = NoEncoding()
    if encoding is not None:
        stream.encoding = encoding
    monkeypatch.setattr(sys, "stdout", stream)
    tell(LINE)
    assert stream.shown.startswith("403: ")
    assert stream.shown.isprintable() or stream.shown.endswith(".\n")


class Broken:
    """A stream that fails in a way of its own."""

    encoding = "utf-8"

    def write(self, text: str) -> None:
        raise RuntimeError(text)

    flush = write


@pytest.mark.parametrize("told", [tell, note])
@pytest.mark.parametrize("what", ["closed", "nobody", "missing", "broken"])
def test_a_line_that_cannot_be_shown_is_no_error(
    told: Any, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stream: Any = None
    if what == "closed":
        stream = io.StringIO()
        stream.close()
    if what == "nobody":
        reads, writes = os.pipe()
        os.close(reads)
        stream = os.fdopen(writes, "w", encoding="utf-8", buffering=1)
        stream.reconfigure(errors="backslashreplace")
    if what == "broken":
        stream = Broken()
    monkeypatch.setattr(sys, "stdout" if told is tell else "stderr", stream)
    told(LINE)
    if what == "nobody":
        with pytest.raises(BrokenPipeError):
            stream.close()


def test_the_standard_output_of_a_process_with_an_old_encoding() -> None:
    program = f"from pulumi_widgets.orgs import tell; tell({LINE!r})"
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode("cp1252").splitlines() == [SHOWN["cp1252"]]
