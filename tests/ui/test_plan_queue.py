"""The queue of plans: what waits is trained in turn, and a person's Stop holds it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.document import starter_design
from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.ui.plan_queue import PlanQueue, QueuedPlan
from cnnstudio.ui.queue_file import QueueFile
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.queue_strip import QueueStrip

DESIGN = starter_design()


def queued(name: str) -> QueuedPlan:
    return QueuedPlan(name, DESIGN.network, replace(DESIGN.plan, epochs=3))


class OneRunTrainer(QObject):
    """Has what the queue uses of a trainer: whether a run goes on, and its end."""

    run_ended = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_running = False
        self.state = EngineState.READY

    def end(self, *, stopped: bool = False, failed: bool = False) -> None:
        self.is_running = False
        self.run_ended.emit(RunFailed(1, "why") if failed else RunFinished(1, 3, stopped))


class Bench:
    """A queue whose due plans are begun and ended by the test."""

    def __init__(self) -> None:
        self.trainer = OneRunTrainer()
        self.queue = PlanQueue(cast(Trainer, self.trainer))
        self.begun: list[str] = []
        self.queue.due.connect(self._begin)
        self.end = self.trainer.end

    def _begin(self, due: QueuedPlan) -> None:
        self.begun.append(due.name)
        self.trainer.is_running = True

    def names(self) -> list[str]:
        return [waiting.name for waiting in self.queue.waiting]


@pytest.fixture
def bench(qapp: object) -> Bench:
    return Bench()


def test_plans_are_trained_one_after_the_other_even_if_one_fails(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.queue.add(queued(name))
    assert bench.begun == ["a"]
    bench.end()
    assert bench.begun == ["a", "b"]
    bench.end(failed=True)
    assert bench.begun == ["a", "b", "c"]
    bench.end()
    assert bench.names() == []


def test_a_run_that_is_stopped_holds_what_waits(bench: Bench) -> None:
    for name in ("a", "b"):
        bench.queue.add(queued(name))
    bench.end(stopped=True)
    assert bench.queue.is_held
    assert bench.names() == ["b"]
    bench.queue.go_on()
    assert bench.begun == ["a", "b"]
    assert not bench.queue.is_held


def test_what_waits_is_moved_and_taken_out_by_mouse_and_keyboard(
    qtbot: QtBot, bench: Bench, theme: Theme
) -> None:
    strip = QueueStrip(bench.queue, theme)
    qtbot.addWidget(strip)
    strip.show()
    strip.activateWindow()
    qtbot.waitUntil(strip.isActiveWindow)
    assert strip.list.isHidden()
    for name in ("running", "a", "b", "c"):
        bench.queue.add(queued(name))
    assert not strip.list.isHidden()
    strip.list.setCurrentRow(2)
    QTest.mouseClick(strip.buttons["arrow-up"], Qt.MouseButton.LeftButton)
    assert bench.names() == ["a", "c", "b"]
    assert strip.list.currentRow() == 1
    strip.list.setFocus()
    QTest.keyClick(strip.list, Qt.Key.Key_Delete)
    assert bench.names() == ["a", "b"]
    strip.list.setCurrentRow(0)
    assert not strip.buttons["arrow-up"].isEnabled()
    assert strip.buttons["arrow-down"].isEnabled()
    with qtbot.waitSignal(strip.add_asked):
        QTest.mouseClick(strip.add, Qt.MouseButton.LeftButton)


def test_an_engine_that_does_not_start_uses_up_no_plan(bench: Bench) -> None:
    for name in ("a", "b", "c"):
        bench.queue.add(queued(name))
    bench.trainer.state = EngineState.BROKEN
    bench.end(failed=True)
    assert bench.names() == ["b", "c"]
    assert bench.queue.is_held


def test_what_waits_is_there_again_after_the_studio_was_killed(
    qtbot: QtBot, bench: Bench, tmp_path: Path
) -> None:
    kept = QueueFile(bench.queue, tmp_path)
    for name in ("running", "a", "b"):
        bench.queue.add(queued(name))
    kept.close()
    (file,) = tmp_path.iterdir()
    # As a studio leaves it whose process is gone: nobody started so long ago.
    file.rename(tmp_path / file.name.replace("-", "-1", 1))
    (tmp_path / "1-1.queue.json").write_text("no plans")
    later = Bench()
    restored = QueueFile(later.queue, tmp_path)
    with qtbot.waitSignal(later.queue.changed):
        restored.restore()
    assert later.queue.waiting == (queued("a"), queued("b"))
    assert later.queue.is_held
    later.queue.go_on()
    assert later.begun == ["a"]
    later.end()
    restored.close()
    assert list(tmp_path.iterdir()) == [], "nothing waits any more"
    assert later.begun == ["a", "b"]
