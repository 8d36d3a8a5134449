"""The curves that are drawn for activations, held against Keras."""

import numpy as np
import pytest

from cnnstudio.core.blocks.choices import ACTIVATIONS
from cnnstudio.core.curves import curve_of, softmax

OF_A_WHOLE_AXIS = {"softmax", "log_softmax", "sparsemax"}
NUMBERS = np.linspace(-6, 6, 241)


@pytest.mark.parametrize("name", sorted(set(ACTIVATIONS) - OF_A_WHOLE_AXIS))
def test_a_curve_is_what_keras_computes(name: str) -> None:
    import keras

    curve = curve_of(name)
    assert curve is not None
    theirs = np.asarray(keras.activations.get(name)(NUMBERS.astype("float32")))
    np.testing.assert_allclose(curve(NUMBERS), theirs, atol=2e-3)


@pytest.mark.parametrize("name", [*sorted(OF_A_WHOLE_AXIS), "banana"])
def test_what_is_no_function_of_single_numbers_has_no_curve(name: str) -> None:
    assert curve_of(name) is None


def test_softmax_is_what_keras_computes() -> None:
    import keras

    numbers = np.array([1.0, 3.0, -2.0, 800.0])
    theirs = np.asarray(keras.activations.softmax(numbers[np.newaxis].astype("float32")))[0]
    np.testing.assert_allclose(softmax(numbers), theirs, atol=1e-6)
