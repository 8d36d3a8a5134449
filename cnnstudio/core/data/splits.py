"""Which images of a data set are learned from, which are kept back and which only tested with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.core.i18n import N_

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AUTO, STRATIFIED, RANDOM = "auto", "stratified", "random"
RULES: dict[str | None, str] = {
    AUTO: N_("as the data has it, else alike in every class"),
    STRATIFIED: N_("the same share of every class"),
    RANDOM: N_("any images"),
}
"""How the images to be kept back are chosen, by the names that a training plan has for them."""
TRAIN, VALIDATION, TEST = 0, 1, 2
"""Parts that data comes in."""
PART_NAMES = {
    "train": TRAIN, "training": TRAIN,
    "val": VALIDATION, "valid": VALIDATION, "validation": VALIDATION, "dev": VALIDATION,
    "test": TEST, "testing": TEST,
}  # fmt: skip
"""What folders and columns call them, in lower case."""


@dataclass(frozen=True, slots=True)
class Split:
    """Which images of a data set are used for what, by number.

    Attributes:
        training: to learn from.
        validation: to measure with after every epoch.
        test: neither of these, as the data came with more parts.
    """

    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def kept_back(count: int, share: float) -> int:
    """Return how many of a class's `count` images go to validation.

    At least one and never all; a single image is learned from and none is kept back.
    """
    return max(0, min(max(1, round(count * share)), count - 1))


def split(
    classes: NDArray[np.integer],
    parts: NDArray[np.uint8] | None,
    *,
    rule: str,
    share: float,
    seed: int,
) -> Split:
    """Split a data set; the same seed splits it alike.

    Where the data comes in parts and the rule lets that decide, its test part is used to validate
    if it has no part for that. Else the share is taken of all that is no test part.

    Args:
        classes: of the images.
        parts: of the images, `TRAIN`, `VALIDATION` or `TEST`; None if the data has none.
        rule: a key of `RULES`.
        share: of the images to be kept back, where the data does not say which.
        seed: decides which.
    """
    import numpy as np

    parts = np.zeros(len(classes), np.uint8) if parts is None else parts
    # Only what has a part to learn from can be split by its parts.
    has_parts = bool((parts == TRAIN).any() and (parts != TRAIN).any())
    if rule == AUTO and has_parts:
        named = VALIDATION if (parts == VALIDATION).any() else TEST
        return _by_number(parts == TRAIN, parts == named, (parts == TEST) & (named != TEST))
    test = (parts == TEST) & has_parts
    random = np.random.default_rng(seed)
    groups = [np.flatnonzero((classes == label) & ~test) for label in range(_count(classes))]
    if rule == RANDOM:
        groups = [np.flatnonzero(~test)]
    training, validation = [], []
    for group in groups:
        members = random.permutation(group)
        kept = kept_back(len(members), share)
        validation.append(members[:kept])
        training.append(members[kept:])
    return Split(_joined(training), _joined(validation), np.flatnonzero(test))


def _by_number(*masks: NDArray[np.bool_]) -> Split:
    import numpy as np

    training, validation, test = (np.flatnonzero(mask) for mask in masks)
    return Split(training, validation, test)


def _count(classes: NDArray[np.integer]) -> int:
    return int(classes.max()) + 1 if len(classes) else 0


def _joined(groups: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    import numpy as np

    return np.concatenate(groups) if groups else np.zeros(0, np.int64)
