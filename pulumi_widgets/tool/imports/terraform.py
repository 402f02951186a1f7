"""What a Terraform state holds of CX as Code's ``genesyscloud_widget_deployment``.

Read from ``terraform.tfstate`` or from what ``terraform show -json`` prints of a state or a plan;
Terraform itself is not needed, and nothing of it is written.
"""

from __future__ import annotations

import json
import re
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ... import mapping
from ...comparison import departures
from ...errors import HIDDEN, WidgetsError
from .naming import resource_names, slug

__all__ = ["Held", "drift", "forget", "names", "read"]

_TYPE = "genesyscloud_widget_deployment"
_INPUTS = {
    **mapping.INPUTS,
    "v2_client_config": "clientConfig",
    "third_party_client_config": "clientConfig",
}
"""Terraform's name of each attribute → the input that it is, or is a part of."""
_PART = (
    rf'(?:module|{_TYPE})\.([^\x00-\x20\x7f."\[\]]+'
    r'(?:\[(?:[0-9]+|"(?:[^\x00-\x1f\x7f"\\]|\\[^\x00-\x1f\x7f])*")\])?)(?:\.|\Z)'
)
"""A part of an address: a module or resource by its name, and its key."""
_ESCAPES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", '"': r"\"", "\\": r"\\"}
_KINDS: dict[type, str] = {dict: "object", list: "list", str: "text", bool: "boolean"}
_HINT = "Give what `terraform state pull` (0.12 or newer) or `terraform show -json` prints."

_T = TypeVar("_T", dict[str, Any], list[Any], str, bool)


@dataclass(frozen=True)
class Held:
    """A deployment that Terraform manages."""

    address: str
    """As Terraform prints it: ``module.brand["north"].genesyscloud_widget_deployment.chat``."""
    id: str
    name: str
    """What its logical name is to be: ``brand-north-chat``. Not unique, and may be empty."""
    inputs: Mapping[str, Any]
    """In normal form (`mapping`)."""
    secrets: frozenset[str]
    """The names of the inputs that Terraform held sensitive."""


def read(file: Path) -> list[Held]:
    """The deployments that a file of Terraform's holds, sorted by their addresses.

    Data sources, deposed objects and what has no id are not among them. An id may be there twice:
    CX as Code could give one deployment to two resources of the same name.

    Args:
        file: a state of version 4, or the JSON of a state or a plan; UTF-8, or UTF-16 as
            PowerShell writes it.

    Raises:
        WidgetsError: it cannot be read, or is none of these.
    """
    try:
        document = json.loads(file.read_bytes())
        held = [each for each in _all(document) if each.id]
    except OSError as error:
        raise WidgetsError(str(file), error.strerror or "it cannot be read") from None
    except (ValueError, RecursionError):
        raise WidgetsError(str(file), "it is no JSON", hint=_HINT) from None
    except WidgetsError as error:
        raise WidgetsError(str(file), *error.args, hint=error.hint) from None
    return sorted(held, key=lambda each: each.address)


def names(held: Sequence[Held], taken: Collection[str]) -> list[str]:
    """A logical name for each, in their order: of its address, and of its id where that clashes.

    Args:
        held: those to name, perhaps of several files; what has the same address and id as another
            gets the same name.
        taken: logical names that the stack has already.
    """
    count = Counter(name for name, _, _ in {(each.name, each.address, each.id) for each in held})
    wishes = {
        f"{each.id} {each.address}": each.name
        if count[each.name] == 1 and each.name not in taken
        # that says what is a module
        else slug(each.address.replace(f"{_TYPE}.", ""))
        for each in held
    }
    given = resource_names(wishes, taken)
    return [given[f"{each.id} {each.address}"] for each in held]


def drift(held: Held, org_inputs: Mapping[str, Any]) -> list[str]:
    """Where Terraform's state and the org differ, a line for each field.

    The order of domains is no difference; nor is a number or boolean of the org that Terraform,
    whose maps are of strings, holds as one.

    Args:
        held: what Terraform holds.
        org_inputs: what the org holds, as inputs.
    """
    org = _as_held(mapping.inputs(org_inputs, held.inputs), held.inputs)
    lines: list[str] = []
    for key, departed in departures(org, held.inputs).items():
        if key in held.secrets:
            lines.append(_line(key, HIDDEN, HIDDEN))
        elif key in mapping.INPUTS.values():  # not the org's name
            lines += _differences(key, departed, held.inputs.get(key))
    return lines


def forget(addresses: Iterable[str]) -> str:
    """The command of a POSIX shell that makes Terraform forget these, on several lines."""
    return " \\\n  ".join(["terraform state rm", *map(shlex.quote, addresses)])


def _all(document: Any) -> Iterator[Held]:
    """All instances of the resource in a file of either kind."""
    if type(document) is not dict:
        raise _malformed("it is no object")
    if "encrypted_data" in document:
        raise WidgetsError(
            "OpenTofu has encrypted it",
            hint="Give what `tofu state pull` or `tofu show -json` prints.",
        )
    if "format_version" in document:
        # a plan has the state beside what it plans; neither has values where there is nothing
        state = document if "values" in document else _get(document, "prior_state", dict)
        return _shown(_get(_get(state, "values", dict), "root_module", dict))
    if "version" not in document or "terraform_version" not in document:
        raise _malformed("it is no state of Terraform")
    if document["version"] != 4:
        raise _malformed(f"it is a state of version {document['version']!r}, not 4")
    return _stored(document)


def _stored(state: Mapping[str, Any]) -> Iterator[Held]:
    """Those in a `terraform.tfstate`."""
    for resource in _managed(state):
        for instance in _get(resource, "instances", list, dict):
            if instance.get("deposed"):
                continue
            paths = _get(instance, "sensitive_attributes", list)
            # each a list of steps; a step alone is one too
            first = [path[0] if type(path) is list and path else path for path in paths]
            steps = _get({"sensitive_attributes": first}, "sensitive_attributes", list, dict)
            yield _held(
                _get(resource, "module", str),
                _get(resource, "name", str),
                instance.get("index_key"),
                _get(instance, "attributes", dict),
                {_get(step, "value", str) for step in steps},
            )


def _shown(root: dict[str, Any]) -> Iterator[Held]:
    """Those that `terraform show -json` prints."""
    modules = [root]
    for module in modules:
        modules += _get(module, "child_modules", list, dict)  # the loop comes to these too
        for resource in _managed(module):
            if not resource.get("deposed_key"):
                sensitive = _get(resource, "sensitive_values", dict)
                yield _held(
                    _get(module, "address", str),
                    _get(resource, "name", str),
                    resource.get("index"),
                    _get(resource, "values", dict),
                    {key for key, value in sensitive.items() if _has_mark(value)},
                )


def _has_mark(value: Any) -> bool:
    if isinstance(value, (dict, list)):
        return any(map(_has_mark, value.values() if isinstance(value, dict) else value))
    return value is True


def _managed(parent: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The resources of our type; data sources are none."""
    for each in _get(parent, "resources", list, dict):
        if each.get("mode") == "managed" and each.get("type") == _TYPE:
            yield each


def _held(
    module: str, name: str, key: Any, attributes: Mapping[str, Any], sensitive: set[str]
) -> Held:
    own = name if key is None else f"{name}[{_quoted(key)}]"
    address = ".".join(filter(None, (module, f"{_TYPE}.{own}")))
    if not re.fullmatch(f"(?:{_PART})+", address):
        raise _malformed(f"{address!r} is no address of a resource")
    return Held(
        address,
        _get(attributes, "id", str),
        slug(" ".join(re.findall(_PART, address))),
        _inputs(attributes),
        frozenset(_INPUTS[each] for each in sensitive & _INPUTS.keys()),
    )


def _quoted(key: Any) -> str:
    """A key as Terraform writes it, a text with HCL's escapes."""
    if not isinstance(key, str):
        return json.dumps(key)
    shown = "".join(
        _ESCAPES.get(char)
        or (
            char
            if char.isprintable()
            else rf"\u{ord(char):04x}"
            if char < "\U00010000"
            else rf"\U{ord(char):08x}"
        )
        for char in key
    )
    return '"' + re.sub(r"([$%])(?=\{)", r"\1\1", shown) + '"'


def _inputs(attributes: Mapping[str, Any]) -> dict[str, Any]:
    client_type = _get(attributes, "client_type", str)
    config: dict[str, Any] = {
        "v2": _get(attributes, "v2_client_config", dict, str),
        "third-party": _get(attributes, "third_party_client_config", dict, str),
    }
    if client_type in mapping.WEB_CHAT_PARTS:
        for block in _get(attributes, "client_config", list, dict):
            config[client_type] = {
                "webChatSkin": _get(block, "webchat_skin", str),
                "authenticationUrl": _get(block, "authentication_url", str),
            }
    given: dict[str, Any] = {
        **{key: _get(attributes, key, str) for key in ("name", "description", "flow_id")},
        **{key: _get(attributes, key, bool) for key in ("authentication_required", "disabled")},
        "allowed_domains": _get(attributes, "allowed_domains", list, str),
        "client_type": client_type,
        "client_config": config,
    }
    return mapping.inputs(mapping.in_api_names(given), {})


def _get(of: Mapping[str, Any], key: str, kind: type[_T], items: type[Any] | None = None) -> _T:
    """A member of an object; where it is missing or null, the kind's empty value.

    Args:
        of: the object.
        key: the member's name.
        kind: what it has to be.
        items: what each within it has to be; an object may hold nulls too.
    """
    value = of.get(key)
    if value is None:
        return kind()
    within = value
    if isinstance(value, dict):
        within = [each for each in value.values() if each is not None]
    of_what = f" of {_KINDS[items]}s" if items else ""
    if type(value) is not kind or (items and any(type(each) is not items for each in within)):
        raise _malformed(f"{key!r} is no {_KINDS[kind]}{of_what}")
    return value


def _malformed(what: str) -> WidgetsError:
    return WidgetsError(what, hint=_HINT)


def _as_held(org: Any, terraform: Any) -> Any:
    """The org's value, a number or boolean as Terraform's text where that says the same."""
    if isinstance(org, Mapping) and isinstance(terraform, Mapping):
        return {key: _as_held(each, terraform.get(key)) for key, each in org.items()}
    is_same = isinstance(org, (bool, int, float)) and json.dumps(org) == terraform
    return terraform if is_same else org


def _differences(path: str, departed: Any, terraform: Any) -> Iterator[str]:
    """The lines for what `departures` found at a path."""
    if isinstance(departed, Mapping):
        for key, inner in departed.items():
            yield from _differences(f"{path}.{key}", inner, terraform.get(key))
    else:
        yield _line(path, _told(departed[0] if departed else None), _told(terraform))


def _told(value: Any) -> str:
    return "nothing" if value is None else json.dumps(value, ensure_ascii=False)


def _line(path: str, org: str, terraform: str) -> str:
    return f"{path}: {org} in the org, {terraform} in Terraform's state"
