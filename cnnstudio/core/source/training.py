"""The training plan as code: a function that compiles and fits the model."""

from __future__ import annotations

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.blocks.block import SOFTMAX
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.source.layout import STEP, commented, laid_out
from cnnstudio.core.source.literals import number


def training_lines(network: Network, plan: TrainingPlan) -> list[str]:
    """Return a function `train(model, images, labels)` that does what a plan says."""
    deeper = STEP * 2
    rate = number(plan.learning_rate)
    return [
        "def train(model, images, labels):",
        *commented(STEP, _images_text(plan)),
        f"{STEP}keras.utils.set_random_seed({plan.seed})",
        f"{STEP}model.compile(",
        f"{deeper}optimizer=keras.optimizers.{plan.optimizer}(learning_rate={rate}),",
        *laid_out(deeper, "loss=", [], _loss(network) + ","),
        f'{deeper}metrics=["accuracy"],',
        f"{STEP})",
        f"{STEP}return model.fit(",
        f"{deeper}images,",
        f"{deeper}labels,",
        f"{deeper}batch_size={plan.batch_size},",
        f"{deeper}epochs={plan.epochs},",
        f"{deeper}validation_split={number(plan.validation_split)},",
        f"{STEP})",
    ]


def _loss(network: Network) -> str:
    if output_activation(network) == SOFTMAX:
        return '"sparse_categorical_crossentropy"'
    return "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"


def _images_text(plan: TrainingPlan) -> str:
    pixels = PIXEL_RANGES[plan.pixels]
    return _(
        "images: pixels from {low:g} to {high:g}; labels: the number of each image's class"
    ).format(low=pixels.low, high=pixels.high)
