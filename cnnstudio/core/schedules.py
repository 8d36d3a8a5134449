"""How the learning rate goes over a run: one function of the plan and the step.

The engine trains by it, the form draws it, and the written code says the same with Keras's own
schedules, against which it is tested.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from cnnstudio.core.fields import Choice, Integer, Real
from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    from cnnstudio.core.plan import TrainingPlan

CONSTANT, STEP, EXPONENTIAL, COSINE, ONE_CYCLE, PLATEAU = (
    "constant", "step", "exponential", "cosine", "one_cycle", "plateau",
)  # fmt: skip

SCHEDULE = Choice(
    label=N_("Schedule"),
    help=N_("how the learning rate goes over the run: large steps first, small ones to settle"),
    options=(CONSTANT, STEP, EXPONENTIAL, COSINE, ONE_CYCLE, PLATEAU),
    labels={
        CONSTANT: N_("constant"),
        STEP: N_("falls in steps"),
        EXPONENTIAL: N_("falls every batch"),
        COSINE: N_("warm-up and cosine"),
        ONE_CYCLE: N_("one cycle"),
        PLATEAU: N_("falls on a plateau"),
    },
)
STEP_EPOCHS = Integer(
    label=N_("Epochs a step"),
    help=N_("after how many epochs the learning rate falls each time"),
    low=1,
    high=100_000,
)
STEP_FACTOR = Real(
    label=N_("Factor a step"),
    help=N_("what the learning rate is multiplied by each time"),
    low=0.001,
    high=1.0,
    step=0.1,
)
EXPONENTIAL_FACTOR = Real(
    label=N_("Factor an epoch"),
    help=N_("what the learning rate has been multiplied by after every epoch"),
    low=0.001,
    high=1.0,
    step=0.05,
)
WARMUP_EPOCHS = Real(
    label=N_("Warm-up epochs"),
    help=N_("how long the learning rate rises from zero, so that new weights are not thrown about"),
    low=0.0,
    high=1000.0,
    step=0.5,
)
RISE = Real(
    label=N_("Rise"),
    help=N_("share of the run in which the learning rate rises to its peak, before it falls"),
    low=0.0,
    high=0.99,
    step=0.05,
)
START_SHARE = Real(
    label=N_("Start share"),
    help=N_("what share of its peak the learning rate begins with"),
    low=0.0,
    high=1.0,
    step=0.01,
    advanced=True,
)
FINAL_SHARE = Real(
    label=N_("Final share"),
    help=N_("what share of the learning rate is left at the end of the run"),
    low=0.0,
    high=1.0,
    step=0.01,
    advanced=True,
)
PLATEAU_FACTOR = Real(
    label=N_("Factor"),
    help=N_("what the learning rate is multiplied by when nothing gets better any more"),
    low=0.001,
    high=0.99,
    step=0.1,
)
PLATEAU_PATIENCE = Integer(
    label=N_("Patience"),
    help=N_("epochs without anything better before the learning rate falls"),
    low=1,
    high=10_000,
)
LOWEST_RATE = Real(
    label=N_("Lowest rate"),
    help=N_("below which the learning rate does not fall on plateaus"),
    low=0.0,
    high=1.0,
    step=1e-5,
    advanced=True,
)
_SETTINGS: dict[str, tuple[str, ...]] = {
    CONSTANT: (),
    STEP: ("step_epochs", "step_factor"),
    EXPONENTIAL: ("exponential_factor",),
    COSINE: ("warmup_epochs", "final_share"),
    ONE_CYCLE: ("rise", "start_share", "final_share"),
    PLATEAU: ("plateau_factor", "plateau_patience", "lowest_rate"),
}
SETTINGS = frozenset[str]().union(*_SETTINGS.values())
"""Names of all the settings that some schedule has."""


def rate(plan: TrainingPlan, step: int, steps_an_epoch: int) -> float:
    """Return the learning rate of a step.

    A plateau shows only in what is measured, so that schedule is flat here; `stopping.Watch` says
    when it falls.

    Args:
        plan: the plan.
        step: batches learned before, from 0; from the plan's end on the rate stays as it is.
        steps_an_epoch: batches an epoch.
    """
    full = plan.learning_rate
    match plan.schedule:
        case "step":
            return float(full * plan.step_factor ** (step // (plan.step_epochs * steps_an_epoch)))
        case "exponential":
            return float(full * plan.exponential_factor ** (step / steps_an_epoch))
        case "cosine" | "one_cycle":
            start = full * plan.start_share if plan.schedule == ONE_CYCLE else 0.0
            rise, fall = rise_and_fall(plan, steps_an_epoch)
            if step < rise:
                return float(start + (full - start) * step / rise)
            done = min(step - rise, fall) / fall
            share = 0.5 * (1.0 + math.cos(math.pi * done))
            return float(full * ((1.0 - plan.final_share) * share + plan.final_share))
        case _:
            return float(full)


def rise_and_fall(plan: TrainingPlan, steps_an_epoch: int) -> tuple[int, int]:
    """Return in how many steps a rate with a peak rises to it, and in how many it falls.

    A linear rise as Goyal et al. 2017, https://arxiv.org/abs/1706.02677, and Smith 2018,
    https://arxiv.org/abs/1803.09820, have it; a fall by half a cosine as Loshchilov and Hutter
    2017, https://arxiv.org/abs/1608.03983.
    """
    total = plan.epochs * steps_an_epoch
    wanted = (
        plan.rise * total if plan.schedule == ONE_CYCLE else plan.warmup_epochs * steps_an_epoch
    )
    rise = min(round(wanted), total - 1)
    return rise, total - rise


def applying_of(plan: TrainingPlan) -> frozenset[str]:
    """Return the names of the settings that the plan's schedule has."""
    return frozenset(_SETTINGS[plan.schedule])
