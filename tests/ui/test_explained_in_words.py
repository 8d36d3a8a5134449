"""What an explanation says: its line of figures, its words and the names of its rows."""

from __future__ import annotations

import pytest

from cnnstudio.core.explaining import Activated, Explanation, Parts, Scaled
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
    assert story(about).startswith("0.3 was kept, and divided by 1 − 0.25 = 0.75")
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
