"""``pulumi-widgets doctor``: what a new user would get wrong."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..shell import output
from ..shell.options import json_option, org_option, stack_option
from .findings import Finding

__all__ = ["doctor"]

UNPROVEN = (
    "whether the OAuth client may add, edit and delete: only a write shows that",
    "whether the ids of flows exist, and whether pages of the allowed domains get their chats",
    "how long the org will serve this API: the vendor removed it from its description in August "
    "2026 (deprecated since March 2025, announced end: June 2025)",
)
"""What cannot be proven without a write, or at all. The vendor's dates are those of its official
Python client: 224.0.0 marks the calls as deprecated, 263.0.0 (July 2026) is the last with them."""

_STYLES = {"ok": "green", "warning": "yellow", "problem": "bold red", "skipped": "dim"}


@click.command(short_help="Is everything set up? What is wrong, and what to do.")
@org_option
@stack_option
@json_option
def doctor(org: str, stack: str | None, as_json: bool) -> None:
    r"""Check what a deployment needs, from the Pulumi CLI to the permission to view.

    Nothing is changed, and no value of a credential is shown. The exit code is 1 where there is a
    problem; warnings are none.

    \b
    pulumi-widgets doctor
    pulumi-widgets doctor --org eu
    pulumi-widgets doctor --json | jq -e .ok
    """
    findings: list[Finding] = []
    with output.progress("Checking …") as tell:
        for finding in _checks(org, stack):
            tell(finding.check)
            findings.append(finding)
    problems = sum(each.status == "problem" for each in findings)
    warnings = sum(each.status == "warning" for each in findings)
    if as_json:
        output.write_json(
            {
                "org": org,
                "ok": not problems,
                "checks": [
                    {
                        "check": each.check,
                        "status": each.status,
                        "message": each.said,
                        "todo": each.todo or None,
                    }
                    for each in findings
                ],
                "unproven": list(UNPROVEN),
            }
        )
    else:
        _print(findings)
        told = f"{_count(problems, 'problem')}, {_count(warnings, 'warning')}."
        output.line()
        output.line(told[0].upper() + told[1:], "bold")
    sys.exit(1 if problems else 0)


def _checks(org: str, stack: str | None) -> Iterator[Finding]:
    """All checks, each as it is done."""
    from . import local as local_checks
    from .project import project

    yield from local_checks.cli()
    yield from project(Path.cwd())
    selected, finding = local_checks.stack(stack)
    yield finding
    yield from local_checks.environment(org, selected)
    if finding.status == "problem":
        # the environment alone may be wrong, or right by chance
        yield Finding("settings", "skipped", "not tried: the stack's configuration is not known")
        return
    settings, findings = local_checks.settings(org, selected)
    yield from findings
    if settings:
        from .network import network

        yield from network(settings)


def _print(findings: list[Finding]) -> None:
    rows: list[tuple[object, ...]] = []
    for each in findings:
        rows.append((each.check, (each.status, _STYLES[each.status]), each.said))
        if each.todo:
            rows.append(("", "", (f"-> {each.todo}", "bold")))
    output.table([output.Column("CHECK"), output.Column("STATUS"), output.Column("")], rows)
    output.line()
    output.line("Not proven:")
    output.fields(("-", text) for text in UNPROVEN)


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"
