"""A picture of the whole network as plain data: what is drawn, where, and in which words."""
