"""The maps of one block: title, tools, panes of maps, statistics."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.view.captions import said_shape
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.theme import S, Theme
from cnnstudio.ui.viewer.color_scales import pixel_table
from cnnstudio.ui.viewer.compare.pane_row import PaneRow
from cnnstudio.ui.viewer.drawing import Style
from cnnstudio.ui.viewer.kernels.kernels_panel import KernelsPanel
from cnnstudio.ui.viewer.map_pane import Exhibit, MapPane
from cnnstudio.ui.viewer.map_view import MapView
from cnnstudio.ui.viewer.mode_tabs import Mode, ModeTabs
from cnnstudio.ui.viewer.statistics.statistics_card import StatisticsCard
from cnnstudio.ui.viewer.title import StageTitle


class Stage(QWidget):
    """The page beside the image: tools, maps and statistics of a block, or its kernels.

    Below the maps there is room in `split`, and below that the statistics have a `foot`, which may
    give way where there is no room. `shelf` is what stands above the maps, None for nothing.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._uncounted: Exhibit | None = None
        self.shelf: QWidget | None = None
        self.title = StageTitle(theme)
        self.pane = MapPane(theme, self.style_of_maps)
        self.statistics = StatisticsCard(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(S)
        column.addWidget(self.title)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setObjectName("maps and explanation")
        self.split.setChildrenCollapsible(False)
        self.panes = PaneRow()
        self.panes.insert(0, self.pane)
        self.split.addWidget(self.panes)
        self._maps_page = QWidget()
        both = QVBoxLayout(self._maps_page)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(S)
        both.addWidget(self.split, 1)
        self.foot = QWidget()
        foot = QVBoxLayout(self.foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addWidget(self.statistics)
        both.addWidget(self.foot)
        self.tabs, self.kernels = ModeTabs(), KernelsPanel(theme)
        self.title.tool_row.insertWidget(0, self.tabs)
        self._modes = QStackedWidget()
        self._modes.addWidget(self._maps_page)
        self._modes.addWidget(self.kernels)
        column.addWidget(self._modes, 1)
        self._column = column
        self._connect()

    def _connect(self) -> None:
        tools, pane = self.title.tools, self.pane
        tools.restyled.connect(pane.redraw)
        tools.zoomed_in.connect(pane.map_view.zoom_in)
        tools.zoomed_out.connect(pane.map_view.zoom_out)
        tools.fitted.connect(pane.map_view.fit)
        tools.finder.sought.connect(pane.seek)
        tools.finder.wanted.connect(pane.enlarge_found)
        tools.finder.left.connect(pane.map_view.setFocus)
        self.title.back.clicked.connect(pane.show_all)
        pane.enlarged.connect(self._entitle)
        pane.painted.connect(self._count)
        pane.drawn.connect(lambda maps, pictures: tools.set_uses(maps=maps, pictures=pictures))
        self._theme.changed.connect(pane.redraw)

    @property
    def exhibit(self) -> Exhibit | None:
        """The block shown, None while there is a notice."""
        return self.pane.exhibit

    @property
    def notice(self) -> Notice | None:
        """What is said in place of maps, None while there are maps."""
        return self.pane.notice

    @property
    def zoomed_view(self) -> MapView:
        """What is in sight and can be enlarged."""
        return self.pane.map_view if self.tabs.mode is Mode.MAPS else self.kernels.map_view

    def hold_shelf(self, shelf: QWidget) -> None:
        """Put what can be laid beside the maps above them."""
        self.shelf = shelf
        self._column.insertWidget(1, shelf)

    def style_of_maps(self) -> Style:
        """Return how maps are drawn, as the tools say."""
        tools = self.title.tools
        return Style(
            tools.color_scale,
            tools.scaling,
            pixel_table(tools.color_scale, self._theme),
            tools.about_zero,
            tools.order,
            tools.hides_dead,
        )

    def show_exhibit(self, exhibit: Exhibit) -> None:
        """Show what a block puts out: the maps first, and what is counted in them after that."""
        self._uncounted = exhibit
        self.pane.show_exhibit(exhibit)

    def _count(self) -> None:
        exhibit, self._uncounted = self._uncounted, None
        if exhibit is not None:
            self.statistics.show_values(exhibit.values)

    def show_notice(self, notice: Notice, node: PlacedBlock | None = None) -> None:
        """Say something in place of the maps of a block."""
        self.pane.show_notice(notice)
        if self.tabs.mode is Mode.MAPS:
            self.title.show_block(node)
            self.title.show_channel(None)
        self._uncounted = None
        self.statistics.clear()

    def show_mode(self, mode: Mode) -> None:
        """Show what the block makes of the image, or its weights."""
        self._modes.setCurrentIndex(mode)
        self.title.tools.setVisible(mode is Mode.MAPS)
        self.title.show_channel(self.pane.channel if mode is Mode.MAPS else None)
        if mode is Mode.MAPS:
            self._entitle()

    def name_block(self, node: PlacedBlock | None) -> None:
        """Name the block whose weights are shown."""
        if self.tabs.mode is Mode.KERNELS:
            self.title.show_block(node)

    def _entitle(self) -> None:
        exhibit = self.pane.exhibit
        if exhibit is None or self.tabs.mode is not Mode.MAPS:
            return
        self.title.show_block(exhibit.node, said_shape(exhibit.values.shape))
        self.title.show_channel(self.pane.channel, self.pane.maps.shape[-1])
