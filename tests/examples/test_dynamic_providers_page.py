"""What docs/dynamic-providers.md says: its skeleton lives, its links lead to what they name."""

from __future__ import annotations

import json
import os
import re
import sys
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from pulumi_widgets.comparison import as_sent, departures

from .conftest import CLONE, Program

FILE = CLONE / "docs" / "dynamic-providers.md"
PAGE = FILE.read_text("utf-8")
REFERENCES = dict(re.findall(r"^\[(\w+)\]: (\S+)$", PAGE, re.MULTILINE))


class Notes(ThreadingHTTPServer):
    """The API of the skeleton."""

    held: dict[str, dict[str, Any]]


class Handler(BaseHTTPRequestHandler):
    server: Notes

    def _answer(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "null")
        notes, id_ = self.server.held, self.path.rpartition("/")[2]
        assert self.headers["Authorization"] == "Bearer hush-hush"
        id_ = f"note-{len(notes)}" if self.command == "POST" else id_
        known = self.command == "POST" or id_ in notes
        if known and body:
            notes[id_] = {"id": id_, "text": body["text"], "size": len(body["text"])}
        answer = notes.pop(id_, {}) if self.command == "DELETE" else notes.get(id_, {})
        content = json.dumps(answer).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815 -- the library's names

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def notes() -> Iterator[Notes]:
    with Notes(("127.0.0.1", 0), Handler) as server:
        server.held = {}
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_the_skeleton_lives(environ: Mapping[str, str], tmp_path: Path, notes: Notes) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    blocks = re.findall(r"<!-- (\w+\.py) -->\n```python\n(.*?)```", PAGE, re.DOTALL)
    assert [name for name, _ in blocks] == ["notes.py", "__main__.py"]
    for name, text in blocks:
        (folder / name).write_text(text, "utf-8")
    (folder / "Pulumi.yaml").write_text(
        f"name: notes\nruntime: {{name: python, options: {{virtualenv: '{sys.prefix}'}}}}\n"
    )
    program = Program(folder, environ)
    program.run("config", "set", "notes:url", f"http://127.0.0.1:{notes.server_port}")
    program.run("config", "set", "--secret", "notes:token", "hush-hush")
    assert program.up() == "+ 2 created"
    assert program.outputs() == {"size": 5}
    assert "hush-hush" not in program.run("stack", "export")
    note = {"id": "note-0", "text": "Hello", "size": 5}
    assert notes.held == {"note-0": note}
    unchanged = ("--expect-no-changes", "--refresh")
    program.run("preview", *unchanged)
    # drift is put back
    notes.held["note-0"]["text"] = "by hand"
    program.run("refresh", "--yes", "--skip-preview")
    assert '"by hand" => "Hello"' in program.run("preview", "--diff")
    assert program.up() == "~ 1 updated, 1 unchanged"
    assert notes.held == {"note-0": note}
    # what is gone is made again
    notes.held.clear()
    program.run("refresh", "--yes", "--skip-preview")
    assert program.up() == "+ 1 created, 1 unchanged"
    program.run("preview", *unchanged)
    program.replace("__main__.py", '"Hello"', "5")
    assert "a problem: text: must be a string" in program.run("preview", fails=True)
    notes.held.clear()
    program.run("destroy", "--yes", "--skip-preview")


def test_its_python_compiles() -> None:
    blocks = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) > 1
    for text in blocks:
        compile(text, FILE.name, "exec")


def test_its_links_lead_somewhere() -> None:
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", PAGE)
    assert links
    for link in (*links, *REFERENCES.values()):
        path = (FILE.parent / link).resolve()
        assert path.is_file(), link
        assert path.is_relative_to(CLONE), link
    headings = {
        re.sub(r"[^\w -]", "", each).strip().lower().replace(" ", "-")
        for each in re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)
    }
    assert {*re.findall(r"\]\(#([^)]+)\)", PAGE)} <= headings


def test_each_test_is_where_it_says() -> None:
    named = re.findall(r"\[(\w+)\]\[(\w+)\]", PAGE)
    assert len(named) > 100
    assert {reference for _, reference in named} == REFERENCES.keys()
    assert not re.findall(r"\[test_\w+\](?!\[)", PAGE)
    for test, reference in named:
        text = (FILE.parent / REFERENCES[reference]).read_text("utf-8")
        assert re.search(rf"^ *(def {test}\(|{test} = )", text, re.MULTILINE), test


def test_it_names_no_machine() -> None:
    assert os.path.expanduser("~") + os.sep not in PAGE
    assert str(CLONE) not in PAGE


def test_a_field_that_is_never_told_is_no_drift() -> None:
    sent = {"name": "a", "password": "x"}
    remembered = departures({"name": "a"}, sent)
    assert as_sent({"name": "a"}, sent, remembered) == sent
    assert as_sent({"name": "b"}, sent, remembered) == {**sent, "name": "b"}
