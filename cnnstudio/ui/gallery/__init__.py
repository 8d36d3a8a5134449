"""The gallery: known networks as cards, to open one made for the data at hand."""
