"""The Pulumi CLI as the tool sees it: projects, stacks, their states, and who holds what."""
