"""Where a network is trained: plan, live curves, progress."""
