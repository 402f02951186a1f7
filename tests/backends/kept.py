"""Where stacks' states are kept, and what the CLI needs to keep them there."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["Backend", "Database", "Folder", "in_files"]


@dataclass(frozen=True)
class Backend:
    """A backend of the CLI.

    Args:
        url: for ``PULUMI_BACKEND_URL``.
        secrets: environment variables that it needs besides.
    """

    url: str
    secrets: Mapping[str, str] = field(default_factory=dict)

    @property
    def environ(self) -> dict[str, str]:
        """The environment variables for the CLI."""
        return {"PULUMI_BACKEND_URL": self.url, **self.secrets}

    def stored(self, under: str = "") -> dict[str, bytes]:
        """What it keeps, by keys like ``.pulumi/stacks/PROJECT/STACK.json``.

        Args:
            under: what the keys begin with, which is one of them or a folder of them.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class Folder(Backend):
    """A folder whose files are what is kept: the CLI's own, or a server's."""

    folder: Path = Path()

    def stored(self, under: str = "") -> dict[str, bytes]:
        """Its files."""
        root = self.folder / under
        files = [root] if root.is_file() else root.rglob("*")
        return {
            each.relative_to(self.folder).as_posix(): each.read_bytes()
            for each in files
            if each.is_file()
        }


def in_files(folder: Path) -> Folder:
    """The CLI's own backend in a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    return Folder(folder.as_uri(), folder=folder)


@dataclass(frozen=True)
class Database(Backend):
    """A database of PostgreSQL, in whose table the CLI keeps everything as base64.

    Its keys there begin with the database's name (CLI v3.259).
    """

    sql: Callable[[str], str] = str

    def stored(self, under: str = "") -> dict[str, bytes]:
        """The table's rows."""
        rows = self.sql(
            "SELECT substr(key, length(begin) + 1), data->>'data' FROM pulumi_state, "
            "(SELECT current_database() || '/' AS begin) AS database "
            f"WHERE starts_with(key, begin || '{under}')"
        )
        pairs = (row.split("|") for row in rows.splitlines())
        return {key: base64.b64decode(data) for key, data in pairs}
