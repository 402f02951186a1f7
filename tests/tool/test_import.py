"""``pulumi-widgets import`` on the real CLI: what comes after it shows no change."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
from datetime import datetime, timezone
from pathlib import Path

import pytest

from pulumi_widgets.api.half_made import description_of
from pulumi_widgets.simulator import Simulator
from pulumi_widgets.tool.stacks.stack import Stack

from .nasty import bodies
from .project import Project, content, in_project
from .running import PROGRAM, in_process, in_terminal, screen

NAMED = ("a::b", "support-id", 'it\'s "so" {x} $1 日本 語', "sales-id")
"""Names that need care, and ids."""

QUESTION = "Do you want to perform this import?"


def _round(project: Project, count: int) -> None:
    """Import everything, find no change, delete everything, and make the same org anew."""
    org = project.org
    for number, body in enumerate(bodies(count)):
        org.add(body, deployment_id=f"{number:08x}-nasty")
    before = org.dump()
    org.reset_calls()
    project.imports("--all", "--out", "__main__.py.new")
    assert org.calls["GET /api/v2/widgets/deployments"] == 1
    assert org.calls.total() <= 1 + 1 + 5  # the token, the listing, samples
    project.write(Path("__main__.py.new").read_text("utf-8"))
    project.pulumi("preview", "--expect-no-changes")
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    project.up("--expect-no-changes")
    assert not project.writes()
    assert org.dump() == before
    assert len(project.resources()) == len(before)

    project.pulumi("destroy", "--yes", "--skip-preview", fails=True)
    assert org.dump() == before  # protected
    project.pulumi("state", "unprotect", "--all", "--yes")
    project.pulumi("destroy", "--yes", "--skip-preview")
    assert org.dump() == {}
    project.up()
    assert content(org.dump().values()) == content(before.values())


@pytest.mark.parametrize("count", [200, pytest.param(1000, marks=pytest.mark.soak)])
def test_an_org_of_nasty_names(
    count: int, pulumi_cli: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(seed=1, limit=None) as org:
        skip = {"PULUMI_SKIP_CHECKPOINTS": "true"}  # the engine's time, not ours
        _round(in_project(tmp_path, org, pulumi_cli, monkeypatch, **skip), count)


def test_into_a_stack_with_resources_and_secrets(project: Project, org: Simulator) -> None:
    project.pulumi("config", "set", "--secret", "other:word", "configured-word")
    first = """
old = WidgetDeployment(
    "old", client_type="v2", description=pulumi.Output.secret("hidden-word"), flow_id="f"
)
WidgetDeployment.get("sales", "sales-2-id")
pulumi.export("word", pulumi.Config("other").get_secret("word"))
"""
    header = "import pulumi\nfrom pulumi_widgets import WidgetDeployment\n"
    project.write(header + first)
    project.up()
    old = project.state("--show-secrets")["deployment"]["resources"]
    encrypted = project.state()
    ran = project.imports(*NAMED, "--no-protect")
    assert "protect" not in ran.out

    after = project.state("--show-secrets")["deployment"]
    assert after["resources"][: len(old)] == old
    assert (
        after["secrets_providers"]["state"] == encrypted["deployment"]["secrets_providers"]["state"]
    )
    text = "".join(path.read_text("utf-8") for path in project.folder.parent.rglob("*.json"))
    assert "hidden-word" not in text
    assert "configured-word" not in text

    org.reset_calls()
    project.write(header + ran.out + first)
    project.is_settled()
    assert {each.name for each in Stack.select().holdings().values()} == {"old", NAMED[0], NAMED[2]}
    assert '"sales-sales-2"' in project.tool("import", "--name", "Sales", "--generate-only").out
    assert not project.writes()
    kinds = [each["kind"] for each in json.loads(project.pulumi("stack", "history", "--json"))]
    assert "resource-import" in kinds


def test_settings_and_secrets_of_the_stack_alone(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Into an empty stack: a plain refresh uses the configuration that the import stored."""
    for name in org.environ:
        monkeypatch.delenv(name)
    urls = {"baseUrl": org.url, "loginUrl": org.url, "oauthClientId": "simulated-client"}
    plain = [f"genesyscloud:{place}{key}={urls[key]}" for key in urls for place in ("", "orgs.eu.")]
    secret = [f"genesyscloud:{each}oauthClientSecret=simulated-secret" for each in ("", "orgs.eu.")]
    options = [("--plaintext", each) for each in plain]
    options += [("--secret", each) for each in (*secret, "other:word=configured-word")]
    project.pulumi("config", "set-all", "--path", *(each for pair in options for each in pair))
    first = project.imports("--name", "Sup*")
    second = project.imports("--all", "--org", "eu", "--no-protect")
    assert 'org="eu"' in second.out
    assert "Left out: 1 deployment that stack dev manages already." in second.err
    text = "".join(path.read_text("utf-8") for path in project.folder.parent.rglob("*.json"))
    assert "simulated-secret" not in text
    assert "configured-word" not in text
    org.reset_calls()
    project.write(first.out + second.out)
    project.is_settled()
    project.pulumi("refresh", "--yes", "--skip-preview", "--expect-no-changes")
    assert not project.writes()
    names = {each["id"]: each["urn"].rpartition("::")[2] for each in project.resources()}
    assert names == {
        "support-id": "support",
        "sales-id": "sales-sales-id",
        "sales-2-id": "sales-sales-2",
    }
    # and it is the provider that an `up` would have made
    made = project.state("--show-secrets")["deployment"]["resources"][1]
    project.pulumi("stack", "init", "fresh", "--copy-config-from", "dev")
    project.declare(x="client_type='v1'")
    project.up()
    real = project.state("--show-secrets")["deployment"]["resources"][1]
    for kind in ("inputs", "outputs"):
        assert made[kind] == real[kind]


def test_generate_only_touches_no_state(project: Project, org: Simulator) -> None:
    before = project.state()
    program = project.tool("import", "--all", "--generate-only")
    assert 'name="Support"' in program.out
    assert program.err.splitlines() == [
        "Made the program of 3 deployments. No state was touched.",
        "No stack has 3 of them: import them, or `pulumi up` would create them anew.",
    ]
    assert project.state() == before
    # no stack, no project: the environment's settings do
    project.pulumi("stack", "unselect")
    assert project.tool("import", "--all", "--generate-only").out == program.out
    Path("Pulumi.yaml").unlink()
    assert project.tool("import", "--all", "--generate-only").out == program.out
    assert "no Pulumi project" in project.imports("--all", code=1).err.replace("No", "no")
    document = project.json("import", "a", "support-id", "--generate-only")
    assert document["deployments"] == [{"resource": "a", "id": "support-id", "name": "Support"}]


def test_as_json(project: Project) -> None:
    document = project.json("import", "--all", "--yes", "--secret", "description")
    assert document.pop("program").startswith("import pulumi\nfrom pulumi_widgets import (")
    assert document == {
        "org": "",
        "stack": "dev",
        "deployments": [
            {"resource": "sales-sales-2", "id": "sales-2-id", "name": "Sales"},
            {"resource": "sales-sales-id", "id": "sales-id", "name": "Sales"},
            {"resource": "support", "id": "support-id", "name": "Support"},
        ],
        "leftOut": [],
        "drift": [],
        "protected": True,
        "secrets": ["support-description"],
    }
    again = project.json("import", "--all", "--yes")
    assert again["deployments"] == []
    assert again["program"] == ""
    assert {each["reason"] for each in again["leftOut"]} == {
        f"stack dev manages it already, as {name!r}"
        for name in ("support", "sales-sales-2", "sales-sales-id")
    }


def test_what_cannot_be_managed_is_left_out(project: Project, org: Simulator) -> None:
    made = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)
    org.add(
        {
            "name": "Half",
            "clientType": "v1",
            "disabled": True,
            "description": description_of("0" * 32, made),
        },
        deployment_id="half-id",
    )
    org.add({"name": " ", "clientType": "v1"}, deployment_id="blank-id")
    org.add({"name": "New", "clientType": "v3"}, deployment_id="new-id")
    org.add(
        {"name": "Null", "clientType": "v2", "clientConfig": {"v2": {"a": [{"b": None}]}}},
        deployment_id="null-id",
    )
    ran = project.imports("--all")
    said = "clientConfig.v2.a[0].b is null, which Pulumi cannot hold; an update drops it"
    assert f"The deployment null-id: {said}" in ran.err.splitlines()
    org.remove("null-id")
    project.pulumi("refresh", "--yes", "--skip-preview")
    assert [line for line in ran.err.splitlines() if line.startswith("Left out")] == [
        "Left out: ' ' (blank-id): no program can declare it: name: must not be blank; leave it "
        "out and the resource's logical name is taken",
        "Left out: 'Half' (half-id): it is half made, by a create of 2026-01-02 03:04 UTC that did "
        "not end",
        "Left out: 'New' (new-id): no program can declare it: client_type: must be one of v1, v2, "
        "v1-http, third-party, not 'v3'",
    ]
    assert {each["id"] for each in project.resources()} == {"support-id", "sales-id", "sales-2-id"}
    ran = project.imports("half", "half-id", code=1)
    assert "it is half made" in ran.err


def test_what_is_refused(project: Project, org: Simulator) -> None:
    project.imports("support", "support-id")
    project.pulumi("stack", "init", "prod")
    state = project.state()
    for arguments, says in (
        (["a", "support-id", "b", "x"], "manages it already, as 'support'; the org has no depl"),
        (["--stack", "dev", "support", "sales-id"], "has a WidgetDeployment 'support' already"),
        (["--stack", "nope", "--all"], "no stack is named 'nope'; this project has dev, prod"),
        (["--org", "nope", "--all"], "unknown org 'nope'"),
        (["--all", "--out", "no/such/folder/x.py"], "No such file or directory"),
        (
            ["--all", "--parent", "shops[0].x=urn:pulumi:x"],
            "no resource 'urn:pulumi:x' that could be",
        ),
        (["--from-terraform", "nowhere.tfstate"], "nowhere.tfstate: No such file"),
    ):
        ran = project.imports(*arguments, code=1)
        assert says.lower() in ran.err.lower()
        told = [line for line in ran.err.splitlines() if not line.startswith("Left out: 1 ")]
        assert len(told) == 1
        assert ran.out == ""
    for arguments in (
        [],
        ["a"],
        ["--all", "a", "sales-id"],
        ["--all", "--name", "x"],
        ["--name", ""],
        ["--all", "--out", "Pulumi.yaml"],
        ["--all", "--import-file", "Pulumi.yaml"],
        ["--all", "--import-file", "x.json", "--generate-only"],
        ["--all", "--secret", "descripton"],
        ["--all", "--parent", "urn:pulumi:x"],
        ["--all", "--parent", "class=urn:pulumi:x"],
        ["--all", "--parent", "config=urn:pulumi:x"],
        ["--all", "--import-file", "-"],
    ):
        project.imports(*arguments, code=2)
    # nobody could answer Pulumi's question
    assert "--yes" in project.tool("import", "--all", code=2).err
    assert project.state() == state
    assert not project.writes()


def test_an_old_cli(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = shutil.which("pulumi")
    old = tmp_path / "old" / "pulumi"
    old.parent.mkdir()
    old.write_text(f'#!/bin/sh\n[ "$1" = version ] && echo v3.253.0 && exit\nexec {real} "$@"\n')
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}{os.pathsep}{os.environ['PATH']}")
    ran = project.imports("--all", code=1)
    assert ran.last == (
        "Error: This is Pulumi CLI v3.253.0; an import needs 3.254 or newer. Update it."
    )
    assert ran.out == ""


def test_secrets(project: Project) -> None:
    """What is to be secret is nowhere in clear text, and the printed lines bring it there."""
    ran = project.imports("--all", "--secret", "description", "--secret", "client_config")
    assert 'description=config.require_secret("support-description")' in ran.out
    assert 'client_config=config.require_secret_object("support-client-config")' in ran.out
    assert "Two" not in ran.out + ran.err
    assert "light" not in ran.out + ran.err
    written = "".join(each.read_text("utf-8") for each in project.folder.parent.rglob("*.json"))
    assert "Two" not in written
    assert "light" not in written
    lines = [each for each in ran.err.splitlines() if each.startswith("pulumi-widgets show")]
    assert len(lines) == 2
    for each in lines:
        each = each.replace("pulumi-widgets", shlex.join(PROGRAM), 1)
        subprocess.run(["sh", "-c", each], check=True, capture_output=True)
    project.write(ran.out)
    project.is_settled()
    assert not project.writes()
    again = project.tool("import", "--all", "--generate-only")
    assert again.out == ran.out
    assert [each for each in again.err.splitlines() if each.startswith("pulumi-w")] == lines
    project.pulumi("state", "unprotect", "--all", "--yes")
    project.pulumi("destroy", "--yes", "--skip-preview")
    org = project.org
    project.up()
    (support,) = [each for each in org.dump().values() if each["name"] == "Support"]
    assert support["description"] == "Two\nlines"
    assert support["clientConfig"] == {"v2": {"theme": "light"}, "v1": {"webChatSkin": "basic"}}


def test_a_secret_name_is_in_no_urn(project: Project) -> None:
    ran = project.imports("--name", "Support", "--secret", "name", "--secret", "flowId")
    assert 'WidgetDeployment(\n    "deployment"' in ran.out
    assert "Support" not in ran.out + ran.err
    (resource,) = project.resources()
    assert "Support" not in json.dumps(resource)
    assert "ciphertext" in resource["outputs"]["flow"]


def test_an_import_file(project: Project) -> None:
    before = project.state()
    ran = project.imports("--all", "--import-file", "all.json", "--out", "made.py", "--no-protect")
    assert ran.out == ""
    assert project.state() == before
    assert Path("all.json").stat().st_mode & 0o777 == 0o600
    command = shlex.split(ran.err.splitlines()[-1])
    assert command[:3] == ["pulumi", "import", "--file"]
    project.pulumi(*command[1:], "--yes")
    project.write(Path("made.py").read_text("utf-8"))
    project.is_settled()
    assert not any(each.get("protect") for each in project.resources())


COMPONENT = """
class Shop(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("shop:Shop", "shop")
        opts = pulumi.ResourceOptions(parent=self)
        inner = pulumi.ComponentResource("shop:Inner", "shop", opts=opts)
        WidgetDeployment("first", client_type="v1", opts=opts)
        opts = pulumi.ResourceOptions(parent=inner, retain_on_delete=True)
        first = WidgetDeployment(
            "first", client_type="v2", description=pulumi.Output.secret("hidden-word"), opts=opts
        )
        WidgetDeployment(
            "below", client_type="v1", opts=pulumi.ResourceOptions(parent=first, protect=True)
        )
shop = Shop()
WidgetDeployment(
    "hushed",
    client_type=pulumi.Output.secret("v2"),
    disabled=pulumi.Output.secret(True),
    allowed_domains=["a.example", pulumi.Output.secret("b.example")],
    description="seen",
    org="eu",
    opts=pulumi.ResourceOptions(
        additional_secret_outputs=["description"], ignore_changes=["client_config.v2"]
    ),
)
"""
HEADER = "import pulumi\nfrom pulumi_widgets import WidgetDeployment\n"


def test_a_lost_program_is_made_again(
    project: Project, org: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the stack manages keeps its name, parents and options; what is secret stays so."""
    for name, value in org.environ.items():
        monkeypatch.setenv(name.replace("GENESYSCLOUD_", "GENESYSCLOUD_EU_"), value)
    first = project.imports("chat", "support-id", "first", "sales-id", "--no-protect")
    project.write(HEADER + first.out + COMPONENT)
    project.up()
    org.remove("sales-2-id")
    again = project.tool("import", "--all", "--generate-only")
    assert "hidden-word" not in again.out + again.err
    assert "Made the program of 6 deployments. No state was touched." in again.err
    lines = [each for each in again.err.splitlines() if each.startswith("pulumi-widgets show")]
    assert len(lines) == 4
    for line in lines:
        line = line.replace("pulumi-widgets", shlex.join(PROGRAM), 1)
        subprocess.run(["sh", "-c", line], check=True, capture_output=True)
    project.write(again.out)
    org.reset_calls()
    project.is_settled()
    assert not project.writes()
    assert again.out.count("retain_on_delete=True") == 2  # children inherit it
    assert again.out.count("protect=True") == 1

    one = project.tool("import", "chat", "support-id", "--generate-only")
    assert 'WidgetDeployment(\n    "chat"' in one.out
    ran = project.tool("import", "other", "support-id", "--generate-only", code=1)
    assert "stack dev manages it already, as 'chat'" in ran.err


def test_what_no_program_can_be_made_of(project: Project) -> None:
    project.write(
        HEADER + "from pulumi.dynamic import Resource\n"
        "class Ours(WidgetDeployment, module='ours', name='Chat'):\n"
        "    def __init_subclass__(cls, **args):\n"
        "        Resource.__init_subclass__(**args)\n"
        "Ours('ours', client_type='v1')\n"
    )
    project.up()
    (made,) = Stack.select().managed()
    ran = project.tool("import", "--name", "ours", "--generate-only")
    reason = f"it is of a class with a type of its own, {made.urn.split('::')[2]}"
    assert f"Left out: 'ours' ({made.id}): {reason}: declare it by hand, as 'ours'" in ran.err


def test_into_a_component(project: Project) -> None:
    project.write(HEADER + "shop = pulumi.ComponentResource('shop:Shop', 'shop')\n")
    project.up()
    urn = "urn:pulumi:dev::shop::shop:Shop::shop"
    ran = project.imports("support", "support-id", "--parent", f"shop={urn}")
    assert "parent=shop, protect=True" in ran.out
    project.write(HEADER + "shop = pulumi.ComponentResource('shop:Shop', 'shop')\n" + ran.out)
    project.is_settled()
    assert "shop:Shop$pulumi-python" in json.dumps(project.resources())


def test_out_to_stdout(project: Project) -> None:
    ran = project.tool("import", "--all", "--generate-only", "--out", "-")
    assert ran.out == project.tool("import", "--all", "--generate-only").out
    assert ran.out
    assert not Path("-").exists()


def test_many_however_the_service_spells_them(project: Project, org: Simulator) -> None:
    org.faults.reorders = True
    org.faults.empty_as = "missing"
    for number in range(20):
        org.add({"name": f"n{number}", "clientType": "v1"})
    ran = project.imports("--all")
    assert 'description="Two\\nlines"' in ran.out
    project.write(ran.out)
    project.is_settled()
    assert not project.writes()


def test_a_locked_stack(project: Project) -> None:
    """The engine refuses; the program stays."""
    locks = project.folder.parent / "state" / ".pulumi" / "locks" / "organization" / "shop" / "dev"
    locks.mkdir(parents=True, exist_ok=True)
    lock = {"pid": 1, "username": "u", "hostname": "h", "timestamp": "2026-01-02T03:04:05Z"}
    (locks / "6f1e0c52-8f6b-4f0e-9d1c-0a2b3c4d5e6f.json").write_text(json.dumps(lock))
    ran = in_process("import", "--all", "--out", "new.py", "--yes")
    assert ran.code == 1
    assert "the stack is currently locked" in ran.err
    assert "The program (new.py) stays. Import again before `pulumi up`" in ran.last
    assert Path("new.py").read_text("utf-8").startswith("import pulumi\n")


@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_program_that_nobody_reads(
    project: Project, org: Simulator, unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It cannot be printed whole, so the state is not touched."""
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    for number in range(30):
        org.add({"name": f"n{number}", "clientType": "v1", "description": "long " * 20_000})
    with subprocess.Popen(
        [*PROGRAM, "import", "--all", "--yes"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline() == b"import pulumi\n"
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 1
    with open("/dev/full", "w", encoding="utf-8") as full:
        done = subprocess.run(
            [*PROGRAM, "import", "--all", "--yes"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert (done.returncode, done.stderr) == (
        1,
        b"Error: The output cannot be written: No space left on device.\n",
    )
    assert project.resources() == []


def test_a_file_that_does_not_fit(project: Project) -> None:
    """Nothing is left of it, and the state is not touched."""
    limited = (
        "import resource, signal, sys\n"
        "import pulumi_widgets.tool.imports.command as command\n"
        "write = command._write\n"
        "def limited(*args, **options):\n"
        "    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))\n"
        "    write(*args, **options)\n"
        "command._write = limited\n"
    )
    done = subprocess.run(
        [PROGRAM[0], "-c", limited + PROGRAM[2], "import", "--all", "--yes", "--out", "made.py"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"Error: made.py: File too large\n"
    assert not Path("made.py").exists()
    assert project.resources() == []


def test_two_at_once(project: Project) -> None:
    """The lock lets one in; the other fails, or finds that all is done."""
    commands = [
        subprocess.Popen(
            [*PROGRAM, "import", "--all", "--yes"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for _ in range(2)
    ]
    done = [(each, *each.communicate(timeout=100)) for each in commands]
    assert 0 in [each.returncode for each, _, _ in done]
    for each, _, err in done:
        assert each.returncode == 0 or "locked" in err
    project.write(max((out for _, out, _ in done), key=len))
    project.is_settled()
    assert len(project.resources()) == 3


def test_interrupted_on_the_way(project: Project, org: Simulator) -> None:
    """The program stays; a second import takes in the rest."""
    for number in range(60):
        org.add({"name": f"n{number}", "clientType": "v1"})
    with subprocess.Popen(
        [*PROGRAM, "import", "--all", "--out", "made.py", "--yes"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    ) as process:
        assert process.stderr
        told = ""
        for line in process.stderr:
            if " imported (" in line and " imported (" not in told:
                os.killpg(process.pid, signal.SIGINT)
            told += line
    assert process.returncode == 130, told
    assert "The program (made.py) stays" in told
    assert len(project.resources()) < 63
    project.imports("--all")
    project.write(Path("made.py").read_text("utf-8"))
    project.is_settled()
    assert len(project.resources()) == 63


def test_in_a_terminal(project: Project, org: Simulator) -> None:
    org.add({"name": "bell\x07\x1b[31m", "clientType": "v1"}, deployment_id="bell-id")
    org.add({"name": "New\x1b[31m", "clientType": "v3"}, deployment_id="new-id")
    ran = in_terminal("import", "--all", prompt=QUESTION, answers=["y"])
    shown = screen(ran.out)
    assert ran.code == 0, shown
    assert "Listing the org's deployments" in ran.out  # progress was shown
    assert "\x07" not in ran.out
    assert "\x1b[31mNew" not in ran.out
    text = shown[shown.index("import pulumi\n") : shown.index("Previewing import")]
    assert "Imported 4 deployments; nothing was written to the org." in shown
    project.write(text)
    project.is_settled()


@pytest.mark.parametrize("answer", ["", "\x03"])
def test_no_is_no(project: Project, answer: str) -> None:
    ran = in_terminal("import", "--all", prompt=QUESTION, answers=[answer])
    assert ran.code == 1, screen(ran.out)  # to Pulumi, Ctrl-C is a no
    assert "\nNot imported, or not all of it: Pulumi says why." in screen(ran.out)
    assert "import pulumi\n" in ran.out
    assert project.resources() == []
