"""How a network is to be trained, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.core.data import choice
from cnnstudio.core.declared import params_of, read_params
from cnnstudio.core.fields import Choice, Integer, Real, Value, param
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.report import ADAM_SLOTS

OPTIMIZER_SLOTS = {"Adam": ADAM_SLOTS, "SGD": 0, "RMSprop": 1}
"""Numbers that each optimizer remembers of every weight; SGD is Keras's, without momentum."""
OPTIMIZERS = tuple(OPTIMIZER_SLOTS)


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Data, optimizer and length of a run; the loss follows from the network's output."""

    data: str = param(choice.DATA, default="mnist-5k")
    epochs: int = param(
        Integer(
            label=N_("Epochs"),
            help=N_("how often the network sees every training image"),
            low=1,
            high=100_000,
        ),
        default=8,
    )
    batch_size: int = param(
        Integer(
            label=N_("Batch size"),
            help=N_("images a step: more is steadier and needs more memory"),
            low=1,
            high=65_536,
        ),
        default=32,
    )
    optimizer: str = param(
        Choice(
            label=N_("Optimizer"),
            help=N_("rule that turns gradients into steps; Adam suits most networks"),
            options=OPTIMIZERS,
        ),
        default="Adam",
    )
    learning_rate: float = param(
        Real(
            label=N_("Learning rate"),
            help=N_("length of a step: too large and the loss jumps, too small and it crawls"),
            low=1e-8,
            high=100.0,
            step=0.001,
        ),
        default=0.001,
    )
    validation_split: float = param(
        Real(
            label=N_("Validation share"),
            help=N_("share of the images kept back to measure what was learned"),
            low=0.01,
            high=0.9,
            step=0.05,
        ),
        default=0.2,
    )
    split: str = param(choice.SPLIT, default="auto")
    resize: str = param(choice.RESIZE, default=choice.CROP)
    pixels: str = param(
        Choice(
            label=N_("Pixel range"),
            help=N_("what the 0 to 255 of an image become before they enter the network"),
            options=tuple(PIXEL_RANGES),
            labels={name: pixels.label for name, pixels in PIXEL_RANGES.items()},
            advanced=True,
        ),
        default="0..1",
    )
    seed: int = param(
        Integer(
            label=N_("Seed"),
            help=N_("same seed, same machine: same split, same start, same curve"),
            low=0,
            high=2**31 - 1,
            advanced=True,
        ),
        default=0,
    )

    @property
    def optimizer_slots(self) -> int:
        """Numbers that the optimizer remembers of every weight, as `training_bytes` takes them."""
        return OPTIMIZER_SLOTS[self.optimizer]

    def params(self) -> dict[str, Value]:
        """Return every setting by name."""
        return params_of(self)


def make_plan(values: Mapping[str, Any]) -> TrainingPlan:
    """Make a plan from plain values, as a file or the command line brings them.

    Raises:
        ValueError: if a setting is unknown or out of range; the text says what, expected, received.
    """
    return TrainingPlan(**read_params(TrainingPlan, values, _("the training plan")))
