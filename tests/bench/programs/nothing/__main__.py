"""As many resources of a provider that does nothing but wait, with the same inputs."""

import os

from tests.bench.nothing import Nothing

for number in range(int(os.environ["BENCH_ORGS"]) * int(os.environ["BENCH_EACH"])):
    Nothing(
        f"web-{number}",
        {
            "name": f"Web {number}",
            "description": os.environ["BENCH_DESCRIPTION"],
            "authenticationRequired": False,
            "disabled": False,
            "allowedDomains": ["shop.example", "www.shop.example"],
            "clientType": "v2",
            "clientConfig": {"v2": {"theme": "blue", "position": number}},
            "selfUri": None,
        },
    )
