"""All feature maps of a large network against one bare forward pass."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable

import numpy as np

from cnnstudio.core.blocks import Block, Conv2D, Dense, Flatten, Input, MaxPooling2D
from cnnstudio.core.network import Network, network_of
from cnnstudio.engine.quiet import silence_tensorflow

_VGG16 = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))


def maps_ratio(rounds: int = 15) -> float:
    """Return the time to all maps of VGG16 for a new image ÷ to its bare forward pass."""
    silence_tensorflow()
    import tensorflow as tf  # takes seconds

    from cnnstudio.engine.builder import build  # reads TensorFlow
    from cnnstudio.engine.features import explorer_of
    from cnnstudio.engine.images import prepare

    built = build(vgg16(), seed=0)
    explorer = explorer_of(built)
    bare_pass = tf.function(lambda images: built.model(images, training=False))
    images = np.random.default_rng(0).integers(0, 256, (rounds, 224, 224, 3), np.uint8)

    def look(image: np.ndarray) -> None:
        explorer.maps(prepare(image, (224, 224, 3), "0..1"))

    def pass_through(image: np.ndarray) -> None:
        bare_pass(tf.constant(image[np.newaxis], tf.float32)).numpy()

    look(images[0])
    pass_through(images[0])
    return statistics.median(_seconds(look, i) / _seconds(pass_through, i) for i in images)


def vgg16() -> Network:
    """Return the network of Simonyan and Zisserman 2014, https://arxiv.org/abs/1409.1556."""
    body: list[Block] = []
    for filters, convolutions in _VGG16:
        body += [Conv2D(filters=filters, padding="same", activation="relu")] * convolutions
        body += [MaxPooling2D()]
    head = [Dense(units=4096, activation="relu")] * 2
    classes = Dense(units=1000, activation="softmax")
    return network_of(Input(shape=(224, 224, 3)), *body, Flatten(), *head, classes)


def _seconds(work: Callable[[np.ndarray], None], image: np.ndarray) -> float:
    began = time.perf_counter()
    work(image)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps({"maps_ratio": maps_ratio()}))
