"""``pulumi-widgets import``: what ``pulumi import`` cannot do alone for Python dynamic resources.

The tool says what a create would have stored, and prints the program; the engine takes it in. The
org is only read.
"""

from __future__ import annotations

import ast
import os
import shlex
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ...errors import HIDDEN
from ..shell import output
from ..shell.options import json_option, not_empty, org_option, stack_option

if TYPE_CHECKING:
    from .choice import Choice
    from .program import Program
    from .run import Import

__all__ = ["import_"]


def _parent(_: click.Context, __: click.Parameter, value: str | None) -> tuple[str, str] | None:
    if value is None:
        return None
    name, _sign, urn = value.partition("=urn:")
    urn = f"urn:{urn}"
    try:
        said: ast.AST = ast.parse(name, mode="eval").body
    except (SyntaxError, ValueError):
        said = ast.Constant(None)
    while isinstance(said, (ast.Attribute, ast.Subscript)):
        said = said.value
    is_named = isinstance(said, ast.Name) and said.id not in ("config", "pulumi")
    if not is_named or not urn.startswith("urn:pulumi:"):
        raise click.BadParameter("is not VARIABLE=URN, like shop=urn:… or shops[0].chat=urn:…")
    return name, urn


def _fields(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> frozenset[str]:
    from ... import mapping
    from ...hints import closest

    names = {**mapping.INPUTS, **{name: name for name in mapping.INPUTS.values()}}
    for each in values:
        if each not in names:
            hint = closest(each, mapping.INPUTS) or f" (there are {', '.join(mapping.INPUTS)})"
            raise click.BadParameter(f"there is no field {each!r}{hint}")
    return frozenset(names[each] for each in values)


@click.command(
    "import", short_help="Bring existing deployments into the stack, and print their program."
)
@click.argument("pairs", metavar="[NAME ID]...", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All of the org that no stack manages.")
@click.option(
    "--name",
    "pattern",
    metavar="GLOB",
    callback=not_empty,
    help="Those whose name fits, like 'support*'.",
)
@click.option(
    "--from-terraform",
    "files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Those of CX as Code: terraform.tfstate, or what `terraform show -json` prints; -: stdin.",
)
@org_option
@stack_option
@click.option("--yes", "-y", is_flag=True, help="Do not ask.")
@click.option(
    "--protect/--no-protect",
    default=True,
    show_default=True,
    help="Whether Pulumi refuses to delete them, as after `pulumi import`.",
)
@click.option(
    "--parent",
    metavar="VARIABLE=URN",
    callback=_parent,
    help="The parent of what is imported, and its variable in your program.",
)
@click.option(
    "--secret",
    "secrets",
    metavar="FIELD",
    multiple=True,
    callback=_fields,
    help="A field that is to be secret, once for each, like description.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="A new file for the program. Default, and with -: it is printed.",
)
@click.option(
    "--import-file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the file for `pulumi import --file`, and touch no state.",
)
@click.option(
    "--generate-only",
    is_flag=True,
    help="Make the program, also of what the stack manages, and touch no state.",
)
@json_option
def import_(
    pairs: tuple[str, ...],
    everything: bool,
    pattern: str | None,
    files: tuple[Path, ...],
    org: str,
    stack: str | None,
    yes: bool,
    protect: bool,
    parent: tuple[str, str] | None,
    secrets: frozenset[str],
    out: Path | None,
    import_file: Path | None,
    generate_only: bool,
    as_json: bool,
) -> None:
    r"""Bring existing deployments into the stack by `pulumi import`, and print their program.

    NAME is the resource's name in the program. With --all or --name, names are made of the
    deployments' own; with --from-terraform, of Terraform's addresses. The program comes first, then
    Pulumi's preview and its question. The org is not written to.

    \b
    pulumi-widgets import support 6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f
    pulumi-widgets import --all --out deployments.py
    pulumi-widgets import --name 'support*' --org eu --no-protect --yes
    pulumi-widgets import --from-terraform terraform.tfstate
    pulumi-widgets import --all --generate-only

    Add the program to yours, then `pulumi preview` shows no change.
    """
    if len(pairs) % 2:
        raise click.UsageError("give a NAME and an ID for each deployment")
    if sum((bool(pairs), everything, pattern is not None, bool(files))) != 1:
        raise click.UsageError("give one of: NAME ID pairs, --all, --name, --from-terraform")
    if import_file == Path("-"):
        raise click.UsageError("--import-file needs the name of a file")
    if generate_only and import_file:
        raise click.UsageError("--generate-only makes no import file")
    out = None if out == Path("-") else out
    for file in (out, import_file):
        if file is not None and file.exists():
            raise click.UsageError(f"{file} exists already; name a new file")
    runs = not (generate_only or import_file)
    if runs and not yes and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise click.UsageError("Pulumi asks before it imports; without a terminal, give --yes")

    from .run import Import  # help and usage errors need none of it

    work = Import(org, stack, needs_stack=runs, secrets=secrets, protect=protect, parent=parent)
    if runs:
        work.check_cli()
    choice = work.choose(
        list(zip(pairs[::2], pairs[1::2], strict=True)), pattern, files, again=generate_only
    )
    program = work.program(choice)
    _tell_left_out(choice)
    if out and program.text:
        _write(out, program.text)
    if as_json:
        output.write_json(_document(org, work, choice, program, protect=protect))
    elif program.text and not out:
        output.text(program.text)
    if not choice.chosen:
        output.note("Nothing to import.")
        _tell_terraform(choice, done=True)
        return
    what = output.number_of(len(choice.chosen), "deployment")
    where = out or ("in the document" if as_json else "above")
    if import_file:
        _write(import_file, work.file(choice), private=True)
        if program.keys:
            output.note(f"{import_file} has secrets in clear text: delete it after the import.")
        output.note(f"Wrote {import_file} for {what}; this imports them:")
        output.note(shlex.join(work.command(str(import_file))))
    elif runs:
        if code := work.run(choice, yes=yes):
            output.note(
                f"Not imported, or not all of it: Pulumi says why. The program ({where}) stays. "
                "Import again before `pulumi up`: it would create what is not in the stack."
            )
            sys.exit(code)
        output.note(f"Imported {what}; nothing was written to the org.")
        output.note(f"Add the program ({where}) to yours; `pulumi preview` then shows no change.")
    else:
        output.note(f"Made the program of {what}. No state was touched.")
        new = sum(not each.declared.urn for each in choice.chosen)
        if new:
            output.note(
                f"No stack has {new:,} of them: import them, or `pulumi up` would create them anew."
            )
    _tell_secrets(choice, program, stack)
    _tell_terraform(choice, done=runs)


def _write(path: Path, text: str, *, private: bool = False) -> None:
    """Write a new file whole, or leave none.

    Args:
        path: where.
        text: what.
        private: whether only its owner may read it.
    """

    def opened(name: str, flags: int) -> int:
        return os.open(name, flags, 0o600 if private else 0o666)

    made = False
    try:
        with open(path, "x", encoding="utf-8", newline="\n", opener=opened) as file:
            made = True
            file.write(text)
    except BaseException as error:
        if made:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise click.ClickException(f"{path}: {error.strerror}") from None
        raise


def _tell_left_out(choice: Choice) -> None:
    from ..stacks.holders import in_words

    managed = Counter(each.holder[0] for each in choice.left_out if each.holder)
    for name, number in sorted(managed.items()):
        what = output.number_of(number, "deployment")
        output.note(f"Left out: {what} that {in_words(name)} manages already.")
    for each in choice.left_out:
        if not each.holder:
            output.note(f"Left out: {each.name!r} ({each.id}): {each.reason}")
    for chosen in choice.chosen:
        for path in chosen.nulls:
            told = f"{path} is null, which Pulumi cannot hold; an update drops it"
            output.note(f"The deployment {chosen.id}: {told}")
    for address, told in choice.drift:
        output.note(f"Drift: {address}: {told}")


def _tell_secrets(choice: Choice, program: Program, stack: str | None) -> None:
    """Say how the stack configuration gets what the program requires of it."""
    if not program.keys:
        return
    from ... import mapping
    from .program import OBJECTS

    chosen = {each.declared.key: each for each in choice.chosen}
    on = ["--stack", stack] if stack else []
    output.note("It takes secrets from the stack configuration; these lines bring them there:")
    for (name, field), key in program.keys.items():
        org = chosen[name].declared.inputs.get("org", "")
        where = [*(["--org", org] if org else []), *on]
        show = ["pulumi-widgets", "show", chosen[name].id, "--json", "--show-secrets", *where]
        # a text as it is, with a line break that `pulumi config set` takes away
        pick = [
            "jq",
            "-c" if field in OBJECTS else "-r",
            f".{field}" + " // false" * (field in mapping.FLAGS),
        ]
        keep = ["pulumi", "config", "set", "--secret", *on, key]
        output.note(" | ".join(map(shlex.join, (show, pick, keep))))


def _tell_terraform(choice: Choice, *, done: bool) -> None:
    if not choice.to_forget:
        return
    from .terraform import forget

    when = "Now" if done else "Once they are imported,"
    output.note(
        f"{when} take the resources out of Terraform's program, and let its state forget them; "
        "nothing is deleted by that:"
    )
    for line in forget(choice.to_forget).splitlines():
        output.note(line)


def _document(
    org: str, work: Import, choice: Choice, program: Program, *, protect: bool
) -> dict[str, Any]:
    def name(inputs: Mapping[str, Any], secrets: frozenset[str]) -> str:
        return HIDDEN if "name" in secrets else str(inputs["name"])

    return {
        "org": org,
        "stack": work.stack and work.stack.name,
        "deployments": [
            {
                "resource": each.declared.name,
                "id": each.id,
                "name": name(each.declared.inputs, each.declared.secrets),
            }
            for each in choice.chosen
        ],
        "leftOut": [
            {"id": each.id, "name": each.name, "reason": each.reason} for each in choice.left_out
        ],
        "drift": [{"address": address, "said": said} for address, said in choice.drift],
        "protected": protect,
        "secrets": sorted(program.keys.values()),
        "program": program.text,
    }
