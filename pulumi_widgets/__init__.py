"""Genesys Cloud widget deployments as code: a Pulumi dynamic resource provider."""

from .deployment import (
    ClientConfig,
    ClientConfigArgs,
    ClientType,
    Flow,
    WebChatConfig,
    WebChatConfigArgs,
    WebChatSkin,
    WidgetDeployment,
    WidgetDeploymentArgs,
)
from .lookups import (
    GetWidgetDeploymentResult,
    GetWidgetDeploymentsResult,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
)
from .provider import PROVIDER, WidgetDeploymentProvider

__all__ = [
    "PROVIDER",
    "ClientConfig",
    "ClientConfigArgs",
    "ClientType",
    "Flow",
    "GetWidgetDeploymentResult",
    "GetWidgetDeploymentsResult",
    "WebChatConfig",
    "WebChatConfigArgs",
    "WebChatSkin",
    "WidgetDeployment",
    "WidgetDeploymentArgs",
    "WidgetDeploymentProvider",
    "get_widget_deployment",
    "get_widget_deployment_output",
    "get_widget_deployments",
    "get_widget_deployments_output",
]
