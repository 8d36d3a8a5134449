"""The statistics beside the maps."""

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.map_statistics import histogram_of
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.statistics.histogram_view import HistogramView
from cnnstudio.ui.viewer.statistics.statistics_card import StatisticsCard


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> StatisticsCard:
    card = StatisticsCard(theme)
    qtbot.addWidget(card)
    card.resize(640, 44)
    card.show()
    return card


def test_a_block_s_values_are_told_in_numbers_and_dead_maps_are_warned_of(
    card: StatisticsCard, qtbot: QtBot
) -> None:
    values = np.zeros((4, 4, 3), np.float32)
    values[..., 0], values[..., 1] = 2, 4
    with qtbot.waitSignal(card.shown):
        card.show_values(values)
    assert card.facts.text() == "mean 2 · spread 1.63 · from 0 to 4 · 33 % zeros"
    assert card.alarm.text() == "1 of 3 maps is dead: zero everywhere for this image"
    assert card.alarm.property("tone") == "warning"
    with qtbot.waitSignal(card.shown):
        card.show_values(np.zeros((4, 4, 3), np.float32))
    assert card.alarm.property("tone") == "error"
    card.clear()
    assert card.facts.text() == card.alarm.text() == ""


def test_nan_and_infinity_are_alarming_in_words(card: StatisticsCard, qtbot: QtBot) -> None:
    values = np.ones((4, 4, 3), np.float32)
    values[0, 0], values[1, 0, 0] = np.nan, np.inf
    with qtbot.waitSignal(card.shown):
        card.show_values(values)
    assert card.alarm.text() == "3 values are NaN · 1 value is infinite"
    assert card.alarm.property("tone") == "error"
    assert "diverged" in card.alarm.toolTip()
    assert card.facts.text().startswith("mean 1 · spread 0")


def test_a_bar_tells_how_many_values_it_stands_for_and_what_was_before_is_an_outline(
    theme: Theme, qtbot: QtBot
) -> None:
    view = HistogramView(theme)
    qtbot.addWidget(view)
    view.resize(view.sizeHint())
    assert view.told(10) == view.toolTip()
    plain = view.grab().toImage()
    values = np.concatenate([np.full(7, -1.0), np.full(3, 1.0)]).astype(np.float32)
    view.show_bars(histogram_of(values))
    assert view.told(1).startswith("7 values from −1 to")
    assert view.told(view.width() - 2).startswith("3 values from 0.969 to 1")
    filled = view.grab().toImage()
    assert filled != plain
    view.show_bars(histogram_of(values), histogram_of(values * 2))
    assert view.told(1) == view.toolTip(), "nothing is there any more"
    assert view.grab().toImage() != filled
