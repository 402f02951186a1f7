"""What `go.mod` pins: the one place that names the versions, read and not repeated."""

import re
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLI_PACKAGE = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
SDK_MODULE = "github.com/pulumi/pulumi/sdk/v3"


def cli_version() -> str:
    """The CLI's version as Go writes it: `v3.274.1`."""
    return _search(r"github\.com/pulumi/pulumi/pkg/v3 (v[^\s]+)")


def minimum_go() -> tuple[int, ...]:
    """The oldest Go that builds the CLI: `(1, 26, 6)`."""
    return tuple(int(part) for part in _search(r"^go (\d+(?:\.\d+)*)$").split("."))


def _search(pattern: str) -> str:
    found = re.search(pattern, (HERE / "go.mod").read_text("utf-8"), re.MULTILINE)
    if found is None:
        raise LookupError(f"{HERE / 'go.mod'} holds nothing like {pattern!r}")
    return found[1]
