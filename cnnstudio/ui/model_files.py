"""Keras models and weights in the window: opened, saved beside the design, exported, proven."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.core.document import Design
from cnnstudio.core.files import safe_stem
from cnnstudio.core.i18n import N_, _, sentence
from cnnstudio.core.messages import (
    CheckRoundTrip,
    ExportModel,
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
from cnnstudio.core.network import Network
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.ui.design_files import DesignFiles
from cnnstudio.ui.notice_line import Notice, Severity
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.remarks import model_notice
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.training.weights_file import WeightsFile

_FORMS = {
    ".keras": N_("Keras model (*.keras)"),
    ".weights.h5": N_("Weights alone (*.weights.h5)"),
    "": N_("SavedModel folder (*)"),
    ".onnx": N_("ONNX (*.onnx)"),
    ".tflite": N_("TFLite, LiteRT (*.tflite)"),
    ".py": N_("Python code (*.py)"),
}
"""What a model is exported to, by the end of the file's name."""
_GIVEN_BY_KERAS = re.compile(r"((sequential|functional|model)(_\d+)?)?")
"""Names that say nothing of a model."""


class ModelFiles(QObject):
    """Asks the engine for all that needs Keras, and tells the person what came of it."""

    def __init__(
        self,
        window: QWidget,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        files: DesignFiles,
        notices: Notices,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._design = design
        self._trainer = trainer
        self._record = record
        self._files = files
        self._notices = notices
        self._opening: str | None = None
        self._checks = 0
        self._is_engine_gone = False
        self._again: WeightsFile | None = None
        files.model_wanted.connect(self.open)
        files.opened.connect(self._read_weights)
        files.saved.connect(self._save_weights)
        # It asks about unsaved changes, and the engine's other events must not wait for the answer.
        trainer.model_read.connect(self._model_read, Qt.ConnectionType.QueuedConnection)
        trainer.read_failed.connect(self._read_failed)
        trainer.weights_read.connect(self._weights_read)
        trainer.weights_saved.connect(self._weights_saved)
        trainer.model_exported.connect(self._exported)
        trainer.round_trip_checked.connect(self._checked)
        trainer.state_changed.connect(self._follow_engine)

    def open(self, path: Path) -> None:
        """Read a Keras model and show it as a design, after asking about unsaved changes."""
        self._opening = str(path)
        self._notices.lasting(
            _("Opening {name}…").format(name=path.name), _("Cancel"), self._forget_opening
        )
        self._trainer.do(ReadModel(str(path), self._design.network))

    def ask_export(self) -> None:
        """Let the person choose a file and a form, and write the model with its weights there."""
        errors = self._design.report.errors
        if errors:
            self._notices.error(self._design.network.said(errors[0]))
            return
        folder = self._design.path.parent if self._design.path else Path.home()
        filters = {_(text): suffix for suffix, text in _FORMS.items()}
        text, chosen = QFileDialog.getSaveFileName(
            self._window,
            _("Export the model"),
            str(folder / safe_stem(self._design.design.name)),
            ";;".join(filters),
        )
        path = _with_suffix(text, filters.get(chosen, ""))
        if text and may_replace(self._window, Path(path), text):
            self.export(path)

    def export(self, path: str) -> None:
        """Write the model in the form that a file's name asks for, and read it back."""
        self._notices.lasting(_("Exporting to {path}…").format(path=path))
        self._trainer.do(ExportModel(path, self._design.network, self._design.plan, verify=True))

    def check_round_trip(self) -> None:
        """Prove that the design and its code compute the same, or say why they do not."""
        self._checks += 1
        self._notices.lasting(_("Checking the way to code and back…"))
        self._trainer.do(CheckRoundTrip(self._checks, self._design.network))

    # Weights beside the design

    def _read_weights(self, path: Path) -> None:
        weights = weights_beside(path)
        if weights.is_file():
            self._trainer.do(ReadWeights(str(weights), self._design.network))

    def _save_weights(self, path: Path, network: Network) -> None:
        if self._record.has_weights:
            self._trainer.do(SaveWeights(str(weights_beside(path)), network))

    # Weights that an engine took with it

    def _follow_engine(self, state: EngineState) -> None:
        if state in (EngineState.LOST, EngineState.BROKEN):
            self._is_engine_gone = True
        elif state is EngineState.READY and self._is_engine_gone:
            # Before `ready`, on which maps are asked for.
            self._is_engine_gone = False
            self._read_again()

    def _read_again(self) -> None:
        """Have the new engine read the file of the weights, unless a run makes others."""
        file = self._again = self._record.weights_file
        if file is None or self._trainer.is_running:
            self._again = None
        elif not Path(file.path).is_file():
            self._again = None
            self._notices.error(
                _(
                    "The weights are random now: {path}, which they came from, is no longer there. "
                    "Put it back and open it again, or train."
                ).format(path=file.path)
            )
        else:
            self._trainer.do(ReadWeights(file.path, file.network))

    def _are_back(self, file: WeightsFile, blocks: int) -> None:
        self._again = None
        if file is not self._record.weights_file:
            return
        if blocks:
            self._record.adopt_weights(file.network, file.path)
            self._notices.info(_("The weights are back, from {name}").format(name=file.name))
        else:
            self._say_random(_("The file has none for this network."))

    def _are_not_back(self, event: ReadFailed, file: WeightsFile) -> None:
        if self._is_engine_gone:
            # The next one is asked again.
            return
        self._again = None
        if file is self._record.weights_file:
            self._say_random(sentence(event.message), event.details)

    def _say_random(self, why: str, details: str = "") -> None:
        text = _("The weights are random now, for they could not be read again. {why}")
        self._notices.error(text.format(why=why), details=details)

    # What the engine answers

    def _forget_opening(self) -> None:
        self._opening = None

    def _model_read(self, event: ModelRead) -> None:
        if event.path != self._opening:
            return
        self._opening = None
        self._notices.hide()
        name = Path(event.path).stem if _GIVEN_BY_KERAS.fullmatch(event.name) else event.name
        if not self._files.start_from(Design(name, event.network, self._design.plan)):
            return
        if event.has_weights:
            self._record.adopt_weights(event.network, event.path)
        if event.remarks:
            self._notices.say(model_notice(event.remarks))

    def _weights_read(self, event: WeightsRead) -> None:
        if self._again is not None and event.path == self._again.path:
            self._are_back(self._again, event.blocks)
        elif self._are_of_the_open_design(event.path) and event.blocks:
            self._record.adopt_weights(self._design.network, event.path)

    def _read_failed(self, event: ReadFailed) -> None:
        if self._again is not None and event.path == self._again.path:
            self._are_not_back(event, self._again)
            return
        if event.path == self._opening:
            self._opening = None
        elif not self._are_of_the_open_design(event.path):
            return
        self._notices.error(event.message, details=event.details)

    def _are_of_the_open_design(self, weights: str) -> bool:
        path = self._design.path
        return path is not None and weights == str(weights_beside(path))

    def _weights_saved(self, event: WeightsSaved) -> None:
        if event.blocks:
            if self._are_of_the_open_design(event.path) and not self._trainer.is_running:
                self._record.weights_file = WeightsFile(event.path, self._design.network)
            self._notices.info(_("Weights saved beside it, to {path}").format(path=event.path))

    def _exported(self, event: ModelExported) -> None:
        if event.difference is None:
            self._notices.info(_("Saved to {path}").format(path=event.path))
            return
        self._notices.info(
            _("Saved to {path}. Read back, its outputs differ by {difference:.2g} at most.").format(
                path=event.path, difference=event.difference
            )
        )

    def _checked(self, event: RoundTripChecked) -> None:
        if event.number == self._checks:
            severity: Severity = "info" if event.is_same else "warning"
            self._notices.say(Notice(event.message, severity, details=event.details))


def _with_suffix(path: str, suffix: str) -> str:
    """Return a path with the ending of the chosen form, unless it has one of a form already."""
    has_one = any(form and path.lower().endswith(form) for form in _FORMS)
    return path if has_one else path + suffix
