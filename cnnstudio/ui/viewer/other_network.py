"""Whether what is shown of an image was computed by the network that is open."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.blocks import Shape
from cnnstudio.ui.data.input_fit import input_shape
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.viewer.inquiry import Inquiry

PATIENCE_MS = 250
"""For so long what another network has put out stays, lest it flickers when an answer is near."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes a network another one to who looks; a block in the middle does not.

    Attributes:
        number: of the design.
        shape: of the Input, None if there is none.
        last: the uid of the last block that is not muted, "" if there is none.
    """

    number: int
    shape: Shape | None
    last: str


class OtherNetwork(QObject):
    """Compares the open network with the one that the last answer is about.

    `outdated` follows, once for each answer, when the open network has been another one for a
    while, or when it is and cannot say anything of the image.
    """

    outdated = Signal()

    def __init__(self, design: OpenDesign, inquiry: Inquiry, parent: QObject) -> None:
        super().__init__(parent)
        self._design, self._inquiry = design, inquiry
        self._generation: int | None = None
        self._asked = self._answered = self._identity()
        self._is_shown = False
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._tell)
        inquiry.changed.connect(self._note_question)
        inquiry.probed.connect(self._note_answer)
        inquiry.failed.connect(self._tell)
        design.changed.connect(self._compare)

    @property
    def is_newly_opened(self) -> bool:
        """Whether this design has been asked about, and the last answer is about another one."""
        return self._asked.number == self._design.number != self._answered.number

    def _identity(self) -> Identity:
        network = self._design.network
        nodes = [node for node in network.nodes if not node.muted]
        last = nodes[-1].uid if nodes else ""
        return Identity(self._design.number, input_shape(network), last)

    def _note_question(self) -> None:
        if self._inquiry.generation != self._generation:
            self._generation = self._inquiry.generation
            self._asked = self._identity()

    def _note_answer(self, _answer: object) -> None:
        self._answered, self._is_shown = self._asked, True
        self._compare()

    def _compare(self) -> None:
        if not self._is_shown or self._answered == self._identity():
            self._patience.stop()
        elif not self._patience.isActive():
            self._patience.start()

    def _tell(self, _failure: object = None) -> None:
        self._patience.stop()
        if self._is_shown and self._answered != self._identity():
            self._is_shown = False
            self.outdated.emit()
