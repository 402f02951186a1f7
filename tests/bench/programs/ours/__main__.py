"""So many deployments in each of so many orgs, independent of each other."""

import os

from pulumi_widgets import WidgetDeployment

orgs = int(os.environ["BENCH_ORGS"])
for org in range(orgs):
    for number in range(int(os.environ["BENCH_EACH"])):
        WidgetDeployment(
            f"web-{org}-{number}",
            name=f"Web {number}",
            description=os.environ["BENCH_DESCRIPTION"],
            allowed_domains=["shop.example", "www.shop.example"],
            client_type="v2",
            client_config={"v2": {"theme": "blue", "position": number}},
            org=f"org{org}" if orgs > 1 else None,
        )
