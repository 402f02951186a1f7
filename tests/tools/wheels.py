"""Packages for pip, so that no test needs a network."""

import os
from pathlib import Path
from zipfile import ZipFile


def offline_pip(folder: Path) -> dict[str, str]:
    """Fill `folder` with packages; the result are pip's settings to find only them.

    They are what `pulumi install` asks for (pip itself is in every new virtual environment), and
    one that a program may require: `tiny`, in version 999.
    """
    folder.mkdir()
    for name in ("wheel", "setuptools", "tiny"):
        _wheel(folder, name)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}


def _wheel(folder: Path, name: str) -> None:
    """The least that pip installs."""
    info = f"{name}-999.dist-info"
    with ZipFile(folder / f"{name}-999-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 999\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
