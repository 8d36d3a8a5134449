"""Where a network is designed: palette, list of blocks, inspector."""
