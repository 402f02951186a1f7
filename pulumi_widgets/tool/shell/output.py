"""What commands print: tables for people, JSON for scripts, and everything made harmless.

Answers go to stdout; progress, notes and errors to stderr. Rich is the field's table library: it
measures wide characters, folds, and knows terminals. Nothing here interprets its markup, and
colour is only for a terminal without ``NO_COLOR``.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "Column",
    "fields",
    "harmless",
    "is_confirmed",
    "line",
    "note",
    "number_of",
    "progress",
    "table",
    "text",
    "write_json",
]

_KEPT = "\u200c\u200d"
"""Joiners, which Persian and compound emoji need: not printable, and harmless."""
_STACKED = re.compile(
    "([\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]{4})"
    "[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)
"""More marks on one letter than any language has; they would run over the lines around."""
_UNFOLDED = 1_000_000
"""Columns that nothing fills."""


def harmless(text: object) -> str:
    r"""A text on one line that cannot steer a terminal.

    What is not printable is shown as Python writes it: ``\n``, ``\x1b``, ``\u202e`` (which would
    turn the direction of what follows).
    """
    shown = "".join(
        char if char.isprintable() or char in _KEPT else repr(char)[1:-1] for char in str(text)
    )
    return _STACKED.sub(r"\1…", shown)


@dataclass(frozen=True)
class Column:
    """A column of a table."""

    title: str
    limit: int = 0
    """Characters of a value that are shown; longer ones end with ``…``. 0: all."""
    whole: bool = False
    """Values stay on one line, for they are copied from there; but where the terminal has no
    room for that, they are folded like others."""
    style: str = ""
    """Rich's, for a terminal with colour: ``dim``, ``green``, …"""


def table(columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under titles, as wide as the terminal; where there is none, as they need it.

    A cell may be a pair of a value and a style. What does not fit is folded, never lost.
    """
    from rich.table import Table
    from rich.text import Text

    shown_rows: list[list[Text]] = []
    for row in rows:
        cells = []
        for column, cell in zip(columns, row, strict=True):
            value, style = cell if isinstance(cell, tuple) else (cell, "")
            text = harmless(value)
            if column.limit and len(text) > column.limit:
                text = text[: column.limit - 1] + "…"
            cells.append(Text(text, style=style, overflow="fold"))
        shown_rows.append(cells)
    least = [
        max((cells[place].cell_len for cells in shown_rows), default=0)
        if column.whole
        else min(len(column.title), 12)
        for place, column in enumerate(columns)
    ]
    # Rich cuts what may not be folded where there is no room for it
    fits = sum(least) + 2 * len(least) <= _console().width
    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column, width in zip(columns, least, strict=True):
        shown.add_column(
            Text(column.title),
            overflow="fold",
            no_wrap=column.whole and fits,
            style=column.style,
            min_width=width if fits and not column.whole else None,
        )
    for cells in shown_rows:
        shown.add_row(*cells)
    _print(shown)


def fields(rows: Iterable[tuple[str, object]]) -> None:
    """Print names and values; a list of texts line by line, other structures as indented JSON."""
    from rich.table import Table
    from rich.text import Text

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_header=False)
    shown.add_column(style="bold", no_wrap=True)
    shown.add_column(overflow="fold")
    for name, value in rows:
        if isinstance(value, list) and all(isinstance(each, str) for each in value):
            text = "\n".join(map(harmless, value))
        elif isinstance(value, (dict, list)):
            lines = json.dumps(value, indent=2, ensure_ascii=False).split("\n")
            text = "\n".join(harmless(each) for each in lines)
        else:
            text = harmless(value)
        shown.add_row(Text(name, overflow="fold", no_wrap=False), Text(text, overflow="fold"))
    _print(shown)


def line(text: str = "", style: str = "") -> None:
    """Print a sentence to stdout, folded between words."""
    from rich.text import Text

    _print(Text(harmless(text), style=style))


def note(text: str) -> None:
    """Tell the user something beside the answer: one line on stderr."""
    # not click.echo: it writes past Rich's stand-in for stderr, which keeps clear of `progress`
    with contextlib.suppress(Exception):  # as `orgs.tell`: what it is about may be done
        sys.stderr.write(f"{harmless(text)}\n")


def is_confirmed(question: str) -> bool:
    """Whether the answer to a question is yes.

    Raises:
        click.Abort: there is no answer, because stdin is at its end.
    """
    # not click.confirm, which asks by `input`: that loses a Ctrl-C that comes while it shows the
    # question (seen in Python 3.11), and takes the next line for the answer
    sys.stderr.write(f"{harmless(question)} [y/N]: ")
    sys.stderr.flush()
    answer = sys.stdin.readline()
    if not answer:
        raise click.Abort
    return answer.strip().lower() in ("y", "yes")


def number_of(count: int, what: str) -> str:
    """``1 deployment``, ``2 deployments``, ``1,000 deployments``."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def text(whole: str) -> None:
    """Print a text as it is, at once."""
    click.echo(whole, nl=False)
    sys.stdout.flush()


def write_json(document: Any) -> None:
    """Print one JSON document, in ASCII: safe in every terminal and every encoding."""
    text(json.dumps(document, indent=2) + "\n")


@contextlib.contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """Show what is being done, while it is done; on a terminal only, and gone afterwards.

    ``with progress("Listing …") as tell: tell("12 of 30")``
    """
    console = _console(stderr=True)
    if not console.is_terminal or console.is_dumb_terminal:
        yield lambda _: None
        return
    from rich.text import Text

    with console.status(Text(harmless(doing))) as status:
        yield lambda now: status.update(Text(harmless(f"{doing} {now}")))


def _print(shown: Any) -> None:
    """Print to stdout, without the blanks that fill the lines up."""
    console = _console()
    with console.capture() as captured:
        console.print(shown)
    text = captured.get()
    if not console.is_terminal:
        text = "\n".join(each.rstrip() for each in text.split("\n"))
    # not console.print: who pipes into `head` ends us quietly by Click's way with EPIPE
    click.echo(text, nl=False, color=True)


def _console(stderr: bool = False) -> Console:
    from rich.console import Console

    plain = "NO_COLOR" in os.environ and os.environ["NO_COLOR"] != ""
    file = sys.stderr if stderr else sys.stdout
    return Console(
        file=file,
        # scripts and editors fold by themselves, and who greps wants whole lines
        width=None if file.isatty() or "COLUMNS" in os.environ else _UNFOLDED,
        color_system=None if plain else "auto",
        highlight=False,
        markup=False,
        emoji=False,
    )
