"""Genesys Cloud widget deployments as code: a Pulumi dynamic resource provider."""

from .deployment import WidgetDeployment
from .lookups import (
    GetWidgetDeploymentResult,
    GetWidgetDeploymentsResult,
    get_widget_deployment,
    get_widget_deployment_output,
    get_widget_deployments,
    get_widget_deployments_output,
)
from .provider import PROVIDER, WidgetDeploymentProvider
from .types import (
    ClientConfig,
    ClientConfigArgs,
    ClientConfigArgsDict,
    ClientType,
    Flow,
    WebChatConfig,
    WebChatConfigArgs,
    WebChatConfigArgsDict,
    WebChatSkin,
    WidgetDeploymentArgs,
    WidgetDeploymentArgsDict,
)

__all__ = [
    "PROVIDER",
    "ClientConfig",
    "ClientConfigArgs",
    "ClientConfigArgsDict",
    "ClientType",
    "Flow",
    "GetWidgetDeploymentResult",
    "GetWidgetDeploymentsResult",
    "WebChatConfig",
    "WebChatConfigArgs",
    "WebChatConfigArgsDict",
    "WebChatSkin",
    "WidgetDeployment",
    "WidgetDeploymentArgs",
    "WidgetDeploymentArgsDict",
    "WidgetDeploymentProvider",
    "get_widget_deployment",
    "get_widget_deployment_output",
    "get_widget_deployments",
    "get_widget_deployments_output",
]
