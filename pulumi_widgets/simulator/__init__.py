"""The Widgets API as a server on 127.0.0.1, with its faults, for tests and for trying things out.

::

    from pulumi_widgets.simulator import Faults, Simulator

    with Simulator(faults=Faults(read_lag=2, double_post=5)) as org:
        ...  # a client of org.url, or a process with the environment org.environ
        assert org.dump() == {}

Needs the extra ``simulator``: ``pip install "path/to/the/checkout[simulator]"``.
"""

from typing import TYPE_CHECKING

from ..lazy import lazily

if TYPE_CHECKING:
    from .contract import ALL_PERMISSIONS
    from .faults import Faults
    from .journal import DataFileError
    from .org import Simulator
    from .records import Request
    from .replies import Reply

__all__ = ["ALL_PERMISSIONS", "DataFileError", "Faults", "Reply", "Request", "Simulator"]

if not TYPE_CHECKING:
    __getattr__, __dir__ = lazily(
        __name__, "contract", "faults", "journal", "org", "records", "replies"
    )
