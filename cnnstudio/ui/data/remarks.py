"""What is to be said of data that is there: what is wrong with it, and with the network for it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.core.data_messages import FilesLeftOut
from cnnstudio.core.i18n import _
from cnnstudio.ui.background import Latest
from cnnstudio.ui.data.left_out import notice_of
from cnnstudio.ui.data.sample_store import SampleStore
from cnnstudio.ui.notice_line import Notice, NoticeLine
from cnnstudio.ui.open_design import Mending, OpenDesign
from cnnstudio.ui.theme import S, Theme
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.training.wording import refusal


class Remarks(QWidget):
    """Lines that come and go: samples that cannot be shown, files left out, an unfit network."""

    def __init__(self, design: OpenDesign, samples: SampleStore, theme: Theme) -> None:
        super().__init__()
        self._design, self._samples = design, samples
        self.unshown, self.unfit, self.left_out = (NoticeLine(theme) for _line in range(3))
        self._mending = Latest(self)
        self._mending.done.connect(self._mended)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        for line in (self.unshown, self.unfit, self.left_out):
            line.hide()
            column.addWidget(line)

    def follow(self, left_out: FilesLeftOut | None, *, is_read: bool) -> None:
        """Say what there is to say; of the network only once the data is known."""
        message = self._samples.message if is_read else ""
        self._say(
            self.unshown,
            message and Notice(message, "warning", action=_("Try again"), act=self._samples.retry),
        )
        objection = refusal(self._design, EngineState.READY) if is_read else ""
        self._say(
            self.unfit,
            objection and Notice(objection, "warning", action=_("Mend it"), act=self._mend),
        )
        self._say(self.left_out, notice_of(self.window(), left_out) if left_out else "")
        self.setVisible(any(not line.isHidden() for line in self._lines()))

    def _lines(self) -> tuple[NoticeLine, ...]:
        return self.unshown, self.unfit, self.left_out

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
