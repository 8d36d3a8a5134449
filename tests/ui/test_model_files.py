"""Keras models and weights in the window, with an engine that the test plays."""

from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.document import Design, save, starter_design
from cnnstudio.core.messages import (
    CheckRoundTrip,
    ExportModel,
    FileJob,
    ModelExported,
    ModelRead,
    ReadFailed,
    ReadModel,
    ReadWeights,
    RoundTripChecked,
    SaveWeights,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.settings import Settings
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.ui import model_files
from cnnstudio.ui.asked_jobs import AskedJobs
from cnnstudio.ui.design_files import DesignFiles
from cnnstudio.ui.model_files import ModelFiles
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.weights_file import WeightsFile

SMALL = network_of(Input((4, 4, 1)), Flatten(), Dense(units=3))


class PlayedEngine(QObject):
    """Notes the jobs; the test emits the answers."""

    model_read = Signal(object)
    read_failed = Signal(object)
    weights_read = Signal(object)
    weights_saved = Signal(object)
    model_exported = Signal(object)
    round_trip_checked = Signal(object)
    state_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.is_running = False
        self.jobs: list[FileJob | CheckRoundTrip] = []

    def do(self, job: FileJob | CheckRoundTrip) -> None:
        self.jobs.append(job)


class PlayedRecord:
    def __init__(self) -> None:
        self.has_weights = False
        self.weights_file: WeightsFile | None = None
        self.adopted: list[Network] = []

    def adopt_weights(self, network: Network, path: str) -> None:
        self.weights_file = WeightsFile(path, network)
        self.adopted.append(network)
        self.has_weights = True


class Desk:
    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        self.design, self.window = design, QWidget()
        self.engine, self.record = PlayedEngine(), PlayedRecord()
        self.notices = Notices(self.window, theme)
        self.files = DesignFiles(self.window, design, Settings(), self.notices)
        trainer: object = self.engine
        record: object = self.record
        self.models = ModelFiles(
            self.window,
            design,
            trainer,  # type: ignore[arg-type]  # plays what is used of it
            record,  # type: ignore[arg-type]
            self.files,
            self.notices,
        )
        self.window.show()

    def read(self, event: ModelRead) -> None:
        """Let the engine answer, and the window come to it."""
        self.engine.model_read.emit(event)
        QApplication.processEvents()


@pytest.fixture
def desk(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Desk:
    desk = Desk(design, theme)
    qtbot.addWidget(desk.window)
    return desk


def test_a_model_opens_as_a_design_with_its_weights_and_its_remarks(desk: Desk) -> None:
    desk.files.open(Path("/models/cats.keras"))
    assert desk.engine.jobs == [ReadModel("/models/cats.keras", desk.design.network)]
    assert "cats.keras" in desk.notices.text
    read = ModelRead("/models/cats.keras", "", SMALL, ("one thing is not as it was",), True)
    desk.read(read)
    assert desk.design.network == SMALL
    assert desk.design.design.name == "cats"
    assert desk.design.path is None
    assert desk.record.adopted == [SMALL]
    assert "One thing" in desk.notices.text


def test_a_model_that_is_no_longer_wanted_is_not_shown(desk: Desk) -> None:
    before = desk.design.network
    desk.files.open(Path("/models/cats.h5"))
    desk.files.open(Path("/models/dogs.h5"))
    desk.read(ModelRead("/models/cats.h5", "", SMALL, (), False))
    assert desk.design.network is before
    desk.read(ModelRead("/models/dogs.h5", "hounds", SMALL, (), False))
    assert desk.design.design.name == "hounds"
    assert desk.record.adopted == []


def test_what_the_engine_says_next_does_not_wait_for_a_question_about_the_design(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.design.rename((0,), "changed")
    desk.files.open(Path("/models/cats.keras"))
    asked: list[str] = []
    monkeypatch.setattr(QMessageBox, "exec", lambda box: asked.append(box.text()))
    desk.engine.model_read.emit(ModelRead("/models/cats.keras", "", SMALL, (), False))
    assert asked == []
    QApplication.processEvents()
    assert len(asked) == 1


def test_a_model_that_cannot_be_read_leaves_the_design(desk: Desk) -> None:
    before = desk.design.network
    desk.files.open(Path("/models/cats.keras"))
    desk.engine.read_failed.emit(ReadFailed("/models/cats.keras", "It is not a zip file."))
    assert desk.notices.text == "It is not a zip file."
    assert desk.design.network is before


def test_weights_that_cannot_be_read_leave_the_model_that_is_being_opened(
    desk: Desk, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.cnn.json"
    save(starter_design(), path)
    weights_beside(path).write_bytes(b"played")
    with qtbot.waitSignal(desk.files.opened):
        desk.files.open(path)
    desk.files.open(Path("/models/cats.keras"))
    desk.engine.read_failed.emit(ReadFailed(str(weights_beside(path)), "They are cut short."))
    desk.read(ModelRead("/models/cats.keras", "cats", SMALL, (), False))
    assert desk.design.design.name == "cats"
    # Its file's weights are no longer those of the open design.
    desk.engine.weights_read.emit(WeightsRead(str(weights_beside(path)), 3))
    assert desk.record.adopted == []


def test_weights_beside_a_design_are_its_own_whatever_is_open_once_it_is_saved(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.cnn.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_a: (str(path), "")))
    desk.record.has_weights = True
    before = desk.design.network
    with qtbot.waitSignal(desk.files.saved):
        desk.files.save()
        desk.design.open(Design("other", SMALL), None)
    assert desk.engine.jobs == [SaveWeights(str(weights_beside(path)), before)]


def test_a_file_that_is_written_twice_is_being_written_until_the_second_answer() -> None:
    jobs = AskedJobs()
    jobs.add(SaveWeights("a.npz", SMALL))
    jobs.add(SaveWeights("a.npz", SMALL))
    jobs.answer(WeightsSaved("a.npz", 1))
    assert jobs.is_saving
    jobs.answer(WeightsSaved("a.npz", 1))
    jobs.answer(WeightsSaved("b.npz", 1))
    assert not jobs.is_saving
    assert jobs.lost("gone") == []


def test_weights_are_saved_beside_the_design_and_come_back_with_it(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    path = tmp_path / "digits.cnn.json"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_a: (str(path), "")))
    with qtbot.waitSignal(desk.files.saved):
        desk.files.save()
    assert desk.engine.jobs == []
    desk.record.has_weights = True
    with qtbot.waitSignal(desk.files.saved):
        desk.files.save()
    beside = str(weights_beside(path))
    assert desk.engine.jobs == [SaveWeights(beside, desk.design.network)]
    desk.engine.weights_saved.emit(WeightsSaved(beside, 3))
    assert beside in desk.notices.text
    Path(beside).write_bytes(b"played")
    desk.record.has_weights = False
    with qtbot.waitSignal(desk.files.opened):
        desk.files.open(path)
    assert desk.engine.jobs[1:] == [ReadWeights(beside, desk.design.network)]
    desk.engine.weights_read.emit(WeightsRead(beside, 3))
    assert desk.record.has_weights


@pytest.mark.parametrize(
    ("typed", "form", "expected"),
    [
        ("digits", "Keras model (*.keras)", "digits.keras"),
        ("digits", "SavedModel folder (*)", "digits"),
        ("digits.onnx", "Keras model (*.keras)", "digits.onnx"),
        ("v1.2", "ONNX (*.onnx)", "v1.2.onnx"),
        ("digits", "Weights alone (*.weights.h5)", "digits.weights.h5"),
    ],
)
def test_a_model_is_exported_in_the_form_that_was_chosen(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, typed: str, form: str, expected: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_a: (typed, form)))
    desk.models.ask_export()
    plan = desk.design.plan
    assert desk.engine.jobs == [ExportModel(expected, desk.design.network, plan, verify=True)]
    desk.engine.model_exported.emit(ModelExported(expected, 2.5e-7))
    assert "2.5e-07" in desk.notices.text


def test_a_model_does_not_take_the_place_of_another_unasked(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "digits.keras").write_bytes(b"another")
    chosen = str(tmp_path / "digits"), "Keras model (*.keras)"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_a: chosen))
    monkeypatch.setattr(model_files, "may_replace", lambda *_asked: False)
    desk.models.ask_export()
    assert desk.engine.jobs == []


def test_the_way_to_code_and_back_is_checked(desk: Desk) -> None:
    desk.models.check_round_trip()
    desk.models.check_round_trip()
    assert [job.number for job in desk.engine.jobs if isinstance(job, CheckRoundTrip)] == [1, 2]
    desk.engine.round_trip_checked.emit(RoundTripChecked(1, "old", 0.0, is_same=True))
    assert "old" not in desk.notices.text
    desk.engine.round_trip_checked.emit(
        RoundTripChecked(2, "Nothing has changed.", 0.0, is_same=True)
    )
    assert desk.notices.text == "Nothing has changed."


def lose_engine(desk: Desk, last: EngineState = EngineState.READY) -> None:
    for state in (EngineState.LOST, EngineState.STARTING, last):
        desk.engine.state_changed.emit(state)


def opened_model(desk: Desk, tmp_path: Path) -> Path:
    """Open a model with weights and forget what was asked for that."""
    path = tmp_path / "cats.keras"
    path.write_bytes(b"played")
    desk.files.open(path)
    desk.read(ModelRead(str(path), "", SMALL, (), True))
    desk.engine.jobs.clear()
    return path


def test_a_new_engine_is_asked_for_the_weights_of_the_opened_model_once(
    desk: Desk, tmp_path: Path
) -> None:
    path = opened_model(desk, tmp_path)
    lose_engine(desk)
    desk.engine.state_changed.emit(EngineState.TRAINING)
    desk.engine.state_changed.emit(EngineState.READY)
    assert desk.engine.jobs == [ReadWeights(str(path), SMALL)]
    desk.record.has_weights = False
    desk.engine.weights_read.emit(WeightsRead(str(path), 1))
    assert desk.record.has_weights
    assert "back, from cats.keras" in desk.notices.text


def test_a_file_that_is_gone_leaves_random_weights_and_that_is_said(
    desk: Desk, tmp_path: Path
) -> None:
    path = opened_model(desk, tmp_path)
    path.unlink()
    lose_engine(desk)
    assert desk.engine.jobs == []
    assert str(path) in desk.notices.text
    assert "random" in desk.notices.text


def test_weights_that_cannot_be_read_again_are_said_to_be_random(
    desk: Desk, tmp_path: Path
) -> None:
    path = opened_model(desk, tmp_path)
    lose_engine(desk)
    desk.engine.read_failed.emit(ReadFailed(str(path), "it is cut short"))
    assert desk.notices.text.endswith("could not be read again. It is cut short")


def test_an_engine_that_dies_while_it_reads_leaves_that_to_the_next(
    desk: Desk, tmp_path: Path
) -> None:
    path = opened_model(desk, tmp_path)
    lose_engine(desk)
    before = desk.notices.text
    desk.engine.state_changed.emit(EngineState.LOST)
    desk.engine.read_failed.emit(ReadFailed(str(path), "The engine is gone."))
    assert desk.notices.text == before
    desk.engine.state_changed.emit(EngineState.READY)
    assert desk.engine.jobs == [ReadWeights(str(path), SMALL)] * 2


def test_a_run_that_waits_for_the_new_engine_needs_no_weights_of_a_file(
    desk: Desk, tmp_path: Path
) -> None:
    opened_model(desk, tmp_path)
    desk.engine.is_running = True
    lose_engine(desk)
    assert desk.engine.jobs == []


def test_weights_that_were_saved_are_read_again_from_beside_the_design(
    desk: Desk, tmp_path: Path
) -> None:
    opened_model(desk, tmp_path)
    path = tmp_path / "cats.cnn.json"
    desk.design.saved(path, desk.design.design)
    beside = weights_beside(path)
    beside.write_bytes(b"played")
    desk.engine.weights_saved.emit(WeightsSaved(str(beside), 1))
    lose_engine(desk)
    assert desk.engine.jobs == [ReadWeights(str(beside), SMALL)]
