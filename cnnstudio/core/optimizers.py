"""The optimizers of a training plan: their settings, under Keras's names and with its defaults."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from cnnstudio.core.fields import Choice, Flag, Real, Value
from cnnstudio.core.i18n import N_
from cnnstudio.core.report import ADAM_SLOTS

if TYPE_CHECKING:
    from cnnstudio.core.plan import TrainingPlan


@dataclass(frozen=True, slots=True)
class Optimizer:
    """What is known of an optimizer.

    Attributes:
        slots: numbers it remembers of every weight, whatever its settings.
        settings: names of the plan's settings that it has beside the learning rate.
    """

    slots: int
    settings: tuple[str, ...]


_ADAM = ("beta_1", "beta_2", "epsilon", "amsgrad")
OPTIMIZERS: Mapping[str, Optimizer] = MappingProxyType(
    {
        "Adam": Optimizer(ADAM_SLOTS, _ADAM),
        "SGD": Optimizer(0, ("momentum", "nesterov")),
        "RMSprop": Optimizer(1, ("rho", "momentum", "epsilon", "centered")),
        "AdamW": Optimizer(ADAM_SLOTS, _ADAM),
        "Nadam": Optimizer(ADAM_SLOTS, _ADAM[:-1]),
        "Adagrad": Optimizer(1, ("initial_accumulator_value", "epsilon")),
        "Lion": Optimizer(1, ("beta_1", "beta_2")),
    }
)
"""By Keras's name; every one of them has weight decay and clipping too."""
SETTINGS = frozenset(
    {"weight_decay", "clipping", "clip"}.union(*(known.settings for known in OPTIMIZERS.values()))
)
"""Names of all the settings that some optimizer has."""

CLIPPINGS = ("clipnorm", "global_clipnorm", "clipvalue")
"""Keras's names of the ways to shorten gradients, of which an optimizer has at most one."""

OPTIMIZER = Choice(
    label=N_("Optimizer"),
    help=N_("rule that turns gradients into steps; Adam suits most networks"),
    options=tuple(OPTIMIZERS),
)
LEARNING_RATE = Real(
    label=N_("Learning rate"),
    help=N_("length of a step: too large and the loss jumps, too small and it crawls"),
    low=1e-8,
    high=100.0,
    step=0.001,
)
MOMENTUM = Real(
    label=N_("Momentum"),
    help=N_("share of the last step that goes on in the next: 0.9 rolls through small bumps"),
    low=0.0,
    high=1.0,
    step=0.05,
)
NESTEROV = Flag(
    label=N_("Nesterov"),
    help=N_("look where the momentum leads before the step is made; needs a momentum above 0"),
)
BETA_1 = Real(
    label=N_("Beta 1"),
    help=N_("share of the mean of gradients that is kept at a step"),
    low=0.0,
    high=0.999999,
    step=0.01,
    advanced=True,
)
BETA_2 = Real(
    label=N_("Beta 2"),
    help=N_("share of the mean of squared gradients that is kept at a step"),
    low=0.0,
    high=0.9999999,
    step=0.001,
    optional=True,
    none_label=N_("as usual"),
    advanced=True,
)
RHO = Real(
    label=N_("Rho"),
    help=N_("share of the mean of squared gradients that is kept at a step"),
    low=0.0,
    high=0.9999999,
    step=0.01,
    advanced=True,
)
EPSILON = Real(
    label=N_("Epsilon"),
    help=N_("keeps the step finite where gradients are tiny; larger is calmer"),
    low=1e-12,
    high=1.0,
    step=1e-7,
    advanced=True,
)
AMSGRAD = Flag(
    label=N_("AMSGrad"),
    help=N_("never let a step grow again once gradients have been large"),
    advanced=True,
)
CENTERED = Flag(
    label=N_("Centered"),
    help=N_("measure gradients from their mean: steadier, a little dearer"),
    advanced=True,
)
INITIAL_ACCUMULATOR = Real(
    label=N_("First sums"),
    help=N_("what the sums of squared gradients begin with: larger makes the first steps smaller"),
    low=0.0,
    high=1e3,
    step=0.1,
    advanced=True,
)
WEIGHT_DECAY = Real(
    label=N_("Weight decay"),
    help=N_("share of every weight that a step takes away, times the learning rate"),
    low=0.0,
    high=10.0,
    step=0.001,
    optional=True,
    none_label=N_("as usual"),
    advanced=True,
)
CLIPPING = Choice(
    label=N_("Clip gradients"),
    help=N_("shorten gradients that are too long, so that one bad batch cannot wreck the weights"),
    options=(None, *CLIPPINGS),
    labels={
        None: N_("no"),
        "clipnorm": N_("each weight's, by length"),
        "global_clipnorm": N_("all together, by length"),
        "clipvalue": N_("each number"),
    },
    advanced=True,
)
CLIP = Real(
    label=N_("Clip at"),
    help=N_("the longest a gradient may be"),
    low=1e-6,
    high=1e6,
    step=0.1,
    advanced=True,
)


def arguments_of(plan: TrainingPlan) -> dict[str, Value]:
    """Return what the plan's optimizer takes in Keras beside the learning rate, by name.

    Settings that are left to Keras are left out.
    """
    found = {name: getattr(plan, name) for name in OPTIMIZERS[plan.optimizer].settings}
    found["weight_decay"] = plan.weight_decay
    if plan.clipping is not None:
        found[plan.clipping] = plan.clip
    return {name: value for name, value in found.items() if value is not None}


def slots_of(plan: TrainingPlan) -> int:
    """Return how many numbers the plan's optimizer remembers of every weight."""
    settings = arguments_of(plan)
    more = settings.get("momentum", 0) > 0, settings.get("centered"), settings.get("amsgrad")
    return OPTIMIZERS[plan.optimizer].slots + sum(map(bool, more))


def applying_of(plan: TrainingPlan) -> frozenset[str]:
    """Return the names of the settings that the plan's optimizer has."""
    names = {*OPTIMIZERS[plan.optimizer].settings, "weight_decay", "clipping"}
    if plan.clipping is not None:
        names.add("clip")
    return frozenset(names)
