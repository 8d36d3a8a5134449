"""The menu bar: the window's actions, recent designs, theme and language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QMenuBar, QWidget

from cnnstudio.core.i18n import _
from cnnstudio.core.settings import Settings
from cnnstudio.ui.actions import (
    CONTAINERS,
    EDIT,
    FILE,
    HELP,
    PANES,
    RUN,
    TRAIN_PAGES,
    VIEW,
    Actions,
)

_T = TypeVar("_T")
_BLOCKS_MENU = (
    ("edit_parameters", "rename", "mute"),
    ("cut", "copy", "paste", "duplicate", "delete"),
    ("move_up", "move_down"),
    ("save_own",),
)


def fill_menu_bar(bar: QMenuBar, actions: Actions) -> dict[str, QMenu]:
    """Fill a menu bar and return the menus that the window adds to, by name."""
    menus = {}
    titles = {
        "file": (_("&File"), FILE),
        "edit": (_("&Edit"), EDIT),
        "view": (_("&View"), (*VIEW, *PANES, *TRAIN_PAGES)),
        "run": (_("&Run"), RUN),
        "help": (_("&Help"), HELP),
    }
    for name, (title, group) in titles.items():
        menu = bar.addMenu(title)
        menu.setToolTipsVisible(True)
        menu.addActions(actions.of(group))
        menus[name] = menu
    for name, before in (
        ("file", "quit"),
        ("view", "code"),
        ("view", "curves"),
        ("edit", "cut"),
        ("edit", "move_up"),
        ("edit", "quick_add"),
    ):
        menus[name].insertSeparator(actions[before])
    menus["edit"].insertMenu(actions["quick_add"], containers_menu(menus["edit"], actions))
    return menus


def containers_menu(parent: QWidget, actions: Actions) -> QMenu:
    """Return a menu of what is done to containers and their lanes."""
    menu = QMenu(_("C&ontainers and lanes"), parent)
    menu.setToolTipsVisible(True)
    menu.addActions(actions.of(CONTAINERS))
    for before in ("add_lane", "fold"):
        menu.insertSeparator(actions[before])
    return menu


def blocks_menu(parent: QWidget, actions: Actions) -> QMenu:
    """Return the menu of the list of blocks."""
    menu = QMenu(parent)
    menu.setToolTipsVisible(True)
    for keys in _BLOCKS_MENU:
        menu.addActions([actions[key] for key in keys])
        menu.addSeparator()
    menu.addMenu(containers_menu(menu, actions))
    return menu


def add_recent(menu: QMenu, settings: Settings, open_path: Callable[[Path], object]) -> None:
    """Add a menu of the designs opened last; it is filled each time it is shown."""
    recent = QMenu(_("Open &recent"), menu)
    menu.insertMenu(menu.actions()[3], recent)

    def fill() -> None:
        recent.clear()
        for text in settings.recent:
            action = recent.addAction(Path(text).name)
            action.setToolTip(text)
            action.triggered.connect(lambda _checked=False, text=text: open_path(Path(text)))
        if not settings.recent:
            recent.addAction(_("No designs yet")).setEnabled(False)

    recent.setToolTipsVisible(True)
    recent.aboutToShow.connect(fill)


def add_choices(
    menu: QMenu, title: str, names: Mapping[_T, str], chosen: _T, choose: Callable[[_T], object]
) -> None:
    """Add a menu in which one of several names is ticked."""
    choices = menu.addMenu(title)
    group = QActionGroup(choices)
    for value, name in names.items():
        action = choices.addAction(name)
        action.setCheckable(True)
        action.setChecked(value == chosen)
        group.addAction(action)
        action.triggered.connect(lambda _checked=False, value=value: choose(value))
