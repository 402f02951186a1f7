"""The real engine with the Python language host, as a user meets them.

All of it holds for the official host too: with the official CLI on PATH, that is what is tested.
"""

import json
import os
import re
import signal
import sys
from pathlib import Path

from ..waiting import eventually
from .conftest import Project
from .host_process import is_alive
from .wheels import offline_pip


def test_preview_up_and_destroy(project: Project) -> None:
    project.write("""
import os
import pulumi
config = pulumi.Config()
pulumi.export("plain", config.require("plain"))
pulumi.export("secret", config.require_secret("secret"))
pulumi.export("where", [pulumi.get_project(), pulumi.get_stack(), pulumi.get_organization()])
pulumi.export("folders", [os.getcwd(), pulumi.get_root_directory()])
pulumi.export("dry run", pulumi.runtime.is_dry_run())
""")
    project.pulumi("config", "set", "plain", "ünï")
    project.pulumi("config", "set", "--secret", "secret", "hush-hush")

    preview = project.pulumi("preview")
    assert re.search(r"dry run *: true", preview)

    up = project.pulumi("up", "--yes", "--skip-preview")
    assert re.search(r"secret *: \[secret\]", up)
    assert "hush-hush" not in preview + up
    outputs = json.loads(project.pulumi("stack", "output", "--json", "--show-secrets"))
    assert outputs == {
        "plain": "ünï",
        "secret": "hush-hush",
        "where": ["tiny", "dev", "organization"],
        "folders": [str(project.root / "app"), str(project.root)],
        "dry run": False,
    }
    assert "1 deleted" in project.pulumi("destroy", "--yes", "--skip-preview")


def test_what_a_program_prints_is_in_order(project: Project) -> None:
    project.write("""
import sys
for number in range(300):
    print(f"out {number}")
    print(f"err {number}", file=sys.stderr)
print("no line end", end="")
""")
    shown = project.pulumi("preview").partition("Diagnostics:")[2]
    for stream in ("out", "err"):
        numbers = [int(number) for number in re.findall(rf"^ *{stream} (\d+)$", shown, re.M)]
        assert numbers == list(range(300))
    assert "no line end" in shown


def test_a_program_that_fails(project: Project) -> None:
    project.write("def broken():\n    raise ValueError('no such thing')\n\nbroken()\n")
    shown = project.pulumi("preview", code=1)
    assert '__main__.py", line 2, in broken' in shown
    assert "ValueError: no such thing" in shown
    assert "exit code" not in shown  # the error has been shown: nothing is added
    assert "runpy" not in shown

    project.write("import sys\nprint('last words')\nsys.exit(1)\n")
    shown = project.pulumi("preview", code=1)
    assert "last words" in shown
    assert re.search(r"exit code:? 1\b", shown)


def test_an_environment_that_is_none(project: Project) -> None:
    (project.root / "junk").mkdir()
    (project.root / "junk" / "file").touch()
    project.write("", virtualenv="junk")
    shown = project.pulumi("preview", code=1)
    assert str(project.root / "junk") in shown


def test_about(project: Project) -> None:
    about = json.loads(project.pulumi("about", "--json"))
    assert about["runtime"]["language"] == "python"
    assert about["runtime"]["version"] == "{}.{}.{}".format(*sys.version_info)
    assert Path(about["runtime"]["executable"]) == Path(sys.prefix, "bin", "python")
    assert "python" in {plugin["name"] for plugin in about["plugins"]}
    assert "pytest-xdist" in {dependency["name"] for dependency in about["dependencies"]}


def test_install(project: Project, tmp_path: Path) -> None:
    project.env.update(offline_pip(tmp_path / "links"))
    project.write("", virtualenv="new")
    (project.root / "app" / "requirements.txt").write_text("tiny\n")
    assert "Successfully installed tiny-999" in project.pulumi("install")
    assert (project.root / "new" / "bin" / "python").exists()


def test_ctrl_c_leaves_no_process_behind(project: Project) -> None:
    pids = project.root / "pids"
    project.write(f"""
import os, pathlib, time
pathlib.Path("{pids}.new").write_text(f"{{os.getpid()}} {{os.getppid()}}")
os.replace("{pids}.new", "{pids}")
time.sleep(600)
""")
    with project.start("up", "--yes", "--skip-preview") as cli:
        try:
            eventually(pids.exists, "the program starts")
            program, host = map(int, pids.read_text().split())
            assert is_alive(program)
            assert is_alive(host)
            os.killpg(cli.pid, signal.SIGINT)  # as the terminal does
            shown, _ = cli.communicate(timeout=30)
            assert cli.returncode != 0
            assert "^C received; cancelling" in shown
            assert "language_host.py" not in shown
            eventually(lambda: not is_alive(program), "the program ends")
            eventually(lambda: not is_alive(host), "the host ends")
        finally:
            cli.kill()
