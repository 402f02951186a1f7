"""An org's widget deployments from a file, so that who edits them needs no Python.

Every mistake in the file is told at once, with its line, before anything is deployed.
"""

from pathlib import Path

import pulumi
from deployments_file import FileError, read

from pulumi_widgets import WidgetDeployment

try:
    entries = read(Path(__file__).with_name("deployments.yaml"))
except FileError as error:
    # Pulumi shows the text of a RunError, and no traceback.
    raise pulumi.RunError(str(error)) from None

deployments = {name: WidgetDeployment(name, inputs) for name, inputs in entries.items()}

pulumi.export("keys", {name: deployment.id for name, deployment in deployments.items()})
