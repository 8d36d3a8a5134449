"""CNN Studio: design convolutional networks, watch them learn, look inside.

Importing the package costs nothing: neither Qt nor TensorFlow is read from disk.
"""

__version__ = "0.1.0"
