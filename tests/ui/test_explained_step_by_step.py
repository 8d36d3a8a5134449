"""The telling of an explanation: how fast it goes, and what stands beside the grids meanwhile."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from cnnstudio.core.explaining import Explanation, Pooled, Seen, WeightedSum
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.explain.figure import Figure
from cnnstudio.ui.viewer.explain.pieces import pieces_of
from cnnstudio.ui.viewer.explain.rows import Step
from cnnstudio.ui.viewer.explain.telling import LONGEST_MS, Telling


@pytest.fixture
def telling(qtbot: QtBot) -> Iterator[Telling]:
    telling = Telling()
    yield telling
    telling.end()
    telling.deleteLater()


def steps(count: int) -> list[Step]:
    return [Step(0, number, str(number)) for number in range(1, count + 1)]


def convolved() -> Explanation:
    inputs = np.arange(9, dtype=np.float32).reshape(3, 3, 1)
    seen = Seen(((0, 1, 2), (0, 1, 2)), (9, 9))
    parts = WeightedSum(inputs, np.ones((3, 3, 1), np.float32), None, seen)
    return Explanation("b", (1, 1, 0), parts.result, parts, parts.result)


def test_nine_terms_are_told_slowly_enough_to_be_read(telling: Telling) -> None:
    telling.begin(steps(9))
    assert telling.seconds / 9 >= 0.9


@pytest.mark.parametrize("count", [13, 60, 400, 50_000])
def test_many_terms_take_no_longer_than_the_longest_telling(telling: Telling, count: int) -> None:
    telling.begin(steps(count))
    assert LONGEST_MS / 2000 <= telling.seconds <= LONGEST_MS / 1000


def test_where_steps_are_left_out_the_last_is_shown_all_the_same(
    telling: Telling, qtbot: QtBot
) -> None:
    many = steps(50_000)
    seen: list[Step | None] = []
    telling.begin(many)
    telling.go(len(many) - 2)
    telling.moved.connect(seen.append)
    qtbot.waitUntil(lambda: telling.at is None)
    assert seen == [many[-1], None]


def test_the_sum_so_far_stands_beside_the_grids_after_every_term(
    theme: Theme, qtbot: QtBot
) -> None:
    figure = Figure(theme)
    qtbot.addWidget(figure)
    pieces = pieces_of(convolved())
    figure.show_pieces(pieces)
    figure.resize(900, figure.sizeHint().height())
    told = pieces.steps[:9]
    assert [step.so_far for step in told] == list(np.cumsum(np.arange(9)))

    def beside(step: Step) -> QImage:
        figure.show_step(step)
        image = figure.grab().toImage()
        left = image.width() - round((image.width() - figure.minimumWidth()) + 90)
        return image.copy(left, 0, image.width() - left, image.height())

    drawn = [beside(step) for step in told]
    assert all(drawn[n] != drawn[n + 1] for n in range(1, 8))


def test_the_largest_so_far_stands_beside_a_window() -> None:
    seen = Seen(((-1, 0), (0, 1)), (4, 4), 0)
    parts = Pooled(np.array([[0, 0], [3, 5]], np.float32), seen, is_max=True)
    told = pieces_of(Explanation("b", (0, 0, 0), 5.0, parts, 5.0)).steps
    assert [step.so_far for step in told] == [None, None, 3.0, 5.0]
