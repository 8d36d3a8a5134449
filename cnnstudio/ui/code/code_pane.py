"""The code pane: the open design as Keras code that follows every change."""

from __future__ import annotations

from itertools import takewhile
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QCheckBox, QFileDialog, QHBoxLayout, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core.files import atomically, safe_stem, why
from cnnstudio.core.i18n import _
from cnnstudio.core.source.writing import Source, write_source
from cnnstudio.ui.code.code_view import CodeView
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.theme import L, M, S, Theme, beside_icon

_CHECK_KEY = "Ctrl+Shift+K"
_COPY_KEY = "Ctrl+Shift+C"
_SAVE_KEY = "Ctrl+Shift+Y"
_SUFFIX = ".py"


class CodePane(QWidget):
    """Shows the code of the open design, the current block's lines marked.

    A click on a line makes its block the current one. Out of sight it does nothing; it catches up
    when it is shown. `said` carries a `Notice` of what has been copied or saved, or why not;
    `check_wanted` comes when it is to be proven that the code is the design.
    """

    said = Signal(object)
    check_wanted = Signal()

    def __init__(self, design: OpenDesign, theme: Theme) -> None:
        super().__init__()
        self._design = design
        self._theme = theme
        self._source = Source("", {})
        self.setProperty("surface", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.view = CodeView(theme)
        self.view.setAccessibleName(_("Code of the network"))
        self.view.setToolTip(
            _("The network as Keras code; click a line, or go to it with the arrow keys, to select "
              "its block")
        )  # fmt: skip
        self.training = QCheckBox(_("With training"))
        self.training.setToolTip(
            _("Add what reads the data and trains the model as the plan says: a whole program")
        )
        self.check_button = self._button(
            _("Check round trip"), _("Read the code back, build both with the same weights and "
            "compare their outputs: nothing may have changed on the way"),
            _CHECK_KEY,
        )  # fmt: skip
        self.copy_button = self._button(
            _("Copy code"), _("Put all of the code on the clipboard, for a notebook or a script"),
            _COPY_KEY,
        )  # fmt: skip
        self.save_button = self._button(
            _("Save as .py…"), _("Save the code as a Python file that makes the model anywhere"),
            _SAVE_KEY,
        )  # fmt: skip
        self._lay_out()
        self._connect()
        self._paint_icons()
        self._show()

    @property
    def source(self) -> Source:
        """The code that is shown."""
        return self._source

    def copy_code(self) -> None:
        """Put all of the code on the clipboard."""
        QGuiApplication.clipboard().setText(self._source.text)
        self.said.emit(Notice(_("The code is on the clipboard.")))

    def ask_save(self) -> None:
        """Let the person choose the file the code is saved to."""
        folder = self._design.path.parent if self._design.path else Path.home()
        stem = safe_stem(self._design.design.name)
        text, _filter = QFileDialog.getSaveFileName(
            self, _("Save the code"), str(folder / f"{stem}{_SUFFIX}"), _("Python files (*.py)")
        )
        path = Path(text if text.endswith(_SUFFIX) else f"{text}{_SUFFIX}")
        if text and may_replace(self, path, text):
            self.save(path)

    def save(self, path: Path) -> None:
        """Save the code to a file, and say so; or why that cannot be done."""
        try:
            with atomically(path) as scratch:
                scratch.write_text(self._source.text, "utf-8", newline="\n")
        except OSError as error:
            text = _("{path} cannot be saved: {why}").format(path=path, why=why(error))
            self.said.emit(Notice(text, "error"))
        else:
            self.said.emit(Notice(_("Saved to {path}").format(path=path)))

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._show()

    def _button(self, text: str, tip: str, key: str) -> QToolButton:
        button = QToolButton()
        button.setText(beside_icon(text))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setAccessibleName(text)
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        button.setToolTip(f"{tip} ({native})")
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        within = Qt.ShortcutContext.WidgetWithChildrenShortcut
        QShortcut(QKeySequence(key), self, button.click, context=within)
        return button

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(L, S, L, S)
        row.setSpacing(M)
        row.addWidget(self.training)
        row.addStretch()
        row.addWidget(self.check_button)
        row.addWidget(self.copy_button)
        row.addWidget(self.save_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.view.line_chosen.connect(self._select_block)
        self.training.toggled.connect(self._show)
        self.check_button.clicked.connect(self.check_wanted)
        self.copy_button.clicked.connect(self.copy_code)
        self.save_button.clicked.connect(self.ask_save)
        self._design.changed.connect(self._show)
        self._design.plan_changed.connect(self._plan_changed)
        self._design.current_changed.connect(self._mark)
        self._theme.changed.connect(self._paint_icons)

    def _plan_changed(self) -> None:
        if self.training.isChecked():
            self._show()

    def _show(self) -> None:
        if not self.isVisible():
            return
        plan = self._design.plan if self.training.isChecked() else None
        self._source = write_source(self._design.network, plan=plan, report=self._design.report)
        self.view.show_code(self._source.text, self._bars())
        self._mark()

    def _bars(self) -> dict[int, QColor]:
        """Return the colours of the families of the innermost blocks in each line."""
        colors = {family: QColor(color) for family, color in self._theme.tokens.families.items()}
        bars: dict[int, QColor] = {}
        for _path, node in self._design.network.walk():
            if not node.muted:
                lines = self._source.lines.get(node.uid, range(0))
                bars.update(dict.fromkeys(lines, colors[node.block.family]))
        return bars

    def _mark(self) -> None:
        if self.isVisible():
            current = self._design.current
            uid = current.uid if current else ""
            self.view.mark(self._source.lines.get(uid, range(0)))

    def _select_block(self, line: int) -> None:
        uids = self._source.at(line)
        if uids:
            self._design.set_current(self._nearest(uids))

    def _nearest(self, uids: tuple[str, ...]) -> str:
        """Return the innermost block of a line; of several, the one nearest to the current one."""
        lines = self._source.lines
        innermost = [uid for uid in uids if lines[uid] == lines[uids[0]]]
        current = self._design.current
        if current is None:
            return innermost[0]
        here = self._design.network.find(current.uid) or ()

        def shared(uid: str) -> int:
            path = self._design.network.find(uid) or ()
            pairs = zip(path, here, strict=False)
            return sum(1 for _pair in takewhile(lambda pair: pair[0] == pair[1], pairs))

        return max(innermost, key=shared)

    def _paint_icons(self) -> None:
        self.check_button.setIcon(self._theme.icon("check", "muted"))
        self.copy_button.setIcon(self._theme.icon("copy", "muted"))
        self.save_button.setIcon(self._theme.icon("save", "muted"))
        self._show()
