"""The three workspaces, of which Train and Look are made when the window is already on screen.

pyqtgraph takes a third of a second to load: it is read on a pool thread after the first paint.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from cnnstudio.core.settings import Settings
from cnnstudio.ui.background import Latest
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.plan_queue import PlanQueue
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord

if TYPE_CHECKING:
    from cnnstudio.ui.training.training_panel import TrainingPanel
    from cnnstudio.ui.viewer.viewer_panel import ViewerPanel

DESIGN, TRAIN, LOOK = range(3)


class Workspaces(QStackedWidget):
    """Shows one workspace at a time.

    `train_requested` and `save_model_requested` are those of the Train workspace; `prepared`
    follows when all three can be shown at once; `said` carries a `Notice`. The `kept_` signals and
    `run_disk_changed` are those of the Train workspace.
    """

    train_requested = Signal(bool)
    save_model_requested = Signal()
    said = Signal(object)
    resume_requested = Signal()
    queue_requested = Signal()
    kept_resume_asked = Signal(str)
    kept_design_asked = Signal(str)
    kept_weights_asked = Signal(str, int)
    run_disk_changed = Signal(int)
    prepared = Signal()

    def __init__(
        self,
        design_page: QWidget,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        queue: PlanQueue,
        theme: Theme,
        settings: Settings,
    ) -> None:
        super().__init__()
        self._design = design
        self._trainer = trainer
        self._record = record
        self._queue = queue
        self._theme = theme
        self._settings = settings
        self._training: TrainingPanel | None = None
        self._viewer: ViewerPanel | None = None
        self._loading = Latest(self)
        self._loading.done.connect(self._make_training)
        self._design_page = design_page
        self._placeholders = {TRAIN: QWidget(self), LOOK: QWidget(self)}
        for page in (design_page, *self._placeholders.values()):
            self.addWidget(page)

    @property
    def training(self) -> TrainingPanel:
        """The Train workspace."""
        if self._training is None:
            from cnnstudio.ui.training.queue_strip import QueueStrip
            from cnnstudio.ui.training.training_panel import TrainingPanel

            panel = TrainingPanel(
                self._design, self._trainer, self._record, self._theme, self._settings
            )
            panel.train_requested.connect(self.train_requested)
            panel.save_model_requested.connect(self.save_model_requested)
            panel.curves.saving.said.connect(self.said)
            panel.said.connect(self.said)
            panel.kept_resume_asked.connect(self.kept_resume_asked)
            panel.kept_design_asked.connect(self.kept_design_asked)
            panel.kept_weights_asked.connect(self.kept_weights_asked)
            panel.run_disk_changed.connect(self.run_disk_changed)
            panel.header.buttons.resume_asked.connect(self.resume_requested)
            strip = QueueStrip(self._queue, self._theme)
            strip.add_asked.connect(self.queue_requested)
            panel.plan.show_above(strip)
            self._training = panel
            self._put(TRAIN, panel)
        return self._training

    @property
    def viewer(self) -> ViewerPanel:
        """The Look workspace."""
        if self._viewer is None:
            from cnnstudio.ui.viewer.viewer_panel import ViewerPanel

            self._viewer = ViewerPanel(self._design, self._trainer, self._theme)
            self._put(LOOK, self._viewer)
        return self._viewer

    def paste_image(self) -> bool:
        """Look at an image on the clipboard; return False if there is none, or nobody looks."""
        if self._viewer is None or self.currentWidget() is not self._viewer:
            return False
        return self._viewer.intake.paste_found()

    def prepare(self) -> None:
        """Make the workspaces that are not shown yet, in steps between which the window answers."""
        self._loading.start(_load)

    def show_number(self, number: int) -> None:
        """Show `DESIGN`, `TRAIN` or `LOOK`, made now if need be."""
        self.setCurrentWidget(self._ensure(number))

    def _ensure(self, number: int) -> QWidget:
        if number == TRAIN:
            return self.training
        return self.viewer if number == LOOK else self._design_page

    def _make_training(self) -> None:
        self._ensure(TRAIN)
        QTimer.singleShot(0, self, self._make_viewer)

    def _make_viewer(self) -> None:
        self._ensure(LOOK)
        self.prepared.emit()

    def _put(self, number: int, page: QWidget) -> None:
        self.removeWidget(self._placeholders[number])
        self.insertWidget(number, page)
        # Drawn once unseen: the first show finds styles, layouts, letters and icons ready.
        page.resize(self.size())
        page.grab()


def _load() -> None:
    for name in ("training.training_panel", "viewer.viewer_panel"):
        importlib.import_module(f"cnnstudio.ui.{name}")
