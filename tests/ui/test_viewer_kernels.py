"""Looking at what a block has learned."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown, WeightShown
from cnnstudio.core.map_statistics import histogram_of
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.viewer.kernels import kernels_panel
from cnnstudio.ui.viewer.kernels.kernel_drawing import Moment, as_of
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import mute, retune, uid
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import page_of, played_trainer


def look_at_conv_1(design: OpenDesign, _trainer: PlayedTrainer) -> None:
    design.set_current(uid(design, "conv_1"))


trainer = pytest.fixture(played_trainer)
panel = pytest.fixture(page_of((900, 700), look_at_conv_1))


def weight(
    name: str, values: NDArray[np.float32], before: NDArray[np.float32] | None = None
) -> WeightShown:
    return WeightShown(
        name,
        values.shape,
        values,
        before,
        histogram_of(values),
        None if before is None else histogram_of(before),
        float(values.mean()),
        float(values.std()),
    )


def answered(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot, *weights: WeightShown, step: int = 9
) -> None:
    asked = trainer.kernels_asked[-1]
    with qtbot.waitSignal(panel.stage.kernels.painted):
        trainer.kernels_shown.emit(KernelsShown(asked.number, asked.block, weights, step))


def drawn(panel: ViewerPanel, qtbot: QtBot, values: NDArray[np.float32]) -> None:
    """Wait until the panel draws these values."""

    def is_drawn() -> bool:
        shown = panel.stage.kernels.shown
        if shown is None or shown.picture.values.shape != values.shape:
            return False
        return np.allclose(shown.picture.values, values, atol=1e-6)

    qtbot.waitUntil(is_drawn)


def ones(count: int) -> NDArray[np.float32]:
    return np.ones(count, np.float32)


def filters() -> NDArray[np.float32]:
    return np.random.default_rng(0).normal(size=(3, 3, 3, 8)).astype(np.float32)


def test_k_turns_to_the_kernels_which_are_asked_for_only_then_and_m_back_to_the_maps(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    stage, values = panel.stage, filters()
    assert trainer.kernels_asked == []
    panel.activateWindow()
    stage.pane.map_view.setFocus()
    QTest.keyClick(stage.pane.map_view, Qt.Key.Key_K)
    assert stage.tabs.mode is Mode.KERNELS
    assert trainer.kernels_asked[-1].block == uid(design, "conv_1")
    assert trainer.kernels_asked[-1].seed == design.plan.seed
    answered(
        panel, trainer, qtbot, weight("kernel", values), weight("bias", np.ones(8, np.float32))
    )
    kernels = stage.kernels
    drawn(panel, qtbot, values.mean(axis=2))
    assert "3×3×3×8 · 216 numbers" in kernels.facts.text()
    kernels.inputs.setValue(1)
    drawn(panel, qtbot, values[:, :, 1])
    kernels.map_view.select(5)
    shown = kernels.legend.readout.text()
    assert shown == f"Filter 5 · row 0, column 0: {values[0, 0, 1, 5]:.7g}".replace("-", "−")
    kernels.colours.setChecked(True)
    qtbot.waitUntil(lambda: "red" in value_text(panel))
    assert not kernels.inputs.isEnabled()
    count = len(trainer.kernels_asked)
    QTest.keyClick(kernels.map_view, Qt.Key.Key_M)
    qtbot.waitUntil(lambda: stage.tabs.mode is Mode.MAPS)
    design.set_current(uid(design, "pool_1"))
    assert len(trainer.kernels_asked) == count


def value_text(panel: ViewerPanel) -> str:
    panel.stage.kernels.map_view.select(5)
    return panel.stage.kernels.legend.readout.text()


def test_before_training_and_what_it_changed_are_asked_for_once_and_outlined(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.stage.tabs.turn_to(Mode.KERNELS)
    now, before = filters(), filters()[::-1].copy()
    answered(panel, trainer, qtbot, weight("kernel", now))
    kernels = panel.stage.kernels
    assert not trainer.kernels_asked[-1].before
    kernels.moments.setCurrentIndex(kernels.moments.findData(Moment.CHANGE))
    kernels.moments.activated.emit(2)
    assert trainer.kernels_asked[-1].before
    answered(panel, trainer, qtbot, weight("kernel", now, before))
    drawn(panel, qtbot, (now - before).mean(axis=2))
    assert "outlined" in kernels.origin.text()
    panel.kernel_mode.asking.ask()
    assert not trainer.kernels_asked[-1].before, "they do not change as it learns on"
    answered(panel, trainer, qtbot, weight("kernel", now * 2))
    drawn(panel, qtbot, (2 * now - before).mean(axis=2))


def test_what_has_no_weights_is_muted_or_cannot_be_asked_is_said(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.stage.tabs.turn_to(Mode.KERNELS)
    kernels = panel.stage.kernels
    design.set_current(uid(design, "pool_1"))
    asked = trainer.kernels_asked[-1]
    trainer.kernels_shown.emit(KernelsShown(asked.number, asked.block, (), 9))
    assert "pool_1 has no weights" in said(panel)
    trainer.kernels_failed.emit(KernelsFailed(asked.number, asked.block, "too large"))
    assert said(panel) == "Too large"
    stale = KernelsFailed(asked.number - 1, asked.block, "old")
    trainer.kernels_failed.emit(stale)
    assert said(panel) == "Too large"
    mute(design, "pool_1")
    qtbot.waitUntil(lambda: "muted" in said(panel))
    retune(design, "conv_1", kernel_size=(40, 40))
    qtbot.waitUntil(lambda: "cannot be built" in said(panel))
    design.undo_stack.undo()
    design.set_current(uid(design, "conv_1"))
    trainer.enter(EngineState.LOST)
    assert "engine" in said(panel)
    assert kernels.shown is None
    trainer.enter(EngineState.READY)
    answered(panel, trainer, qtbot, weight("kernel", filters()))


def test_an_enlarged_filter_that_is_gone_leaves_all_of_those_there_are(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.stage.tabs.turn_to(Mode.KERNELS)
    values, kernels = filters(), panel.stage.kernels
    answered(panel, trainer, qtbot, weight("kernel", values), weight("bias", values[0, 0, 0]))
    kernels.map_view.chosen.emit(7)
    qtbot.waitUntil(lambda: kernels.shown is not None and kernels.shown.wanted.filter == 7)
    retune(design, "conv_1", filters=4)
    few = values[..., :4]
    answered(panel, trainer, qtbot, weight("kernel", few), weight("bias", few[0, 0, 0]))
    qtbot.waitUntil(lambda: kernels.shown is not None and kernels.shown.wanted.filter is None)
    drawn(panel, qtbot, few.mean(axis=2))


def test_the_list_of_weights_stays_open_while_it_learns(
    panel: ViewerPanel, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    panel.stage.tabs.turn_to(Mode.KERNELS)
    values, kernels = filters(), panel.stage.kernels
    both = weight("kernel", values), weight("bias", values[0, 0, 0])
    answered(panel, trainer, qtbot, *both)
    with qtbot.assertNotEmitted(kernels.weights.currentIndexChanged):
        panel.kernel_mode.asking.ask()
        answered(panel, trainer, qtbot, *both)


def test_no_weights_are_asked_for_while_another_workspace_is_shown(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    panel.stage.tabs.turn_to(Mode.KERNELS)
    asked = len(trainer.kernels_asked)
    panel.hide()
    retune(design, "conv_1", filters=5)
    with pytest.raises(qtbot.TimeoutError):
        qtbot.waitUntil(lambda: len(trainer.kernels_asked) > asked, timeout=400)
    design.set_current(uid(design, "dense_1"))
    assert len(trainer.kernels_asked) == asked
    panel.show()
    qtbot.waitUntil(lambda: len(trainer.kernels_asked) > asked)
    assert trainer.kernels_asked[-1].block == uid(design, "dense_1")
    assert trainer.kernels_asked[-1].network == design.network


def said(panel: ViewerPanel) -> str:
    notice = panel.stage.kernels.placard.notice
    return notice.text if notice is not None else ""


def test_a_dense_layer_is_a_heat_map_with_a_unit_a_row(
    panel: ViewerPanel, trainer: PlayedTrainer, design: OpenDesign, qtbot: QtBot
) -> None:
    design.set_current(uid(design, "dense_1"))
    panel.stage.tabs.turn_to(Mode.KERNELS)
    values = np.arange(40, dtype=np.float32).reshape(10, 4)
    answered(
        panel, trainer, qtbot, weight("kernel", values), weight("bias", np.ones(4, np.float32))
    )
    kernels = panel.stage.kernels
    assert kernels.shown is not None
    assert kernels.shown.drawing.values.shape == (4, 10, 1)
    kernels.map_view.select(0)
    assert kernels.legend.readout.text() == "Unit 0 · input 0: 0"
    kernels.weights.setCurrentIndex(1)
    kernels.weights.activated.emit(1)
    drawn(panel, qtbot, np.ones((1, 1, 4), np.float32))


def test_weights_that_do_not_fit_into_memory_are_told_of(
    panel: ViewerPanel,
    trainer: PlayedTrainer,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def draw(*_values: object, **_how: object) -> None:
        raise MemoryError

    monkeypatch.setattr(kernels_panel, "draw_kernels", draw)
    panel.stage.tabs.turn_to(Mode.KERNELS)
    kernels = panel.stage.kernels
    asked = trainer.kernels_asked[-1]
    weights = (weight("kernel", filters()),)
    trainer.kernels_shown.emit(KernelsShown(asked.number, asked.block, weights, 9))

    def is_told() -> bool:
        notice = kernels.placard.notice
        return notice is not None and "not enough memory" in notice.text

    qtbot.waitUntil(is_told)


def test_numbers_are_those_of_the_moment_that_is_shown() -> None:
    values, before = filters(), filters() * np.float32(0.5) - np.float32(1)
    shown = replace(weight("kernel", values), before=before)
    assert as_of(shown, Moment.NOW) is shown
    for moment, expected in ((Moment.BEFORE, before), (Moment.CHANGE, values - before)):
        told = as_of(shown, moment)
        assert told.mean == pytest.approx(float(expected.mean()), abs=1e-6)
        assert told.spread == pytest.approx(float(expected.std()), abs=1e-6)
        assert told.histogram.low == pytest.approx(float(expected.min()), abs=1e-6)
        assert told.histogram_before is None
