"""What a network does: the only package that imports Keras and TensorFlow.

Importing the package itself, its `launcher` and its `images` costs no TensorFlow.
"""
