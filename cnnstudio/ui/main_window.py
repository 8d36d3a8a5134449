"""The window: the stack of blocks as its spine, and the three workspaces beside it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget
from typing_extensions import override

from cnnstudio.core import settings as kept_settings
from cnnstudio.core.blocks import CATALOGUE
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import LANGUAGES, _
from cnnstudio.core.insertion import placed
from cnnstudio.core.rearranging import outermost
from cnnstudio.core.settings import Settings
from cnnstudio.ui.about import show_about, show_first_steps
from cnnstudio.ui.actions import TRAIN_PAGES, VIEW, Actions
from cnnstudio.ui.design_files import OPENED, DesignFiles
from cnnstudio.ui.design_page import DesignPage
from cnnstudio.ui.editor.block_actions import BlockActions
from cnnstudio.ui.editor.dragged import block_files
from cnnstudio.ui.editor.history import History
from cnnstudio.ui.editor.inspector import Inspector
from cnnstudio.ui.editor.overview import Overview
from cnnstudio.ui.editor.palette import Palette
from cnnstudio.ui.editor.stack_edits import StackEdits
from cnnstudio.ui.editor.stack_panel import StackPanel
from cnnstudio.ui.editor.stack_view import StackView
from cnnstudio.ui.menus import add_choices, add_recent, fill_menu_bar
from cnnstudio.ui.model_files import ModelFiles
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.numbers import duration_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.plan_queue import PlanQueue
from cnnstudio.ui.run_control import RunControl
from cnnstudio.ui.shortcut_sheet import show_shortcuts
from cnnstudio.ui.status_line import StatusLine
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.top_bar import TopBar
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.training.run_record import RunRecord
from cnnstudio.ui.window_geometry import bytes_of, first_size, hex_of, splitter_of
from cnnstudio.ui.workspaces import DESIGN, LOOK, TRAIN, Workspaces

if TYPE_CHECKING:
    from cnnstudio.ui.editor.quick_add import QuickAdd


class MainWindow(QMainWindow):
    """The studio's window on one open design.

    `painted` is emitted once, when the window has been drawn for the first time;
    `language_wanted` carries a language, None for the system's, that a person chose.
    """

    painted = Signal()
    language_wanted = Signal(object)

    def __init__(
        self,
        design: OpenDesign,
        trainer: Trainer,
        record: RunRecord,
        queue: PlanQueue,
        theme: Theme,
        settings: Settings,
    ) -> None:
        super().__init__()
        self._queue = queue
        self.design = design
        self.trainer = trainer
        self._theme = theme
        self._settings = settings
        self._was_painted = False
        self._quick_box: QuickAdd | None = None
        self._history: History | None = None
        self.actions_ = Actions(self, theme)
        self._make_parts(record)
        self._lay_out()
        self._wire()
        self._fill_menus()
        self._restore()

    def _make_parts(self, record: RunRecord) -> None:
        design, trainer, theme = self.design, self.trainer, self._theme
        self.palette_panel = Palette(theme, self._settings)
        self.stack = StackView(design, theme)
        self.edits = StackEdits(design, self.stack)
        self.inspector = Inspector(design, theme)
        self.overview = Overview(design, theme)
        self.top_bar = TopBar(design, self.actions_, theme)
        self.record = record
        self._centre = QWidget()
        self.setCentralWidget(self._centre)
        self.notices = Notices(self._centre, theme)
        self.files = DesignFiles(self, design, self._settings, self.notices)
        self.runs = RunControl(self, design, trainer, record, self.files, self._queue, self.notices)
        self.models = ModelFiles(self, design, trainer, record, self.files, self.notices)
        self.setStatusBar(StatusLine(design, trainer, theme))

    def _lay_out(self) -> None:
        self._facts = splitter_of("design", self.inspector, self.overview, stretch=0)
        self.design_page = DesignPage(self._facts, self.design, self.actions_, self._theme)
        self.pages = Workspaces(
            self.design_page,
            self.design,
            self.trainer,
            self.record,
            self._queue,
            self._theme,
            self._settings,
        )
        stack = StackPanel(self.design, self.stack, self.actions_)
        self.columns = splitter_of("columns", self.palette_panel, stack, self.pages, stretch=2)
        self.columns.setSizes([248, 372, 660])
        self._facts.setSizes([470, 270])
        self.palette_panel.setMinimumWidth(150)
        stack.setMinimumWidth(260)
        column = QVBoxLayout(self._centre)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top_bar)
        column.addWidget(self.columns, 1)
        self.setMinimumSize(960, 600)
        self.resize(first_size(self.screen().availableSize()))
        self.setAcceptDrops(True)

    def _wire(self) -> None:
        stack, runs = self.stack, self.runs
        self.actions_.attach(
            {
                "new": self.files.new,
                "gallery": self._show_gallery,
                "open": self.files.ask_open,
                "save": self.files.save,
                "save_as": self.files.ask_save,
                "save_model": runs.ask_save_model,
                "export": self.models.ask_export,
                "quit": self.close,
                "undo": self.design.undo_stack.undo,
                "redo": self.design.undo_stack.redo,
                "save_own": self._save_own,
                "history": self._show_history,
                "quick_add": self._quick_add,
                "find_block": self._find_block,
                "edit_parameters": self._edit_parameters,
                "design": lambda: self.show_workspace(DESIGN),
                "train_view": lambda: self.show_workspace(TRAIN),
                "look": lambda: self.show_workspace(LOOK),
                **{page.key: partial(self.show_train_page, page.key) for page in TRAIN_PAGES},
                "train": runs.train,
                "continue": lambda: runs.train(fresh=False),
                "stop": runs.stop,
                "pause": runs.pause_or_resume,
                "one_more": runs.one_more,
                "resume": runs.resume,
                "queue": runs.queue,
                "restart_engine": self.trainer.restart_engine,
                "help": lambda: show_first_steps(self),
                "shortcuts": lambda: show_shortcuts(self, self.menuBar()),
                "about": lambda: show_about(self),
            }
        )
        BlockActions(self.actions_, self.design, stack, self.edits, self.pages.paste_image)
        self.edits.refused.connect(self.notices.error)
        self.edits.said.connect(self.notices.say)
        self.edits.network_wanted.connect(self.files.start_from_network)
        self.design.changed.connect(self.notices.let_go)
        self.palette_panel.chosen.connect(self.append_block)
        self.palette_panel.own_chosen.connect(self.edits.add_blocks)
        self.palette_panel.said.connect(self.notices.say)
        self.overview.block_wanted.connect(self.show_block)
        self.overview.no_cure.connect(self._say_no_cure)
        self.design_page.said.connect(self.notices.say)
        self.design_page.check_wanted.connect(self.models.check_round_trip)
        runs.block_wanted.connect(self.show_block)
        runs.started.connect(lambda: self.show_train_page("curves"))
        self.pages.train_requested.connect(lambda fresh: runs.train(fresh=fresh))
        self.pages.save_model_requested.connect(runs.ask_save_model)
        self.pages.said.connect(self.notices.say)
        self.pages.resume_requested.connect(runs.resume)
        self.pages.kept_resume_asked.connect(runs.kept.resume)
        self.pages.kept_design_asked.connect(runs.kept.open_design)
        self.pages.kept_weights_asked.connect(runs.kept.take_weights)
        self.pages.queue_requested.connect(runs.queue)
        self.record.changed.connect(self._show_run)
        self.trainer.state_changed.connect(self._show_run)
        history = self.design.undo_stack
        history.canUndoChanged.connect(self.actions_["undo"].setEnabled)
        history.canRedoChanged.connect(self.actions_["redo"].setEnabled)
        history.undoTextChanged.connect(self._name_history)
        history.redoTextChanged.connect(self._name_history)
        history.cleanChanged.connect(self._show_title)
        self.design.file_changed.connect(self._show_title)
        self.design.name_taken.connect(self._say_renamed)
        stack.selection_changed.connect(self._show_selection)
        stack.activated.connect(self._edit_activated)

    # What a person does

    def append_block(self, kind: str) -> None:
        """Put a new block of a kind after the selected ones, or at the end of the network."""
        self.edits.add_blocks(placed([CATALOGUE[kind]()]))

    def _save_own(self) -> None:
        network = self.design.network
        paths = outermost(self.stack.selected_paths())
        if paths:
            self.palette_panel.own.ask_save([network.at(path) for path in paths])

    def show_workspace(self, number: int) -> None:
        """Show Design (0), Train (1) or Look (2)."""
        self.pages.show_number(number)
        self.palette_panel.setVisible(number == DESIGN)
        self.actions_.of(VIEW)[number].setChecked(True)

    def show_train_page(self, key: str) -> None:
        """Show a page of the Train workspace, one of `TRAIN_PAGES`."""
        self.show_workspace(TRAIN)
        self.pages.training.pages.show_page(key)

    def show_block(self, uid: str) -> None:
        """Show a block in the Design workspace."""
        self.show_workspace(DESIGN)
        self.stack.select([uid])

    def _show_gallery(self) -> None:
        from cnnstudio.ui.gallery.gallery import Gallery  # few need it before the window

        dataset = self.design.dataset or DATASETS["mnist-5k"]
        gallery = Gallery(self._theme, dataset, self)
        gallery.chosen.connect(
            lambda chosen: self.files.start_from(
                Design(
                    chosen.template.key,
                    chosen.network,
                    chosen.template.plan(self.design.plan),
                )
            )
        )
        gallery.open()

    def _show_history(self) -> None:
        if self._history is None:
            self._history = History(self.design, self._theme, self)
        self._history.open_below(self.top_bar.history_button)

    def _quick_add(self) -> None:
        if self._quick_box is None:
            from cnnstudio.ui.editor.quick_add import QuickAdd  # few need it before the window

            self._quick_box = QuickAdd(self.stack, self.edits, self._theme, self._centre)
        self._quick_box.open()

    def _find_block(self) -> None:
        self.show_workspace(DESIGN)
        self.palette_panel.focus_search()

    def _edit_parameters(self) -> None:
        self.show_workspace(DESIGN)
        self.inspector.focus_form()

    def _edit_activated(self) -> None:
        if self.pages.currentIndex() == DESIGN:
            self._edit_parameters()

    # What is shown

    def _show_run(self) -> None:
        running = self.trainer.is_running
        self.top_bar.show_run(running)
        left = self.record.seconds_left
        text = "" if left is None else _("{time} left").format(time=duration_text(left))
        self.top_bar.show_progress(self.record.progress if running else None, text)
        broken = self.trainer.state is EngineState.BROKEN
        self.actions_["train"].setEnabled(not running and not broken)
        has_weights = self.record.has_weights
        self.actions_["continue"].setEnabled(has_weights and not running and not broken)
        self.actions_["stop"].setEnabled(running)
        begun = self.record.is_running and self.record.started is not None
        self.actions_["pause"].setEnabled(begun)
        self.actions_["one_more"].setEnabled(begun or (has_weights and not running and not broken))
        self.actions_["save_model"].setEnabled(has_weights and not running)
        self.actions_["restart_engine"].setEnabled(broken)

    def _say_renamed(self, wanted: str, given: str) -> None:
        self.notices.info(
            _("Another block is called {wanted}, so this one is {given}").format(
                wanted=wanted, given=given
            )
        )

    def _show_title(self) -> None:
        self.setWindowTitle(_("{name}[*] – CNN Studio").format(name=self.design.design.name))
        self.setWindowModified(self.design.is_dirty)

    def _say_no_cure(self) -> None:
        self.notices.info(_("No cure is known for what is left: change the blocks by hand."))

    def _show_selection(self) -> None:
        at = self.design.network.at
        self.inspector.show_selection([at(path).uid for path in self.stack.selected_paths()])

    def _name_history(self) -> None:
        history = self.design.undo_stack
        undo, redo = history.undoText(), history.redoText()
        self.actions_["undo"].setText(_("&Undo: {step}").format(step=undo) if undo else _("&Undo"))
        self.actions_["redo"].setText(_("&Redo: {step}").format(step=redo) if redo else _("&Redo"))

    def _fill_menus(self) -> None:
        menus = fill_menu_bar(self.menuBar(), self.actions_)
        add_recent(menus["file"], self._settings, self.files.open)
        menus["view"].addSeparator()
        modes = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
        add_choices(menus["view"], _("T&heme"), modes, self._settings.theme, self._choose_theme)
        languages: dict[str | None, str] = {None: _("As the system")}
        languages.update(LANGUAGES)
        add_choices(
            menus["view"],
            _("L&anguage"),
            languages,
            self._settings.language,
            self.language_wanted.emit,
        )

    def _choose_theme(self, mode: str) -> None:
        self._settings.theme = mode
        kept_settings.save(self._settings)
        self._theme.set_mode(mode)

    # Coming and going

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._was_painted:
            self._was_painted = True
            self.painted.emit()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        if self.runs.may_close() and self.files.may_discard():
            self.remember()
            event.accept()
        else:
            event.ignore()

    @override
    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _design_file(event.mimeData()) is not None or block_files(event.mimeData()):
            event.acceptProposedAction()

    @override
    def dropEvent(self, event: QDropEvent) -> None:
        path = _design_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.files.open(path)
        elif block_files(event.mimeData()):
            event.acceptProposedAction()
            self.palette_panel.own.take_in(block_files(event.mimeData()))

    def remember(self) -> None:
        """Note places and sizes in the settings."""
        self._settings.geometry = {
            "window": hex_of(self.saveGeometry()),
            **{s.objectName(): hex_of(s.saveState()) for s in self._splitters},
        }

    def _restore(self) -> None:
        kept = self._settings.geometry
        if "window" in kept:
            self.restoreGeometry(bytes_of(kept["window"]))
        for splitter in self._splitters:
            if splitter.objectName() in kept:
                splitter.restoreState(bytes_of(kept[splitter.objectName()]))
        self.actions_["undo"].setEnabled(self.design.undo_stack.canUndo())
        self.actions_["redo"].setEnabled(self.design.undo_stack.canRedo())
        self._show_title()
        self._show_run()
        self._name_history()
        self.show_workspace(DESIGN)
        self.stack.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def _splitters(self) -> tuple[QSplitter, ...]:
        return (self.columns, self._facts, self.design_page.splitter)


def _design_file(data: QMimeData) -> Path | None:
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.name.endswith(OPENED)), None)
