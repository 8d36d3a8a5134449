"""Every action of the window: its words, its shortcut, its icon. Menus are made from them."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.core.i18n import N_, _
from cnnstudio.ui.theme import Theme, beside_icon


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """What an action is; `tip` says why one would use it."""

    key: str
    text: str
    tip: str
    shortcut: str = ""
    icon: str = ""


FILE = (
    ActionSpec("new", N_("&New design"), N_("Start from the network of the first lesson"),
               "Ctrl+N", "file-plus"),
    ActionSpec("gallery", N_("New from a &template…"), N_("Start from a known network, made for "
               "your data: LeNet, VGG, ResNet, U-Net and others"), "Ctrl+Shift+N", "layout-grid"),
    ActionSpec("open", N_("&Open…"), N_("Open a saved design"), "Ctrl+O", "folder-open"),
    ActionSpec("save", N_("&Save"), N_("Save the design to its file"), "Ctrl+S", "save"),
    ActionSpec("save_as", N_("Save &as…"), N_("Save the design to another file"), "Ctrl+Shift+S"),
    ActionSpec("save_model", N_("Save trained &weights…"),
               N_("Save the network with its weights as a Keras file"), "Ctrl+E", "download"),
    ActionSpec("export", N_("E&xport…"), N_("Take the model elsewhere: Keras, SavedModel, ONNX, "
               "TFLite or Python"), "Ctrl+Shift+M"),
    ActionSpec("quit", N_("&Quit"), N_("Close CNN Studio"), "Ctrl+Q"),
)  # fmt: skip
EDIT = (
    ActionSpec("undo", N_("&Undo"), N_("Take the last change back"), "Ctrl+Z", "undo-2"),
    ActionSpec("redo", N_("&Redo"), N_("Do again what was taken back"), "Ctrl+Shift+Z", "redo-2"),
    ActionSpec("history", N_("&History…"), N_("See all changes, and go back or on to any of them"),
               "Ctrl+H", "history"),
    ActionSpec("cut", N_("Cu&t"), N_("Take the selected blocks out, to paste them elsewhere"),
               "Ctrl+X", "scissors"),
    ActionSpec("copy", N_("&Copy"), N_("Put the selected blocks on the clipboard, as text that "
               "another window or a mail can take"), "Ctrl+C"),
    ActionSpec("paste", N_("&Paste"), N_("Insert the blocks of the clipboard after the selected "
               "ones"), "Ctrl+V", "clipboard-paste"),
    ActionSpec("duplicate", N_("&Duplicate"), N_("Put a copy below the selected blocks"),
               "Ctrl+D", "copy"),
    ActionSpec("delete", N_("De&lete"), N_("Remove the selected blocks"), "Del", "trash-2"),
    ActionSpec("rename", N_("Re&name"), N_("Give the selected block another name"), "F2"),
    ActionSpec("move_up", N_("Mo&ve up"), N_("Bring the selected blocks one place nearer to the "
               "input"), "Alt+Up", "arrow-up"),
    ActionSpec("move_down", N_("Move do&wn"), N_("Bring the selected blocks one place nearer to "
               "the output"), "Alt+Down", "arrow-down"),
    ActionSpec("save_own", N_("Save as a &block of your own…"),
               N_("Keep the selected blocks in the palette, to use them again in any design"),
               "Ctrl+Shift+B", "package"),
    ActionSpec("mute", N_("&Mute or unmute"), N_("Leave the selected blocks out of the network "
               "without deleting them, or take them in again"), "Ctrl+M", "eye-off"),
    ActionSpec("quick_add", N_("Quick &add…"), N_("Type blocks with their parameters, as you "
               "would say them"), "Ctrl+K", "plus"),
    ActionSpec("find_block", N_("&Find a block kind"), N_("Search the palette"), "Ctrl+F",
               "search"),
    ActionSpec("edit_parameters", N_("&Edit parameters"),
               N_("Go to the parameters of the selected block"), "Ctrl+Return"),
)  # fmt: skip
CONTAINERS = (
    ActionSpec("wrap_parallel", N_("Wrap in &Parallel"), N_("Put the selected blocks into a lane "
               "beside one that passes the input on: a residual block"), "Ctrl+B", "split"),
    ActionSpec("wrap_repeat", N_("Wrap in &Repeat"),
               N_("Put the selected blocks several times in a row"), "Ctrl+T", "repeat"),
    ActionSpec("wrap_group", N_("Wrap in &Group"),
               N_("Give the selected blocks one name, to fold them away"), "Ctrl+G", "layers"),
    ActionSpec("unwrap", N_("&Unwrap"), N_("Put what the selected containers hold in their place"),
               "Ctrl+Shift+G"),
    ActionSpec("add_lane", N_("Add &lane"), N_("Give the Parallel one more way for its input"),
               "Ctrl+L", "plus"),
    ActionSpec("remove_lane", N_("Remo&ve lane"),
               N_("Take away the lane you are in, with all its blocks"), "Ctrl+Shift+L"),
    ActionSpec("fold", N_("&Fold or open"), N_("Show the container as one card, or what it holds; "
               "in the list Left and Right do it too"), "Ctrl+J"),
    ActionSpec("fold_all", N_("Fold &all"), N_("Show every container as one card"),
               "Ctrl+Shift+-"),
    ActionSpec("open_all", N_("&Open all"), N_("Show what all containers hold"), "Ctrl+Shift++"),
)  # fmt: skip
VIEW = (
    ActionSpec("design", N_("&Design"), N_("Stack blocks and set their parameters"), "Ctrl+1",
               "pencil-ruler"),
    ActionSpec("train_view", N_("&Train"), N_("Set the plan and watch the curves"), "Ctrl+2",
               "chart-line"),
    ActionSpec("look", N_("&Look"), N_("See what every block makes of an image"), "Ctrl+3", "eye"),
)  # fmt: skip
PANES = (
    ActionSpec("code", N_("&Code"), N_("See the network as Keras code, and take it with you"),
               "Ctrl+4", "code"),
    ActionSpec("diagram", N_("Dia&gram"), N_("See the whole network as a figure, for a talk or a "
               "thesis"), "Ctrl+5", "workflow"),
)  # fmt: skip
TRAIN_PAGES = (
    ActionSpec("curves", N_("C&urves"), N_("Watch loss and accuracy while the network learns"),
               "Ctrl+6", "chart-line"),
    ActionSpec("data", N_("Data"), N_("Choose what the network learns from and see what is in "
               "it"), "Ctrl+7", "image"),
    ActionSpec("runs", N_("&Runs"), N_("Find the runs that are kept, lay their curves over each "
               "other and go on from them"), "Ctrl+8", "history"),
)  # fmt: skip
RUN = (
    ActionSpec("train", N_("&Train"), N_("Train the network from new weights"), "Ctrl+R", "play"),
    ActionSpec("continue", N_("&Continue training"),
               N_("Train on from the weights the network has now"), "Ctrl+Shift+R"),
    ActionSpec("stop", N_("&Stop"), N_("End the run after the present batch"), "Ctrl+.",
               "square"),
    ActionSpec("pause", N_("&Pause or resume"), N_("Let the run rest after the present batch, or "
               "go on where it was"), "Ctrl+Shift+P", "pause"),
    ActionSpec("one_more", N_("&One more epoch"), N_("Let the run go on for one epoch more, or "
               "train on for one from the weights the network has now"), "Ctrl+Shift+O", "plus"),
    ActionSpec("resume", N_("Resume the r&un"), N_("Go on with a run that has ended before its "
               "last epoch, as if it had not"), "Ctrl+Shift+U", "play"),
    ActionSpec("queue", N_("&Queue the plan"), N_("Train the network by this plan when the run "
               "that goes on, and all that wait, have ended"), "Ctrl+Shift+Return"),
    ActionSpec("restart_engine", N_("&Restart the engine"),
               N_("Start the process that trains anew, if it does not answer")),
)  # fmt: skip
HELP = (
    ActionSpec("help", N_("&First steps"), N_("What the window can do, in five steps"), "F1",
               "circle-help"),
    ActionSpec("shortcuts", N_("&Keyboard shortcuts"), N_("See every key that does something, to "
               "work without the mouse"), "Shift+F1"),
    ActionSpec("about", N_("&About CNN Studio"), N_("Version and licences")),
)  # fmt: skip

_MNEMONIC = re.compile(r"\s*\(&\w\)|&")
_GROUPS = (FILE, EDIT, CONTAINERS, VIEW, PANES, TRAIN_PAGES, RUN, HELP)


class Actions(QObject):
    """The window's actions by key: `actions["train"].triggered.connect(...)`."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._specs = {spec.key: spec for group in _GROUPS for spec in group}
        self._actions = {key: self._make(spec, window) for key, spec in self._specs.items()}
        theme.changed.connect(self._colour)

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def attach(self, handlers: dict[str, Callable[[], object]]) -> None:
        """Call a handler when its action is triggered."""
        for key, handler in handlers.items():
            self._actions[key].triggered.connect(lambda _checked=False, call=handler: call())

    def of(self, group: Sequence[ActionSpec]) -> list[QAction]:
        """Return the actions of a group, in its order."""
        return [self._actions[spec.key] for spec in group]

    def give_to(self, widget: QWidget, key: str) -> None:
        """Let an action's keys count in one widget only, where the keyboard is in it."""
        action = self._actions[key]
        self._window.removeAction(action)
        action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        widget.addAction(action)

    def _make(self, spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(_(spec.text), window)
        action.setObjectName(spec.key)
        action.setIconText(beside_icon(plain(action.text())))
        if spec.shortcut:
            action.setShortcut(QKeySequence(spec.shortcut))
        if spec.icon:
            action.setIcon(self._theme.icon(spec.icon))
        tip = _(spec.tip)
        action.setStatusTip(tip)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        action.setToolTip(_("{tip} ({keys})").format(tip=tip, keys=keys) if keys else tip)
        window.addAction(action)
        return action

    def _colour(self) -> None:
        for key, spec in self._specs.items():
            if spec.icon:
                self._actions[key].setIcon(self._theme.icon(spec.icon))


def plain(text: str) -> str:
    """Return a menu's text without its mnemonic, for a button or for reading aloud.

    Chinese has no letters to underline, so that its mnemonics follow the text: `打开(&O)…`.
    """
    return _MNEMONIC.sub("", text)
