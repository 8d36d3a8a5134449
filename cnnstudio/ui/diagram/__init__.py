"""The diagram of the whole network: on screen, in files, and small for cards."""
