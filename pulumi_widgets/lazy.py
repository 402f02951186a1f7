"""Packages whose names are imported at their first use (PEP 562)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module

__all__ = ["lazily"]


def lazily(package: str, *modules: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """The ``__getattr__`` and ``__dir__`` of a package.

    Args:
        package: its name; its ``__all__`` says which names there are.
        modules: where they are, relative to it.
    """
    names = vars(sys.modules[package])

    def get(name: str) -> object:
        if name in names["__all__"]:
            for module in modules:
                found = import_module(f"{package}.{module}")
                if hasattr(found, name):
                    names[name] = getattr(found, name)
                    return names[name]
        raise AttributeError(f"module {package!r} has no attribute {name!r}")

    return get, lambda: sorted({*names, *names["__all__"]})
