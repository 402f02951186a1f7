"""Which plugins the engine should have for the Python packages that a program has installed.

Rules seen in the source of the official language host, `GetRequiredPackages`: a package counts if
it carries a `pulumi-plugin.json` or is named `pulumi-…`; `"resource": false` in that file says that
there is no plugin. The rules are kept even where they hurt (a package that is named `pulumi-…` and
carries no such file makes the engine look for a plugin), so that it hurts here too.
"""

import base64
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pulumi.runtime.proto import plugin_pb2
from pyproject import canonical_name
from toolchain import ToolchainError

WITHOUT_PLUGIN = {"pulumi-policy", "pulumi-esc-sdk"}  # published before they could say so


def required_packages(packages: Iterable[Any]) -> list[plugin_pb2.PackageDependency]:
    """The plugins of `packages`, each `{"name", "version", "plugin": path or None}`.

    Raises:
        ToolchainError: A `pulumi-plugin.json` is not JSON.
    """
    needed = (_dependency(package) for package in packages)
    return [dependency for dependency in needed if dependency is not None]


def _dependency(package: Any) -> plugin_pb2.PackageDependency | None:
    name = canonical_name(package["name"])
    plugin: dict[str, Any] = {"resource": True}
    if package["plugin"]:
        try:
            plugin = json.loads(Path(package["plugin"]).read_text("utf-8"))
        except ValueError as error:
            raise ToolchainError(f"{package['plugin']}: {error}") from None
    elif not name.startswith("pulumi-"):
        return None
    version = plugin.get("version") or plugin_version(package["version"])
    if name in WITHOUT_PLUGIN or not plugin.get("resource") or not version:
        return None
    return plugin_pb2.PackageDependency(
        name=plugin.get("name") or name.removeprefix("pulumi-"),
        kind="resource",
        version=version if version.startswith("v") else f"v{version}",
        server=plugin.get("server", ""),
        parameterization=_parameterization(plugin.get("parameterization")),
        extension=_parameterization(plugin.get("extensionParameterization")),
    )


def _parameterization(given: Any) -> plugin_pb2.PackageParameterization | None:
    return given and plugin_pb2.PackageParameterization(
        name=given.get("name", ""),
        version=given.get("version", ""),
        value=base64.b64decode(given.get("value", "")),
    )


def plugin_version(version: str) -> str | None:
    """A Python package's version (PEP 440) as its plugin's (semantic version), or None.

    `1.0` is 1.0.0, `1.2.3a4` is 1.2.3-alpha.4, `1.2.3.post4.dev5` is 1.2.3+post4dev5; epochs and
    local versions have no counterpart.
    """
    found = re.fullmatch(
        r"(\d+(?:\.\d+)*)(?:(a|b|rc)(\d+))?(?:\.(post\d+))?(?:\.(dev\d+))?", version
    )
    if found is None:
        return None
    release, stage, number, post, dev = found.groups(default="")
    result = ".".join([*release.split("."), "0", "0"][: max(3, release.count(".") + 1)])
    if stage:
        result += f"-{ {'a': 'alpha', 'b': 'beta'}.get(stage, stage) }.{number}"
    return f"{result}+{post}{dev}" if post or dev else result
