"""Ties the window's actions to the list of blocks: what they do, when they can be done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt

from cnnstudio.core.blocks import Group, Parallel, Repeat
from cnnstudio.ui.actions import Actions
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.menus import blocks_menu
from cnnstudio.ui.open_design import OpenDesign

_OF_THE_LIST = ("cut", "copy", "paste", "delete", "rename")
"""Actions whose keys mean something else in fields of text, and so are the list's alone."""
_FOR_BLOCKS = (
    "cut", "copy", "delete", "duplicate", "rename", "mute", "save_own", "edit_parameters",
    "wrap_parallel", "wrap_repeat", "wrap_group",
)  # fmt: skip


class BlockActions(QObject):
    """The actions on blocks, in the menus, the list's own menu and by their keys.

    Args:
        actions: of the window.
        design: the open design.
        view: the list.
        edits: does what is asked.
        paste_else: is asked first whether what is on the clipboard is to be pasted elsewhere, and
            has then done so.
    """

    def __init__(
        self,
        actions: Actions,
        design: OpenDesign,
        view: StackView,
        edits: StackEdits,
        paste_else: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(view)
        self._actions = actions
        self._design = design
        self._view = view
        self._edits, self._paste_else = edits, paste_else
        actions.attach(
            {
                "cut": edits.cut_selected,
                "copy": edits.copy_selected,
                "paste": self._paste,
                "delete": edits.delete_selected,
                "duplicate": edits.duplicate_selected,
                "rename": lambda: view.edit(view.currentIndex()),
                "move_up": lambda: edits.move_selected(-1),
                "move_down": lambda: edits.move_selected(1),
                "mute": edits.mute_selected,
                "wrap_parallel": lambda: edits.wrap_selected(Parallel()),
                "wrap_repeat": lambda: edits.wrap_selected(Repeat()),
                "wrap_group": lambda: edits.wrap_selected(Group()),
                "unwrap": edits.unwrap_selected,
                "add_lane": edits.add_lane,
                "remove_lane": edits.remove_lane,
                "fold": self._fold,
                "fold_all": view.folding.fold_all,
                "open_all": view.folding.open_all,
            }
        )
        for key in _OF_THE_LIST:
            actions.give_to(view, key)
        self._menu = blocks_menu(view, actions)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(
            lambda point: self._menu.popup(view.viewport().mapToGlobal(point))
        )
        view.selection_changed.connect(self._enable)
        view.place_changed.connect(self._enable)
        design.changed.connect(self._enable)
        self._enable()

    def _paste(self) -> None:
        if not self._paste_else():
            self._edits.paste()

    def _fold(self) -> None:
        """Fold or open the container at hand, which may be that around the keyboard's place."""
        index, model = self._view.currentIndex(), self._view.stack_model
        if not index.isValid():
            return
        node, path = model.holder(index), model.path(index)
        if node.is_container:
            self._view.folding.toggle(node.uid)
        elif len(path) > 1:
            self._view.folding.toggle(self._design.network.at(path[:-2]).uid)

    def _enable(self) -> None:
        paths = self._view.selected_paths()
        lane = self._edits.lane_at_hand
        holders = [path for path in paths if self._design.network.at(path).is_container]
        on_lane = self._view.stack_model.lane(self._view.currentIndex()) is not None
        for key in _FOR_BLOCKS:
            self._actions[key].setEnabled(bool(paths))
        for key in ("move_up", "move_down"):
            self._actions[key].setEnabled(bool(paths) or on_lane)
        self._actions["unwrap"].setEnabled(bool(holders))
        self._actions["add_lane"].setEnabled(self._edits.parallel_at_hand is not None)
        self._actions["remove_lane"].setEnabled(lane is not None)
        any_container = self._view.stack_model.has_containers()
        for key in ("fold", "fold_all", "open_all"):
            self._actions[key].setEnabled(any_container)
