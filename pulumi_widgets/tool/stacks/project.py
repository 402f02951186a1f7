"""A Pulumi project: its file, and what that says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml  # comes with pulumi

from ...errors import StackError

__all__ = ["NoStackError", "Project", "no_project"]


class NoStackError(StackError):
    """There is no Pulumi CLI, no project here, or no stack is selected or named."""


@dataclass(frozen=True)
class Project:
    """A project as its file describes it."""

    file: Path
    name: str
    content: Mapping[str, Any]

    @classmethod
    def find(cls, folder: Path) -> Project:
        """The project that a folder belongs to.

        Raises:
            NoStackError: there is no project file in it or above it.
            StackError: there is one that cannot be read, or that names no project. To go on
                without this project's stack could be to ask another org.
        """
        for each in (folder.absolute(), *folder.absolute().parents):
            for name in ("Pulumi.yaml", "Pulumi.yml", "Pulumi.json"):
                if (each / name).is_file():
                    return cls._read(each / name)
        raise no_project(folder)

    @classmethod
    def _read(cls, file: Path) -> Project:
        try:
            content = yaml.safe_load(file.read_text("utf-8"))  # JSON is YAML
        except OSError as error:
            raise StackError(f"{file}: {error.strerror}") from None
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            line = f":{mark.line + 1}" if mark else ""
            raise StackError(
                f"{file}{line}: no YAML: {error.problem or error.context}",
                hint="Correct the project file.",
            ) from None
        except (ValueError, yaml.YAMLError):
            hint = "Correct the project file."
            raise StackError(f"{file}: no YAML in UTF-8", hint=hint) from None
        name = content.get("name") if isinstance(content, Mapping) else None
        if not isinstance(name, str) or not name:
            raise StackError(f"{file}: it names no project", hint="Give it a `name:`.")
        return cls(file, name, content)


def no_project(folder: Path) -> NoStackError:
    """The error of a folder that belongs to no project."""
    return NoStackError(
        f"no Pulumi project: no Pulumi.yaml in {folder} or above it",
        hint="Go to your program's folder.",
    )
