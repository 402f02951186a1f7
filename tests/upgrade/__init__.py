"""What states of older versions hold, recorded once, is at home in every later version.

A recording is a folder in `recorded/`, named after the version that wrote it. It never changes
again: a version that writes states otherwise adds one, by ``python -m tests.upgrade.record NAME``.

- `__main__.py`: the program (`program/__main__.py` as it was then), with what CHANGELOG asks of who
  has such a program.
- `Pulumi.dev.yaml`: the stack's configuration.
- `state.json`: what `pulumi stack export` printed, secrets encrypted by `PASSPHRASE`. Where an
  org's address was stands ``address-of-the-org.example``; source positions are left out, for they
  hold paths.
- `orgs.json`: for each org, by its name, what it held (`Simulator.dump`) and what it adds to
  deployments by itself (`Faults.adds`).
"""
