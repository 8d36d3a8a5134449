"""Weights as pictures."""

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.kernel_pictures import Form, colours_of, picture_of


def ramp(*shape: int) -> NDArray[np.float32]:
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


@pytest.mark.parametrize(
    ("shape", "name", "kind", "drawn", "inputs"),
    [
        ((3, 5, 4, 7), "kernel", "Conv2D", (3, 5, 7), 4),
        ((3, 4, 7), "kernel", "Conv1D", (3, 1, 7), 4),
        ((2, 3, 5, 4, 7), "kernel", "Conv3D", (6, 5, 7), 4),
        ((3, 5, 7, 4), "kernel", "Conv2DTranspose", (3, 5, 7), 4),
        ((3, 5, 4, 2), "depthwise_kernel", "SeparableConv2D", (3, 5, 8), 1),
    ],
)
def test_kernels_of_every_convolution_are_maps_of_one_input_channel_or_of_their_mean(
    shape: tuple[int, ...],
    name: str,
    kind: str,
    drawn: tuple[int, ...],
    inputs: int,
) -> None:
    values = ramp(*shape)
    mean, second = picture_of(values, name, kind), picture_of(values, name, kind, 1)
    assert (mean.form, mean.values.shape, mean.inputs) == (Form.FILTERS, drawn, inputs)
    if inputs > 1:
        parts = [picture_of(values, name, kind, channel).values for channel in range(inputs)]
        np.testing.assert_allclose(np.mean(parts, axis=0), mean.values, rtol=1e-5)
        assert np.array_equal(second.values, parts[1])
        assert not np.array_equal(parts[0], parts[1])


def test_a_matrix_has_a_unit_a_row_and_of_very_many_inputs_the_mean_of_neighbours() -> None:
    for shape, name in (((6, 4), "kernel"), ((1, 1, 6, 4), "pointwise_kernel")):
        small = picture_of(ramp(*shape), name, "Dense")
        assert small.form is Form.MATRIX
        assert np.array_equal(small.values[:, :, 0], ramp(6, 4).T)
    long = picture_of(ramp(10_240, 10), "kernel", "Dense")
    assert long.columns_each == 10
    assert long.values.shape == (10 * long.rows_each, 1024, 1)
    assert long.values[0, 0, 0] == pytest.approx(ramp(10_240, 10)[:10, 0].mean())
    bias = picture_of(ramp(5), "bias", "Dense")
    assert (bias.form, bias.values.shape) == (Form.ROW, (1, 1, 5))


def test_three_input_channels_are_red_green_and_blue_and_zero_is_grey() -> None:
    values = np.zeros((2, 2, 3, 2), np.float32)
    values[0, 0, 0, 0], values[1, 1, 2, 0], values[0, 1, 1, 1] = 0.5, -0.5, np.nan
    colours = colours_of(values)
    assert (colours[0, 0, 0, 0], colours[1, 1, 2, 0]) == (255, 0)
    assert abs(int(colours[0, 1, 1, 0]) - 128) <= 1
    assert abs(int(colours[0, 1, 1, 1]) - 128) <= 1
    assert picture_of(values, "kernel", "Conv2D").has_colours
    assert not picture_of(ramp(2, 2, 4, 2), "kernel", "Conv2D").has_colours
