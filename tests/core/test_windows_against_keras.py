"""Which input places an output place is made from, against the gradients of Keras's own layers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.blocks import (
    Activation,
    AveragePooling1D,
    AveragePooling2D,
    AveragePooling3D,
    Block,
    CenterCrop,
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    Conv3D,
    Cropping2D,
    Dense,
    DepthwiseConv2D,
    Flatten,
    GlobalAveragePooling2D,
    GroupNormalization,
    LayerNormalization,
    Permute,
    Reshape,
    Resizing,
    SeparableConv2D,
    Shape,
    Softmax,
    UnitNormalization,
    UpSampling2D,
    Window,
    ZeroPadding2D,
)
from cnnstudio.core.declared import changed_params
from tests.core.keras_oracle import layer_of, silenced_keras

pytestmark = pytest.mark.tensorflow


@pytest.fixture(autouse=True, scope="module")
def _keras() -> Any:
    return silenced_keras()


def changes(value: Block | Shape) -> str:
    """Return a name for a case: the block's own parameters, or the shape."""
    if isinstance(value, Block):
        return f"{value.kind}-{changed_params(value)}"
    return str(value)


def influence(block: Block, shape: Shape) -> NDArray[np.bool_]:
    """Return which input places move which output places, `(*output places, *input places)`."""
    import tensorflow as tf

    rng = np.random.default_rng(0)
    image = tf.Variable(rng.uniform(0.5, 1.5, (1, *shape)).astype(np.float32))
    layer = layer_of(block)
    layer.build((1, *shape))
    # A weight of zero, or two that cancel out, would hide a place.
    layer.set_weights([rng.uniform(0.5, 1.5, w.shape) for w in layer.get_weights()])
    with tf.GradientTape() as tape:
        seen = tf.reduce_sum(layer(image)[0] ** 2, axis=-1)
    slopes = np.asarray(tape.jacobian(seen, image)).squeeze(axis=len(shape) - 1)
    found: NDArray[np.bool_] = np.abs(slopes).sum(axis=-1) > 1e-9
    return found


def told(window: Window, axis: int, place: int, size: int) -> set[int]:
    """Return the places of an input axis that a window says an output place sees."""
    start = math.floor(window.first[axis] + place * window.stride[axis])
    taps = (start + tap * window.dilation[axis] for tap in range(window.kernel[axis]))
    return {tap for tap in taps if 0 <= tap < size}


EXACT: list[tuple[Block, Shape]] = [
    (Conv2D(filters=2), (7, 8, 2)),
    (Conv2D(filters=2, strides=(2, 3), padding="same"), (8, 7, 1)),
    (Conv2D(filters=2, kernel_size=(2, 3), dilation_rate=(3, 2)), (9, 9, 1)),
    (Conv2D(filters=2, kernel_size=(2, 4), dilation_rate=(2, 1), padding="same"), (6, 5, 1)),
    (DepthwiseConv2D(strides=(1, 2)), (7, 8, 2)),
    (SeparableConv2D(filters=2, padding="same"), (5, 6, 2)),
    (Conv1D(filters=2, kernel_size=3, padding="causal", dilation_rate=2), (9, 2)),
    (Conv1D(filters=2, kernel_size=4, padding="same", strides=2), (9, 2)),
    (Conv3D(filters=1, kernel_size=(1, 2, 3), padding="same"), (3, 4, 4, 1)),
    (AveragePooling1D(), (7, 2)),
    (AveragePooling2D(pool_size=(3, 2), strides=(1, 3)), (7, 8, 1)),
    (AveragePooling2D(pool_size=(3, 3), padding="same"), (7, 8, 1)),
    (AveragePooling3D(pool_size=(1, 2, 2)), (3, 4, 4, 1)),
    (ZeroPadding2D(padding=((1, 2), (0, 3))), (3, 4, 1)),
    (Cropping2D(cropping=((1, 0), (2, 1))), (4, 6, 1)),
    (CenterCrop(height=3, width=2), (6, 5, 1)),
    (UpSampling2D(size=(2, 3)), (3, 4, 1)),
    (Resizing(height=3, width=10, interpolation="nearest"), (7, 4, 1)),
    (Activation(activation="sigmoid"), (4, 5, 2)),
    (Dense(units=2), (4, 5, 2)),
    (LayerNormalization(), (4, 5, 3)),
    (Softmax(), (4, 5, 3)),
    (UnitNormalization(), (4, 3)),
]
"""Blocks whose window says exactly which places count."""


@pytest.mark.parametrize(("block", "shape"), EXACT, ids=changes)
def test_a_window_names_exactly_the_places_that_matter(block: Block, shape: Shape) -> None:
    window = block.window(shape)
    assert window is not None
    seen = influence(block, shape)
    axes = len(shape) - 1
    assert len(window.kernel) == axes
    for place in np.ndindex(*seen.shape[:axes]):
        expected = np.zeros(shape[:-1], bool)
        rows = [sorted(told(window, a, p, shape[a])) for a, p in enumerate(place)]
        expected[np.ix_(*rows)] = True
        assert np.array_equal(seen[place], expected), place


ENOUGH: list[tuple[Block, Shape]] = [
    (Conv2DTranspose(filters=2, strides=(2, 2)), (4, 5, 1)),
    (Conv2DTranspose(filters=2, strides=(2, 3), padding="same"), (4, 5, 1)),
    (Conv2DTranspose(filters=2, kernel_size=(4, 2), strides=(2, 2), padding="same"), (4, 5, 1)),
    (Conv2DTranspose(filters=2, strides=(3, 2), output_padding=(2, 0)), (4, 5, 1)),
    (Conv2DTranspose(filters=2, kernel_size=(2, 3), dilation_rate=(2, 1)), (4, 5, 1)),
    (UpSampling2D(interpolation="bilinear"), (4, 5, 1)),
    (UpSampling2D(interpolation="bicubic"), (5, 6, 1)),
    (UpSampling2D(interpolation="lanczos3"), (7, 7, 1)),
    (Resizing(height=3, width=9), (8, 5, 1)),
    (Resizing(height=3, width=3, antialias=True), (9, 8, 1)),
    (Resizing(height=4, width=4, crop_to_aspect_ratio=True), (9, 5, 1)),
    (Resizing(height=4, width=4, pad_to_aspect_ratio=True), (9, 5, 1)),
    (CenterCrop(height=8, width=3), (6, 5, 1)),
]
"""Blocks that enlarge or mix: not every output place sees as much as the one that sees most."""


@pytest.mark.parametrize(("block", "shape"), ENOUGH, ids=changes)
def test_no_place_outside_a_window_matters_and_some_place_sees_nearly_all(
    block: Block, shape: Shape
) -> None:
    window = block.window(shape)
    assert window is not None
    seen = influence(block, shape)
    for axis, size in enumerate(shape[:-1]):
        others = tuple(a for a in range(seen.ndim) if a not in (axis, axis + len(shape) - 1))
        pairs = np.asarray(seen.any(axis=others))
        counts = []
        for place, row in enumerate(pairs):
            # Past an edge some of these layers take the edge once more.
            found = {int(at) for at in np.flatnonzero(row)}
            allowed = told(window, axis, place, size)
            assert found <= allowed | {0, size - 1} if not allowed else found <= allowed, place
            counts.append(len(found))
        assert max(counts) >= min(size, window.span[axis]) - 2


@pytest.mark.parametrize(
    ("block", "shape"),
    [
        (Flatten(), (3, 4, 1)),
        (Dense(), (4,)),
        (GlobalAveragePooling2D(keepdims=True), (3, 4, 1)),
        (GroupNormalization(groups=1), (3, 4, 2)),
        (LayerNormalization(axis=(1, 2)), (3, 4, 2)),
        (Softmax(axis=(1, 2)), (3, 4, 2)),
        (Permute(), (3, 4, 2)),
        (Reshape(target_shape=(4, 3, 2)), (3, 4, 2)),
    ],
    ids=changes,
)
def test_what_may_see_the_whole_input_has_no_window(block: Block, shape: Shape) -> None:
    assert block.fault(shape) is None
    assert block.window(shape) is None
