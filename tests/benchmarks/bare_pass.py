"""Passes through VGG16, nothing taken from within: one for each line read, its seconds written."""

import sys
import time

import numpy as np

from cnnstudio.engine.quiet import silence_tensorflow
from tests.benchmarks.features import vgg16


def answer() -> None:
    """Build the network, say so, and answer until nothing is asked any more."""
    silence_tensorflow()
    import tensorflow as tf  # takes seconds

    from cnnstudio.engine.builder import build  # reads TensorFlow

    model = build(vgg16(), seed=0).model
    bare = tf.function(lambda images: model(images, training=False))
    image = tf.constant(np.random.default_rng(0).random((1, 224, 224, 3), np.float32))
    bare(image).numpy()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    for _line in sys.stdin:
        began = time.perf_counter()
        bare(image).numpy()
        sys.stdout.write(f"{time.perf_counter() - began}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    answer()
