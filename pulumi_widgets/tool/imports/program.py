"""The program that declares what is imported, as a person would write it.

It is formatted as ``ruff format`` leaves it, whatever its line length from 80 on: what fits into
79 columns is on one line, everything else has a line for each item and a comma after the last.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from pulumi_widgets import mapping
from pulumi_widgets.types import ClientType, WebChatSkin

from .naming import variables

__all__ = ["Declared", "literal", "program"]

_WIDTH = 79


@dataclass(frozen=True)
class Declared:
    """A deployment to declare."""

    name: str
    """The resource's logical name."""
    inputs: Mapping[str, Any]
    """In normal form (`mapping`)."""
    protected: bool = False


@dataclass(frozen=True)
class _Group:
    """Items within brackets, each with what stands in front of it."""

    opening: str
    items: Sequence[tuple[str, _Node]]
    closing: str


_Node: TypeAlias = "str | _Group"


@dataclass
class _Writer:
    """Turns inputs into expressions, and remembers what they need imported."""

    imported: set[str] = field(default_factory=set)

    def name(self, name: str) -> str:
        """A public name of the package."""
        self.imported.add(name)
        return name

    def declaration(self, variable: str, declared: Declared) -> str:
        """The statement that declares one."""
        fields: list[tuple[str, _Node]] = [("", literal(declared.name))]
        arguments = mapping.in_python_names(declared.inputs)
        for name in ("client_type", *mapping.INPUTS, "org"):
            value = arguments.pop(name, None)
            if value is not None and value is not False:  # flags are false by default
                fields.append((f"{name}=", self._argument(name, value)))
        if declared.protected:
            fields.append(("opts=", "pulumi.ResourceOptions(protect=True)"))
        call = _Group(f"{self.name('WidgetDeployment')}(", fields, ")")
        return "\n".join(_exploded(f"{variable} = ", call, "", 0))

    def _argument(self, name: str, value: Any) -> _Node:
        if name == "client_type":
            return f"{self.name('ClientType')}.{ClientType(value).name}"
        if name != "client_config":
            return _value(value)
        return _Group(
            f"{self.name('ClientConfigArgs')}(",
            [
                (
                    f"{key}=",
                    self._web_chat(value[part])
                    if part in mapping.WEB_CHAT_PARTS
                    else _value(value[part]),
                )
                for key, part in mapping.CLIENT_CONFIG.items()
                if part in value
            ],
            ")",
        )

    def _web_chat(self, config: Mapping[str, Any]) -> _Node:
        fields: list[tuple[str, _Node]] = []
        for key, name in mapping.WEB_CHAT_CONFIG.items():
            if name in config and key == "web_chat_skin":
                skin = WebChatSkin(config[name]).name
                fields.append((f"{key}=", f"{self.name('WebChatSkin')}.{skin}"))
            elif name in config:
                fields.append((f"{key}=", literal(config[name])))
        return _Group(f"{self.name('WebChatConfigArgs')}(", fields, ")")


def program(declared: Sequence[Declared]) -> str:
    """The text of a program that declares these, by their logical names; ends in a line break."""
    writer = _Writer()
    named = variables(each.name for each in declared)
    ordered = sorted(declared, key=lambda each: each.name)
    statements = [writer.declaration(named[each.name], each) for each in ordered]
    lines = ["import pulumi"] if any(each.protected for each in declared) else []
    if statements:
        names = sorted(writer.imported)
        short = f"from pulumi_widgets import {', '.join(names)}"
        if len(short) <= _WIDTH:
            lines.append(short)
        else:
            lines += ["from pulumi_widgets import (", *(f"    {name}," for name in names), ")"]
    blocks = ["\n".join(lines)] if lines else []
    return "\n\n".join([*blocks, *statements]) + "\n"


def literal(text: str) -> str:
    """A string as Python's text: what is not printable escaped, in the quotes that need less."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    shown = "".join(
        f"\\{char}" if char in (quote, "\\") else char if char.isprintable() else repr(char)[1:-1]
        for char in text
    )
    return f"{quote}{shown}{quote}"


def _value(value: Any) -> _Node:
    """A JSON value as an expression."""
    if isinstance(value, str):
        return literal(value)
    if isinstance(value, Mapping):
        items = [(f"{literal(str(key))}: ", _value(item)) for key, item in value.items()]
        return _Group("{", items, "}")
    if isinstance(value, (list, tuple)):
        return _Group("[", [("", _value(item)) for item in value], "]")
    return repr(value)


def _flat(node: _Node) -> str:
    if isinstance(node, str):
        return node
    items = ", ".join(prefix + _flat(item) for prefix, item in node.items)
    return f"{node.opening}{items}{node.closing}"


def _lines(prefix: str, node: _Node, suffix: str, indent: int) -> list[str]:
    """An item on one line where that fits, else on several."""
    text = f"{' ' * indent}{prefix}{_flat(node)}{suffix}"
    # formatters count a wide character as two columns
    if isinstance(node, str) or len(text) + sum(not c.isascii() for c in text) <= _WIDTH:
        return [text]
    return _exploded(prefix, node, suffix, indent)


def _exploded(prefix: str, node: _Group, suffix: str, indent: int) -> list[str]:
    if not node.items:
        return [f"{' ' * indent}{prefix}{node.opening}{node.closing}{suffix}"]
    return [
        f"{' ' * indent}{prefix}{node.opening}",
        *(line for before, item in node.items for line in _lines(before, item, ",", indent + 4)),
        f"{' ' * indent}{node.closing}{suffix}",
    ]
