"""The program that declares what is imported, as a person would write it.

It is formatted as ``ruff format`` leaves it, whatever its line length from 80 on: what fits into
79 columns is on one line, everything else has a line for each item and a comma after the last.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias

from pulumi_widgets import mapping
from pulumi_widgets.types import ClientType, WebChatSkin

from .naming import variables

__all__ = ["OBJECTS", "Component", "Declared", "Program", "literal", "program"]

OBJECTS = ("allowedDomains", "clientConfig")
"""Inputs that are JSON, and no text, in the stack's configuration."""
_WIDTH = 79
_NEW = "# No stack has it: import it, or `pulumi up` would create it anew.\n"


@dataclass(frozen=True)
class Declared:
    """A deployment to declare."""

    name: str
    """The resource's logical name."""
    inputs: Mapping[str, Any]
    """In normal form (`mapping`); the values of secrets are not looked at."""
    urn: str = ""
    """Tells it from others of its name, which have other parents."""
    secrets: frozenset[str] = frozenset()
    """The inputs that the program is to take from the stack's configuration."""
    parent: str = ""
    """The parent's URN, where it is not the stack."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Resource options, by Python's names."""

    @property
    def key(self) -> str:
        """What tells it from all others of a program: its URN, else its name."""
        return self.urn or self.name


@dataclass(frozen=True)
class Component:
    """A component that deployments are in; what else it makes is not known."""

    type: str
    name: str
    parent: str = ""
    """The parent's URN, where it is not the stack."""
    options: Mapping[str, Any] = field(default_factory=dict)
    """Resource options, by Python's names."""


@dataclass(frozen=True)
class Program:
    """A program, and what it needs."""

    text: str
    """It ends in a line break; empty where nothing is declared."""
    keys: Mapping[tuple[str, str], str]
    """`Declared.key` and input of each secret → its key in the stack's configuration."""


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

    variables: Mapping[str, str]
    """`Declared.key`, or a component's URN → variable."""
    imported: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    needs_pulumi: bool = False

    def name(self, name: str) -> str:
        """A public name of the package."""
        self.imported.add(name)
        return name

    def declaration(self, declared: Declared) -> str:
        """The statement that declares one."""
        fields: list[tuple[str, _Node]] = [("", literal(declared.name))]
        arguments = mapping.in_python_names(declared.inputs)
        taken = mapping.in_python_names(dict.fromkeys(declared.secrets))
        for name in dict.fromkeys(("client_type", *mapping.INPUTS, "org")):
            value = arguments.get(name)
            if name in taken:
                fields.append((f"{name}=", self._from_configuration(declared.key, name)))
            elif value is not None and value is not False:  # flags are false by default
                fields.append((f"{name}=", self._argument(name, value)))
        fields += self._options(declared.parent, declared.options)
        call = _Group(f"{self.name('WidgetDeployment')}(", fields, ")")
        return "\n".join(_exploded(f"{self.variables[declared.key]} = ", call, "", 0))

    def component(self, urn: str, component: Component) -> str:
        """The statement that stands for one."""
        fields: list[tuple[str, _Node]] = [
            ("", literal(component.type)),
            ("", literal(component.name)),
            *self._options(component.parent, component.options),
        ]
        call = _Group("pulumi.ComponentResource(", fields, ")")
        return "\n".join(_lines(f"{self.variables[urn]} = ", call, "", 0))

    def _options(self, parent: str, options: Mapping[str, Any]) -> list[tuple[str, _Node]]:
        given: list[tuple[str, _Node]] = [(f"{key}=", _value(options[key])) for key in options]
        if parent:
            given.insert(0, ("parent=", self.variables[parent]))
        self.needs_pulumi |= bool(given)
        return [("opts=", _Group("pulumi.ResourceOptions(", given, ")"))] if given else []

    def _from_configuration(self, key: str, name: str) -> str:
        found = f"{self.variables[key].rstrip('_')}-{name}".replace("_", "-")
        field = mapping.INPUTS[name]
        self.keys[key, field] = found
        kind = "_object" if field in OBJECTS else "_bool" if field in mapping.FLAGS else ""
        return f"config.require_secret{kind}({literal(found)})"

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


def program(
    declared: Sequence[Declared],
    components: Mapping[str, Component] = MappingProxyType({}),
    parents: Mapping[str, str] = MappingProxyType({}),
) -> Program:
    """The program that declares these, by their logical names, parents before what is in them.

    Args:
        declared: the deployments.
        components: URN → each that is, directly or not, a parent of one of them.
        parents: URN → the expression that a user's own program has for it.
    """
    if not declared:
        return Program("", {})
    by_key = {each.key: each for each in declared}
    names = {key: each.name for key, each in components.items()}
    names |= {key: each.name for key, each in by_key.items()}
    roots = [re.split(r"\W", each)[0] for each in parents.values()]
    writer = _Writer({**variables(names, roots), **parents})
    is_lost = any(each.urn for each in declared)
    statements: dict[str, str] = {}

    def state(key: str) -> None:
        each = components.get(key) or by_key.get(key)
        if each is None or key in statements:
            return
        state(each.parent)
        if isinstance(each, Component):
            statements[key] = writer.component(key, each)
        else:
            statements[key] = (_NEW if is_lost and not each.urn else "") + writer.declaration(each)

    for key in sorted(names, key=lambda key: (key not in components, names[key], key)):
        state(key)
    lines = ["import pulumi"] if writer.needs_pulumi or components or writer.keys else []
    imported = sorted(writer.imported)
    short = f"from pulumi_widgets import {', '.join(imported)}"
    if len(short) <= _WIDTH:
        lines.append(short)
    else:
        lines += ["from pulumi_widgets import (", *(f"    {name}," for name in imported), ")"]
    blocks = ["\n".join(lines), *(["config = pulumi.Config()"] if writer.keys else [])]
    return Program("\n\n".join([*blocks, *statements.values()]) + "\n", writer.keys)


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
