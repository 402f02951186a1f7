"""Packages for pip, uv and poetry, so that no test needs a network."""

import os
import sys
from pathlib import Path
from zipfile import ZipFile


def offline_pip(folder: Path) -> dict[str, str]:
    """Fill `folder` with packages; the result are pip's and uv's settings to find only them.

    They are what `pulumi install` asks for (pip itself is in every new virtual environment), and
    one that a program may require: `tiny`, in version 999.
    """
    folder.mkdir()
    for name in ("wheel", "setuptools", "tiny"):
        wheel(folder, name)
    return {
        **{"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull},
        **{"UV_NO_INDEX": "1", "UV_FIND_LINKS": str(folder), "UV_NO_CONFIG": "1"},
    }


def wheel(folder: Path, name: str, requires: str | None = None, *, lends: bool = False) -> Path:
    """The least that can be installed.

    Args:
        folder: Where it is made.
        name: The package's.
        requires: What it asks for.
        lends: Whether the environment that it is installed in has all packages of this one, too.
    """
    info, file = f"{name}-999.dist-info", folder / f"{name}-999-py3-none-any.whl"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 999\n"
    with ZipFile(file, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "")
        if lends:
            archive.writestr(f"{name}.pth", "\n".join(filter(None, sys.path)))
        asks = f"Requires-Dist: {requires}\n" if requires else ""
        archive.writestr(f"{info}/METADATA", metadata + asks)
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return file
