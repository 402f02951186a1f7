"""What shows deployments: `list`, `show`, `snippet`."""
