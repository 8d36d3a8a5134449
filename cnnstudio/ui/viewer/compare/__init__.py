"""Two or three looks side by side: pinned images, blocks, moments and states of runs."""
