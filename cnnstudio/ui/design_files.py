"""Opening, saving and closing the design, without ever losing a change."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QThreadPool, Signal
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QMessageBox, QWidget

from cnnstudio.core import document
from cnnstudio.core.document import (
    SUFFIX,
    Design,
    DesignError,
    is_keras_json,
    starter_design,
)
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.settings import Settings
from cnnstudio.ui.background import Latest
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.remarks import code_notice, refusal
from cnnstudio.ui.replacing import may_replace

if TYPE_CHECKING:
    from cnnstudio.core.source.reading import SourceReading

CODE_SUFFIX = ".py"
MODEL_SUFFIXES = (".keras", ".h5", ".hdf5")
OPENED = (SUFFIX, CODE_SUFFIX, *MODEL_SUFFIXES)
"""The ends of the names of files that can be opened."""


@dataclass(frozen=True, slots=True)
class _Written:
    """What is in a file now, and the number of the open design it was."""

    path: Path
    design: Design
    number: int


class DesignFiles(QObject):
    """The file side of the open design. Files are read and written off the window's thread.

    `opened` carries the path of the design, `saved` with it the network that is in the file: the
    open design may be another one by then. `model_wanted` carries the path of a Keras model, which
    only the engine can read.
    """

    opened = Signal(Path)
    saved = Signal(Path, object)
    model_wanted = Signal(Path)
    recovered = Signal()

    def __init__(
        self, window: QWidget, design: OpenDesign, settings: Settings, notices: Notices
    ) -> None:
        super().__init__(window)
        self._window = window
        self._design = design
        self._settings = settings
        self._notices = notices
        self._reading = Latest(self)
        self._reading.done.connect(self._opened)
        self._reading.failed.connect(self._refused)
        self._reading_code = Latest(self)
        self._reading_code.done.connect(self._code_read)
        self._reading_code.failed.connect(self._refused)
        # One at a time: of two saves of one file the later must win.
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._writing = Latest(self, self._pool)
        self._recovering = Latest(self)
        self._recovering.done.connect(self._recovered)
        self._recovering.failed.connect(self._refused)
        self._writing.done.connect(self._saved)
        self._writing.failed.connect(self._refused)

    def new(self) -> None:
        """Start a new design, after asking about changes that are not saved."""
        self.start_from(starter_design())

    def ask_open(self) -> None:
        """Let the person choose a design and open it."""
        path, _filter = QFileDialog.getOpenFileName(
            self._window, _("Open a design"), self._folder(), _opened_filters()
        )
        if path:
            self.open(Path(path))

    def open(self, path: Path) -> None:
        """Read a design, code or a model, then show it after asking about unsaved changes."""
        if path.suffix.lower() in MODEL_SUFFIXES:
            self.model_wanted.emit(path)
        elif path.suffix.lower() == CODE_SUFFIX:
            self._reading_code.start(lambda: (path, _read_code(path)))
        else:
            self._reading.start(lambda: (path, _read(path)))

    def start_from(self, design: Design) -> bool:
        """Show a design that is in no file yet, after asking about changes that are not saved.

        Returns whether it is shown.
        """
        shown = self.may_discard()
        if shown:
            self._design.open(design, None)
        return shown

    def start_from_network(self, network: Network) -> bool:
        """Show a network that was pasted as a design of its own, as `start_from`."""
        return self.start_from(Design(_("pasted"), network, self._design.plan))

    def offer(self, copy: Path) -> None:
        """Offer the unsaved work that a studio which did not close has left in `copy`."""
        when = time.strftime("%Y-%m-%d %H:%M", time.localtime(copy.stat().st_mtime))
        self._notices.lasting(
            _("CNN Studio did not close properly. Unsaved work of {time} was kept.").format(
                time=when
            ),
            _("Open it"),
            lambda: self._recovering.start(lambda: (copy, document.load(copy))),
        )

    def save(self) -> None:
        """Save to the design's file; ask for one if it has none."""
        _take_in_what_is_typed()
        if self._design.path is None:
            self.ask_save()
        else:
            self._write(self._design.path)

    def ask_save(self) -> None:
        """Let the person choose a file and save there."""
        _take_in_what_is_typed()
        path = self._ask_path()
        if path is not None:
            self._write(path)

    def may_discard(self) -> bool:
        """Ask about changes that are not saved; return whether they may go, or are saved."""
        _take_in_what_is_typed()
        if not self._design.is_dirty:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(_("Unsaved changes"))
        box.setText(_("Save the changes to “{name}”?").format(name=self._design.design.name))
        box.setInformativeText(_("If you don't save, they are lost."))
        save = box.addButton(_("Save"), QMessageBox.ButtonRole.AcceptRole)
        discard = box.addButton(_("Don't save"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(_("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(save)
        box.exec()
        chosen = box.clickedButton()
        if chosen is save:
            return self._save_now()
        return chosen is discard

    def _save_now(self) -> bool:
        """Save and wait for it: what follows would lose the design."""
        path = self._design.path or self._ask_path()
        if path is None:
            return False
        self._writing.cancel()
        self._pool.waitForDone()
        try:
            self._saved(self._writer(path)())
        except DesignError as error:
            self._refused(error)
            return False
        return True

    def _write(self, path: Path) -> None:
        self._writing.start(self._writer(path))

    def _writer(self, path: Path) -> Callable[[], _Written]:
        written = _Written(
            path, replace(self._design.design, name=name_of(path)), self._design.number
        )

        def write() -> _Written:
            document.save(written.design, path)
            return written

        return write

    def _ask_path(self) -> Path | None:
        suggestion = self._design.path or Path(self._folder(), self._design.design.name + SUFFIX)
        text, _filter = QFileDialog.getSaveFileName(
            self._window, _("Save the design"), str(suggestion), self._filters()
        )
        if not text:
            return None
        path = Path(text)
        if path.suffix != ".json":
            path = path.with_name(path.name + SUFFIX)
        return path if may_replace(self._window, path, text) else None

    def _opened(self, result: tuple[Path, Design | None]) -> None:
        path, design = result
        if design is None:
            self.model_wanted.emit(path)
        elif self.may_discard():
            self._design.open(replace(design, name=name_of(path)), path)
            self._settings.opened(path)
            self.opened.emit(path)

    def _code_read(self, result: tuple[Path, SourceReading]) -> None:
        path, reading = result
        if reading.network is None:
            self._notices.say(refusal(reading.remarks))
            return
        self.start_from(Design(path.stem, reading.network, self._design.plan))
        if reading.remarks:
            self._notices.say(code_notice(reading.remarks))

    def _recovered(self, result: tuple[Path, Design]) -> None:
        copy, design = result
        if self.may_discard():
            self._design.open(design, None)
            self._design.undo_stack.resetClean()
            self._pool.start(lambda: copy.unlink(missing_ok=True))
            self.recovered.emit()

    def _saved(self, written: _Written) -> None:
        if written.number == self._design.number:
            self._design.saved(written.path, written.design)
        self._settings.opened(written.path)
        self._notices.info(_("Saved to {path}").format(path=written.path))
        self.saved.emit(written.path, written.design.network)

    def _refused(self, error: Exception) -> None:
        if isinstance(error, DesignError):
            self._notices.error(str(error))
        else:
            raise error

    def _folder(self) -> str:
        recent = self._design.path or (self._settings.recent and Path(self._settings.recent[0]))
        return str(recent.parent) if recent else str(Path.home())

    def _filters(self) -> str:
        return ";;".join(
            (_("Designs ({patterns})").format(patterns=f"*{SUFFIX}"), _("All files (*)"))
        )


def _read(path: Path) -> Design | None:
    """Return the design in a file, None if it is the JSON of a Keras model."""
    try:
        return document.load(path)
    except DesignError:
        if path.suffix == ".json" and is_keras_json(path):
            return None
        raise


def _read_code(path: Path) -> SourceReading:
    from cnnstudio.core.source.files import read_source_file  # the window opens before it is read

    return read_source_file(path)


def _opened_filters() -> str:
    return ";;".join(
        (
            _("All that can be opened ({patterns})").format(patterns=_patterns((*OPENED, ".json"))),
            _("Designs ({patterns})").format(patterns=_patterns((SUFFIX,))),
            _("Python code ({patterns})").format(patterns=_patterns((CODE_SUFFIX,))),
            _("Keras models ({patterns})").format(patterns=_patterns((*MODEL_SUFFIXES, ".json"))),
            _("All files (*)"),
        )
    )


def _patterns(suffixes: Iterable[str]) -> str:
    return " ".join(f"*{suffix}" for suffix in suffixes)


def name_of(path: Path) -> str:
    """Return the name of a design that is saved at `path`."""
    return path.name.removesuffix(SUFFIX).removesuffix(".json") or path.name


def _take_in_what_is_typed() -> None:
    """End the typing of a name: lines tell what was typed once they lose the keyboard."""
    line = QApplication.focusWidget()
    if isinstance(line, QLineEdit) and line.isModified():
        line.clearFocus()
        if line.isVisible():
            line.setFocus()
