"""The client of the Genesys Cloud Widgets API. It knows nothing of Pulumi.

Importing this package imports `requests`; nothing else in `pulumi_widgets` does.
"""

from collections.abc import Callable

from ..settings import Settings
from .client import WidgetsClient
from .deployments import Deployments
from .retry import READING, RetryPolicy
from .settling import Settling

__all__ = ["READING", "Deployments", "RetryPolicy", "Settling", "WidgetsClient", "connect"]


def connect(
    settings: Settings,
    notify: Callable[[str], object],
    orphaned: Callable[[], bool] = lambda: False,
    policy: RetryPolicy = RetryPolicy(),  # noqa: B008 -- it never changes
    settling: Settling | None = None,
) -> Deployments:
    """The deployments of the org that the settings name; nothing is sent before the first call.

    Args:
        settings: the org, the credentials and the times.
        notify: gets a line that the user should read.
        orphaned: whether nobody is left to record what a create makes.
        policy: how often and how long calls are retried; `READING` where a person waits.
        settling: what the orgs of a process share, where it writes to several.

    Raises:
        SettingsError: the client finds the settings unusable.
    """
    client = WidgetsClient(
        base_url=settings.base_url,
        login_url=settings.login_url,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        access_token=settings.access_token,
        origin=settings.origin,
        notify=notify,
        policy=policy,
    )
    return Deployments(
        client,
        patience=settings.consistency_seconds,
        notify=notify,
        orphaned=orphaned,
        settling=settling,
    )
