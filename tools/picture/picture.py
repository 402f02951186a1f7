"""Makes the README's pictures from a real run in a copy of the clone.

    make picture

`make-up.svg` is what `make up` prints: it runs on a terminal of its own; `pyte`, a terminal
emulator, then holds what a user's terminal would show, and that becomes SVG. `page-light.png` and
`page-dark.png` are the page of `make org` beside it (`page.py`).
"""

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import tempfile
import termios
from collections.abc import Iterator
from html import escape
from itertools import groupby
from pathlib import Path

import page
import pyte
from pyte.screens import Char

HERE = Path(__file__).resolve().parent
CLONE = HERE.parents[1]
PICTURE = HERE / "make-up.svg"

COLUMNS, ROWS = 104, 60
CHARACTER, LINE, MARGIN, BAR = 8.4, 19, 16, 34  # px, for a font size of 14
BACKGROUND, FOREGROUND = "#16181d", "#d8dbe2"
COLOURS = {
    # as pyte tells the first colours of a 256-colour terminal, which Pulumi uses
    "cd0000": "#ff7b72",
    "00cd00": "#7ee787",
    "cdcd00": "#e3b341",
    "5c5cff": "#79c0ff",
    "ff00ff": "#d2a8ff",
    "00cdcd": "#76e3ea",
}


def main() -> None:
    """Run, take the screen, write the picture."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.ByteStream(screen)
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / CLONE.name
        copy_clone(copy)
        stream.feed(b"\x1b[1m$ make up\x1b[0m\r\n")
        for piece in on_a_terminal(["make", "up"], copy):
            stream.feed(piece)
        page.pictures(copy, HERE)
    PICTURE.write_text(svg(screen), "utf-8")


def copy_clone(copy: Path) -> None:
    """What a clone holds, and the CLI where it is built: building it takes minutes."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=CLONE, capture_output=True, check=True).stdout
    for name in filter(None, names.decode("utf-8").split("\0")):
        source = CLONE / name
        if source.is_symlink() or source.exists():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy / name, follow_symlinks=False)
    built = CLONE / "tools" / "pulumi" / "bin"
    if built.exists():
        shutil.copytree(built, copy / "tools" / "pulumi" / "bin")


def on_a_terminal(command: list[str], folder: Path) -> Iterator[bytes]:
    """What a command writes to a terminal, piece by piece.

    Raises:
        CalledProcessError: it fails.
    """
    ours, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    process = subprocess.Popen(
        command,
        cwd=folder,
        env={**page.environ(), "TERM": "xterm-256color"},
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    while True:
        try:
            piece = os.read(ours, 65_536)
        except OSError:  # Linux says so when the last writer has gone
            break
        if not piece:
            break
        yield piece
    if process.wait():
        raise subprocess.CalledProcessError(process.returncode, command)


def svg(screen: pyte.Screen) -> str:
    """The screen down to its last line that holds anything."""
    rows = [[screen.buffer[y][x] for x in range(COLUMNS)] for y in range(ROWS)]
    while rows and not any(char.data.strip() for char in rows[-1]):
        rows.pop()
    width, height = COLUMNS * CHARACTER + 2 * MARGIN, BAR + len(rows) * LINE + MARGIN
    texts = "\n".join(
        text for y, row in enumerate(rows) for text in line(row, BAR + (y + 0.75) * LINE)
    )
    return f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}">
<title>What `make up` prints</title>
<rect width="100%" height="100%" rx="8" fill="{BACKGROUND}"/>
<g fill="#4b5160"><circle cx="20" cy="17" r="5"/><circle cx="37" cy="17" r="5"/>\
<circle cx="54" cy="17" r="5"/></g>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"
 font-size="14" fill="{FOREGROUND}">
{texts}
</g>
</svg>
"""


def line(row: list[Char], y: float) -> Iterator[str]:
    """A line's texts: a new one wherever the style changes, and after two spaces.

    Each has its place and length given, so that columns hold whatever the reader's font is, and
    browsers that make one space of several have none to make one of.
    """
    x = 0
    for (colour, bold), run in groupby(row, key=lambda char: (colour_of(char), char.bold)):
        text = "".join(char.data for char in run)
        style = f' fill="{colour}"' if colour != FOREGROUND else ""
        style += ' font-weight="bold"' if bold else ""
        for found in re.finditer(r"\S+(?: \S+)*", text):
            yield (
                f'<text x="{MARGIN + (x + found.start()) * CHARACTER:g}" y="{y:g}" '
                f'textLength="{len(found[0]) * CHARACTER:g}"{style}>{escape(found[0])}</text>'
            )
        x += len(text)


def colour_of(char: Char) -> str:
    """The CSS colour of a character; one that is not in `COLOURS` is shown as plain text."""
    return COLOURS.get(char.fg, FOREGROUND)


if __name__ == "__main__":
    main()
