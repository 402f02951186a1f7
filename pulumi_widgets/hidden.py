"""The properties that are the provider's own.

Their names begin with two underscores, which Pulumi shows nobody.
"""

from collections.abc import Mapping
from typing import Any

PLACE = "__place"
"""Output that says where the deployment lives (`Settings.place`)."""

MARK = "__mark"
"""Output that tells a resource from any other that has the same deployment."""

ANSWERED = "__answered"
"""Output with what the answer to our own write said otherwise than it was sent: values that the
service spells in its own way, or added. Seen again, exactly that is no drift; what a read finds
otherwise goes."""

ADDED = "__added"
"""What the first version stored in its place: what the service added, without more."""

SET = "__set"
"""Output that names the optional outputs that there are: for those that the engine's answer lacks
the SDK takes what the program gave, though it was ignored, or went nowhere (seen with 3.272)."""

ANSWERS = (ANSWERED, ADDED)

HIDDEN = (PLACE, MARK, *ANSWERS)
"""The outputs of this kind that a read leaves as they are, but for answers that it does not find
again."""

SECRETS = "__secrets"
"""Input that names the inputs that are secret, in the API's spelling: the engine compares it with
what the state has, so a value that becomes a secret is an update. (Secret and plain themselves it
takes for different up to CLI v3.259, and for the same in v3.274.) What the first version made has
none, until it changes."""

PROGRAM = "__program"
"""Input with what only the program knows, in programs that adopt or have transforms: ``mark`` tells
the resource from all others, ``adopts`` has the ids that the program names for adoption ("" for one
that it does not know yet), ``transforms`` says whether some may have changed the inputs. Of a
resource that adopts, ``plain`` has its inputs that are no secrets, for a provider does not see
which are, and ``secret`` names those that are to be secret as outputs. `check` takes it in; no
state holds it."""

SECRET_ID = "__adoptIdIsSecret"  # noqa: S105 -- a property's name
"""Input that is true where ``adoptId`` was a secret when the deployment was adopted."""

FIRST = "__first"
"""Input of no value, which the SDK therefore does not send: what has to be done before all else."""


def of(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Those of a resource, less ``__provider``, which is the SDK's."""
    return {
        key: value
        for key, value in properties.items()
        if key.startswith("__") and key != "__provider"
    }
