"""The box in which a person types blocks: `conv 64 3x3 relu; pool; dense 10 softmax`."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt, QTimer
from PySide6.QtGui import (
    QColor,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGraphicsDropShadowEffect,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from cnnstudio.core.blocks import CATALOGUE, Block
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.insertion import placed
from cnnstudio.core.quick_add import Line, Suggestion, read_line, split_line, unknown
from cnnstudio.core.quick_add_words import COMMON
from cnnstudio.ui.editor.kind_rows import KindRow, KindRowDelegate
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.labels import paragraph
from cnnstudio.ui.theme import RADIUS, XL, L, M, S, Theme

WIDTH = 440
ROW = 32
MOST_ROWS = 8
_FOOT_LINES = 2


class QuickAdd(QFrame):
    """Floats over the list of blocks while it is open, and inserts after the selected block."""

    def __init__(self, view: StackView, edits: StackEdits, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._view = view
        self._edits = edits
        self._theme = theme
        self._line = Line((), ())
        self._candidates: tuple[Suggestion, ...] = ()
        self._adding = False
        self._edit = _TypedLine()
        self._list = QListWidget()
        self._chain = paragraph("small")
        self._mark = QLabel()
        self._foot = paragraph("small")
        self._unread = QTimer(self)
        self._set_up()
        self._lay_out()
        self.hide()

    def open(self) -> None:
        """Show the box over the list, empty, with the keyboard in it."""
        self._place()
        self._edit.clear()
        self._read()
        self.show()
        self.raise_()
        self._edit.setFocus(Qt.FocusReason.PopupFocusReason)

    @property
    def edit(self) -> QLineEdit:
        """The field in which one types."""
        return self._edit

    @property
    def candidates(self) -> tuple[Suggestion, ...]:
        """What the typed words may mean, as it is listed."""
        return self._candidates

    @property
    def said(self) -> str:
        """The line at the foot: what was not understood, or how the box is used."""
        return self._foot.text()

    def _set_up(self) -> None:
        self.setAccessibleName(_("Quick add"))
        self._edit.setPlaceholderText(_("conv 64 3x3 relu; pool; dense 10 softmax"))
        self._edit.setAccessibleName(_("Blocks in words"))
        self._edit.setToolTip(
            _(
                "Type a block with its parameters, as you would say it; several blocks stand "
                "between semicolons or arrows"
            )
        )
        # A key changes the text and moves the cursor: both together are read once.
        self._unread.setSingleShot(True)
        self._unread.timeout.connect(self._read)
        self._edit.textChanged.connect(lambda _text: self._unread.start(0))
        self._edit.cursorPositionChanged.connect(lambda _old, _new: self._unread.start(0))
        self._edit.installEventFilter(self)
        self._list.setItemDelegate(KindRowDelegate(self._list, self._theme, ROW))
        self._list.setAccessibleName(_("What the words may mean"))
        self._list.setToolTip(_("Click a block to add it"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setMouseTracking(True)
        self._list.currentRowChanged.connect(lambda _row: self._explain())
        self._list.itemClicked.connect(lambda _item: self._add(stay=False))
        shadow = QGraphicsDropShadowEffect(self)
        shadow.setBlurRadius(XL)
        shadow.setOffset(0, 4)
        self._shadow = shadow
        self.setGraphicsEffect(shadow)
        self._theme.changed.connect(self._adopt_theme)
        self._adopt_theme()
        QApplication.instance().focusChanged.connect(self._follow_focus)  # type: ignore[union-attr]  # there is one

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setSpacing(S)
        self._mark.setFixedSize(16, 16)
        foot.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        foot.addWidget(self._foot, 1)
        self._foot.setMinimumHeight(_FOOT_LINES * self._foot.fontMetrics().lineSpacing())
        self._foot.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(M, M, M, S)
        column.setSpacing(S)
        column.addWidget(self._edit)
        column.addWidget(self._list)
        column.addWidget(self._chain)
        column.addLayout(foot)

    def _place(self) -> None:
        parent = self.parentWidget()
        assert parent is not None
        corner = self._view.mapTo(parent, QPoint(0, 0))
        width = min(max(WIDTH, self._view.width() - 2 * S), parent.width() - 2 * S)
        left = min(corner.x() + S, parent.width() - width - S)
        self.move(max(S, left), corner.y() + S)
        self.setFixedWidth(width)

    # What is typed

    def _catch_up(self) -> None:
        """Read what was typed since, before something is done with what the words mean."""
        if self._unread.isActive():
            self._read()

    def _read(self) -> None:
        self._unread.stop()
        text = self._edit.text()
        self._line = read_line(text)
        if self._line.parts:
            self._candidates = self._line.readings[self._active()]
        else:
            self._candidates = (
                tuple(map(_plain, COMMON[1 : MOST_ROWS + 1])) if not text.strip() else ()
            )
        self._fill()
        self._explain()

    def _active(self) -> int:
        """Return the number of the block at which the cursor stands."""
        before = split_line(self._edit.text()[: self._edit.cursorPosition()] + "x")
        return min(len(before), len(self._line.parts)) - 1

    def _fill(self) -> None:
        self._list.blockSignals(True)
        self._list.clear()
        for found in self._candidates:
            item = QListWidgetItem()
            row = KindRow(found.block.kind, found.block.family, found.block.key_params())
            item.setData(Qt.ItemDataRole.UserRole, row)
            item.setData(Qt.ItemDataRole.AccessibleTextRole, _spoken(found))
            item.setToolTip(_(found.block.lesson))
            self._list.addItem(item)
        self._list.setCurrentRow(0 if self._line.parts and self._candidates else -1)
        self._list.blockSignals(False)
        self._list.setVisible(bool(self._candidates))
        self._list.setFixedHeight(ROW * min(len(self._candidates), MOST_ROWS))

    def _explain(self) -> None:
        """Say what was not understood, and which blocks a line of several comes to."""
        chosen = self._chosen()
        texts = [text for found in chosen if found for text in found.complaints]
        texts += [
            unknown(part)
            for part, found in zip(self._line.parts, chosen, strict=False)
            if found is None
        ]
        hint = _("Enter adds it after the current block, Shift+Enter stays for the next one.")
        self._foot.setText(sentence("; ".join(texts)) if texts else hint)
        self._mark.setVisible(bool(texts))
        self._chain.setVisible(len(chosen) > 1)
        self._chain.setText("  →  ".join(_chain_text(found) for found in chosen))
        self._foot.setMaximumWidth(self.width() - 2 * L)
        self.adjustSize()

    def _chosen(self) -> list[Suggestion | None]:
        """Return each part's block: at the cursor the selected one, elsewhere the likeliest."""
        row = self._list.currentRow()
        picked = self._candidates[row] if 0 <= row < len(self._candidates) else None
        if not self._line.parts:
            return [picked] if picked else []
        best = [found[0] if found else None for found in self._line.readings]
        best[self._active()] = picked
        return best

    # What a person does

    def _add(self, *, stay: bool) -> None:
        self._catch_up()
        chosen = [found for found in self._chosen() if found is not None]
        if not chosen or len(chosen) < len(self._line.parts):
            return
        self._adding = True
        done = self._edits.add_blocks(placed(found.block for found in chosen))
        self._adding = False
        if not done:
            return
        if stay:
            self._edit.clear()
            self._edit.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.hide()

    def _close(self) -> None:
        self.hide()
        self._view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _move(self, by: int) -> None:
        self._catch_up()
        count = self._list.count()
        if count:
            row = self._list.currentRow()
            start = row if row >= 0 else (-1 if by > 0 else 0)
            self._list.setCurrentRow((start + by) % count)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is not self._edit or not isinstance(event, QKeyEvent):
            return False
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return event.type() == QEvent.Type.KeyPress and self._takes(event)

    def _takes(self, event: QKeyEvent) -> bool:
        match event.key():
            case Qt.Key.Key_Up:
                self._move(-1)
            case Qt.Key.Key_Down:
                self._move(1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._add(stay=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
            case Qt.Key.Key_Escape:
                self._close()
            case _:
                return False
        return True

    def _follow_focus(self, _before: QWidget | None, now: QWidget | None) -> None:
        """Close when the keyboard goes elsewhere in the window, not when the window loses it."""
        if now is not None and not self._adding and self.isVisible():
            self.setVisible(self.isAncestorOf(now))

    # Painting

    def _adopt_theme(self) -> None:
        dark = self._theme.tokens.dark
        shade = QColor(self._theme.color("window" if dark else "text"))
        shade.setAlphaF(0.9 if dark else 0.3)
        self._shadow.setColor(shade)
        self._mark.setPixmap(self._theme.icon("triangle-alert", "warning").pixmap(QSize(16, 16)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self._theme.color("muted"), 1))
        painter.setBrush(self._theme.color("panel"))
        painter.drawRoundedRect(
            self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS
        )


class _TypedLine(QLineEdit):
    """A line in which pasted line breaks stand for semicolons."""

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self.insert("; ".join(QGuiApplication.clipboard().text().splitlines()))
        else:
            super().keyPressEvent(event)


def _plain(kind: str) -> Suggestion:
    return Suggestion(CATALOGUE[kind]())


def _spoken(found: Suggestion) -> str:
    return " ".join((found.block.kind, found.block.key_params()))


def _chain_text(found: Suggestion | None) -> str:
    return "?" if found is None else _name(found.block)


def _name(block: Block) -> str:
    return f"{block.kind} {block.key_params()}".strip()
