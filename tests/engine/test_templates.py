"""Templates that Keras has too compute what Keras's own compute."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cnnstudio.core.analysis import analyse
from cnnstudio.core.templates import TEMPLATES, Template, template

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

# The sizes are small, odd in one side, and as large as the network needs.
IN_KERAS = [
    pytest.param("vgg16", "VGG16", (32, 45, 3), id="vgg16"),
    pytest.param("resnet-50", "ResNet50", (32, 45, 3), id="resnet-50"),
    pytest.param("mobilenet-v2", "MobileNetV2", (32, 45, 3), id="mobilenet-v2"),
    pytest.param("xception", "Xception", (71, 78, 3), id="xception"),
    pytest.param(
        "densenet-121", "DenseNet121", (32, 45, 3), id="densenet-121", marks=pytest.mark.soak
    ),
    pytest.param("efficientnet-b0", "EfficientNetB0", (32, 45, 3), id="efficientnet-b0"),
]


def shake(model: Any, chance: np.random.Generator) -> None:
    """Give weights that start out alike, as those of normalizations, values of their own."""
    from cnnstudio.engine.builder import settle_weights

    for weight in model.weights:
        if weight.name in ("gamma", "moving_variance", "variance"):
            weight.assign(chance.uniform(0.5, 1.5, weight.shape))
        elif weight.name in ("beta", "bias", "moving_mean", "mean"):
            weight.assign(chance.normal(0.0, 0.1, weight.shape))
    settle_weights(model)


@pytest.mark.parametrize(("key", "name", "shape"), IN_KERAS)
def test_a_template_computes_what_the_network_of_keras_computes(
    key: str, name: str, shape: tuple[int, ...]
) -> None:
    import keras

    from cnnstudio.engine.builder import build, copy_weights

    chance = np.random.default_rng(0)
    theirs = getattr(keras.applications, name)(weights=None, input_shape=shape, classes=7)
    shake(theirs, chance)
    ours = build(template(key).network(shape, 7)).model
    assert ours.count_params() == theirs.count_params()
    copy_weights(theirs, ours)
    images = chance.uniform(0.0, 1.0, (2, *shape)).astype(np.float32)
    expected, found = (np.asarray(model(images, training=False)) for model in (theirs, ours))
    assert np.ptp(expected) > 1e-3
    np.testing.assert_allclose(found, expected, atol=1e-5, rtol=0)


SMALL = [pytest.param(one, id=one.key) for one in TEMPLATES if one.ready_small]
LARGE = [pytest.param(template(key), id=key) for key in ("resnet-18", "squeezenet", "googlenet")]


@pytest.mark.parametrize("one", [*SMALL, *LARGE])
def test_keras_builds_a_template_for_the_digits_with_the_weights_that_analysis_counts(
    one: Template,
) -> None:
    from cnnstudio.engine.builder import build

    made = one.network((28, 28, 1), 10)
    model = build(made).model
    assert model.count_params() == analyse(made).total_weights
    assert model.output_shape == (None, 10)
    chances = np.asarray(model(np.zeros((1, 28, 28, 1), np.float32), training=False))
    np.testing.assert_allclose(chances.sum(), 1.0, atol=1e-5)


def test_keras_builds_the_text_template_for_rows_of_word_numbers() -> None:
    from cnnstudio.engine.builder import build

    one = template("text-cnn")
    model = build(one.published()).model
    assert model.count_params() == one.weights
    assert model(np.full((2, 56), 18_764, np.float32), training=False).shape == (2, 2)
