"""So many deployments, independent of each other."""

import os

from pulumi_widgets import WidgetDeployment

for number in range(int(os.environ["BENCH_COUNT"])):
    WidgetDeployment(
        f"web-{number}",
        name=f"Web {number}",
        description=os.environ["BENCH_DESCRIPTION"],
        allowed_domains=["shop.example", "www.shop.example"],
        client_type="v2",
        client_config={"v2": {"theme": "blue", "position": number}},
    )
