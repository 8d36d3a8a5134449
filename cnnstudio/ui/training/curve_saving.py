"""Asks for a file and saves the curves of a run there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.core.files import why
from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.background import Every
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.training.curve_files import (
    CurveFigure,
    Table,
    save_drawing,
    save_picture,
    table_of_batches,
    table_of_epochs,
)
from cnnstudio.ui.training.run_plots import RunPlots
from cnnstudio.ui.training.run_record import RunRecord

_KINDS = {
    "png": (".png", N_("Pictures (*.png)")),
    "svg": (".svg", N_("Drawings (*.svg)")),
    "batches": (".csv", N_("Tables (*.csv)")),
    "epochs": (".csv", N_("Tables (*.csv)")),
}
"""Suffix and kind of file, by a key of `plot_tools.FORMS`."""


class CurveSaving(QObject):
    """Saves the curves as a person wishes.

    Tables are written on another thread, since a million rows take seconds.

    Attributes:
        said: carries a `Notice` of what has come of it.
        propose: returns the path that is proposed for a file, without its suffix.
    """

    said = Signal(object)

    def __init__(self, plots: RunPlots, record: RunRecord, window: QWidget) -> None:
        super().__init__(window)
        self._plots = plots
        self._record = record
        self._window = window
        self.propose: Callable[[], Path] = lambda: Path.home() / "curves"
        self._folder: Path | None = None
        self._writer = Every(self)
        self._writer.done.connect(self._tell_saved)
        self._writer.failed.connect(self._tell_failed)
        plots.tools.save_asked.connect(self.ask)

    def ask(self, form: str) -> None:
        """Ask for a file and save the curves there, in a form by its key in `FORMS`."""
        suffix, kind = _KINDS[form]
        proposed = self.propose()
        folder = self._folder or proposed.parent
        name = f"{proposed.name}-{form}" if suffix == ".csv" else proposed.name
        text, _filter = QFileDialog.getSaveFileName(
            self._window, _("Save the curves"), str(folder / f"{name}{suffix}"), _(kind)
        )
        path = Path(text if text.lower().endswith(suffix) else f"{text}{suffix}")
        if text and may_replace(self._window, path, text):
            self._folder = path.parent
            self.save(form, path)

    def save(self, form: str, path: Path) -> None:
        """Save the curves in a form and say what has come of it."""
        match form:
            case "batches":
                self._save_table(table_of_batches(self._record), path)
            case "epochs":
                self._save_table(table_of_epochs(self._record), path)
            case _:
                self._save_figure(form, path)

    def _save_figure(self, form: str, path: Path) -> None:
        figure = CurveFigure(self._plots, self._record)
        try:
            if form == "svg":
                save_drawing(figure, path, path.stem)
            else:
                save_picture(figure, path)
        except OSError as error:
            self._tell_failed(_SavingError(path, error))
        else:
            self._tell_saved(path)
        finally:
            figure.close()

    def _save_table(self, table: Table, path: Path) -> None:
        def write() -> Path:
            try:
                table.save(path)
            except OSError as error:
                raise _SavingError(path, error) from error
            return path

        self._writer.start(write)

    def _tell_saved(self, path: Path) -> None:
        self.said.emit(Notice(_("Saved to {path}").format(path=path)))

    def _tell_failed(self, error: Exception) -> None:
        if not isinstance(error, _SavingError):
            raise error
        self.said.emit(Notice(str(error), "error"))


class _SavingError(Exception):
    """A file that cannot be written; the text is for people."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(_("{path} cannot be saved: {why}").format(path=path, why=why(error)))
