"""Keras source code, written from a network and read into one; nothing of it is executed."""
