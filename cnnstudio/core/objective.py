"""What a network is trained for: the task that follows from its output, and the loss of that task.

Three tasks: telling classes apart, with an output a class; telling two classes apart with a single
output; and guessing a number, for data whose classes are named by numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.fields import Choice, Real
from cnnstudio.core.i18n import N_, _, ngettext
from cnnstudio.core.real_fields import Reals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnstudio.core.plan import TrainingPlan

SIGMOID = "sigmoid"
AUTO, FOCAL = "auto", "focal"
NUMBER_LOSSES = ("mean_squared_error", "mean_absolute_error", "huber")
"""Losses that compare numbers, by Keras's names."""
BALANCED, OWN = "balanced", "own"
MOST_WEIGHTS = 1000
SETTINGS = frozenset({"loss", "label_smoothing", "class_weight", "class_weights"})

LOSS = Choice(
    label=N_("Loss"),
    help=N_("what training makes smaller; by itself it fits the network's output"),
    options=(AUTO, FOCAL, *NUMBER_LOSSES),
    labels={
        AUTO: N_("cross-entropy"),
        FOCAL: N_("focal cross-entropy"),
        "mean_squared_error": N_("squared error of a number"),
        "mean_absolute_error": N_("absolute error of a number"),
        "huber": N_("Huber's error of a number"),
    },
    advanced=True,
)
LABEL_SMOOTHING = Real(
    label=N_("Label smoothing"),
    help=N_("share of certainty taken from each label, so that the network stays modest"),
    low=0.0,
    high=0.9,
    step=0.05,
    advanced=True,
)
CLASS_WEIGHT = Choice(
    label=N_("Class weights"),
    help=N_("make rare classes count more in the loss, so that they are not passed over"),
    options=(None, BALANCED, OWN),
    labels={None: N_("all alike"), BALANCED: N_("balanced"), OWN: N_("my own")},
    advanced=True,
)
CLASS_WEIGHTS = Reals(
    label=N_("Weights"),
    help=N_("how much each class counts in the loss, in the order of the classes"),
    low=0.0,
    high=1e6,
    most=MOST_WEIGHTS,
    advanced=True,
)


class Task(StrEnum):
    """What a network is asked for."""

    CLASSES = "classes"
    BINARY = "binary"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Objective:
    """A task and its loss.

    Attributes:
        task: what is asked.
        loss: `crossentropy`, `focal`, or one of `NUMBER_LOSSES`.
        from_logits: whether the outputs are still to be made into probabilities.
        label_smoothing: share of certainty taken from each label.
    """

    task: Task
    loss: str
    from_logits: bool = False
    label_smoothing: float = 0.0


def objective_of(plan: TrainingPlan, activation: str, outputs: int) -> Objective:
    """Return what a network learns by a plan.

    Args:
        plan: names loss and label smoothing.
        activation: that the network's output has passed last.
        outputs: numbers in its output.
    """
    if plan.loss in NUMBER_LOSSES:
        return Objective(Task.NUMBER, plan.loss)
    loss = FOCAL if plan.loss == FOCAL else "crossentropy"
    if outputs == 1:
        return Objective(Task.BINARY, loss, activation != SIGMOID, plan.label_smoothing)
    return Objective(Task.CLASSES, loss, activation != SOFTMAX, plan.label_smoothing)


def is_single(
    plan_loss: str, labels: Sequence[str], shape: tuple[int, ...] | None, activation: str
) -> bool:
    """Return whether a single output is all that is needed.

    It is for two classes, and where the loss is that of a number, for classes named by numbers.

    Args:
        plan_loss: `TrainingPlan.loss`.
        labels: names of the data's classes.
        shape: of the network's output.
        activation: that it has passed last.
    """
    if shape != (1,):
        return False
    if plan_loss in NUMBER_LOSSES:
        return numbers_of(labels) is not None
    return len(labels) == 2 and activation in (SIGMOID, LINEAR)


def numbers_of(labels: Sequence[str]) -> tuple[float, ...] | None:
    """Return the numbers that name the classes, None if they are named otherwise."""
    try:
        numbers = tuple(float(label) for label in labels)
    except ValueError:
        return None
    return numbers if all(map(math.isfinite, numbers)) else None


def objections(
    plan: TrainingPlan, labels: Sequence[str], shape: tuple[int, ...] | None
) -> list[str]:
    """Say what in a plan's loss and class weights does not fit the data or the output's shape."""
    found = []
    if plan.loss in NUMBER_LOSSES:
        if numbers_of(labels) is None:
            found.append(
                _(
                    "the plan's loss is that of a number, but the classes are not named by "
                    "numbers: choose cross-entropy"
                )
            )
        elif shape is not None and shape != (1,):
            found.append(
                _(
                    "the plan's loss is that of a number, so the network must end in a single "
                    "output: end it in a Dense of 1 unit without activation, or choose "
                    "cross-entropy"
                )
            )
    if plan.class_weight == OWN and len(plan.class_weights) != len(labels):
        found.append(
            ngettext(
                "the plan has {received:,} class weight, but the data has {classes:,} classes: "
                "give one for each",
                "the plan has {received:,} class weights, but the data has {classes:,} classes: "
                "give one for each",
                len(plan.class_weights),
            ).format(received=len(plan.class_weights), classes=len(labels))
        )
    return found


def class_weights_of(plan: TrainingPlan, counts: Sequence[int]) -> tuple[float, ...] | None:
    """Return how much each class counts in the loss, None if all count alike.

    Balanced weights are the reciprocals of the classes' shares, over the number of classes there
    are images of, as in scikit-learn: their mean over all images is 1.

    Args:
        plan: says which weights.
        counts: training images of each class.
    """
    if plan.class_weight == OWN:
        return plan.class_weights
    if plan.class_weight != BALANCED:
        return None
    there = sum(count > 0 for count in counts)
    return tuple(sum(counts) / (there * count) if count else 0.0 for count in counts)


def applying_of(plan: TrainingPlan) -> frozenset[str]:
    """Return the names of the settings that matter to the plan's loss."""
    names = {"loss", "class_weight"}
    if plan.loss not in NUMBER_LOSSES:
        names.add("label_smoothing")
    if plan.class_weight == OWN:
        names.add("class_weights")
    return frozenset(names)
