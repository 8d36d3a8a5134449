"""The Data page of the Train workspace: what the network learns from, and what is in it."""
