"""What a check of `doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ...errors import WidgetsError

__all__ = ["Finding", "Status", "failed"]

Status = Literal["ok", "warning", "problem", "skipped"]


@dataclass(frozen=True)
class Finding:
    """What one check found. No text holds a value that may be a secret."""

    check: str
    status: Status
    said: str
    todo: str = ""
    """What to do about it; empty where nothing is to be done."""


def failed(check: str, error: WidgetsError, status: Status = "problem") -> Finding:
    """An error as a finding: its sentence, and what it says is to be done."""
    said = str(error)
    hint = " ".join(error.hint.split())
    if hint and said.endswith(hint):
        said = said.removesuffix(hint).rstrip(". ")
    return Finding(check, status, said, hint)
