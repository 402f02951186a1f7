"""`drift`: what differs between states and orgs."""
