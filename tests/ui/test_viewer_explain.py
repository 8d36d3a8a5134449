"""Explanations in the window: clicking, arrow keys, newest wins, step by step, and the field."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.explain_messages import Explain, Explained, ExplainFailed
from cnnstudio.core.explaining import (
    Activated,
    Explanation,
    Merged,
    Mixture,
    Normalized,
    Parts,
    Passed,
    Pooled,
    Scaled,
    Seen,
    SeparableSum,
    ToUnitLength,
    Untold,
    WeightedSum,
)
from cnnstudio.core.map_layout import Place
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.color_scales import ColorScale, colors
from cnnstudio.ui.viewer.explain import wording
from cnnstudio.ui.viewer.explain.cells import tint
from cnnstudio.ui.viewer.explain.panel import ExplainPanel
from cnnstudio.ui.viewer.explain.pieces import pieces_of
from cnnstudio.ui.viewer.explain.story import story
from cnnstudio.ui.viewer.map_painting import value_area
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer

LEFT = Qt.MouseButton.LeftButton
SEEN = Seen(((-1, 0, 1), (4, 5, 6)), (28, 28))
INPUTS = np.array(
    [[[0, 0], [0, 0], [0, 0]], [[1, 2], [3, 4], [5, 6]], [[1, 1], [1, 1], [1, 1]]], np.float32
)
WEIGHTS = np.full((3, 3, 2), 0.5, np.float32)
SUM = WeightedSum(INPUTS, WEIGHTS, -0.25, SEEN)


def told(parts: Parts = SUM, index: tuple[int, ...] = (0, 5, 3), **more: Any) -> Explanation:
    total = parts.result
    value = np.float32(total).item()
    about = Explanation("b", index, value, parts, total, margin=1e-4, source="input_1")
    return replace(about, **more)


trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((900, 700)))


@pytest.fixture
def enlarged(panel: ViewerPanel, qtbot: QtBot) -> ViewerPanel:
    with qtbot.waitSignal(panel.painted):
        panel.stage.pane.enlarge(3)
    return panel


def click(panel: ViewerPanel, place: Place) -> None:
    view = panel.stage.pane.map_view
    assert view.drawing is not None
    area = value_area(view.area_of(place.channel), view.drawing, place)
    QTest.mouseClick(view, LEFT, pos=area.center().toPoint())


def answer(trainer: PlayedTrainer, question: Explain, about: Explanation | None = None) -> None:
    about = about or told(index=question.index)
    trainer.explained.emit(Explained(question.generation, question.block, question.index, about))


def test_clicking_a_number_asks_why_it_is_that_and_says_it(
    enlarged: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign
) -> None:
    assert enlarged.explanation.isHidden()
    click(enlarged, Place(3, 5, 7))
    conv = uid(design, "conv_1")
    assert trainer.questions == [Explain(trainer.generation, conv, (5, 7, 3))]
    answer(trainer, trainer.questions[0])
    shown = enlarged.explanation
    assert shown.isVisible()
    assert "conv_1 · row 5, column 7, channel 3" in shown.title.text()
    assert "Σ 13.5 + bias (−0.25) = 13.25" in shown.figures.text()
    assert "The map has 13.25" in shown.check.text()
    assert shown.verdict.isHidden()


def test_clicking_a_map_among_all_still_enlarges_it(
    panel: ViewerPanel, trainer: PlayedTrainer
) -> None:
    area = panel.stage.pane.map_view.area_of(2)
    QTest.mouseClick(panel.stage.pane.map_view, LEFT, pos=area.center().toPoint())
    assert panel.stage.pane.channel == 2
    assert trainer.questions == []


def test_arrow_keys_lead_to_the_neighbour_and_only_the_newest_answer_counts(
    enlarged: ViewerPanel, trainer: PlayedTrainer
) -> None:
    click(enlarged, Place(3, 5, 7))
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
        QTest.keyClick(enlarged.explanation, key)
    assert [question.index for question in trainer.questions] == [(5, 7, 3), (5, 8, 3), (6, 8, 3)]
    answer(trainer, trainer.questions[2], told(index=(6, 8, 3)))
    answer(trainer, trainer.questions[0], told(index=(5, 7, 3)))
    assert enlarged.explanation.told is not None
    assert enlarged.explanation.told.index == (6, 8, 3)
    assert enlarged.explaining.pinned == Place(3, 6, 8)


def test_the_arrow_keys_stop_at_the_edge(enlarged: ViewerPanel, trainer: PlayedTrainer) -> None:
    click(enlarged, Place(3, 0, 0))
    for key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
        QTest.keyClick(enlarged.explanation, key)
        QTest.keyClick(enlarged.stage.pane.map_view, key)
    assert len(trainer.questions) == 1


def test_the_keyboard_alone_opens_moves_and_closes(
    enlarged: ViewerPanel, trainer: PlayedTrainer
) -> None:
    view = enlarged.stage.pane.map_view
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert trainer.questions[-1].index == (13, 13, 3)
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert trainer.questions[-1].index == (13, 12, 3)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert enlarged.explanation.isHidden()
    assert enlarged.stage.pane.channel == 3
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert enlarged.stage.pane.channel is None


def test_escape_in_the_panel_ends_the_telling_first_and_then_closes(
    enlarged: ViewerPanel, trainer: PlayedTrainer
) -> None:
    click(enlarged, Place(3, 5, 7))
    answer(trainer, trainer.questions[0])
    shown = enlarged.explanation
    shown.tell()
    assert shown.telling.at == 0
    shown.leave()
    assert shown.telling.at is None
    assert shown.isVisible()
    shown.leave()
    assert shown.isHidden()
    assert enlarged.explaining.pinned is None


def test_new_maps_of_the_block_are_explained_anew(
    enlarged: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    click(enlarged, Place(3, 5, 7))
    with qtbot.waitSignal(enlarged.painted):
        enlarged.inquiry.ask()
    assert trainer.questions[-1] == Explain(
        trainer.generation, trainer.questions[0].block, (5, 7, 3)
    )
    assert len(trainer.questions) == 2
    # The answer that comes now is of weights that are no longer shown.
    answer(trainer, trainer.questions[0])
    assert enlarged.explanation.told is None


def test_of_another_block_a_click_is_waited_for(
    enlarged: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    click(enlarged, Place(3, 5, 7))
    answer(trainer, trainer.questions[0])
    with qtbot.waitSignal(enlarged.painted):
        design.set_current(uid(design, "pool_1"))
    assert enlarged.explanation.told is None
    assert "Click a number" in enlarged.explanation.story.text()
    assert len(trainer.questions) == 1


def test_a_bar_is_explained_by_a_click_and_the_next_by_an_arrow_key(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    trainer.values[uid(design, "dense_1")] = np.linspace(0, 1, 10, dtype=np.float32)
    with qtbot.waitSignal(panel.painted):
        design.set_current(uid(design, "dense_1"))
    bars = panel.stage.pane.vector_view
    middle = QPointF(bars.width() / 2 + 4, bars.height() / 2).toPoint()
    QTest.mouseClick(bars, LEFT, pos=middle)
    unit = trainer.questions[-1].index[0]
    QTest.keyClick(bars, Qt.Key.Key_Right)
    assert trainer.questions[-1].index == (unit + 1,)
    QTest.keyClick(panel.explanation, Qt.Key.Key_Left)
    assert trainer.questions[-1].index == (unit,)
    QTest.keyClick(bars, Qt.Key.Key_Escape)
    assert panel.explanation.isHidden()


def test_what_cannot_be_explained_is_said(enlarged: ViewerPanel, trainer: PlayedTrainer) -> None:
    click(enlarged, Place(3, 5, 7))
    asked = trainer.questions[0]
    trainer.explain_failed.emit(
        ExplainFailed(asked.generation, asked.block, asked.index, "no such place")
    )
    assert enlarged.explanation.story.text() == "no such place"


def test_pointing_at_a_number_frames_what_it_sees_in_both_images(
    enlarged: ViewerPanel, qtbot: QtBot
) -> None:
    view = enlarged.stage.pane.map_view
    assert view.drawing is not None
    area = value_area(view.area_of(3), view.drawing, Place(3, 5, 7))
    QTest.mouseMove(view, area.center().toPoint())
    part = enlarged.image_card.entered.marked
    assert part is not None
    found = (part.left() * 28, part.top() * 28, part.width() * 28, part.height() * 28)
    assert found == pytest.approx((7, 5, 3, 3))
    assert enlarged.image_card.opened.marked == part
    enlarged.stage.pane.map_view.leaveEvent(None)  # type: ignore[arg-type]  # what it brings is not read
    assert enlarged.image_card.entered.marked is None


@pytest.fixture
def alone(theme: Theme, qtbot: QtBot) -> ExplainPanel:
    alone = ExplainPanel(theme)
    qtbot.addWidget(alone)
    alone.resize(700, 400)
    alone.show()
    return alone


def test_a_sum_is_told_term_by_term_and_can_be_paused_and_turned_back(
    alone: ExplainPanel, design: OpenDesign, qtbot: QtBot
) -> None:
    alone.show_explanation(design.network.nodes[1], told())
    QTest.keyClick(alone, Qt.Key.Key_P)
    assert alone.telling.runs
    QTest.keyClick(alone, Qt.Key.Key_Space)
    assert not alone.telling.runs
    assert alone.telling.at == 0
    for _each in range(4):
        QTest.keyClick(alone, Qt.Key.Key_Right)
    assert alone.step_line.text() == "4 × 0.5 = 2, so far 3"
    QTest.keyClick(alone, Qt.Key.Key_Left)
    assert alone.step_line.text() == "2 × 0.5 = 1, so far 1"
    alone.telling.go(len(alone.figure.pieces.steps) - 2)
    QTest.keyClick(alone, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: alone.telling.at is None)
    assert alone.figure.step is None


def test_the_steps_of_a_long_sum_end_at_the_sum() -> None:
    draw = np.random.default_rng(1)
    inputs = draw.normal(size=(3, 3, 60)).astype(np.float32)
    weights = draw.normal(size=(3, 3, 60)).astype(np.float32)
    parts = WeightedSum(inputs, weights, None, Seen(((0, 1, 2), (0, 1, 2)), (9, 9)))
    pieces = pieces_of(told(parts))
    assert pieces.count == 60
    assert sum(pieces.make(row).adds for row in range(60)) == pytest.approx(parts.result)
    sizes = [abs(pieces.make(row).adds) for row in range(60)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(pieces.steps) < 30
    end = float(pieces.steps[-1].text.rsplit(" ", 1)[-1].replace("−", "-"))
    assert end == pytest.approx(parts.result, rel=0.01)


MANY: list[Parts] = [
    SUM,
    WeightedSum(INPUTS[1, 1], WEIGHTS[0, 0], 0.5, Seen((), ())),
    SeparableSum(INPUTS, np.ones((3, 3, 2, 2), np.float32), np.ones((2, 2), np.float32), 1.0, SEEN),
    Pooled(INPUTS[..., 0], SEEN, is_max=True),
    Pooled(INPUTS[..., 0], SEEN, is_max=False),
    Normalized(0.4, 0.1, 0.09, 0.001, 1.5, -0.2),
    Normalized(0.4, 0.1, 0.09, 0.0, inverted=True),
    Normalized(0.4, 0.1, 0.09, 0.001, over=36),
    Scaled(253.0, 1 / 255, 0.0),
    Scaled(0.3, 0.0, 0.0, is_drawn=True, dropping=0.4),
    Scaled(0.3, 1 / 0.6, 0.0, is_drawn=True, dropping=0.4),
    Scaled(0.3, 1.0, 0.05, is_drawn=True),
    ToUnitLength(0.3, 0.25, 4),
    Passed(0.3, (4, 5, 6)),
    Passed(0.0, None),
    Passed(0.3, (4, 5, 6), 1),
    Mixture(np.ones((2, 2), np.float32), np.full((2, 2), 0.25), Seen(((0, 1), (0, 1)), (9, 9))),
    Merged("Add", (0.5, -0.25), ("conv_1", "input_1")),
    Merged("Multiply", (0.5, -0.25), ("conv_1", "input_1")),
    Untold(0.3, np.ones(4, np.float32), (7, 4)),
    WeightedSum(np.full((1, 2, 2, 1), np.nan, np.float32), np.ones((1, 2, 2, 1), np.float32), None,
                Seen(((0,), (0, 1), (0, 1)), (3, 3, 3))),
]  # fmt: skip


@pytest.mark.parametrize(
    "parts", MANY, ids=[f"{type(parts).__name__}-{n}" for n, parts in enumerate(MANY)]
)
def test_every_sort_of_parts_is_drawn_told_and_in_words(
    parts: Parts, alone: ExplainPanel, design: OpenDesign
) -> None:
    about = told(parts)
    alone.show_explanation(design.network.nodes[1], about)
    assert not alone.grab().isNull()
    assert "= " in wording.figures(about)
    assert story(about)
    pieces = alone.figure.pieces
    assert pieces is not None
    for step in pieces.steps:
        alone.figure.show_step(step)
        assert not alone.grab().isNull()
        assert step.text


def test_softmax_shows_the_numbers_it_compares(alone: ExplainPanel, design: OpenDesign) -> None:
    beside = np.array([0.0, 2.0, 1.0])
    after = Activated("softmax", 2.0, 0.665, beside)
    about = told(Passed(2.0, (1,)), (1,), activation=after)
    alone.show_explanation(design.network.nodes[1], about, ("a", "b", "c"))
    assert "class b" in alone.title.text()
    assert "softmax = e^2 ÷ (e^2 + 3.72 of the 2 others) = 0.665" in alone.figures.text()
    pieces = alone.figure.pieces
    assert pieces is not None
    assert [pieces.make(row).name for row in range(3)] == ["b", "c", "a"]


def test_what_does_not_add_up_is_said_plainly(alone: ExplainPanel, design: OpenDesign) -> None:
    alone.show_explanation(design.network.nodes[1], told(value=14.0))
    assert "differs by 0.75" in alone.verdict.text()
    assert alone.verdict.isVisible()
    assert "✓" not in alone.check.text()


def test_a_dense_input_is_named_by_its_place_in_the_maps(alone: ExplainPanel) -> None:
    parts = WeightedSum(np.arange(24, dtype=np.float32), np.ones(24, np.float32), 0.0, Seen((), ()))
    pieces = pieces_of(told(parts, (1,), flattened=(3, 4, 2)))
    assert pieces.make(0).name == "row 2, column 3, channel 1"


def test_the_panel_gives_its_room_back(enlarged: ViewerPanel) -> None:
    click(enlarged, Place(3, 5, 7))
    assert not enlarged.path.isVisibleTo(enlarged)
    enlarged.explanation.close_button.click()
    assert enlarged.path.isVisible()
    assert enlarged.stage.statistics.isVisible()


def test_dragging_a_map_explains_nothing(enlarged: ViewerPanel, trainer: PlayedTrainer) -> None:
    view = enlarged.stage.pane.map_view
    start = view.rect().center()
    QTest.mousePress(view, LEFT, pos=start)
    for step in range(1, 6):
        QTest.mouseMove(view, start + QPoint(10 * step, 0))
    QTest.mouseRelease(view, LEFT, pos=start + QPoint(50, 0))
    assert trainer.questions == []


def test_signs_have_the_colours_that_maps_and_kernels_give_them(theme: Theme) -> None:
    scale = colors(ColorScale.DIVERGING, dark=False)
    for value, drawn in ((-1.0, scale[0]), (1.0, scale[-1])):
        told = tint(value, 1.0, theme)
        assert (told.red() > told.blue()) == (drawn[0] > drawn[2]), value
