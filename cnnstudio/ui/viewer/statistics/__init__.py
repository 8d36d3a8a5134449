"""What can be said of a block in numbers: a histogram and a line beside its maps."""
