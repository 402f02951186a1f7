"""Which toolchain a program has."""

from pathlib import Path

from children import Children
from locked_toolchains import Poetry, Uv
from pulumi.runtime.proto import language_pb2
from pyproject import above
from toolchain import Pip, Toolchain, ToolchainError

TOOLCHAINS: dict[str, type[Toolchain]] = {"uv": Uv, "poetry": Poetry, "pip": Pip}


def toolchain_of(info: language_pb2.ProgramInfo, children: Children) -> Toolchain:
    """The toolchain that `Pulumi.yaml` names, else the one whose lock is nearby, else pip.

    The official host looks for locks since v3.227.0: upward from the program's folder, a uv.lock
    anywhere before a poetry.lock.

    Args:
        info: The program as the engine describes it; `options` are `runtime.options` of
            `Pulumi.yaml`.
        children: Starts the toolchain's processes.

    Raises:
        ToolchainError: An option that this host does not know, or a toolchain that is not there.
    """
    options = {key: info.options[key] for key in info.options}
    virtualenv, named = options.get("virtualenv", ""), options.get("toolchain")
    if not isinstance(virtualenv, str):
        raise ToolchainError("Pulumi.yaml: the option 'virtualenv' must be a string")
    if "toolchain" in options and named not in [*TOOLCHAINS]:
        raise ToolchainError(f"Pulumi.yaml: toolchain: {named}: Pulumi knows pip, uv and poetry")
    if "typechecker" in options:
        raise ToolchainError(
            f"Pulumi.yaml: typechecker: {options['typechecker']}: this stand-in for the Python "
            "language host has none; the official CLI has: https://www.pulumi.com/docs/install/"
        )
    program = Path(info.program_directory)
    locked = (name for name in ("uv", "poetry") if above(program, f"{name}.lock"))
    return TOOLCHAINS[named or next(locked, "pip")](info, virtualenv, children)
