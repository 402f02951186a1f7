"""The wheel: what is in it, what it needs, and that it deploys where there is no clone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

import pytest

from pulumi_widgets.simulator import Simulator
from tests.lock import constraints
from tests.real_cli import pulumi, run

pytestmark = pytest.mark.tree

CLONE = Path(__file__).resolve().parents[2]

PROGRAM = """
import pathlib
import pulumi
import pulumi_widgets

deployment = pulumi_widgets.WidgetDeployment("chat", client_type="v2", flow_id="f1")
pulumi.export("key", deployment.id)
pulumi.export("package", str(pathlib.Path(pulumi_widgets.__file__).parent))
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the clone: building leaves things behind."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    ignored = shutil.ignore_patterns(".*", "__pycache__", "*.egg-info", "bin", "build", "dist")
    shutil.copytree(CLONE, source, ignore=ignored)
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, cwd=source)
    (built,) = folder.glob("*.whl")
    return built


def test_what_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        plugin = archive.read("pulumi_widgets/pulumi-plugin.json")
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        fields = Parser().parsestr(archive.read(metadata).decode("utf-8"))

    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"pulumi_widgets"}
    data = [each for each in (CLONE / "pulumi_widgets").rglob("*.*") if ".py" not in each.suffix]
    assert len(data) > 9
    assert {each.relative_to(CLONE).as_posix() for each in data if each.is_file()} <= set(names)
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    # without it the language host takes the package for one whose plugin is to be downloaded
    assert plugin.strip() == b'{"resource": false}'

    needed = [text for text in fields.get_all("Requires-Dist", []) if "extra ==" not in text]
    assert sorted(text.partition(">")[0] for text in needed) == ["pulumi", "requests"]
    assert fields["License-Expression"] == "Apache-2.0"
    assert "Genesys Cloud" in fields.get_payload()


@pytest.fixture
def environ(pulumi_cli: Path, simulated_org: Simulator, tmp_path: Path) -> dict[str, str]:
    """The CLI's, and that of the tools that come before it."""
    (tmp_path / "state").mkdir()
    path = (str(pulumi_cli), str(Path(sys.executable).parent), os.environ["PATH"])
    return {
        **simulated_org.environ_over(os.environ),
        "PATH": os.pathsep.join(path),
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_BACKEND_URL": (tmp_path / "state").as_uri(),
        "PULUMI_CONFIG_PASSPHRASE": "",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "UV_PYTHON": sys.executable,
    }


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with nothing in it, to work in."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


Deploy = Callable[[Path, str], Path]


@pytest.fixture
def deploy(simulated_org: Simulator, elsewhere: Path, environ: dict[str, str]) -> Deploy:
    """Deploys PROGRAM from a folder; where it has the package from is the result."""

    def deployed(program: Path, options: str) -> Path:
        def cli(*arguments: str) -> str:
            at = ("--cwd", program)
            return pulumi(*at, *arguments, cwd=elsewhere, environ=environ).strip()

        (program / "__main__.py").write_text(PROGRAM, "utf-8")
        (program / "Pulumi.yaml").write_text(
            f"name: wheel\nruntime: {{name: python, options: {{{options}}}}}\n", "utf-8"
        )
        cli("stack", "init", "test")
        printed = cli("up", "--yes", "--skip-preview")
        assert "+ 2 created" in printed
        assert "warning" not in printed.lower()
        key = cli("stack", "output", "key")
        assert simulated_org.dump()[key]["flow"] == {"id": "f1"}
        return Path(cli("stack", "output", "package"))

    return deployed


def test_it_deploys_with_uv(
    wheel: Path, deploy: Deploy, elsewhere: Path, environ: dict[str, str], tmp_path: Path
) -> None:
    program = tmp_path / "program"
    run("uv", "init", "--bare", program, cwd=elsewhere, environ=environ)
    add = ("uv", "add", *constraints(tmp_path / "locked"), wheel)
    run(*add, cwd=program, environ=environ)
    shutil.rmtree(program / ".venv")  # as in a fresh clone: only uv.lock is committed
    package = deploy(program, "toolchain: uv")
    assert package.is_relative_to(program / ".venv")


def test_it_deploys_from_a_fresh_environment(
    wheel: Path, deploy: Deploy, elsewhere: Path, tmp_path: Path
) -> None:
    venv, program = tmp_path / "venv", tmp_path / "program"
    program.mkdir()
    run(sys.executable, "-m", "venv", venv, cwd=elsewhere)
    python = venv / "bin" / "python"
    install = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile")
    run(python, *install, *constraints(tmp_path / "locked"), wheel, cwd=elsewhere)
    package = deploy(program, f"virtualenv: '{venv}'")
    assert package.is_relative_to(venv)

    # the command line is an extra, and says so
    done = subprocess.run(
        [venv / "bin" / "pulumi-widgets"], cwd=elsewhere, capture_output=True, check=False
    )
    assert done.returncode == 2
    assert b'pip install "path/to/the/checkout[cli]"' in done.stderr
    assert b"Traceback" not in done.stderr
