"""Blocks with any values in range on inputs of any size: judged at once, without a number made."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    LAYERS,
    Block,
    Conv2DTranspose,
    Conv3D,
    Dense,
    Embedding,
    Flatten,
    Input,
    Resizing,
    Shape,
    UpSampling2D,
)
from cnnstudio.core.fields import fields_of
from cnnstudio.core.network import network_of
from cnnstudio.core.problems import TEMPLATES
from tests.core.strategies import blocks

INNER_LAYERS = tuple(kind for kind in LAYERS if kind is not Input)
SIZES = st.integers(1, 9) | st.integers(1, 65536)
SHAPES = st.lists(SIZES, min_size=1, max_size=4).map(tuple)


@given(blocks(INNER_LAYERS), SHAPES)
@example(Conv2DTranspose(kernel_size=(2, 2), padding="same", output_padding=(0, 0)), (1, 1, 1))
@example(Resizing(height=65536, width=65536), (1, 65536, 1))
@example(Resizing(height=1, width=65536, crop_to_aspect_ratio=True), (65536, 1, 1))
@example(Resizing(height=1, width=65536, pad_to_aspect_ratio=True, antialias=True), (65536, 1, 1))
def test_any_block_on_any_input_is_judged_without_an_error_of_ours(
    block: Block, shape: Shape
) -> None:
    report = analyse(network_of(Input(shape=shape), block))
    assert all(problem.code in TEMPLATES and problem.message() for problem in report.problems)
    fault = block.fault(shape)
    if fault is not None:
        assert fault.code in {problem.code for problem in report.errors}
        return
    assert all(isinstance(size, int) for size in block.output_shape(shape))
    assert all(min(weight.shape, default=1) > 0 for weight in block.weights(shape))
    assert block.macs(shape) >= 0
    window = block.window(shape)
    if window is not None:
        axes = len(window.kernel)
        assert axes == len(block.output_shape(shape)) - 1
        assert len(window.stride) == len(window.dilation) == len(window.first) == axes
        assert min(window.kernel, default=1) > 0
        assert min(window.stride, default=1) > 0


@pytest.mark.parametrize(
    ("code", "blocks_after"),
    [
        ("too_large", [Resizing(height=65536, width=65536)]),
        ("too_large", [UpSampling2D(size=(255, 255)), UpSampling2D(size=(255, 255))]),
        ("too_many_weights", [Flatten(), Dense(units=1_000_000)]),
        ("too_many_weights", [Embedding(input_dim=2**24, output_dim=65536)]),
        ("volume_expected", [Conv3D(filters=65536)]),
        # On an input of one place nothing would come out.
        ("output_padding_too_small", [Conv2DTranspose(kernel_size=(2, 2), strides=(1, 1),
                                                      padding="same", output_padding=(0, 0))]),
    ],
)  # fmt: skip
def test_what_no_machine_could_hold_is_refused_with_a_reason(
    code: str, blocks_after: list[Block]
) -> None:
    shape = (1, 1, 3) if code == "output_padding_too_small" else (64, 64, 3)
    report = analyse(network_of(Input(shape=shape), *blocks_after))
    assert [problem.code for problem in report.errors] == [code]


def test_no_field_lets_a_size_be_zero() -> None:
    for kind in LAYERS:
        for name, field in fields_of(kind).items():
            if name in ("shape", "target_shape", "filters", "kernel_size", "units", "pool_size"):
                zero = 0 if not isinstance(getattr(kind(), name), tuple) else (0, 0, 0)
                with pytest.raises(ValueError, match="whole number"):
                    field.read(zero)
