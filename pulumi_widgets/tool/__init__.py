"""The commands of ``pulumi-widgets`` that look at an org and at the stacks that manage it."""
