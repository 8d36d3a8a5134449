"""How a block looks in the list: one card, painted."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from cnnstudio.core.analysis import BlockFacts
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.problems import Problem, Severity
from cnnstudio.ui.editor.stack_model import StackModel
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import BODY, RADIUS, SMALL, XS, L, M, S, Theme, font

BAR = 4
ICON = 18
LINE = 19
CARD_HEIGHT = 2 * LINE + 2 * S
GAP = 3
LANE_HEIGHT = 26
_TEXT_LEFT = BAR + M + ICON + M
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


@dataclass(frozen=True, slots=True)
class _Fonts:
    name: QFont
    plain: QFont
    number: QFont
    small: QFont
    small_number: QFont


class CardDelegate(QStyledItemDelegate):
    """Paints the blocks of a `StackModel` as cards and its lanes as thin headings."""

    def __init__(self, design: OpenDesign, model: StackModel, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._model = model
        self._theme = theme
        self.adopt_theme()
        theme.changed.connect(self.adopt_theme)

    def adopt_theme(self) -> None:
        """Take fonts anew, after the theme has changed."""
        self._fonts = _Fonts(
            font(BODY, bold=True),
            font(BODY),
            font(BODY, tabular=True),
            font(SMALL),
            font(SMALL, tabular=True),
        )

    @override
    def sizeHint(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        node = self._model.node(index)
        if node is None:
            return QSize(120, LANE_HEIGHT)
        message = self._message(node)
        extra = 0
        if message:
            view = option.widget
            width = view.viewport().width() if hasattr(view, "viewport") else 300
            width -= 2 * S + _TEXT_LEFT + M
            box = QFontMetrics(self._fonts.small).boundingRect(0, 0, width, 1000, _WRAP, message)
            extra = box.height() + XS
        return QSize(120, CARD_HEIGHT + extra + 2 * GAP)

    @override
    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        node = self._model.node(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if node is None:
            self._paint_lane(painter, option.rect, index)
        else:
            card = option.rect.adjusted(S, GAP, -S, -GAP)
            self._paint_frame(painter, card, node, option.state)
            self._paint_text(painter, card, node)
        painter.restore()

    @override
    def createEditor(
        self,
        parent: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> QWidget:
        editor = super().createEditor(parent, option, index)
        editor.setAccessibleName(_("Name of the block"))
        return editor

    @override
    def updateEditorGeometry(
        self,
        editor: QWidget,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        card = option.rect.adjusted(S, GAP, -S, -GAP)
        editor.setGeometry(card.left() + _TEXT_LEFT - S, card.top() + XS, 200, 28)

    def _paint_lane(
        self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        painter.setFont(self._fonts.small)
        painter.setPen(self._theme.color("muted"))
        text = str(self._model.data(index))
        painter.drawText(rect.adjusted(L, 0, -S, 0), Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_frame(
        self, painter: QPainter, card: QRect, node: PlacedBlock, state: QStyle.StateFlag
    ) -> None:
        color = self._theme.color
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        wrong = self._severity(node) is Severity.ERROR
        surface, edge = color("card"), color("border")
        if wrong:
            surface, edge = color("error_surface"), color("error")
        if hovered:
            edge = color("muted")
        if selected:
            surface, edge = (surface if wrong else color("selection")), color("accent")
        pen = QPen(edge, 2 if selected or focused else 1)
        if node.muted:
            pen.setStyle(Qt.PenStyle.DashLine)
        inset = card.toRectF().adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(pen)
        painter.setBrush(surface)
        painter.drawRoundedRect(inset, RADIUS, RADIUS)
        bar = QRect(card.left() + 1, card.top() + S, BAR, card.height() - 2 * S)
        painter.fillRect(bar, self._theme.family(node.block.family))

    def _paint_text(self, painter: QPainter, card: QRect, node: PlacedBlock) -> None:
        facts = self._design.report.facts.get(node.uid, BlockFacts())
        top = card.top() + S
        icon = QRect(card.left() + BAR + M, top + LINE - ICON // 2 - 1, ICON, ICON)
        self._theme.family_icon(node.block.family).paint(painter, icon)
        text_color = self._theme.color("faint" if node.muted else "text")
        muted = self._theme.color("faint" if node.muted else "muted")
        left, right = card.left() + _TEXT_LEFT, card.right() - M
        first = QRect(left, top, right - left, LINE)
        second = first.translated(0, LINE)

        shape = times(facts.output_shape) if facts.output_shape else "—"
        room = _draw_right(painter, first, shape, self._fonts.number, text_color)
        used = _draw_left(painter, room, node.name, self._fonts.name, text_color)
        _draw_left(painter, used, node.block.kind, self._fonts.plain, muted)
        room = _draw_right(
            painter, second, _weights_text(facts.weights), self._fonts.small_number, muted
        )
        _draw_left(painter, room, node.block.key_params(), self._fonts.small_number, muted)
        message = self._message(node)
        if message:
            self._paint_message(painter, card, node, message)

    def _paint_message(
        self, painter: QPainter, card: QRect, node: PlacedBlock, message: str
    ) -> None:
        tone = "error" if self._severity(node) is Severity.ERROR else "warning"
        top = card.top() + S + 2 * LINE + XS // 2
        mark = QRect(card.left() + BAR + M, top, 16, 16)
        name = "circle-alert" if tone == "error" else "triangle-alert"
        self._theme.icon(name, tone).paint(painter, mark)
        painter.setFont(self._fonts.small)
        painter.setPen(self._theme.color(tone))
        left = card.left() + _TEXT_LEFT
        box = QRect(left, top, card.right() - M - left, card.bottom() - top)
        painter.drawText(box, _WRAP, message)

    def _severity(self, node: PlacedBlock) -> Severity | None:
        problems = self._pressing(node)
        return problems[0].severity if problems else None

    def _message(self, node: PlacedBlock) -> str:
        return "\n".join(sentence(problem.message()) for problem in self._pressing(node))

    def _pressing(self, node: PlacedBlock) -> list[Problem]:
        """Return what is wrong with a block; hints are for the inspector."""
        problems = self._design.report.problems_of(node.uid)
        return [problem for problem in problems if problem.severity is not Severity.HINT]


def _draw_right(painter: QPainter, box: QRect, text: str, face: QFont, color: QColor) -> QRect:
    """Draw text at the right of a box and return the room that is left beside it."""
    painter.setFont(face)
    painter.setPen(color)
    painter.drawText(box, _RIGHT, text)
    width = painter.fontMetrics().horizontalAdvance(text)
    return box.adjusted(0, 0, -width - M, 0)


def _draw_left(painter: QPainter, box: QRect, text: str, face: QFont, color: QColor) -> QRect:
    """Draw text at the left of a box, shortened if need be; return the room after it."""
    painter.setFont(face)
    painter.setPen(color)
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(text)
    if width > box.width():
        text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(box.width(), 0))
    painter.drawText(box, _LEFT, text)
    return box.adjusted(width + S, 0, 0, 0)


def _weights_text(count: int) -> str:
    if count == 0:
        return ""
    return ngettext("{count} weight", "{count} weights", count).format(count=f"{count:,}")
