"""Genesys Cloud widget deployments as code: a Pulumi dynamic resource provider.

Pulumi is imported with the first name that is used: neither pytest, which loads the fixtures of
`simulator` in every run, nor the help of the command line waits for it.
"""

from typing import TYPE_CHECKING

from . import errors as errors
from .lazy import lazily

if TYPE_CHECKING:
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

if not TYPE_CHECKING:
    # the provider's process needs the first alone
    __getattr__, __dir__ = lazily(__name__, "provider", "deployment", "lookups", "types")
