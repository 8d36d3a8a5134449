"""The Look workspace: an image, what the network takes it for, and what each block makes of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QPaintEvent,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.look_messages import (
    FileImage,
    ImageSource,
    LiveImage,
    Maps,
    Probed,
)
from cnnstudio.core.made_inputs import words_of
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import XL, L, M, S, Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer import sentences
from cnnstudio.ui.viewer.compare.comparing import Comparing
from cnnstudio.ui.viewer.dimming import Dimming
from cnnstudio.ui.viewer.drops import DropVeil, understand
from cnnstudio.ui.viewer.explain.explaining import Explaining
from cnnstudio.ui.viewer.explain.panel import ExplainPanel
from cnnstudio.ui.viewer.failed_look import FailedLook
from cnnstudio.ui.viewer.image_card import ImageCard
from cnnstudio.ui.viewer.inputs.any_input import AnyInput
from cnnstudio.ui.viewer.inputs.entered_cards import EnteredCards
from cnnstudio.ui.viewer.inputs.input_card import InputCard
from cnnstudio.ui.viewer.inquiry import Inquiry, Standing
from cnnstudio.ui.viewer.inside.inside_panel import InsidePanel
from cnnstudio.ui.viewer.intake import Intake
from cnnstudio.ui.viewer.kernels.kernel_mode import KernelMode
from cnnstudio.ui.viewer.live_look import LiveLook
from cnnstudio.ui.viewer.look_keys import LookKeys
from cnnstudio.ui.viewer.map_pane import Exhibit
from cnnstudio.ui.viewer.map_view import MapView
from cnnstudio.ui.viewer.other_network import OtherNetwork
from cnnstudio.ui.viewer.out.taking_out import TakingOut
from cnnstudio.ui.viewer.overlay.overlaying import Overlaying
from cnnstudio.ui.viewer.painting_cost import PaintingCost
from cnnstudio.ui.viewer.path.path_panel import PathPanel
from cnnstudio.ui.viewer.predictions import PredictionCard, of_these_classes, tells_classes
from cnnstudio.ui.viewer.room_for_maps import RoomForMaps
from cnnstudio.ui.viewer.source_bar import SourceBar
from cnnstudio.ui.viewer.stage import Stage
from cnnstudio.ui.viewer.unlike import caution

_PATIENCE_MS = 250
_PENDING = (Standing.EMPTY, Standing.WAITING)
_SIDE = (216, 340)


class ViewerPanel(QWidget):
    """Shows one image going through the open design; `painted` follows maps on the screen."""

    painted = Signal()

    def __init__(
        self, design: OpenDesign, trainer: Trainer, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._design, self._trainer, self._theme = design, trainer, theme
        self._answer: Probed | None = None
        self._previewed: ImageSource | None = None
        self._said: Notice | None = None
        self._is_new = False
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAcceptDrops(True)
        self.inquiry = Inquiry(design, trainer, self)
        self.sources = SourceBar(theme, trainer)
        self.image_card, self.input_card = ImageCard(theme), InputCard(theme)
        self.entered = EnteredCards(self.image_card, self.input_card, theme)
        self.predictions = PredictionCard(theme)
        self.stage = Stage(theme)
        self.path = PathPanel(design, self.inquiry, theme)
        self.inside = InsidePanel(self.inquiry, theme)
        self._ways = QWidget()
        self.explanation = ExplainPanel(theme)
        self.stage.split.addWidget(self.explanation)
        self._side = QWidget()
        self._lay_out()
        self.notices = Notices(self.stage.panes, theme)
        self._veil = DropVeil(theme, self)
        self.overlaying = Overlaying(design, self.inquiry, self.stage, self, theme)
        self.out = TakingOut(design, trainer, self.inquiry, self.stage, self, theme)
        self.out.said.connect(self.notices.say)
        self.live = LiveLook(self.inquiry, trainer, self.stage.pane.painted, self)
        self.intake = Intake(self.sources, self.live, trainer, self)
        self.any_input = AnyInput(design, trainer, self.sources, theme)
        self._patience = QTimer(self, singleShot=True, interval=_PATIENCE_MS)
        self._patience.timeout.connect(self._say_waiting)
        self._connect()

    def _lay_out(self) -> None:
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(L)
        side.addWidget(self.image_card)
        side.addWidget(self.input_card)
        side.addWidget(self.predictions)
        side.addStretch(1)
        body = QHBoxLayout()
        body.setSpacing(L)
        body.addWidget(self._side)
        body.addWidget(self.stage, 1)
        ways = QVBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(S)
        ways.addWidget(self.path)
        ways.addWidget(self.inside)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, M)
        column.setSpacing(M)
        column.addWidget(self.sources)
        column.addLayout(body, 1)
        # While no way is seen the page has no gap for them.
        self._foot = QWidget()
        foot = QVBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self._ways)
        column.addWidget(self._foot)

    def _connect(self) -> None:
        self.sources.chosen.connect(self._choose)
        self.intake.opened.connect(self.set_image)
        self.intake.said.connect(self._say)
        self.any_input.wanted.connect(self.set_image)
        self.live.changed.connect(self._show_live)
        self.image_card.fitting.chosen.connect(self.inquiry.fit_as)
        self.other_network = OtherNetwork(self._design, self.inquiry, self)
        self.other_network.outdated.connect(self._clear_outdated)
        self.inquiry.probed.connect(self._show_answer)
        self.inquiry.arrived.connect(self._show_maps)
        self.failed_look = FailedLook(
            self.inquiry,
            self.sources,
            self.intake,
            self.live,
            self.any_input,
            self.other_network,
            self.notices,
            Dimming((self._side, self.stage.pane.pages, self.stage.statistics, self.path)),
        )
        PaintingCost(self.inquiry, self._trainer)
        self.inquiry.changed.connect(self._show_standing)
        self.stage.pane.painted.connect(self.painted)
        tools = self.stage.title.tools
        tools.mode_chosen.connect(self._choose_mode)
        tools.restyled.connect(lambda: self.path.use_colors(tools.color_scale))
        tools.restyled.connect(lambda: self.inside.use_colors(tools.color_scale))
        self.path.strip.chosen.connect(self.inside.leave_if_inside)
        self.sources.failed.connect(self._warn)
        self._design.plan_changed.connect(self._load)
        self.kernel_mode = KernelMode(self._design, self._trainer, self.inquiry, self.stage, self)
        for keys, act in (
            (QKeySequence.StandardKey.ZoomIn, partial(self._zoom, MapView.zoom_in)),
            ("Ctrl+=", partial(self._zoom, MapView.zoom_in)),
            (QKeySequence.StandardKey.ZoomOut, partial(self._zoom, MapView.zoom_out)),
            ("Ctrl+0", partial(self._zoom, MapView.fit)),
            (QKeySequence.StandardKey.Paste, self.intake.paste),
            ("/", self.stage.title.tools.finder.setFocus),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(act)
        self.comparing = Comparing(
            self._design, self._trainer, self.inquiry, self.stage, self, self._theme
        )
        # Last: it looks at what the stage has come to show.
        self.explaining = Explaining(
            self._design,
            self._trainer,
            self.inquiry,
            self.stage,
            self.entered,
            self.explanation,
            (self.stage.statistics, self._ways),
        )
        self.room = RoomForMaps(
            self, self.sources, self.stage, self.path, self.inside, self.explanation, self._foot
        )
        self._keys = LookKeys(self, self.stage, self.explaining, self.inside, self.live)
        self.comparing.said.connect(self.notices.say)
        self.comparing.frame_wanted.connect(partial(self.intake.keep_frame, to_pin=True))
        self.comparing.side_made.connect(
            lambda side: self.explaining.explain_also(side.pane, side.inquiry)
        )

    @property
    def current_image(self) -> ImageSource | None:
        """The image looked at, None before there is one."""
        return self.inquiry.image

    def set_image(self, source: ImageSource) -> None:
        """Look at another image."""
        self.sources.mark(source)
        self._choose(source)

    def _choose(self, source: ImageSource) -> None:
        self.notices.hide()
        if not isinstance(source, LiveImage):
            self.live.leave()
        self.inquiry.look_at(source)
        self.failed_look.settle()

    def _zoom(self, how: Callable[[MapView], None]) -> None:
        how(self.stage.zoomed_view)

    def _choose_mode(self) -> None:
        tools = self.stage.title.tools
        self.inquiry.run_as(trains=tools.trains, seed=tools.seed)

    def _load(self) -> None:
        if self.isVisible():
            self.sources.load(self._design.plan.data)
            self.any_input.set_seen(seen=True)

    def _show_answer(self, answer: Probed) -> None:
        self._answer = answer
        image = self.inquiry.answered_image
        before, self._said = self._said, None
        if before is not None and self.notices.notice == before:
            self.notices.hide()
        self._show_entered(answer, image)
        if self.inquiry.is_whole:
            shown = of_these_classes(answer, self._design.dataset)
            self.predictions.show_answer(shown, self._caution(answer), self._design.plan)
        else:
            self.predictions.clear()
            self.predictions.note.setText(sentences.unfinished())

    def _show_entered(self, answer: Probed, image: ImageSource | None) -> None:
        if isinstance(image, FileImage) and self.sources.files.is_persons(image.path):
            self.sources.files.store.put(image.path, self.entered.thumbnail_of(answer))
        tokens = words_of(self._design.network) is not None
        self.entered.show_answer(answer, self.inquiry.fitting, self._design.plan, tokens=tokens)

    def _caution(self, answer: Probed) -> str:
        learned = self.sources.data.collection
        own = answer.is_picture and isinstance(self.inquiry.answered_image, FileImage | LiveImage)
        if learned is None or not own:
            return ""
        return caution(answer, learned, self.inquiry.fitting.pixels)

    def _show_maps(self, maps: Maps) -> None:
        node = self.inquiry.find(maps.block)
        if node is None:
            return
        labels: tuple[str, ...] = ()
        answer, plan = self._answer, self._design.plan
        if answer is not None and maps.block == self._last_block() and tells_classes(answer, plan):
            labels = answer.labels
        self.stage.show_exhibit(Exhibit(node, maps.values, labels))

    def _last_block(self) -> str:
        nodes = [node for node in self._design.network.nodes if not node.muted]
        return nodes[-1].uid if nodes else ""

    def _show_live(self) -> None:
        self.sources.live_bar.show_state(self.live.image, self.live.moment)
        if self.live.image is not None and self.sources.marked != self.live.image:
            self.notices.hide()
            self.sources.mark(self.live.image)

    def _show_standing(self) -> None:
        """Say why there are no maps, or leave those there are."""
        notice = sentences.notice_of(self.inquiry, self._design, self._trainer)
        block, exhibit = self.inquiry.block, self.stage.exhibit
        kept = exhibit is not None and block is not None and exhibit.node.uid == block.uid
        if notice is None:
            waits = self.inquiry.standing in _PENDING and not kept
            if not waits:
                self._patience.stop()
            elif not self._patience.isActive():
                self._patience.start()
            return
        self._patience.stop()
        self._preview()
        if not kept or self.inquiry.standing not in (Standing.FAILED, Standing.NO_ENGINE):
            self.stage.show_notice(notice, block)
        elif self.inquiry.standing is Standing.FAILED and notice != self._said:
            # Of an engine that is gone the window speaks, for all workspaces.
            self._said = notice
            self.notices.say(notice)

    def _preview(self) -> None:
        """Show a new image while it cannot enter the network."""
        image = self.inquiry.image
        if image is not None and image not in (self.failed_look.good, self._previewed):
            self.entered.preview(self.sources.thumbnail)
            self.predictions.clear()
            self.failed_look.forget()
        self._previewed = image

    def _clear_outdated(self) -> None:
        """Show nothing that another network than the open one has made of the image."""
        self._answer = None
        self.failed_look.forget()
        self.entered.clear(self.sources.thumbnail)
        self.predictions.clear()
        self.path.strip.show_outcome("")

    def _say_waiting(self) -> None:
        if self.inquiry.standing is Standing.EMPTY:
            self.stage.show_notice(sentences.empty(self.intake.ask_image), self.inquiry.block)
        elif self.inquiry.standing is Standing.WAITING:
            self.stage.show_notice(sentences.waiting(), self.inquiry.block)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._is_new = True
        self._keys.watch()
        self.inquiry.set_active(active=True)
        self.live.set_shown(shown=True)
        self._show_standing()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._is_new:
            self._is_new = False
            # Only once the page is drawn, for reading and drawing would take turns.
            QTimer.singleShot(0, self, self._load)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.inquiry.set_active(active=False)
        self.any_input.set_seen(seen=False)
        self.live.set_shown(shown=False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrowest, widest = _SIDE
        self._side.setFixedWidth(min(widest, max(narrowest, self.width() // 5 + XL)))

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.mimeData().hasUrls():
            # What cannot be opened is taken too, or there would be no telling why.
            event.acceptProposedAction()
            self._veil.cover(understand(event.mimeData()))

    @override
    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._veil.hide()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        self._veil.hide()
        event.acceptProposedAction()
        self.intake.open_drop(understand(event.mimeData()))

    def _say(self, notice: Notice) -> None:
        self.notices.say(notice)

    def _warn(self, text: str) -> None:
        self.notices.say(Notice(text, "warning"))
