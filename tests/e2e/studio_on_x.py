"""The real studio with an ear on standard input: tests ask where things are and how they stand.

It answers questions only; everything is done with the mouse and the keyboard of the X server. One
question a line, `name argument …`, one JSON answer a line.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

import psutil
from PySide6.QtCore import QModelIndex, QPoint, QRect, QSocketNotifier
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from cnnstudio import app as studio_app
from cnnstudio.app import Studio
from cnnstudio.core import document, settings
from cnnstudio.ui.editor.list_layout import chevron_rect
from cnnstudio.ui.editor.row_keys import WHOLE_BLOCK


class Ear:
    """Answers questions about a studio."""

    def __init__(self, studio: Studio) -> None:
        self._studio = studio
        self._notifier = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self._listen)

    def _listen(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self._notifier.setEnabled(False)
            return
        name, *arguments = json.loads(line)
        answer = getattr(self, f"ask_{name}")(*arguments)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()

    @property
    def _window(self) -> Any:
        return self._studio.window

    def ask_kind(self, kind: str) -> list[int]:
        """Where a kind stands in the palette."""
        tree = self._window.palette_panel.tree
        return _middle(tree.viewport(), tree.visualItemRect(self._window.palette_panel.item(kind)))

    def ask_card(self, name: str, share: float = 0.5) -> list[int]:
        """Where a block's card is; `share` of its height from the top."""
        stack = self._window.stack
        node = next(n for _p, n in self._studio.design.network.walk() if n.name == name)
        rect = stack.visualRect(stack.stack_model.index_of(node.uid))
        point = QPoint(rect.left() + rect.width() // 3, rect.top() + int(rect.height() * share))
        return _global(stack.viewport(), point)

    def ask_lane(self, name: str, lane: int, share: float = 0.5) -> list[int]:
        """Where the head of a container's lane is; `share` of its height from the top."""
        stack = self._window.stack
        rect = stack.visualRect(self._index(name, lane))
        point = QPoint(rect.left() + rect.width() // 2, rect.top() + int(rect.height() * share))
        return _global(stack.viewport(), point)

    def ask_chevron(self, name: str) -> list[int]:
        """Where one clicks to fold or open a container."""
        stack = self._window.stack
        rect = chevron_rect(stack.visualRect(self._index(name)))
        return _middle(stack.viewport(), rect)

    def ask_lanes(self, name: str) -> list[list[str]]:
        """The names of the blocks in a container's lanes."""
        node = next(n for _p, n in self._studio.design.network.walk() if n.name == name)
        return [[inner.name for inner in lane] for lane in node.lanes]

    def ask_seen(self, name: str) -> bool:
        """Whether a block's card is in the list, not folded away."""
        return not self._window.stack.visualRect(self._index(name)).isEmpty()

    def _index(self, name: str, lane: int = WHOLE_BLOCK) -> QModelIndex:
        node = next(n for _p, n in self._studio.design.network.walk() if n.name == name)
        index: QModelIndex = self._window.stack.stack_model.index_of(node.uid, lane)
        return index

    def ask_clipboard(self) -> str:
        return QApplication.clipboard().text()

    def ask_put(self, text: str) -> bool:
        """Put a text on the clipboard."""
        QApplication.clipboard().setText(text)
        return True

    def ask_undo_count(self) -> int:
        return self._studio.design.undo_stack.index()

    def ask_undo(self) -> str:
        """What undo would take back."""
        return str(self._studio.design.undo_stack.undoText())

    def ask_below_cards(self) -> list[int]:
        """Where the list is empty, below its cards."""
        viewport = self._window.stack.viewport()
        return _global(viewport, QPoint(viewport.width() // 2, viewport.height() - 12))

    def ask_button(self, text: str) -> list[int] | None:
        """Where a visible button with a text, or a name for screen readers, is."""
        for button in QApplication.allWidgets():
            if not isinstance(button, QAbstractButton) or not button.isVisible():
                continue
            if text in (button.text().replace("&", ""), button.accessibleName()):
                return _middle(button, button.rect())
        return None

    def ask_widget(self, name: str) -> list[int]:
        """Where a widget is, by its name in the code."""
        widget = self._window.findChild(QWidget, name)
        return _middle(widget, widget.rect())

    def ask_viewer(self) -> list[int]:
        """Where the viewer's middle is."""
        return _middle(self._window.pages.viewer, self._window.pages.viewer.rect())

    def ask_names(self) -> list[str]:
        return [node.name for node in self._studio.design.network.nodes]

    def ask_params(self, name: str) -> dict[str, Any]:
        node = next(n for n in self._studio.design.network.nodes if n.name == name)
        return node.block.params()

    def ask_problems(self) -> list[str]:
        return [problem.message() for problem in self._studio.design.report.errors]

    def ask_engine(self) -> str:
        return self._studio.trainer.state.value

    def ask_steps(self) -> int:
        return len(self._studio.record.numbers.steps)

    def ask_engine_pid(self) -> int | None:
        """The engine's process, None before there is one."""
        children = psutil.Process().children()
        found = [p.pid for p in children if p.status() != psutil.STATUS_ZOMBIE]
        return found[-1] if found else None

    def ask_kept(self) -> list[str] | None:
        """The blocks in the copy of the unsaved design, None if there is none."""
        copies = list((settings.data_folder() / "unsaved").glob(f"{os.getpid()}-*"))
        if not copies:
            return None
        return [node.name for node in document.load(copies[0]).network.nodes]

    def ask_title(self) -> str:
        return str(self._window.windowTitle())

    def ask_run(self) -> str:
        return self._studio.record.state.value

    def ask_page(self) -> int:
        return int(self._window.pages.currentIndex())

    def ask_current(self) -> str | None:
        node = self._studio.design.current
        return node.name if node else None

    def ask_shown(self) -> str | None:
        """Whose maps the viewer shows."""
        exhibit = self._window.pages.viewer.stage.exhibit
        return exhibit.node.name if exhibit else None

    def ask_dialog(self) -> bool:
        """Whether a dialog waits for an answer."""
        return QApplication.activeModalWidget() is not None

    def ask_notice(self) -> str:
        return str(self._window.notices.text)

    def ask_picture(self, path: str) -> bool:
        return bool(self._window.grab().save(path))


def _middle(widget: QWidget, rect: QRect) -> list[int]:
    return _global(widget, rect.center())


def _global(widget: QWidget, point: QPoint) -> list[int]:
    place = widget.mapToGlobal(point)
    return [place.x(), place.y()]


def main() -> int:
    """Run the studio as `cnnstudio` does, with the ear attached."""
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else None
    ears: list[Ear] = []
    return studio_app.run(path, lambda studio: ears.append(Ear(studio)))


if __name__ == "__main__":
    sys.exit(main())
