"""Reads `deployments.yaml` and finds what is wrong with it, by line and entry.

What a deployment may be, `pulumi_widgets` knows; what stands twice in YAML is found here, and the
line of everything.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from pulumi_widgets.preflight import problems


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
        found = sorted(_problems(loader, root), key=lambda problem: problem[0])
        if not found:
            return loader.construct_document(root) or {}
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise FileError(f"{path.name}:{line}: YAML: {error.problem or error.context}") from None
    raise FileError("\n".join(f"{path.name}:{line}: {text}" for line, text in found))


Problem = tuple[int, str]
"""The line, from 1, and what is wrong there."""


def _problems(loader: yaml.SafeLoader, root: yaml.Node) -> Iterator[Problem]:
    if not isinstance(root, yaml.MappingNode):
        yield _line(root), "the file must be a mapping of logical names to inputs"
        return
    yield from _given_twice(root, "", set())
    for key, entry in root.value:
        name = str(key.value)
        if key.tag != "tag:yaml.org,2002:str":  # `no` is false, 7 is a number
            yield _line(key), f"{name}: a logical name must be text; put it in quotes"
        elif not isinstance(entry, yaml.MappingNode):
            yield _line(key), f"{name}: must be a mapping of inputs"
        else:
            inputs = loader.construct_object(entry, deep=True)
            for path, message in problems(name, inputs):
                line, node = _place(key, entry, path)
                yield line, f"{name}: {message}{_cure(node, message)}"


def _given_twice(node: yaml.Node, where: str, seen: set[yaml.Node]) -> Iterator[Problem]:
    """Keys of which YAML would take the last without a word."""
    if node in seen:  # an alias
        return
    seen.add(node)
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _given_twice(item, where, seen)
    elif isinstance(node, yaml.MappingNode):
        lines: dict[tuple[str, str], int] = {}
        for key, value in node.value:
            name = (key.tag, str(key.value))
            if name in lines:
                yield _line(key), f"{where}{name[1]!r} is there already, in line {lines[name]}"
            lines.setdefault(name, _line(key))
            yield from _given_twice(value, where or f"{key.value}: ", seen)


def _place(key: yaml.Node, node: yaml.Node, path: str) -> tuple[int, yaml.Node]:
    """The line that the path of a property leads to, as far as it is there, and what stands there.

    Keys may be spelled as the API does (``clientConfig``) or as Python does (``client_config``).
    """
    line, rest = _line(key), _plain(path)
    while rest:
        if isinstance(node, yaml.SequenceNode) and (index := re.match(r"\[(\d+)\]\.?", rest)):
            node, rest = node.value[int(index[1])], rest[index.end() :]
            line = _line(node)
            continue
        for each, value in reversed(node.value if isinstance(node, yaml.MappingNode) else []):
            # the last one counts: those before it came with `<<`
            named = re.match(rf"{re.escape(_plain(str(each.value)))}(\.|$|(?=\[))", rest)
            if named:
                line, node, rest = _line(each), value, rest[named.end() :]
                break
        else:
            break
    return line, node


def _plain(name: str) -> str:
    return re.sub("[_-]", "", name).lower()


def _cure(node: yaml.Node, message: str) -> str:
    """What to do where YAML read something else than text: 5, yes, 2026-11-24."""
    is_text = node.tag == "tag:yaml.org,2002:str" or not isinstance(node, yaml.ScalarNode)
    wants_text = "must be a string" in message or "must be JSON" in message
    return "; put it in quotes" if wants_text and not is_text else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
