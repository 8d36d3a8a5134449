"""What is looked at as figures for papers and slides, and as files of numbers."""
