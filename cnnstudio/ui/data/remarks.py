"""What is in the way of learning from data, and of seeing it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.ui.background import Latest
from cnnstudio.ui.data.sample_store import SampleStore
from cnnstudio.ui.notice_line import Notice, NoticeLine
from cnnstudio.ui.open_design import Mending, OpenDesign
from cnnstudio.ui.theme import S, Theme
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.wording import refusal


class Remarks(QWidget):
    """Lines that come and go: samples that cannot be shown, a network that does not fit, a drop."""

    def __init__(self, design: OpenDesign, samples: SampleStore, theme: Theme) -> None:
        super().__init__()
        self._design, self._samples = design, samples
        self.unshown, self.unfit, self.refused = (NoticeLine(theme) for _line in range(3))
        self._mending = Latest(self)
        self._mending.done.connect(self._mended)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for line in self._lines():
            line.hide()
            column.addWidget(line)

    def refuse(self, text: str) -> None:
        """Say why what was dropped cannot be learned from; "" to say no more of it."""
        self._say(self.refused, text and Notice(text, "warning"))
        self._fit()

    def follow(self, *, is_read: bool) -> None:
        """Say what there is to say; of the network only once the data is known."""
        message = self._samples.message if is_read else ""
        self._say(
            self.unshown,
            message and Notice(message, "warning", action=_("Try again"), act=self._samples.retry),
        )
        objection = refusal(self._design, EngineState.READY) if is_read else ""
        # Why is said above the plan, for all pages.
        text = objection and _("The network cannot learn this data as it is.")
        self._say(self.unfit, text and Notice(text, "warning", action=_("Mend it"), act=self._mend))
        self.unfit.setToolTip(objection)
        self._fit()

    def _fit(self) -> None:
        self.setVisible(any(not line.isHidden() for line in self._lines()))

    def _lines(self) -> tuple[NoticeLine, ...]:
        return self.refused, self.unshown, self.unfit

    def _say(self, line: NoticeLine, notice: Notice | str) -> None:
        if isinstance(notice, Notice):
            before = line.notice
            if before is None or before.text != notice.text:
                line.show_notice(notice)
        line.setVisible(isinstance(notice, Notice))

    def _mend(self) -> None:
        self._mending.start(self._design.mending())

    def _mended(self, mending: Mending) -> None:
        if mending.network is not self._design.network:
            return
        if mending.step.edits:
            self._design.push(mending.step)
        else:
            self.unfit.show_notice(
                Notice(
                    _("No cure is known for what is left: change the blocks by hand."), "warning"
                )
            )
