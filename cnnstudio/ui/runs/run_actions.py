"""What can be done to the selected runs: buttons, a menu for the rest, and the same as keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from cnnstudio.core.i18n import N_, _
from cnnstudio.core.runs.kept import CheckpointRow, KeptState, RunRow
from cnnstudio.ui.runs.run_facts import best_of, checkpoint_text, no_resume
from cnnstudio.ui.theme import XS, Theme, beside_icon

RESUME, DESIGN, WEIGHTS, RENAME, DELETE = "resume", "design", "weights", "rename", "delete"
BATCHES, EPOCHS, FREE, BRING_BACK = "batches", "epochs", "free", "bring_back"


@dataclass(frozen=True, slots=True)
class Verb:
    """Something to do to runs.

    Attributes:
        text: what it is called, marked for translation.
        tip: why one would do it, marked for translation.
        icon: the name of its icon, empty for none.
        keys: what does it in the table, empty for none.
        of_one: whether it is done to one run alone.
    """

    text: str
    tip: str
    icon: str = ""
    keys: str = ""
    of_one: bool = True


VERBS = {
    RESUME: Verb(N_("Resume"), N_("Go on with the run from its last checkpoint, as if it had "
                                  "never ended"), "play"),
    DESIGN: Verb(N_("Open its design"), N_("Open the network and the plan of the run as a design "
                                           "of their own"), "folder-open"),
    WEIGHTS: Verb(N_("Take its weights"), N_("Have what the run has learned in the open design: "
                                             "of its best epoch, its last, or any in between"),
                  "download"),
    RENAME: Verb(N_("Rename"), N_("Call the run something that you will know it by"), "", "F2"),
    BATCHES: Verb(N_("Export numbers by batch…"), N_("Save what each batch of the selected runs "
                                                     "gave as a table (CSV)"), "", "", False),
    EPOCHS: Verb(N_("Export numbers by epoch…"), N_("Save what each epoch of the selected runs "
                                                    "gave as a table (CSV)"), "", "", False),
    FREE: Verb(N_("Free the space of its checkpoints…"),
               N_("Remove the states that the selected runs could go on from; their curves stay"),
               "", "", False),
    DELETE: Verb(N_("Delete"), N_("Take the selected runs from the list, with all that is kept of "
                                  "them; this can be undone until you close the window"),
                 "trash-2", "Del", False),
    BRING_BACK: Verb(N_("Bring back deleted runs"), N_("Put the runs that were deleted since the "
                                                       "window was opened back into the list"),
                     "undo-2", "", False),
}  # fmt: skip
_BUTTONS = (RESUME, DESIGN, WEIGHTS)
_GROUPS = ((RESUME, DESIGN, WEIGHTS), (RENAME, BATCHES, EPOCHS), (FREE, DELETE, BRING_BACK))


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides which actions there are.

    Attributes:
        selected: the runs that are selected.
        checkpoints: of the one that is selected, None while they are not known.
        objection: why no run can begin and no weights can be taken now; empty if they can.
        has_deleted: whether runs can be brought back.
    """

    selected: Sequence[RunRow] = ()
    checkpoints: Sequence[CheckpointRow] | None = None
    objection: str = ""
    has_deleted: bool = False


class RunActions(QWidget):
    """A row of buttons; `asked` carries a key of `VERBS`, `weights_asked` the steps of a state."""

    asked = Signal(str)
    weights_asked = Signal(int)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._weights = QMenu(self)
        self._weights.setToolTipsVisible(True)
        self.actions_ = {key: self._action(key) for key in VERBS}
        self.menu = self._menu(_GROUPS)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(XS)
        self.buttons = {key: self._button(key) for key in _BUTTONS}
        self.more = QToolButton()
        self.more.setText(_("More"))
        self.more.setAccessibleName(_("More to do with the selected runs"))
        self.more.setToolTip(_("Rename, export, delete and more"))
        self.more.setMenu(self._menu(_GROUPS[1:]))
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for button in (*self.buttons.values(), self.more):
            row.addWidget(button)
        theme.changed.connect(self._restyle)
        self._restyle()
        self.follow(Standing())

    def follow(self, standing: Standing) -> None:
        """Allow what can be done, and say of the rest why not."""
        for key, action in self.actions_.items():
            objection = _objection(key, standing)
            action.setEnabled(not objection)
            keys = VERBS[key].keys
            tip = objection or _(VERBS[key].tip)
            action.setToolTip(_("{tip} ({keys})").format(tip=tip, keys=keys) if keys else tip)
        self._fill_weights(standing.checkpoints or ())

    def set_narrow(self, is_narrow: bool) -> None:
        """Show the buttons without their words, or with them."""
        style = Qt.ToolButtonStyle
        for button in self.buttons.values():
            button.setToolButtonStyle(
                style.ToolButtonIconOnly if is_narrow else style.ToolButtonTextBesideIcon
            )

    def open_menu(self, at: QPoint) -> None:
        """Open the menu of all actions at a place on the screen."""
        self.menu.popup(at)

    def _fill_weights(self, checkpoints: Sequence[CheckpointRow]) -> None:
        if self._weights.isVisible():
            return
        self._weights.clear()
        best = best_of(checkpoints)
        if best is not None:
            self._add_state(_("Best: {when}").format(when=checkpoint_text(best)), best)
        if checkpoints:
            last = checkpoints[-1]
            self._add_state(_("Last: {when}").format(when=checkpoint_text(last)), last)
            self._weights.addSeparator()
        for checkpoint in checkpoints:
            self._add_state(checkpoint_text(checkpoint), checkpoint)

    def _add_state(self, text: str, checkpoint: CheckpointRow) -> None:
        action = self._weights.addAction(text[:1].upper() + text[1:])
        action.setToolTip(_("The network begins to see with the weights it had then"))
        steps = checkpoint.steps
        action.triggered.connect(lambda _on=False: self.weights_asked.emit(steps))

    def _action(self, key: str) -> QAction:
        verb = VERBS[key]
        action = QAction(_(verb.text), self)
        action.setIconText(beside_icon(_(verb.text)))
        if verb.keys:
            # The table itself takes them, for in a text they mean something else.
            action.setShortcut(verb.keys)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if key == WEIGHTS:
            action.setMenu(self._weights)
        else:
            action.triggered.connect(lambda _on=False: self.asked.emit(key))
        return action

    def _menu(self, groups: Sequence[Sequence[str]]) -> QMenu:
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        for number, group in enumerate(groups):
            if number:
                menu.addSeparator()
            menu.addActions([self.actions_[key] for key in group])
        return menu

    def _button(self, key: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self.actions_[key])
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.setAccessibleName(_(VERBS[key].text))
        if key == WEIGHTS:
            button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _restyle(self) -> None:
        for key, action in self.actions_.items():
            if VERBS[key].icon:
                action.setIcon(self._theme.icon(VERBS[key].icon))
        self.more.setIcon(self._theme.icon("chevron-down", "muted"))


def _objection(key: str, standing: Standing) -> str:
    """Say why an action cannot be taken; empty if it can."""
    if key == BRING_BACK:
        return "" if standing.has_deleted else _("No run has been deleted since.")
    if not standing.selected:
        return _("Select a run first.")
    if VERBS[key].of_one and len(standing.selected) > 1:
        return _("Select a single run.")
    return _objection_to(key, standing)


def _objection_to(key: str, standing: Standing) -> str:
    rows = standing.selected
    match key:
        case "resume":
            return no_resume(rows[0]) or standing.objection
        case "weights" if not rows[0].checkpoints:
            return _("It has no checkpoint: its weights are not kept.")
        case "weights":
            return standing.objection
        case "free" if not any(row.checkpoints for row in rows):
            return _("There are no checkpoints that take space.")
        case "free" | "delete" if all(row.state is KeptState.RUNNING for row in rows):
            return _("It is still going on: stop it first.")
        case _:
            return ""
