"""What an editor shows: pyright's language server, asked as an editor asks it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

__all__ = ["Editor", "editor"]


class Editor:
    """An editor that has opened one file."""

    def __init__(self, to: IO[bytes], answers: IO[bytes], file: Path) -> None:
        self._to, self._answers, self._file = to, answers, file
        self._asked = 0
        self._text = file.read_text("utf-8")
        folder = {"uri": file.parent.as_uri(), "name": "program"}
        markdown = {"contentFormat": ["markdown"], "documentationFormat": ["markdown"]}
        about = {"hover": markdown, "signatureHelp": {"signatureInformation": markdown}}
        self._ask(
            "initialize",
            processId=None,
            rootUri=folder["uri"],
            workspaceFolders=[folder],
            capabilities={"textDocument": about},
        )
        self._send(method="initialized", params={})
        document = {"uri": file.as_uri(), "languageId": "python", "version": 1, "text": self._text}
        self._send(method="textDocument/didOpen", params={"textDocument": document})

    def hover(self, text: str) -> str:
        """What it shows with the pointer on a text of the file."""
        answer = self._at("textDocument/hover", text)
        return str(answer["contents"]["value"]) if answer else ""

    def typing(self, text: str) -> str:
        """What it shows of the argument that is being written."""
        answer = self._at("textDocument/signatureHelp", text)
        signature = answer["signatures"][answer["activeSignature"]]
        return str(signature["parameters"][answer["activeParameter"]]["documentation"]["value"])

    def completes(self, text: str) -> set[str]:
        """What it offers to write where a text of the file begins."""
        answer = self._at("textDocument/completion", text)
        return {str(each["label"]) for each in answer["items"]} if answer else set()

    def _at(self, method: str, text: str) -> Any:
        before = self._text[: self._text.index(text)]
        line, character = before.count("\n"), len(before) - before.rfind("\n") - 1
        return self._ask(
            method,
            textDocument={"uri": self._file.as_uri()},
            position={"line": line, "character": character},
        )

    def _ask(self, method: str, **params: Any) -> Any:
        self._asked += 1
        self._send(id=self._asked, method=method, params=params)
        while True:
            size = 0
            while header := self._answers.readline().strip():
                if header.lower().startswith(b"content-length:"):
                    size = int(header.partition(b":")[2])
            assert size, "the server is gone"
            said = json.loads(self._answers.read(size))
            if "method" not in said and said["id"] == self._asked:
                return said["result"]
            if "method" in said and "id" in said:  # it asks for settings; there are none
                items = said["params"].get("items", [])
                self._send(id=said["id"], result=[None] * len(items))

    def _send(self, **message: Any) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._to.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._to.flush()


@contextmanager
def editor(file: Path) -> Iterator[Editor]:
    """Open a file of the project."""
    command = [str(Path(sys.executable).with_name("pyright-langserver")), "--stdio"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=file.parent
    ) as server:
        assert server.stdin
        assert server.stdout
        try:
            yield Editor(server.stdin, server.stdout, file)
        finally:
            server.kill()
