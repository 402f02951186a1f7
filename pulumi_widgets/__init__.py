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
from .provider import PROVIDER, WidgetDeploymentProvider

__all__ = [
    "PROVIDER",
    "ClientConfig",
    "ClientConfigArgs",
    "ClientType",
    "Flow",
    "WebChatConfig",
    "WebChatConfigArgs",
    "WebChatSkin",
    "WidgetDeployment",
    "WidgetDeploymentArgs",
    "WidgetDeploymentProvider",
]
