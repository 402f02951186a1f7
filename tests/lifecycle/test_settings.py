"""Settings that are wrong: what the user reads, and where it is found."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

import pytest

from pulumi_widgets import WidgetDeployment
from pulumi_widgets.simulator import Simulator

from ..waiting import BRIEFLY
from .conftest import NewLife
from .engine import Outcome
from .lifecycle import LifeCycle
from .programs import deployment, existing, later, lookups, secret, text_of
from .steps import CREATE, THE_PROGRAM, Step, fail

NO_REGION = (
    "no region: set GENESYSCLOUD_REGION, or `pulumi config set genesyscloud:region eu-central-1` "
    "(or yours); a gateway's address goes into genesyscloud:baseUrl"
)
NO_CREDENTIALS = (
    "no credentials: set GENESYSCLOUD_OAUTHCLIENT_ID and GENESYSCLOUD_OAUTHCLIENT_SECRET, or "
    "GENESYSCLOUD_ACCESS_TOKEN, in the environment; or `pulumi config set "
    "genesyscloud:oauthClientId ID` and `pulumi config set --secret "
    "genesyscloud:oauthClientSecret SECRET`"
)
CHECKED = "resource '{}' has a problem: no credentials"


def unset(life: LifeCycle, *endings: str) -> dict[str, str]:
    """Take variables of the org out of the environment; what they were."""
    gone = {f"GENESYSCLOUD_{each}" for each in endings}
    return {
        name: life.engine.environ.pop(name) for name in list(life.engine.environ) if name in gone
    }


def without_credentials(life: LifeCycle) -> dict[str, str]:
    return unset(life, "OAUTHCLIENT_ID", "OAUTHCLIENT_SECRET")


def preview(life: LifeCycle, main: str = "") -> Outcome:
    """A preview of the program, or of another one; it makes no call."""
    if main:
        (life.engine.folder / "__main__.py").write_text(main, "utf-8")
    life.org.reset_calls()
    return life.engine.run("preview")


def test_missing_settings_are_one_error_of_the_program(life: LifeCycle) -> None:
    without_credentials(life)
    unset(life, "REGION", "BASE_URL", "LOGIN_URL")
    said = life.step(
        Step(
            why="of all resources, beside their own problems",
            program={
                "a": deployment(),
                "wrong": deployment(client_type="v3"),
                "b": deployment(description=later("b")),
                "c": existing("others"),
            },
            command="preview",
            expect={
                THE_PROGRAM: fail(
                    f"WidgetDeployment: 3 problems\n  settings: {NO_REGION}\n"
                    f"  settings: {NO_CREDENTIALS}\n  wrong: client_type: must be one of "
                )
            },
            calls={},
        )
    )
    assert said.errors.keys() == {THE_PROGRAM}
    assert "Traceback" not in said.text


def test_a_deployment_that_is_only_read_needs_settings_too(life: LifeCycle) -> None:
    without_credentials(life)
    said = life.step(
        Step(
            why="which no check would tell",
            program={"c": existing("others")},
            command="preview",
            expect={
                THE_PROGRAM: fail(f"WidgetDeployment: a problem\n  settings: {NO_CREDENTIALS}")
            },
            calls={},
        )
    )
    assert said.errors.keys() == {THE_PROGRAM}
    assert "Traceback" not in said.text


def test_a_misspelt_region_or_org_is_an_error_of_the_program(new_life: NewLife) -> None:
    with Simulator(seed=1) as europe:
        life = new_life(named={"eu": europe})
        life.engine.environ.update(
            {name.replace("_", "_EU_", 1): value for name, value in europe.environ.items()}
        )
        life.engine.config("genesyscloud:region", "eu-centrl-1")
        said = life.step(
            Step(
                why="told once for each org",
                program={
                    "a": deployment(),
                    "b": deployment(),
                    "fine": deployment(org="eu"),
                    "c": deployment(org="euu"),
                    "d": deployment(org="euu"),
                    "later": deployment(org=later("nowhere")),
                },
                command="preview",
                expect={
                    THE_PROGRAM: fail(
                        "WidgetDeployment: 2 problems\n"
                        "  settings: unknown region 'eu-centrl-1' (did you mean 'eu-central-1'?); ",
                        "\n  c: org: unknown org 'euu' (did you mean 'eu'?); known are eu: set ",
                    )
                },
                calls={},
            )
        )
        assert not {"a", "b", "fine", "c", "d"} & said.errors.keys()


def test_an_output_for_an_org_is_left_to_check(life: LifeCycle) -> None:
    without_credentials(life)
    life.run(
        [
            Step(
                why="the program does not know which one it is",
                program={"a": deployment(org=later("nowhere"))},
                command="preview",
                expect={"a": fail("a problem: org: unknown org 'nowhere'; known are none")},
                calls={},
            )
        ]
    )


TRANSFORMED = """
import pulumi
from pulumi_widgets import WidgetDeployment

def put_in(args):
    return pulumi.ResourceTransformResult({**args.props, "org": "eu"}, args.opts)

pulumi.runtime.register_resource_transform(put_in)
WidgetDeployment("a", client_type="v2")
"""


def test_an_org_that_a_transform_puts_in_is_no_missing_one(new_life: NewLife) -> None:
    with Simulator(seed=1) as europe:
        life = new_life(named={"eu": europe})
        for name in (*life.org.environ, *BRIEFLY):
            del life.engine.environ[name]
        for name, value in europe.environ.items():
            life.engine.environ[name.replace("_", "_EU_", 1)] = value
        said = preview(life, TRANSFORMED)
        assert not said.failed, said.text
        assert said.done["a"].op == "create"


EXPLICIT = """
import pulumi
from pulumi_widgets import WidgetDeployment

provider = pulumi.ProviderResource("pulumi-python", "of-its-own", {PROPS})
WidgetDeployment("a", client_type="v2", opts=pulumi.ResourceOptions(provider=provider))
site = pulumi.ComponentResource(
    "tests:index:Site", "site", None, pulumi.ResourceOptions(providers=[provider])
)
WidgetDeployment("b", client_type="v2", opts=pulumi.ResourceOptions(parent=site))
"""


def test_an_explicit_provider_has_settings_of_its_own(life: LifeCycle) -> None:
    gone = without_credentials(life)
    props = {
        "genesyscloud:oauthClientId": gone["GENESYSCLOUD_OAUTHCLIENT_ID"],
        "genesyscloud:oauthClientSecret": gone["GENESYSCLOUD_OAUTHCLIENT_SECRET"],
    }
    said = preview(life, EXPLICIT.replace("{PROPS}", repr(props)))
    assert not said.failed, said.text
    assert {said.done[name].op for name in "ab"} == {"create"}
    said = preview(life, EXPLICIT.replace("{PROPS}", "{}"))
    assert "WidgetDeployment: a problem" not in said.text
    assert CHECKED.format("a") in said.text or CHECKED.format("b") in said.text


def inline(life: LifeCycle, program: Callable[[], None]) -> Outcome:
    """A preview of a program that runs in this process."""
    life.engine.environ["PATH"] = os.pathsep.join(
        (os.path.dirname(sys.executable), life.engine.environ["PATH"])
    )
    life.engine.stack.workspace.program = program
    return life.engine.run("preview")


def test_an_inline_program_does_not_see_the_environment_of_its_workspace(life: LifeCycle) -> None:
    def program() -> None:
        WidgetDeployment("a", client_type="v2")

    assert "GENESYSCLOUD_OAUTHCLIENT_ID" not in os.environ
    said = inline(life, program)
    assert not said.failed, said.text
    assert said.done["a"].op == "create"
    without_credentials(life)
    said = inline(life, program)
    assert CHECKED.format("a") in "\n".join(said.errors["a"])


@pytest.mark.parametrize("runs_inline", [False, True])
def test_a_key_that_nobody_reads_gets_a_warning(life: LifeCycle, *, runs_inline: bool) -> None:
    def program() -> None:
        WidgetDeployment("a", client_type="v2")
        WidgetDeployment("b", client_type="v2")

    for key in ("oauthClientSecrett", "orgs.eu.region", "tokenPoolSize"):
        life.engine.config(f"genesyscloud:{key}", "simulated-secret", secret=True)
    life.engine.config("other:oauthClientSecrett", "x")
    life.engine.cli("config", "set", "--path", "genesyscloud:orgs.us.regoin", "us-east-1")
    life.engine.write_program(text_of({name: deployment() for name in "ab"}, {}))
    said = inline(life, program) if runs_inline else preview(life)
    assert not said.failed, said.text
    assert sorted(said.remarks) == [
        "genesyscloud:oauthClientSecrett is not read (did you mean 'oauthClientSecret'?)",
        "genesyscloud:orgs.eu.region is not read: `pulumi config set` sets an org's with --path",
        "genesyscloud:orgs.us.regoin is not read (did you mean 'region'?)",
        "genesyscloud:tokenPoolSize is not read",
    ]
    assert "simulated-secret" not in said.text


@pytest.mark.parametrize("runs_inline", [False, True])
def test_a_region_that_is_newer_than_the_list_gets_a_warning(
    life: LifeCycle, *, runs_inline: bool
) -> None:
    def program() -> None:
        WidgetDeployment("a", client_type="v2")
        WidgetDeployment("b", client_type="v2")

    life.engine.config("genesyscloud:region", "ABC1.pure.cloud")
    declared = {"a": deployment(), "b": deployment(), "found": lookups(), "one": lookups(name="a")}
    life.engine.write_program(text_of(declared, {}))
    said = inline(life, program) if runs_inline else preview(life)
    assert not said.failed, said.text
    assert said.remarks == [
        "the region abc1.pure.cloud is not in the list of this version: taken as it is, for a "
        "newer one under pure.cloud"
    ]


def test_a_domain_that_is_more_gets_a_warning(life: LifeCycle) -> None:
    domains = ["www.example.com", "https://www.example.com/", later("http://later.example.com")]
    domains += [secret("https://hush.example.com")]
    program = {
        "a": deployment(allowed_domains=domains),
        "b": deployment(allowed_domains=["help.example.com/a"]),
    }
    life.engine.write_program(text_of(program, {}))
    said = preview(life)
    assert not said.failed, said.text
    assert sorted(said.remarks) == [
        "allowed_domains[0]: 'help.example.com/a' is more than a domain (did you mean "
        "'help.example.com'?)",
        "allowed_domains[1]: 'https://www.example.com/' is more than a domain (did you mean "
        "'www.example.com'?)",
        "allowed_domains[2]: 'http://later.example.com' is more than a domain (did you mean "
        "'later.example.com'?)",
    ]
    assert "hush" not in said.text
    # attached to its resource
    assert said.text.index("WidgetDeployment (a):") < said.text.rindex("allowed_domains[1]: ")
    said = life.engine.run("up")
    assert not said.failed, said.text
    [body] = [each for each in life.org.dump().values() if each.get("name") == "a"]
    assert sorted(body["allowedDomains"])[2:] == ["https://www.example.com/", "www.example.com"]
    # beside an error there is no other one
    wrong = {**program, "c": deployment(client_type="v3")}
    life.engine.write_program(text_of(wrong, {}))
    said = preview(life)
    assert said.errors.keys() == {THE_PROGRAM}
    assert "WidgetDeployment: a problem\n  c: client_type: " in said.errors[THE_PROGRAM][0]
    assert "Traceback" not in said.text
    life.engine.write_program(text_of(program, {}))
    life.engine.run("destroy")
    assert life.org.dump() == life.others


def test_the_settings_of_an_org_may_be_in_both_places(life: LifeCycle) -> None:
    gone = without_credentials(life)
    life.engine.config("genesyscloud:oauthClientId", gone["GENESYSCLOUD_OAUTHCLIENT_ID"])
    secret = gone["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
    life.engine.config("genesyscloud:oauthClientSecret", secret, secret=True)
    life.run([Step(why="a secret is read too", program={"a": deployment()}, expect={"a": CREATE})])
