"""Reads `deployments.yaml` and finds what is wrong with it, by line and entry.

What a deployment may be, `pulumi_widgets` knows; what only YAML has is found here, and the line of
everything.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import yaml

from pulumi_widgets import preflight


class FileError(Exception):
    """The file cannot be used; a line for each problem, like ``deployments.yaml:3: shop: …``."""


class Loader(yaml.SafeLoader):
    """Makes JSON's types of a file, and no others: ``2026-02-30`` is text."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if not tag.endswith((":timestamp", ":value"))]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}

TEXT, NULL = "tag:yaml.org,2002:str", "tag:yaml.org,2002:null"
TAGS = {
    yaml.MappingNode: ("map",),
    yaml.SequenceNode: ("seq",),
    yaml.ScalarNode: ("str", "int", "float", "bool", "null"),
}


def read(path: Path) -> dict[str, dict[str, Any]]:
    """The inputs of each deployment by its logical name; what is likely a mistake is warned of.

    Raises:
        FileError: with every problem of the file.
    """
    try:
        text = path.read_text("utf-8")
        loader = Loader(text)
    except OSError as error:
        raise FileError(f"{path.name}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise FileError(f"{path.name}: is not text in UTF-8: {error.reason}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FileError(f"{path.name}:{line}: YAML: {error.reason}") from None
    entries: dict[str, dict[str, Any]] = {}
    try:
        root = loader.get_single_node()  # None where there are but comments
        found = list(_problems(root, entries)) if root else []
    except yaml.MarkedYAMLError as error:
        found = [_of_yaml(error)]
    except RecursionError:
        found = [(loader.line + 1, "YAML: nested too deeply")]
    if found:
        found.sort(key=lambda problem: problem[0])
        raise FileError("\n".join(f"{path.name}:{line}: {text}" for line, text in found))
    for key, entry in root.value if root else ():
        for where, message in preflight.warnings(key.value, entries[key.value]):
            pulumi.log.warn(f"{path.name}:{_place(key, entry, where)[0]}: {key.value}: {message}")
    return entries


Problem = tuple[int, str]
"""The line, from 1, and what is wrong there."""


def _problems(root: yaml.Node, entries: dict[str, dict[str, Any]]) -> Iterator[Problem]:
    """What is wrong; the inputs of each deployment go into ``entries``."""
    if not isinstance(root, yaml.MappingNode):
        yield _line(root), "the file must be a mapping of logical names to inputs"
        return
    yield from _of_nodes(root, "", set())
    for key, entry in root.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else "?"
        if key.tag != TEXT:  # `no` is false, 7 is a number
            yield _line(key), f"{name}: a logical name must be text; put it in quotes"
        elif not isinstance(entry, yaml.MappingNode):
            yield _line(key), f"{name}: must be a mapping of inputs"
        else:
            try:
                entries[name] = yaml.constructor.SafeConstructor().construct_document(entry)
            except yaml.MarkedYAMLError as error:
                yield _of_yaml(error)
                continue
            for path, message in preflight.problems(name, entries[name]):
                line, node = _place(key, entry, path)
                yield line, f"{name}: {message}{_cure(node, message)}"


def _of_nodes(node: yaml.Node, where: str, seen: set[yaml.Node]) -> Iterator[Problem]:
    """Keys of which YAML would take the last without a word, and tags that JSON has no type for.

    What has such a tag becomes what it is without it.
    """
    if node in seen:  # an alias
        return
    seen.add(node)
    if (problem := _of_tag(node)) is not None:
        yield _line(node), f"{where}{problem}"
    if isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _of_nodes(item, where, seen)
    elif isinstance(node, yaml.MappingNode):
        lines: dict[tuple[str, str], int] = {}
        for key, value in node.value:
            name = (key.tag, str(key.value))
            if name in lines:
                yield _line(key), f"{where}{name[1]!r} is there already, in line {lines[name]}"
            lines.setdefault(name, _line(key))
            if not key.tag.endswith(":merge"):
                yield from _of_nodes(key, where, seen)
            yield from _of_nodes(value, where or f"{key.value}: ", seen)


def _of_tag(node: yaml.Node) -> str | None:
    """What is wrong with a node's tag, which is put right."""
    tag, tags = node.tag, TAGS[type(node)]
    try:
        if tag.removeprefix("tag:yaml.org,2002:") in tags:
            if isinstance(node, yaml.ScalarNode):
                yaml.constructor.SafeConstructor().construct_document(node)
            return None
    except (ValueError, KeyError):
        pass
    node.tag = f"tag:yaml.org,2002:{tags[0]}"
    short = tag.replace("tag:yaml.org,2002:", "!!")
    value = f" for {node.value!r}" if isinstance(node, yaml.ScalarNode) else ""
    return f"YAML: the tag {short} is not to be used here{value}"


def _of_yaml(error: yaml.MarkedYAMLError) -> Problem:
    mark = error.problem_mark or error.context_mark
    return mark.line + 1 if mark else 1, f"YAML: {error.problem or error.context}"


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
    """What to do where YAML read something else than text: 5, yes; null is nothing, not a word."""
    is_text = node.tag in (TEXT, NULL) or not isinstance(node, yaml.ScalarNode)
    return "; put it in quotes" if "must be a string" in message and not is_text else ""


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1
