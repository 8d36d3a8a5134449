"""What an explanation says: its line of figures, its words and the names of its rows."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.core.explaining import Activated, Explanation, Parts, Scaled, Seen, WeightedSum
from cnnstudio.ui.viewer.explain import wording
from cnnstudio.ui.viewer.explain.pieces import pieces_of
from cnnstudio.ui.viewer.explain.story import story


def told(parts: Parts, activation: Activated | None = None) -> Explanation:
    total = parts.result
    value = activation.after if activation else total
    return Explanation("b", (1,), value, parts, total, activation, margin=1e-4, source="flat_1")


def names(about: Explanation, labels: tuple[str, ...] = ()) -> list[str]:
    pieces = pieces_of(about, labels)
    return [pieces.make(row).name for row in range(pieces.count)]


def test_a_dropped_number_is_said_to_be_dropped() -> None:
    about = told(Scaled(0.3, 0.0, 0.0, is_drawn=True, dropping=0.25))
    assert wording.figures(about) == "0.3 × 0 = 0"
    assert story(about).startswith("0.3 was dropped, so 0 is left: while learning, 25 %")
    assert names(about) == ["the number", "dropped"]


def test_a_kept_number_is_said_to_be_divided_by_one_less_the_rate() -> None:
    about = told(Scaled(0.3, 1 / 0.75, 0.0, is_drawn=True, dropping=0.25))
    assert wording.figures(about) == "0.3 ÷ (1 − 0.25) = 0.4"
    assert story(about).startswith("0.3 was kept and divided by 1 − 0.25 = 0.75")
    assert names(about) == ["the number", "kept, ÷ (1 − rate)"]


def test_of_zero_it_is_said_that_dropping_it_makes_no_difference() -> None:
    about = told(Scaled(0.0, 0.0, 0.0, is_drawn=True, dropping=0.25))
    assert story(about).startswith("It is 0, dropped or not")
    assert names(about) == ["the number"]


@pytest.mark.parametrize(
    ("parts", "figures"),
    [
        (Scaled(0.5, 2.0, 0.0), "0.5 × 2 = 1"),
        (Scaled(0.5, 1.0, -0.25, is_drawn=True), "0.5 + (−0.25) = 0.25"),
        (Scaled(0.5, 2.0, 0.25), "0.5 × 2 + 0.25 = 1.25"),
    ],
)
def test_a_scaling_is_written_without_what_changes_nothing(parts: Scaled, figures: str) -> None:
    assert wording.figures(told(parts)) == figures


def classified(*logits: float) -> Explanation:
    """Explain the second of some classes."""
    inputs = np.array([1, 2], np.float32)
    parts = WeightedSum(inputs, np.array([0.5, 1], np.float32), logits[1] - 2.5, Seen((), ()))
    beside = np.array(logits)
    powers = np.exp(beside - beside.max())
    after = Activated("softmax", logits[1], float(powers[1] / powers.sum()), beside)
    return told(parts, after)


def test_softmax_says_how_large_what_it_divides_by_is() -> None:
    assert wording.figures(classified(0.0, 2.0, 1.0)).endswith(
        "softmax = e^2 ÷ (e^2 + 3.72 of the 2 others) = 0.665241"
    )
    assert "listed below" in story(classified(0.0, 2.0, 1.0))


def test_a_sure_softmax_still_says_what_the_others_add() -> None:
    assert "e^0 ÷ (e^0 + 2.22e−20 of the 2 others)" in wording.figures(classified(-6.0, 40.0, -5.9))


def test_softmax_of_large_logits_is_told_less_the_largest() -> None:
    about = classified(500.0, 498.0, -500.0)
    assert "softmax = e^(−2) ÷ (e^(−2) + 1 of the 2 others)" in wording.figures(about)


def test_below_the_inputs_of_a_class_stand_the_logits_of_all() -> None:
    about = classified(0.0, 2.0, 1.0)
    labels = ("cat", "dog", "ship")
    logits = ["this logit: dog", "logit of ship", "logit of cat"]
    assert names(about, labels) == ["input 1", "input 0", *logits]
    assert names(about)[2] == "this logit: unit 1"
    pieces = pieces_of(about, labels)
    assert [(pieces.make(row).text, pieces.make(row).adds) for row in (2, 4)] == [
        ("e^2 = 7.39", 2.0),
        ("e^0 = 1", 0.0),
    ]
    assert pieces.steps[-1].row == 2
    assert pieces.steps[-1].text.endswith("= 0.665")
