"""Reads `deployments.yaml` and finds what is wrong with it, by line and entry.

It checks the file's shape: keys, and the type of each value. What a value may be (the client types,
a URL) is the resource's to check.
"""

import difflib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

KINDS: dict[str, tuple[type, str]] = {
    "name": (str, "text"),
    "description": (str, "text"),
    "authentication_required": (bool, "true or false"),
    "disabled": (bool, "true or false"),
    "flow_id": (str, "text"),
    "allowed_domains": (list, "a list of text"),
    "client_type": (str, "text"),
    "client_config": (dict, "a mapping"),
}
"""The inputs of a WidgetDeployment and what each must be."""

REQUIRED = "client_type"

SCALARS = {f"tag:yaml.org,2002:{kind}" for kind in ("str", "bool", "int", "float", "null")}
"""What JSON has too. YAML reads more out of plain text: `2026-11-24` is a date."""


class FileError(Exception):
    """The file cannot be used; a line for each problem, like ``deployments.yaml:3: shop: …``."""


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The inputs of each deployment by its logical name.

    Raises:
        FileError: with every problem of the file.
    """
    try:
        loader = yaml.SafeLoader(path.read_text("utf-8"))
    except OSError as error:
        raise FileError(f"{path.name}: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.reader.ReaderError) as error:
        raise FileError(f"{path.name}: is not text in UTF-8: {error.reason}") from None
    try:
        root = loader.get_single_node()
        if root is None:  # nothing but comments: an org without deployments
            return {}
        problems = [f"{path.name}:{line}: {text}" for line, text in _problems(loader, root)]
        if not problems:
            return loader.construct_document(root) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise FileError(f"{path.name}:{line}: YAML: {error.problem or error.context}") from None
    raise FileError("\n".join(problems))


Problem = tuple[int, str]
"""The line, from 1, and what is wrong there."""


def _problems(loader: yaml.SafeLoader, root: yaml.Node) -> Iterator[Problem]:
    if not isinstance(root, yaml.MappingNode):
        yield _line(root), "the file must be a mapping of logical names to inputs"
        return
    yield from _keys(root, "")
    for key, entry in root.value:
        where = f"{key.value}: "
        if isinstance(entry, yaml.MappingNode):
            yield from _entry(loader, _line(key), entry, where)
        else:
            yield _line(key), f"{where}must be a mapping of inputs, not {_kind(entry)}"


def _entry(
    loader: yaml.SafeLoader, line: int, entry: yaml.MappingNode, where: str
) -> Iterator[Problem]:
    yield from _keys(entry, where)
    loader.flatten_mapping(entry)  # puts in what `<<` refers to
    names = [key.value for key, _ in entry.value]
    if REQUIRED not in names:
        yield line, f"{where}{REQUIRED} is missing"
    for key, node in entry.value:
        name = str(key.value)
        if name not in KINDS:
            close = difflib.get_close_matches(name, KINDS, n=1)
            hint = f" (did you mean {close[0]!r}?)" if close else f"; known are {', '.join(KINDS)}"
            yield _line(key), f"{where}unknown key {name!r}{hint}"
            continue
        wanted, what = KINDS[name]
        if _type(loader, node) is not wanted:
            quote = "; put it in quotes" if wanted is str and _is_scalar(node) else ""
            yield _line(node), f"{where}{name} must be {what}, not {_kind(node)}{quote}"
        elif name == "allowed_domains":
            for item in node.value:
                if _type(loader, item) is not str:
                    yield _line(item), f"{where}{name} must be {what}, not {_kind(item)}"
        elif name == "client_config":
            yield from _json(node, f"{where}{name}: ", ())


def _json(node: yaml.Node, where: str, within: tuple[yaml.Node, ...]) -> Iterator[Problem]:
    """What in a free value JSON does not have."""
    if node in within:
        yield _line(node), f"{where}a value cannot hold itself"
    elif isinstance(node, yaml.MappingNode):
        yield from _keys(node, where)
        for _, value in node.value:
            yield from _json(value, where, (*within, node))
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _json(value, where, (*within, node))
    elif node.tag not in SCALARS:
        yield _line(node), f"{where}{_kind(node)} is not JSON; put it in quotes"


def _keys(node: yaml.MappingNode, where: str) -> Iterator[Problem]:
    """Keys that are no text, and those given twice, of which YAML would take the last."""
    seen: dict[str, int] = {}
    for key, _ in node.value:
        if key.tag == "tag:yaml.org,2002:merge":
            continue
        if key.tag != "tag:yaml.org,2002:str":
            yield _line(key), f"{where}a key must be text, not {_kind(key)}"
        elif key.value in seen:
            yield _line(key), f"{where}{key.value!r} is there already, in line {seen[key.value]}"
        else:
            seen[key.value] = _line(key)


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _is_scalar(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode)


def _type(loader: yaml.SafeLoader, node: yaml.Node) -> type:
    """The Python type that the value gets."""
    if isinstance(node, yaml.ScalarNode):
        return type(loader.construct_object(node))
    return dict if isinstance(node, yaml.MappingNode) else list


def _kind(node: yaml.Node) -> str:
    """A node's kind in the words of a reader."""
    kinds = {
        "map": "a mapping",
        "seq": "a list",
        "str": "text",
        "int": "a number",
        "float": "a number",
        "bool": "true or false",
        "null": "nothing",
        "timestamp": "a date",
    }
    kind = node.tag.rpartition(":")[2]
    return kinds.get(kind, kind)
