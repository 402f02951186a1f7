"""A recording, written once and put into new orgs and stacks ever after."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi_widgets.simulator import Faults, Simulator
from pulumi_widgets.simulator.spelling import flow_name

from .project import CLIENTS

__all__ = ["RECORDED", "Orgs", "Recording"]

RECORDED = Path(__file__).parent / "recorded"
Orgs = Mapping[str, Simulator]
"""The orgs by the names that the program has for them."""


@dataclass(frozen=True)
class Recording:
    """What a version left behind; `tests.upgrade` says what the files are."""

    folder: Path

    @classmethod
    def all(cls) -> list[Recording]:
        """Every one that there is."""
        return [cls(folder) for folder in sorted(RECORDED.iterdir())]

    def write(self, files: Mapping[str, str], state: Mapping[str, Any], orgs: Orgs) -> None:
        """Write it, for good.

        Raises:
            FileExistsError: there is one of this name.
        """
        self.folder.mkdir(parents=True)
        text = _json(_without_positions(state))
        for name, org in orgs.items():
            text = text.replace(_address(org), _placeholder(name))
        held = {
            name: {"adds": dict(org.faults.adds), "deployments": org.dump()}
            for name, org in orgs.items()
        }
        for file, content in {**files, "state.json": text, "orgs.json": _json(held)}.items():
            (self.folder / file).write_text(content, "utf-8")

    def state(self, orgs: Orgs) -> str:
        """What `pulumi stack import` takes, with the addresses of these orgs."""
        text = (self.folder / "state.json").read_text("utf-8")
        for name, org in orgs.items():
            text = text.replace(_placeholder(name), _address(org))
        # the simulator made up other names for flows when the first one was recorded
        return re.sub(r'"Flow ([a-z]+-\d+)"', lambda found: f'"{flow_name(found[1])}"', text)

    @contextmanager
    def orgs(self) -> Iterator[Orgs]:
        """Orgs that hold what these held, under the same ids."""
        held = json.loads((self.folder / "orgs.json").read_text("utf-8"))
        with ExitStack() as stack:
            orgs = {}
            for name, org in held.items():
                faults = Faults(adds=org["adds"])
                orgs[name] = stack.enter_context(Simulator(seed=1, faults=faults, clients=CLIENTS))
                for id_, body in org["deployments"].items():
                    orgs[name].add(body, deployment_id=id_)
            yield orgs


def _address(org: Simulator) -> str:
    return org.url.removeprefix("http://")


def _placeholder(org: str) -> str:
    return f"address-of-the-{org or 'nameless'}-org.example"


def _without_positions(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_positions(each)
            for key, each in value.items()
            if key not in ("sourcePosition", "stackTrace")
        }
    return [_without_positions(each) for each in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"
