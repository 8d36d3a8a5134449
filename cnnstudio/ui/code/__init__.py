"""The code pane: the network as Keras code beside the list."""
