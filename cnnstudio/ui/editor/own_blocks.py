"""A person's own blocks while the studio runs: the folder's state, and what is done to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QInputDialog, QLineEdit, QWidget

from cnnstudio.core import my_blocks
from cnnstudio.core.document import DesignError
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.my_blocks import MyBlock, Shelf
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.background import Latest
from cnnstudio.ui.notice_line import Notice


class OwnBlocks(QObject):
    """What is in the folder; `changed` follows when that has changed, `said` carries a notice."""

    changed = Signal()
    said = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._window = parent
        self._shelf = Shelf()
        self._told: tuple[str, ...] = ()
        self._reading = Latest(self)
        self._reading.done.connect(self._take)

    @property
    def shelf(self) -> Shelf:
        """The blocks as they were read last."""
        return self._shelf

    def read(self) -> None:
        """Read the folder, and say once which files cannot be read."""
        self._reading.cancel()
        self._take(my_blocks.read_shelf(my_blocks.folder()))

    def read_in_background(self) -> None:
        """Read the folder off the window's thread: it may be large, or on a slow disk."""
        place = my_blocks.folder()
        self._reading.start(lambda: my_blocks.read_shelf(place))

    def _take(self, shelf: Shelf) -> None:
        before, self._shelf = self._shelf, shelf
        if self._shelf.complaints != self._told:
            self._told = self._shelf.complaints
            self._complain(self._told)
        if self._shelf.blocks != before.blocks:
            self.changed.emit()

    def ask_save(self, nodes: Sequence[PlacedBlock]) -> None:
        """Ask for a name and keep blocks under it."""
        suggested = nodes[0].name if len(nodes) == 1 else _("my block")
        name = self._asked(_("Block of your own"), _("Name it, to find it in the palette:"),
                           suggested)  # fmt: skip
        if name:
            self._try(lambda: self._saved(my_blocks.save(my_blocks.folder(), name, nodes)))

    def ask_rename(self, block: MyBlock) -> None:
        """Ask for another name and give it to blocks."""
        name = self._asked(_("Another name"), _("What is the block to be called?"), block.name)
        if name:
            self._try(lambda: my_blocks.rename(block, name))

    def delete(self, block: MyBlock) -> None:
        """Remove own blocks, and offer to bring them back."""
        if self._try(lambda: my_blocks.delete(block)):
            text = _("“{name}” is no longer among your blocks.").format(name=block.name)
            undo = _("Bring it back")
            self.said.emit(
                Notice(text, action=undo, act=lambda: self._try(lambda: my_blocks.write(block)))
            )

    def take_in(self, paths: Sequence[Path]) -> None:
        """Copy files of blocks from elsewhere into the folder."""
        came = my_blocks.take_in(my_blocks.folder(), paths)
        self.read()
        if came.complaints:
            self._complain(came.complaints)
        elif came.blocks:
            count = len(came.blocks)
            text = ngettext(
                "{count} block is among your own now: {names}.",
                "{count} blocks are among your own now: {names}.",
                count,
            )
            names = ", ".join(block.name for block in came.blocks)
            self.said.emit(Notice(text.format(count=count, names=names)))

    def show_folder(self) -> None:
        """Show the files of own blocks in the system's file manager, to copy or mail them."""
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(my_blocks.folder())))

    def _saved(self, block: MyBlock) -> None:
        text = _("“{name}” is in the palette now, under My blocks.").format(name=block.name)
        self.said.emit(Notice(text))

    def _try(self, work: Callable[[], object]) -> bool:
        """Change the folder and read it again; say what went wrong."""
        try:
            work()
        except DesignError as error:
            self.said.emit(Notice(sentence(str(error)), "error"))
            return False
        self.read()
        return True

    def _complain(self, complaints: Sequence[str]) -> None:
        if not complaints:
            return
        text, more = complaints[0], len(complaints) - 1
        if more:
            text = ngettext(
                "{problem} – and {count} more file could not be read.",
                "{problem} – and {count} more files could not be read.",
                more,
            ).format(problem=complaints[0], count=more)
        self.said.emit(Notice(sentence(text), "error", details="\n".join(complaints)))

    def _asked(self, title: str, question: str, suggested: str) -> str:
        name, ok = QInputDialog.getText(
            self._window.window(), title, question, QLineEdit.EchoMode.Normal, suggested
        )
        return name.strip() if ok else ""
