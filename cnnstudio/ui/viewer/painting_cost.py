"""What drawing a look takes from a network that learns meanwhile."""

from __future__ import annotations

from time import process_time

from PySide6.QtCore import QObject, QTimer

from cnnstudio.core.look_messages import Probed
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry

_PAINTED_MS = 400
"""By then all that an answer changes on the screen is drawn."""


class PaintingCost(QObject):
    """Has the next look wait longer, by the processor time that the window needed for this one.

    It counts wholly, however many cores there are: a step of learning is shared among all of them
    and waits for the last.
    """

    def __init__(self, inquiry: Inquiry, trainer: Trainer) -> None:
        super().__init__(inquiry)
        self._inquiry, self._trainer = inquiry, trainer
        self._began: float | None = None
        inquiry.probed.connect(self._begin)

    def _begin(self, _answer: Probed) -> None:
        if self._trainer.state is EngineState.TRAINING and self._began is None:
            self._began = process_time()
            QTimer.singleShot(_PAINTED_MS, self, self._end)

    def _end(self) -> None:
        began, self._began = self._began, None
        if began is not None:
            self._inquiry.rest_longer(process_time() - began)
