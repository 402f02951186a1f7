"""`orphans`: deployments that no state holds, and their deletion."""
