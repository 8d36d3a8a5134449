"""Inputs of any shape: made examples, the data of any source, and how they are shown."""
