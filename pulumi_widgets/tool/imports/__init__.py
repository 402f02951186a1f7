"""`import`: existing deployments into a stack."""
