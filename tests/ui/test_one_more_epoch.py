"""One more epoch: with which rate it is learned, and when it can be had."""

import pytest

from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.run_control import one_epoch


@pytest.mark.parametrize(
    ("schedule", "last", "expected"),
    [
        ("constant", 0.25, 0.25),
        ("constant", 0.0, 0.1),
        ("cosine", 0.02, 0.02),
        ("cosine", 1e-9, 0.001),
    ],
)
def test_one_more_epoch_goes_on_with_the_last_rate_unless_that_is_nearly_nothing(
    schedule: str, last: float, expected: float
) -> None:
    plan = TrainingPlan(schedule=schedule, learning_rate=0.1, epochs=9)
    more = one_epoch(plan, last)
    assert (more.epochs, more.schedule) == (1, "constant")
    assert more.learning_rate == pytest.approx(expected)
