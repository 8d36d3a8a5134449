"""What the page itself does to kept runs: rename, delete and bring back, free space, export."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.core.files import safe_stem, why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.runs.budget import keep_only_best, keep_within
from cnnstudio.core.runs.kept import KeptState, RunRow
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.replacing import may_replace
from cnnstudio.ui.runs.asking import asked
from cnnstudio.ui.runs.csv_files import Rows, write_runs
from cnnstudio.ui.runs.kept_runs import KeptRuns


class RunWork(QObject):
    """Changes the store; `said` carries a `Notice` of what has come of it.

    `changed` follows when other runs can be brought back, `brought_back` carries the ids of runs
    that were.

    Args:
        window: asks what must be asked.
        kept: the store.
    """

    said = Signal(object)
    changed = Signal()
    brought_back = Signal(object)

    def __init__(self, window: QWidget, kept: KeptRuns) -> None:
        super().__init__(window)
        self._window = window
        self._kept = kept
        self._deleted: list[str] = []
        self._folder = Path.home()
        kept.refused.connect(lambda text: self.said.emit(Notice(text, "error")))

    @property
    def has_deleted(self) -> bool:
        """Whether there are runs that can be brought back."""
        return bool(self._deleted)

    def rename(self, run: str, name: str) -> None:
        """Give a run another name."""
        self._kept.change(lambda store: store.rename(run, name))

    def delete(self, rows: Sequence[RunRow]) -> None:
        """Take runs from the list, and offer to bring them back; those that go on stay."""
        runs = [row.id for row in rows if row.state is not KeptState.RUNNING]
        if not runs:
            self.said.emit(Notice(_("It is still going on: stop it first."), "warning"))
            return
        if len(runs) == 1:
            name = next(row.name for row in rows if row.id in runs)
            text = _("Deleted “{name}”.").format(name=name)
        else:
            text = ngettext("Deleted {count:,} run.", "Deleted {count:,} runs.", len(runs))
            text = text.format(count=len(runs))
        if len(runs) < len(rows):
            text = _("{text} Those that go on have stayed.").format(text=text)

        def say(_done: object) -> None:
            self._deleted += runs
            self.changed.emit()
            undo = Notice(text, action=_("Undo"), act=lambda: self.bring_back(runs))
            self.said.emit(undo)

        self._kept.change(lambda store: store.hide(runs), say)

    def bring_back(self, runs: Sequence[str] = ()) -> None:
        """Put deleted runs back into the list, all of them if none is named."""
        wanted = list(runs) or list(self._deleted)

        def put_back(store: RunStore) -> list[str]:
            store.hide(wanted, hidden=False)
            return [run for run in wanted if store.row(run) is not None]

        self._kept.change(put_back, lambda found: self._take_back(wanted, found))

    def purge(self) -> None:
        """Remove deleted runs for good."""

        def forget(_done: object) -> None:
            self._deleted.clear()
            self.changed.emit()

        self._kept.change(lambda store: store.purge(), forget)

    def ask_free(self, rows: Sequence[RunRow]) -> None:
        """Ask which checkpoints of runs are to go, and remove them."""
        runs = [row.id for row in rows if row.state is not KeptState.RUNNING and row.checkpoints]
        if not runs:
            return
        answer = asked(
            self._window,
            ngettext(
                "Free the space of the checkpoints of {count:,} run?",
                "Free the space of the checkpoints of {count:,} runs?",
                len(runs),
            ).format(count=len(runs)),
            _(
                "Without checkpoints a run cannot be resumed, and its weights are gone. Curves, "
                "design and plan stay. This cannot be undone."
            ),
            (_("Keep the best"), _("Remove all")),
        )
        if answer is not None:
            self.free(runs, keep_best=answer == 0)

    def ask_thin(self, rows: Sequence[RunRow]) -> None:
        """Ask whether runs are to keep their best checkpoint alone, and remove the others."""
        runs = [row.id for row in rows if row.state is not KeptState.RUNNING]
        answer = asked(
            self._window,
            _("Keep only the best checkpoint of each run?"),
            _(
                "Runs that ended early can then be resumed from their best epoch alone. This "
                "cannot be undone."
            ),
            (_("Keep the best"),),
        )
        if answer is not None:
            self.free(runs, keep_best=True)

    def free(self, runs: Sequence[str], *, keep_best: bool) -> None:
        """Remove checkpoints of runs: all, or all but the best."""

        def remove(store: RunStore) -> None:
            if keep_best:
                keep_only_best(store, runs)
                return
            for run in runs:
                store.forget_checkpoints(run, [c.steps for c in store.checkpoints(run)])

        self._kept.change(remove, self._say_freed)

    def ask_fit(self, limit: int) -> None:
        """Ask whether checkpoints beyond a limit in bytes are to go, and remove them."""
        answer = asked(
            self._window,
            _("Remove checkpoints until they keep within the limit?"),
            _(
                "The oldest runs give theirs first, and each its best one last. Curves, designs "
                "and plans stay. This cannot be undone."
            ),
            (_("Remove"),),
        )
        if answer is not None:
            self._kept.change(lambda store: keep_within(store, limit), self._say_freed)

    def ask_export(self, rows: Sequence[RunRow], kind: Rows) -> None:
        """Ask for a file and write the numbers of runs there."""
        stem = safe_stem(rows[0].name) if len(rows) == 1 else _("runs")
        text, _filter = QFileDialog.getSaveFileName(
            self._window,
            _("Export the numbers of runs"),
            str(self._folder / f"{stem}-{kind}.csv"),
            _("Tables (*.csv)"),
        )
        path = Path(text if text.lower().endswith(".csv") else f"{text}.csv")
        if text and may_replace(self._window, path, text):
            self._folder = path.parent
            self.export([row.id for row in rows], kind, path)

    def export(self, runs: Sequence[str], kind: Rows, path: Path) -> None:
        """Write the numbers of runs to a file, and say what has come of it."""

        def write(store: RunStore) -> Path:
            try:
                return write_runs(store, runs, kind, path)
            except OSError as error:
                raise StoreError(
                    _("{path} cannot be saved: {why}").format(path=path, why=why(error))
                ) from error

        saved = Notice(_("Saved to {path}").format(path=path))
        self._kept.change(write, lambda _path: self.said.emit(saved))

    def _take_back(self, wanted: Sequence[str], found: Sequence[str]) -> None:
        self._deleted = [run for run in self._deleted if run not in wanted]
        self.changed.emit()
        if found:
            self.brought_back.emit(found)
        else:
            text = _("They are gone for good: another window of the studio has removed them.")
            self.said.emit(Notice(text, "error"))

    def _say_freed(self, _done: object) -> None:
        self.said.emit(Notice(_("The space is free.")))
