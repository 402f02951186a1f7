"""The vendor's own client, PureCloudPlatformClientV2, against the simulator.

What it sends it gets back, and it raises what the real service makes it raise.
"""

from __future__ import annotations

import importlib
import json
import types
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from pulumi_widgets.simulator import Simulator
from pulumi_widgets.simulator.spelling import flow_name


@pytest.fixture(scope="module")
def sdk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The client's package, which reads and watches a configuration file in the home folder."""
    with pytest.MonkeyPatch.context() as patched, warnings.catch_warnings():
        patched.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        warnings.filterwarnings(
            "ignore",
            r"setDaemon\(\) is deprecated",
            DeprecationWarning,
            "PureCloudPlatformClientV2",
        )
        sdk = importlib.import_module("PureCloudPlatformClientV2")
        # each call says that the API is deprecated, and overrides all filters to say so
        silent = types.SimpleNamespace(simplefilter=lambda *_: None, warn=lambda *_, **__: None)
        patched.setattr(sdk.utils, "warnings", silent)
        yield sdk


@pytest.fixture
def api(sdk: Any) -> Callable[..., Any]:
    """``api(org)``: its WidgetsApi, logged in as the org's client."""

    def api(org: Simulator) -> Any:
        client = sdk.api_client.ApiClient(host=org.url)
        environ = org.environ
        client.get_client_credentials_token(
            environ["GENESYSCLOUD_OAUTHCLIENT_ID"], environ["GENESYSCLOUD_OAUTHCLIENT_SECRET"]
        )
        return sdk.WidgetsApi(client)

    return api


@pytest.fixture
def model(sdk: Any) -> Any:
    """A WidgetDeployment with every field."""
    v1 = sdk.WidgetClientConfigV1()
    v1.web_chat_skin = "modern-caret-skin"
    v1.authentication_url = "https://example.com/auth"
    http = sdk.WidgetClientConfigV1Http()
    http.web_chat_skin = "basic"
    http.authentication_url = "https://example.com/auth"
    config = sdk.WidgetClientConfig()
    config.v1, config.v1_http = v1, http
    config.v2 = {"free": {"deep": [1, 2.5, True, None]}}
    config.third_party = {}
    flow = sdk.DomainEntityRef()
    flow.id = "f1"
    made = sdk.WidgetDeployment()
    made.name, made.description = "Support ☃", "on the help pages"
    made.authentication_required, made.disabled = True, False
    made.flow, made.client_config = flow, config
    made.allowed_domains = ["a.example.com", "b.example.com"]
    made.client_type = "v1-http"
    return made


def written(model: Any) -> dict[str, Any]:
    """What of it is written; the rest is read only."""
    values: dict[str, Any] = model.to_dict()
    values["flow"] = {"id": values["flow"]["id"]}
    return {key: each for key, each in values.items() if key not in ("id", "self_uri")}


@pytest.mark.parametrize("empty_as", ["as-sent", "null", "missing"])
def test_what_it_gets_is_what_it_sent(
    simulated_org: Simulator, api: Callable[..., Any], model: Any, empty_as: str
) -> None:
    simulated_org.faults.empty_as = empty_as
    if empty_as != "as-sent":
        model.client_config.third_party = None  # {} is what these two spell otherwise
    widgets = api(simulated_org)
    made = widgets.post_widgets_deployments(model)
    assert written(made) == written(model)
    assert made.self_uri == f"/api/v2/widgets/deployments/{made.id}"
    assert (made.flow.name, made.flow.self_uri) == (flow_name("f1"), "/api/v2/flows/f1")
    assert widgets.get_widgets_deployment(made.id) == made

    listing = widgets.get_widgets_deployments()
    assert (listing.total, listing.entities) == (1, [made])
    assert listing.self_uri == "/api/v2/widgets/deployments"

    made.name, made.disabled = "Sales", True
    made.client_config.v1 = None
    made.description = None
    changed = widgets.put_widgets_deployment(made.id, made)
    assert written(changed) == written(made)
    assert widgets.get_widgets_deployment(made.id) == changed

    assert widgets.delete_widgets_deployment(made.id) is None
    assert widgets.get_widgets_deployments().entities == []


def raised(sdk: Any, call: Callable[[], Any]) -> Any:
    with pytest.raises(sdk.rest.ApiException) as caught:
        call()
    error = caught.value
    body = json.loads(error.body)
    assert body["status"] == error.status
    assert body["contextId"] == error.headers["ININ-Correlation-Id"]
    return error, body


def test_errors_as_it_raises_them(
    sdk: Any, simulated_org: Simulator, api: Callable[..., Any], model: Any
) -> None:
    org, widgets = simulated_org, api(simulated_org)
    error, body = raised(sdk, lambda: widgets.get_widgets_deployment("nothing"))
    assert (error.status, body["code"]) == (404, "not.found")

    model.client_type = "v3"
    error, body = raised(sdk, lambda: widgets.post_widgets_deployments(model))
    assert (error.status, body["code"]) == (400, "invalid.value")
    assert body["details"] == [{"errorCode": "invalid.value", "fieldName": "clientType"}]

    org.permissions = ["widgets:deployment:view"]
    error, body = raised(sdk, lambda: widgets.delete_widgets_deployment("x"))
    assert (error.status, body["code"]) == (403, "missing.any.permissions")
    assert "widgets:deployment:delete" in body["message"]
    assert widgets.get_widgets_deployments().total == 0

    org.revoke_tokens()
    error, body = raised(sdk, widgets.get_widgets_deployments)
    assert (error.status, body["code"]) == (401, "bad.credentials")


def test_a_wrong_secret(sdk: Any, simulated_org: Simulator) -> None:
    client = sdk.api_client.ApiClient(host=simulated_org.url)
    with pytest.raises(sdk.rest.ApiException) as caught:
        client.get_client_credentials_token("simulated-client", "wrong")
    assert caught.value.status == 401
    assert json.loads(caught.value.body)["error"] == "invalid_client"


def test_the_rate_limit(sdk: Any, api: Callable[..., Any]) -> None:
    now = [0.0]
    with Simulator(seed=0, rate_limit=2, clock=lambda: now[0]) as org:
        widgets = api(org)
        # it sleeps for Retry-After and tries again, ten times; without that it would wait here
        widgets.api_client.get_http_client().rest_client.pool_manager.connection_pool_kw[
            "retries"
        ] = False
        for _ in range(2):
            widgets.get_widgets_deployments()
        error, body = raised(sdk, widgets.get_widgets_deployments)
        assert (error.status, body["code"]) == (429, "too.many.requests")
        assert error.headers["Retry-After"] == "60"
        now[0] += 60
        widgets.get_widgets_deployments()


def test_the_models_fields_are_the_simulators(sdk: Any, model: Any) -> None:
    """The simulator refuses unknown fields, so it must know all that the vendor's model has."""
    from pulumi_widgets.simulator.rules import checked_body

    body = sdk.api_client.ApiClient().sanitize_for_serialization(model)
    assert set(sdk.WidgetDeployment().attribute_map.values()) == {*body, "id", "selfUri"}
    assert checked_body("application/json", json.dumps(body).encode()) == body
