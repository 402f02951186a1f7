"""What all commands share: the group, their options, what they print."""
