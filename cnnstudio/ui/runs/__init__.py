"""The kept runs: a list of them, their curves laid over each other, and what is done to them."""
