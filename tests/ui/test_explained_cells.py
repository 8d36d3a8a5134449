"""Numbers in the cells of an explanation, which have room for six or seven characters."""

from __future__ import annotations

import pytest

from cnnstudio.ui.viewer.explain.cells import fitting


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.25, "0.25"),
        (-0.0352, "−0.035"),
        (-0.00612, "−0.006"),
        (0.00061, "0.0006"),
        (-0.00061, "−6e−4"),
        (6.1e-5, "6.1e−5"),
        (-6.1e-5, "−6e−5"),
        (6.1e-11, "6e−11"),
        (1234.4, "1234"),
        (1.5e7, "1.5e7"),
        (-1.5e20, "−2e20"),
        (0.0, "0"),
    ],
)
def test_a_cell_of_six_characters_has_no_power_of_ten_where_it_can_do_without(
    value: float, text: str
) -> None:
    assert fitting(value, lambda text: len(text) <= 6) == text


def test_a_power_of_ten_is_as_short_as_can_be_where_nothing_else_has_room() -> None:
    assert fitting(-6.1e-5, lambda text: len(text) <= 5) == "−6e−5"
    assert fitting(2e7, lambda text: len(text) <= 4) == "2e7"
