"""The line at the foot: what the network comes to, and what the engine is doing."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QStatusBar

from cnnstudio.core.i18n import _
from cnnstudio.core.messages import EngineReady
from cnnstudio.ui.editor.totals import Totals
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.processor_use import CORES
from cnnstudio.ui.theme import SMALL, XS, M, S, Theme, font
from cnnstudio.ui.trainer import EngineState, Trainer


class StatusLine(QStatusBar):
    """Shows the totals of the design at the left and the engine's state at the right."""

    def __init__(self, design: OpenDesign, trainer: Trainer, theme: Theme) -> None:
        super().__init__()
        self._trainer = trainer
        self._theme = theme
        self._device = ""
        self._memory = 0
        self._cores = 0.0
        self.setSizeGripEnabled(False)
        self.setContentsMargins(M, XS, M, XS)
        self._totals = Totals(design, theme)
        self._dot = QLabel("●")
        self._dot.setAccessibleName("")
        self._engine = QLabel()
        self._engine.setFont(font(SMALL, tabular=True))
        self._engine.setToolTip(
            _(
                "The process that trains and looks inside, its memory, and how many of the cores "
                "it keeps busy"
            )
        )
        self.addWidget(self._totals, 1)
        self.addPermanentWidget(self._dot)
        self.addPermanentWidget(self._engine)
        trainer.state_changed.connect(self._show_engine)
        trainer.ready.connect(self._note_device)
        trainer.memory_changed.connect(self._note_memory)
        trainer.cores_changed.connect(self._note_cores)
        theme.changed.connect(self._show_engine)
        self._show_engine()

    def go_on_from(self, before: StatusLine) -> None:
        """Know of the engine what the line of another window has been told."""
        self._device, self._memory, self._cores = before._device, before._memory, before._cores
        self._show_engine()

    def _note_device(self, event: EngineReady) -> None:
        self._device = ", ".join(event.devices)
        self._show_engine()

    def _note_memory(self, megabytes: int) -> None:
        self._memory = megabytes
        self._show_engine()

    def _note_cores(self, cores: float) -> None:
        self._cores = cores
        self._show_engine()

    def _show_engine(self) -> None:
        state = self._trainer.state
        words = {
            EngineState.STARTING: _("engine starting: TensorFlow is being loaded"),
            EngineState.READY: _("engine ready"),
            EngineState.TRAINING: _("engine training"),
            EngineState.LOST: _("engine lost"),
            EngineState.BROKEN: _("engine does not start"),
        }
        tones = {
            EngineState.STARTING: "warning",
            EngineState.READY: "success",
            EngineState.TRAINING: "accent",
            EngineState.LOST: "error",
            EngineState.BROKEN: "error",
        }
        parts = [words[state]]
        if state.listens:
            parts += [self._device] if self._device else []
            parts += [_("{count} MB").format(count=f"{self._memory:,}")] if self._memory else []
            if state is EngineState.TRAINING:
                parts.append(_("{busy:.1f} of {cores} cores").format(busy=self._cores, cores=CORES))
        self._engine.setText("  ·  ".join(parts))
        color = self._theme.color(tones[state]).name()
        self._dot.setStyleSheet(f"color: {color}; padding-right: {S - XS}px;")
