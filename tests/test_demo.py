"""How the demo waits for the engine and judges its answers; tests/test_cli.py runs the whole."""

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QTimer, Signal
from pytestqt.qtbot import QtBot

from cnnstudio import demo
from cnnstudio.core.document import starter_design
from cnnstudio.core.messages import FileJob, ModelSaved, SaveFailed, SaveModel
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.jobs.errors import JobError
from cnnstudio.ui.open_design import OpenDesign


class Saver(QObject):
    """What the demo sees of a trainer that is asked for a file."""

    model_saved = Signal(object)
    save_failed = Signal(object)

    def __init__(self, answers: dict[str, object]) -> None:
        super().__init__()
        self._answers = answers

    def do(self, _job: FileJob) -> None:
        for name, answer in self._answers.items():
            QTimer.singleShot(0, self, partial(getattr(self, name).emit, answer))


def save(out: Path, answers: dict[str, object]) -> Path:
    saver: object = Saver(answers)
    return demo.save(OpenDesign(starter_design()), saver, out)  # type: ignore[arg-type] # as much of one as is asked


@pytest.fixture
def old_model(tmp_path: Path, qtbot: QtBot) -> Path:
    path = tmp_path / "model.keras"
    path.write_text("of an earlier demo")
    return path


def test_a_model_that_is_saved_is_named(old_model: Path) -> None:
    assert save(old_model.parent, {"model_saved": ModelSaved(str(old_model))}) == old_model


def test_a_model_of_an_earlier_demo_does_not_hide_that_saving_failed(old_model: Path) -> None:
    failure = SaveFailed(str(old_model), "the disk is full")
    with pytest.raises(JobError, match="the disk is full"):
        save(old_model.parent, {"save_failed": failure})


def test_a_model_of_an_earlier_demo_does_not_hide_that_no_answer_came(
    old_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "LONGEST_ANSWER", 0)
    with pytest.raises(JobError, match="did not answer in time"):
        save(old_model.parent, {})


def test_waiting_ends_with_the_signal_that_comes_first_and_leaves_no_connection(
    qtbot: QtBot,
) -> None:
    saver = Saver({"save_failed": "first", "model_saved": "second"})
    signals = (saver.model_saved, saver.save_failed)

    def ask() -> None:
        saver.do(SaveModel("", Network(), TrainingPlan()))

    assert demo.wait_for(signals, 60, ask) == "first"
    for name in ("model_saved(PyObject)", "save_failed(PyObject)"):
        assert saver.receivers(f"2{name}") == 0
