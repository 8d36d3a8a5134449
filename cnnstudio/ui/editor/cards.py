"""How the rows of the list look: a block as a card, painted; lanes and feet are `lane_rows`'.

What a card says it says without colour too: selected is a thick edge, hovered a grip, dragged a
shadow of itself, muted a dashed edge with the name struck out, wrong a mark with a sentence, and
the keyboard's place a dotted line inside.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.blocks import Parallel, Repeat
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.network import PlacedBlock, Row
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.editor.card_text import card_fonts, draw_left, draw_right, wrapped_height
from cnnstudio.ui.editor.lane_rows import LaneRows
from cnnstudio.ui.editor.list_layout import (
    BAR,
    CARD_HEIGHT,
    FOLD_WIDTH,
    GAP,
    ICON,
    INDENT,
    LINE,
    TEXT_LEFT,
    card_rect,
    chevron_rect,
)
from cnnstudio.ui.editor.row_keys import WHOLE_BLOCK
from cnnstudio.ui.editor.row_texts import summary
from cnnstudio.ui.editor.severity import LOOKS
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import RADIUS, XS, M, S, Theme

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop
_DRAGGED_OPACITY = 0.35
_HINT = 14
_WORST = [*Severity]
_PLAIN_HEIGHT = CARD_HEIGHT + 2 * GAP

AnyIndex = QModelIndex | QPersistentModelIndex


class CardDelegate(QStyledItemDelegate):
    """Paints the rows of a `StackModel`.

    Attributes:
        dragged: uids of the blocks that are being dragged.
    """

    def __init__(self, design: OpenDesign, model: StackModel, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._model = model
        self._theme = theme
        self._lanes = LaneRows(design, model, theme)
        self._heights: dict[tuple[str, int], int] = {}
        self._messages: dict[str, tuple[tuple[Problem, ...], str]] = {}
        self.dragged: frozenset[str] = frozenset()
        self.adopt_theme()
        theme.changed.connect(self.adopt_theme)

    def adopt_theme(self) -> None:
        """Take fonts anew, after the theme has changed."""
        self._fonts = card_fonts()
        self._heights.clear()
        self._lanes.adopt_theme()

    def message(self, uid: str) -> str:
        """Return what a card says is wrong with its block; hints are for the inspector."""
        problems = self._design.problems_of(uid)
        known = self._messages.get(uid)
        if known is None or known[0] != problems:
            text = "\n".join(sentence(problem.message()) for problem in self._pressing(uid))
            known = self._messages[uid] = (problems, text)
        return known[1]

    def heights(self, width: int) -> list[int]:
        """Return how high each row is in a list of a width, both in pixels."""
        told, lanes, paths = self._design.problems_by_block, self._lanes, self._model.network.paths
        heights = []
        for uid, lane in self._model.keys:
            if lane != WHOLE_BLOCK:
                heights.append(lanes.height(self._model.block(uid), lane))
            elif uid in told and (message := self.message(uid)):
                inset = (len(paths[uid]) - 1) * INDENT + 2 * S + TEXT_LEFT + M
                heights.append(_PLAIN_HEIGHT + self._message_height(message, width - inset) + XS)
            else:
                heights.append(_PLAIN_HEIGHT)
        return heights

    def _message_height(self, message: str, width: int) -> int:
        key = (message, width)
        if key not in self._heights:
            self._heights[key] = wrapped_height(self._fonts.small, width, message)
        return self._heights[key]

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        node = self._model.node(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node is None:
            self._lanes.paint(painter, option, index)
        else:
            if node.uid in self.dragged:
                painter.setOpacity(_DRAGGED_OPACITY)
            card = card_rect(option.rect)
            self._paint_frame(painter, card, node, option.state)
            self._paint_icons(painter, option.rect, node)
            self._paint_text(painter, card, node)
        painter.restore()

    @override
    def createEditor(
        self, parent: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(_("Name of the block"))
        return editor

    @override
    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: AnyIndex
    ) -> None:
        card = card_rect(option.rect)
        node = self._model.node(index)
        left = card.left() + _text_left(node) - S if node else card.left()
        editor.setGeometry(left, card.top() + XS, min(220, card.right() - left - S), 28)

    def _paint_frame(
        self, painter: QPainter, card: QRect, node: PlacedBlock, state: QStyle.StateFlag
    ) -> None:
        color = self._theme.color
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        wrong = self._severity(node) is Severity.ERROR
        surface, edge = color("card"), color("border")
        if wrong:
            surface, edge = color("error_surface"), color("error")
        if hovered:
            edge = color("muted")
        if selected:
            surface, edge = (surface if wrong else color("selection")), color("accent")
        pen = QPen(edge, 2 if selected else 1)
        if node.muted or node.uid in self.dragged:
            pen.setStyle(Qt.PenStyle.DashLine)
        inset = card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen)
        painter.setBrush(surface)
        painter.drawRoundedRect(inset, RADIUS, RADIUS)
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(color("text"), 1, Qt.PenStyle.DotLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(inset.adjusted(2.5, 2.5, -2.5, -2.5), RADIUS - 2, RADIUS - 2)
        bar = QRect(card.left() + 3, card.top() + S, BAR, card.height() - 2 * S)
        if hovered:
            _paint_grip(painter, bar, color("muted"))
        else:
            painter.fillRect(bar, self._theme.family(node.block.family))

    def _paint_icons(self, painter: QPainter, row: QRect, node: PlacedBlock) -> None:
        card = card_rect(row)
        left = card.left() + BAR + M
        if node.is_container:
            chevron = "chevron-right" if node.uid in self._model.folded else "chevron-down"
            self._theme.icon(chevron, "muted").paint(painter, chevron_rect(row))
            left += FOLD_WIDTH
        icon = QRect(left, card.top() + S + LINE - ICON // 2 - 1, ICON, ICON)
        match node.block:
            case _ if node.muted:
                self._theme.icon("eye-off", "muted").paint(painter, icon)
            case Parallel():
                self._theme.icon("split", "muted").paint(painter, icon)
            case Repeat():
                self._theme.icon("repeat", "muted").paint(painter, icon)
            case _:
                self._theme.family_icon(node.block.family).paint(painter, icon)

    def _paint_text(self, painter: QPainter, card: QRect, node: PlacedBlock) -> None:
        fonts = self._fonts
        facts = self._design.report.facts.get(node.uid, BlockFacts())
        text, muted = self._theme.color("text"), self._theme.color("muted")
        if node.muted:
            text = muted
        left, right = card.left() + _text_left(node), card.right() - M
        first = QRect(left, card.top() + S, right - left, LINE)
        second = first.translated(0, LINE)
        open_container = node.is_container and node.uid not in self._model.folded
        shape = times(facts.output_shape) if facts.output_shape else "—"
        room = draw_right(painter, first, "" if open_container else shape, fonts.number, text)
        name = fonts.muted_name if node.muted else fonts.name
        problems = self._design.problems_of(node.uid)
        has_hint = any(problem.severity is Severity.HINT for problem in problems)
        room.setRight(room.right() - has_hint * (_HINT + S))
        room = draw_left(painter, room, node.name, name, text)
        room = draw_left(painter, room, node.block.kind, fonts.plain, muted)
        if has_hint:
            left = min(room.left(), room.right() + S)
            mark = QRect(left, room.center().y() - _HINT // 2, _HINT, _HINT)
            self._theme.icon(*LOOKS[Severity.HINT]).paint(painter, mark)
        told = _("muted") if node.muted else _weights_text(facts.weights)
        room = draw_right(painter, second, told, fonts.small_number, muted)
        params = summary(node) if node.uid in self._model.folded else node.block.key_params()
        draw_left(painter, room, params, fonts.small_number, muted)
        message = self.message(node.uid)
        if message:
            self._paint_message(painter, card, node, message)

    def _paint_message(
        self, painter: QPainter, card: QRect, node: PlacedBlock, message: str
    ) -> None:
        name, tone = LOOKS[self._severity(node) or Severity.WARNING]
        top = card.top() + S + 2 * LINE + XS // 2
        mark = QRect(card.left() + BAR + M, top, 16, 16)
        self._theme.icon(name, tone).paint(painter, mark)
        painter.setFont(self._fonts.small)
        painter.setPen(self._theme.color(tone))
        left = card.left() + TEXT_LEFT
        box = QRect(left, top, card.right() - M - left, card.bottom() - top)
        painter.drawText(box, _WRAP, message)

    def _severity(self, node: PlacedBlock) -> Severity | None:
        """Return how bad the worst is of a block, and of what it holds where that is folded."""
        problems = self._pressing(node.uid)
        if node.uid in self._model.folded:
            inner = [self._pressing(block.uid) for lane in node.lanes for block in _all(lane)]
            problems = [*problems, *(problem for found in inner for problem in found)]
        return min((p.severity for p in problems), key=_WORST.index, default=None)

    def _pressing(self, uid: str) -> list[Problem]:
        problems = self._design.problems_of(uid)
        return [problem for problem in problems if problem.severity is not Severity.HINT]


def _all(row: Row) -> Iterator[PlacedBlock]:
    """Yield the blocks of a list and all that they hold."""
    for node in row:
        yield node
        for lane in node.lanes:
            yield from _all(lane)


def _paint_grip(painter: QPainter, bar: QRect, color: QColor) -> None:
    """Paint two columns of dots, as on things that can be taken hold of."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    middle = bar.center().y()
    for row in (-6, 0, 6):
        for column in (0, 4):
            painter.drawEllipse(bar.left() + column - 1, middle + row - 1, 3, 3)


def _text_left(node: PlacedBlock) -> int:
    return TEXT_LEFT + (FOLD_WIDTH if node.is_container else 0)


def _weights_text(count: int) -> str:
    if count == 0:
        return ""
    return ngettext("{count} weight", "{count} weights", count).format(count=f"{count:,}")
