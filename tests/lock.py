"""What ``requirements/`` locks."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from packaging.requirements import Requirement

__all__ = ["LOCKS", "constraints", "pins"]

LOCKS = Path(__file__).resolve().parents[1] / "requirements"


def pins(name: str = "dev") -> list[Requirement]:
    """Each package with its version and the environments that it is for, without its hashes."""
    lines = (LOCKS / f"{name}.txt").read_text("utf-8").splitlines()
    return [
        Requirement(line.removesuffix("\\")) for line in lines if line[:1] not in ("", "#", " ")
    ]


def constraints(file: Path, *, but: Collection[str] = ()) -> tuple[str, str]:
    """Options for pip that hold all to the locked versions, in an environment of its own.

    Without hashes, which pip would then want of all that it installs.

    Args:
        file: where to write the constraints.
        but: names of packages that may have other versions.
    """
    file.write_text("\n".join(str(pin) for pin in pins() if pin.name not in but), "utf-8")
    return "--constraint", str(file)
