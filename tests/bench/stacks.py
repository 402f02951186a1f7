"""A stack for each org by the Automation API, several at a time, as `examples/automation` does."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from pulumi import automation

from pulumi_widgets import WidgetDeployment

from .cases import STACKS_AT_ONCE
from .orgs import name_of

_METHODS = {"create": "up", "no-op": "up"}


def _program(org: str, each: int) -> None:
    for number in range(each):
        WidgetDeployment(
            f"web-{number}",
            name=f"Web {number}",
            description="first",
            allowed_domains=["shop.example", "www.shop.example"],
            client_type="v2",
            client_config={"v2": {"theme": "blue", "position": number}},
            org=org,
        )


def _run(command: str, each: int, org: str) -> None:
    stack = automation.create_or_select_stack(org, "bench", partial(_program, org, each))
    getattr(stack, _METHODS.get(command, command))()


def main(command: str, orgs: int, each: int) -> None:
    """Run a command for all orgs.

    Args:
        command: as a step is called.
        orgs: how many.
        each: deployments of an org.

    Raises:
        automation.CommandError: it failed for one.
    """
    with ThreadPoolExecutor(STACKS_AT_ONCE) as pool:
        for _ in pool.map(partial(_run, command, each), map(name_of, range(orgs))):
            pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
