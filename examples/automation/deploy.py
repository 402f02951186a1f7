"""Many orgs at once with Pulumi's Automation API: an org a stack, one folder for all states.

    python deploy.py preview
    python deploy.py up

Stacks are independent: what fails in one org stops no other, and the exit code tells.
"""

import argparse
import os
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pulumi import automation

from pulumi_widgets import WidgetDeployment

PROJECT = "chat"
AT_ONCE = 4
"""Stacks; each is a Pulumi CLI with two Python processes."""


@dataclass
class Result:
    """What became of one org."""

    org: str
    changes: Mapping[str, int]
    error: str = ""


def run(command: str, org: str, entry: Mapping[str, Any], state: Path) -> Result:
    """Preview or update the stack of one org."""

    # An inline program: a function in place of a folder with a `Pulumi.yaml`.
    def program() -> None:
        for name, inputs in entry["deployments"].items():
            WidgetDeployment(name, org=org, **inputs)

    errors: list[str] = []

    def on_event(event: automation.events.EngineEvent) -> None:
        said = event.diagnostic_event
        if said and said.severity == "error":
            errors.append(said.message.strip())

    try:
        stack = automation.create_or_select_stack(org, PROJECT, program, opts=_options(state))
        region = automation.ConfigValue(entry["region"])
        stack.set_config(f"genesyscloud:orgs.{org}.region", region, path=True)
        if command == "preview":
            counted: Mapping[Any, int] = stack.preview(on_event=on_event).change_summary
        else:
            counted = stack.up(on_event=on_event).summary.resource_changes or {}
        return Result(org, {automation.OpType(op).value: n for op, n in counted.items()})
    except Exception as error:  # whatever it is, the other orgs go on
        # the last line of a provider's error is the one for a reader
        told = (errors or [f"{type(error).__name__}: {error}"])[0]
        return Result(org, {}, told.strip().splitlines()[-1])


def _options(state: Path) -> automation.LocalWorkspaceOptions:
    return automation.LocalWorkspaceOptions(
        env_vars={
            # of an inline program the provider runs in the first Python on PATH
            "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"])),
            "PULUMI_BACKEND_URL": state.resolve().as_uri(),
            # no secret is in these states; where one is, set a passphrase
            "PULUMI_CONFIG_PASSPHRASE": os.environ.get("PULUMI_CONFIG_PASSPHRASE", ""),
        },
    )


def table(results: list[Result]) -> str:
    """A line for each org."""
    width = max(map(len, ["org", *(each.org for each in results)]))
    lines = [f"{'org':{width}}  result  changes"]
    for each in results:
        changes = ", ".join(f"{count} {op}" for op, count in sorted(each.changes.items()))
        result = "failed" if each.error else "ok"
        lines.append(f"{each.org:{width}}  {result:6}  {each.error or changes}")
    return "\n".join(lines)


def read(file: Path) -> dict[str, Any]:
    """What the file says of each org; where it cannot be read, one line ends the program."""
    try:
        orgs = yaml.safe_load(file.read_text("utf-8"))
    except OSError as error:
        sys.exit(f"{file}: {error.strerror}")
    except (ValueError, yaml.YAMLError) as error:
        sys.exit(f"{file}: no YAML: {' '.join(str(error).split())}")
    if not isinstance(orgs, dict):
        sys.exit(f"{file}: must be a mapping of orgs, each with region and deployments")
    return {str(org): entry for org, entry in orgs.items()}  # YAML takes `no` for a boolean


def main() -> int:
    """Run the command for every org; 1 where any failed."""
    parser = argparse.ArgumentParser(description="Deploy chat to many orgs.")
    parser.add_argument("command", choices=["preview", "up"])
    parser.add_argument("--orgs", type=Path, default=Path(__file__).with_name("orgs.yaml"))
    parser.add_argument("--state", type=Path, default=Path("state"), help="the shared folder")
    given = parser.parse_args()
    orgs = read(given.orgs)
    given.state.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        running = [
            pool.submit(run, given.command, org, entry, given.state) for org, entry in orgs.items()
        ]
        results = [each.result() for each in running]
    print(table(results))  # noqa: T201 -- it is what it is for
    return int(any(each.error for each in results))


if __name__ == "__main__":
    sys.exit(main())
