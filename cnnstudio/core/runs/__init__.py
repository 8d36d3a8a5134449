"""What is kept of every run: its design, its numbers, and the states it can go on from."""
