"""Reads the file of orgs, and finds what is wrong in it before an org is touched."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pulumi_widgets.preflight import problems


class FileError(Exception):
    """The file cannot be used; a line for each problem."""


class _Loader(yaml.SafeLoader):
    """YAML in which nothing stands twice: the last would win, and the first be deleted."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        counted = Counter(str(key.value) for key, _ in node.value)
        if twice := [key for key, count in counted.items() if count > 1]:
            raise yaml.MarkedYAMLError(
                problem=f"{twice[0]} stands twice", problem_mark=node.start_mark
            )
        return super().construct_mapping(node, deep)


def read(file: Path) -> dict[str, Any]:
    """What the file says of each org.

    Raises:
        FileError: with all that is wrong.
    """
    try:
        orgs = yaml.load(file.read_text("utf-8"), _Loader)  # noqa: S506 -- it is a safe one
    except OSError as error:
        raise FileError(f"{file}: {error.strerror}") from None
    except (ValueError, yaml.YAMLError) as error:
        raise FileError(f"{file}: no YAML: {' '.join(str(error).split())}") from None
    if not (isinstance(orgs, dict) and orgs):
        raise FileError(f"{file}: must be a mapping of orgs, each with region and deployments")
    if found := list(_problems(orgs)):
        raise FileError("\n".join(f"{file}: {each}" for each in found))
    return orgs


def _problems(orgs: dict[Any, Any]) -> Iterator[str]:
    variables: dict[str, str] = {}
    for org, entry in orgs.items():
        # It names a stack; without "_", which is any character to the CLI in a PostgreSQL. And YAML
        # takes `no` for a boolean.
        if not (isinstance(org, str) and re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*", org)):
            yield f"{org}: an org's name is letters, digits, - and . (in quotes, if it is no text)"
            continue
        variable = "GENESYSCLOUD_" + re.sub("[^A-Z0-9]", "_", org.upper())
        if (other := variables.setdefault(variable, org)) != org:
            yield f"{org}: {other} has the same variables, {variable}_…"
        if not (isinstance(entry, dict) and entry.keys() == {"region", "deployments"}):
            yield f"{org}: needs region and deployments, and nothing else"
        elif not isinstance(entry["deployments"], dict):
            yield f"{org}: deployments must be a mapping of names"
        else:
            for name, inputs in entry["deployments"].items():
                yield from (f"{org}: {name}: {each}" for each in _mistakes(name, inputs))


def _mistakes(name: Any, inputs: Any) -> Iterator[str]:
    if not (isinstance(name, str) and isinstance(inputs, dict)):
        yield "must be a text with a mapping of inputs"
    elif "org" in inputs:
        yield "org: it is the one under which it stands"
    else:
        yield from (f"{path}: {message}" for path, message in problems(name, inputs))
