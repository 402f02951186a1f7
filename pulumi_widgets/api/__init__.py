"""The client of the Genesys Cloud Widgets API. It knows nothing of Pulumi.

Importing this package imports `requests`; nothing else in `pulumi_widgets` does.
"""

from .client import WidgetsClient
from .deployments import Deployments

__all__ = ["Deployments", "WidgetsClient"]
