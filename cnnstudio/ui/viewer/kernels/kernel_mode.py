"""What connects the tabs, the engine and the panel where weights are looked at."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer import sentences
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.kernels.kernel_inquiry import KernelInquiry
from cnnstudio.ui.viewer.mode_tabs import Mode
from cnnstudio.ui.viewer.stage import Stage


class KernelMode(QObject):
    """Asks for weights while the stage shows kernels, and says why there are none.

    Args:
        design: the open design.
        trainer: asks the engine.
        inquiry: knows which block is looked at.
        stage: has the tabs and the panel.
        page: where the keys K and M turn from one to the other.
    """

    def __init__(
        self, design: OpenDesign, trainer: Trainer, inquiry: Inquiry, stage: Stage, page: QWidget
    ) -> None:
        super().__init__(stage)
        self._design, self._trainer, self._inquiry, self._stage = design, trainer, inquiry, stage
        self.asking = KernelInquiry(design, trainer, inquiry)
        stage.tabs.chosen.connect(self._turn_to)
        stage.kernels.before_wanted.connect(lambda wanted: self.asking.want_before(wanted=wanted))
        self.asking.shown.connect(self._show)
        self.asking.failed.connect(self._fail)
        self.asking.changed.connect(self._check)
        for key, mode in (("M", Mode.MAPS), ("K", Mode.KERNELS)):
            shortcut = QShortcut(QKeySequence(key), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda mode=mode: stage.tabs.turn_to(mode))

    def _turn_to(self, mode: Mode) -> None:
        self._stage.show_mode(mode)
        self.asking.set_active(active=mode is Mode.KERNELS)
        if mode is Mode.KERNELS:
            self._stage.kernels.focus()
        else:
            self._stage.pane.focus_maps()

    def _show(self, answer: KernelsShown) -> None:
        node = self._inquiry.find(answer.block)
        if node is None:
            return
        if node.lanes and not answer.weights:
            text = _("{name} holds blocks: select one of them to see its weights")
            self._stage.kernels.show_notice(Notice(text.format(name=node.name), icon="layers"))
        else:
            self._stage.kernels.show_kernels(node, answer)

    def _fail(self, failure: KernelsFailed) -> None:
        notice = Notice(sentence(failure.message), "error", details=failure.details)
        self._stage.kernels.show_notice(notice)

    def _check(self) -> None:
        """Say why there are no weights, if nobody can be asked for them."""
        block = self._inquiry.block
        self._stage.name_block(block)
        if not self.asking.can_ask:
            notice = sentences.without_engine(self._inquiry, self._design, self._trainer)
            self._stage.kernels.show_notice(notice)
        elif block is not None and block.muted:
            self._stage.kernels.show_notice(sentences.muted(block))
