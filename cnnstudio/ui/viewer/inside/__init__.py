"""The layers inside a part that came with a model: a strip of their own, below the network's."""
