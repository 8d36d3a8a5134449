"""The diagram pane: the whole network as a figure that follows every change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QThreadPool, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QStackedLayout, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.diagram.figure import Figure, draw_network
from cnnstudio.core.diagram.reading import Folding, usual_folding
from cnnstudio.core.diagram.scene import Measure, Scene
from cnnstudio.core.fields import times
from cnnstudio.core.files import safe_stem, why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.network import Network
from cnnstudio.core.report import Report
from cnnstudio.ui.background import Every, Latest
from cnnstudio.ui.diagram.canvas import Canvas
from cnnstudio.ui.diagram.export_sheet import ExportSheet
from cnnstudio.ui.diagram.figure_files import FigureError, save_figure
from cnnstudio.ui.diagram.lettering import Lettering
from cnnstudio.ui.diagram.tools import EXPORT, WHOLE, ZOOM_IN, ZOOM_OUT, DiagramTools
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.placard import Placard

FEW = 200
"""Blocks that are drawn at once: it takes less than a frame. More are laid out on a thread."""


class DiagramView(QWidget):
    """Shows the open design as a figure, its current block marked.

    Out of sight it does nothing; it catches up when it is shown. `said` carries a `Notice` of what
    has been exported, or why not. `drawn` follows each new figure.
    """

    said = Signal(object)
    drawn = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._folding: Folding | None = None
        self._shown: object = None
        self._number = design.number
        self._take_lettering()
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.tools = DiagramTools(theme)
        self.canvas = Canvas(theme, self._describe)
        self.placard = Placard(theme)
        self.placard.show_notice(
            Notice(
                _("The network appears here as a figure: add a block to the list to begin it."),
                icon="network",
            )
        )
        # One at a time: of two threads neither may use the other's fonts.
        pool = QThreadPool(self)
        pool.setMaxThreadCount(1)
        self._drawing = Latest(self, pool)
        self._writing = Every(self)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._connect(theme)
        self._show_scene((Figure(), Scene()))

    @property
    def figure(self) -> Figure:
        """How the network is drawn now."""
        folding = self._folding or usual_folding(self._design.network)
        return replace(self.tools.figure, folding=folding)

    def export(self, path: Path, scale: float) -> None:
        """Save the figure as it is drawn now, and say so; or why that cannot be done.

        Args:
            path: its suffix says in which form.
            scale: pixels of an image for each of the figure.
        """
        scene, title = self.canvas.scene, self._design.design.name
        self._writing.start(partial(_written, scene, path, title, scale))

    def ask_export(self) -> None:
        """Let the person choose form and file of the figure."""
        sheet = ExportSheet(self, self.canvas.scene)
        sheet.wanted.connect(self._ask_file)
        sheet.open()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _lay_out(self) -> None:
        self._pages = QStackedLayout()
        self._pages.addWidget(self.canvas)
        self._pages.addWidget(self.placard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.tools)
        column.addLayout(self._pages, 1)

    def _connect(self, theme: Theme) -> None:
        design, canvas, tools = self._design, self.canvas, self.tools
        self._soon.timeout.connect(self._draw)
        self._drawing.done.connect(self._show_scene)
        self._writing.done.connect(self._say_written)
        self._writing.failed.connect(self._say_failed)
        design.changed.connect(self._soon.start)
        design.was_reset.connect(self._forget)
        design.current_changed.connect(self._show_current)
        theme.changed.connect(self._adopt_theme)
        canvas.chosen.connect(design.set_current)
        canvas.toggled.connect(self._toggle)
        tools.restyled.connect(self._soon.start)
        tools.fold_wanted.connect(self._fold)
        tools.zoomed_in.connect(canvas.zoom_in)
        tools.zoomed_out.connect(canvas.zoom_out)
        tools.fitted.connect(canvas.fit)
        tools.export_wanted.connect(self.ask_export)
        for key, act in (
            (ZOOM_IN, canvas.zoom_in),
            ("Ctrl+=", canvas.zoom_in),
            (ZOOM_OUT, canvas.zoom_out),
            (WHOLE, canvas.fit),
            (EXPORT, tools.export.click),
        ):
            self._shortcut(key, act)

    def _shortcut(self, key: str, act: Callable[[], object]) -> None:
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(key), self, act, context=within)

    def _draw(self) -> None:
        """Draw what has changed, if anybody sees it."""
        if not self.isVisible():
            return
        network, figure = self._design.network, self.figure
        wanted = (network, figure)
        if self._shown == wanted:
            return
        self._shown = wanted
        report = self._design.report
        if len(network.paths) <= FEW:
            self._drawing.cancel()
            self._show_scene(_drawn(network, figure, self._lettering.measure, report))
        else:
            measure = self._slow_lettering.measure
            self._drawing.start(partial(_drawn, network, figure, measure, report))

    def _show_scene(self, drawn: tuple[Figure, Scene]) -> None:
        figure, scene = drawn
        before = self.canvas.scene
        # Another style or another design is begun to be read at its start.
        anew = not before.shapes or self._number != self._design.number
        self._number = self._design.number
        self.canvas.show_scene(scene, anew=anew)
        self._pages.setCurrentWidget(self.canvas if scene.shapes else self.placard)
        self.tools.set_uses(anything=bool(scene.shapes))
        self.tools.fold.setChecked(bool(figure.folding and figure.folding.fold))
        self._show_current()
        self.drawn.emit()

    def _show_current(self) -> None:
        if self.isVisible():
            current = self._design.current
            self.canvas.show_current(current.uid if current else None)

    def _adopt_theme(self) -> None:
        self._take_lettering()
        self._shown = None
        self._soon.start()

    def _take_lettering(self) -> None:
        self._lettering, self._slow_lettering = Lettering(), Lettering()

    def _forget(self) -> None:
        self._folding = None

    def _fold(self, fold: bool) -> None:
        self._folding = Folding(fold)
        self._draw()

    def _toggle(self, uid: str) -> None:
        folding = self.figure.folding
        assert folding is not None
        self._folding = folding.toggle(uid)
        self._draw()

    def _describe(self, uid: str) -> str:
        """Return in words what a block of the figure is."""
        path = self._design.network.find(uid)
        if path is None:
            return ""
        node = self._design.network.at(path)
        facts = self._design.report.facts[uid]
        kind = " · ".join(part for part in (node.block.kind, node.block.key_params()) if part)
        shapes = " → ".join(
            times(shape) for shape in (facts.input_shape, facts.output_shape) if shape
        )
        weights = ngettext("{count} weight", "{count} weights", facts.weights)
        count = weights.format(count=f"{facts.weights:,}") if facts.weights else ""
        return "\n".join(part for part in (node.name, kind, shapes, count) if part)

    def _ask_file(self, suffix: str, scale: float) -> None:
        folder = self._design.path.parent if self._design.path else Path.home()
        stem = safe_stem(self._design.design.name)
        kinds = _("Figures (*{suffix})").format(suffix=suffix)
        text, _kind = QFileDialog.getSaveFileName(
            self, _("Export the figure"), str(folder / f"{stem}{suffix}"), kinds
        )
        path = Path(text if text.lower().endswith(suffix) else f"{text}{suffix}")
        if text and may_replace(self, path, text):
            self.export(path, scale)

    def _say_written(self, path: Path) -> None:
        self.said.emit(Notice(_("Saved to {path}").format(path=path)))

    def _say_failed(self, error: Exception) -> None:
        if not isinstance(error, FigureError):
            raise error
        self.said.emit(Notice(str(error), "error"))


def _drawn(
    network: Network, figure: Figure, measure: Measure, report: Report
) -> tuple[Figure, Scene]:
    return figure, draw_network(network, figure, measure, report).prepared()


def _written(scene: Scene, path: Path, title: str, scale: float) -> Path:
    try:
        save_figure(scene, path, title=title, scale=scale)
    except OSError as error:
        text = _("{path} cannot be saved: {why}").format(path=path, why=why(error))
        raise FigureError(text) from error
    return path
