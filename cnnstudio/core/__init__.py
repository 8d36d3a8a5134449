"""What a network is: blocks, networks, edits, analysis, the saved design. No Qt, no TensorFlow."""
