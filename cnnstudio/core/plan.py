"""How a network is to be trained, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.core import metrics, objective, optimizers, schedules, stopping
from cnnstudio.core.data import choice
from cnnstudio.core.declared import params_of, read_params
from cnnstudio.core.fields import Choice, Flag, Integer, Real, Value, fields_of, param
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.optimizers import OPTIMIZERS as KNOWN_OPTIMIZERS
from cnnstudio.core.pixels import PIXEL_RANGES

OPTIMIZERS = tuple(KNOWN_OPTIMIZERS)


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """Data, optimizer, loss and length of a run, in the order a form shows them.

    The settings of an optimizer bear Keras's names and have its defaults. Those that the chosen
    optimizer, schedule or loss does not have are kept, and count for nothing: see `applying`.
    """

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
    optimizer: str = param(optimizers.OPTIMIZER, default="Adam")
    learning_rate: float = param(optimizers.LEARNING_RATE, default=0.001)
    momentum: float = param(optimizers.MOMENTUM, default=0.0)
    nesterov: bool = param(optimizers.NESTEROV, default=False)
    rho: float = param(optimizers.RHO, default=0.9)
    beta_1: float = param(optimizers.BETA_1, default=0.9)
    beta_2: float | None = param(optimizers.BETA_2, default=None)
    epsilon: float = param(optimizers.EPSILON, default=1e-7)
    amsgrad: bool = param(optimizers.AMSGRAD, default=False)
    centered: bool = param(optimizers.CENTERED, default=False)
    initial_accumulator_value: float = param(optimizers.INITIAL_ACCUMULATOR, default=0.1)
    weight_decay: float | None = param(optimizers.WEIGHT_DECAY, default=None)
    clipping: str | None = param(optimizers.CLIPPING, default=None)
    clip: float = param(optimizers.CLIP, default=1.0)
    schedule: str = param(schedules.SCHEDULE, default=schedules.CONSTANT)
    step_epochs: int = param(schedules.STEP_EPOCHS, default=3)
    step_factor: float = param(schedules.STEP_FACTOR, default=0.5)
    exponential_factor: float = param(schedules.EXPONENTIAL_FACTOR, default=0.9)
    warmup_epochs: float = param(schedules.WARMUP_EPOCHS, default=1.0)
    rise: float = param(schedules.RISE, default=0.3)
    start_share: float = param(schedules.START_SHARE, default=0.04)
    final_share: float = param(schedules.FINAL_SHARE, default=0.0)
    plateau_factor: float = param(schedules.PLATEAU_FACTOR, default=0.5)
    plateau_patience: int = param(schedules.PLATEAU_PATIENCE, default=2)
    lowest_rate: float = param(schedules.LOWEST_RATE, default=0.0)
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
    patience: int | None = param(stopping.PATIENCE, default=None)
    keep_best: bool = param(stopping.KEEP_BEST, default=False)
    monitor: str = param(stopping.MONITOR, default="val_loss")
    min_delta: float = param(stopping.MIN_DELTA, default=0.0)
    loss: str = param(objective.LOSS, default=objective.AUTO)
    label_smoothing: float = param(objective.LABEL_SMOOTHING, default=0.0)
    class_weight: str | None = param(objective.CLASS_WEIGHT, default=None)
    class_weights: tuple[float, ...] = param(objective.CLASS_WEIGHTS, default=(1.0,))
    metrics: tuple[str, ...] = param(metrics.CHOICE, default=())
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

    deterministic: bool = param(
        Flag(
            label=N_("Repeatable"),
            help=N_("the same numbers every time on a graphics card too, at some cost in speed"),
            advanced=True,
        ),
        default=False,
    )
    mixed_precision: bool = param(
        Flag(
            label=N_("Mixed precision"),
            help=N_(
                "compute with half as many bits on a graphics card: faster and half the memory; "
                "without one nothing changes"
            ),
            advanced=True,
        ),
        default=False,
    )

    @property
    def optimizer_slots(self) -> int:
        """Numbers that the optimizer remembers of every weight, as `training_bytes` takes them."""
        return optimizers.slots_of(self)

    @property
    def applying(self) -> frozenset[str]:
        """Names of the settings that count with the choices made in the others."""
        idle = set[str]()
        for part in (optimizers, schedules, stopping, objective):
            idle |= part.SETTINGS - part.applying_of(self)
        return frozenset(name for name in fields_of(TrainingPlan) if name not in idle)

    def params(self) -> dict[str, Value]:
        """Return every setting by name."""
        return params_of(self)


def make_plan(values: Mapping[str, Any]) -> TrainingPlan:
    """Make a plan from plain values, as a file or the command line brings them.

    Raises:
        ValueError: if a setting is unknown or out of range; the text says what, expected, received.
    """
    return TrainingPlan(**read_params(TrainingPlan, values, _("the training plan")))
