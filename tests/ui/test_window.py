"""The whole window with an engine played by the test: what a person does, and what is said."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QDropEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QFileDialog,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QMenuBar,
    QMessageBox,
    QPushButton,
)
from pytestqt.qtbot import QtBot

from cnnstudio.app import Studio, make_application
from cnnstudio.core import document, i18n, my_blocks, settings
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    ModelSaved,
    ReadWeights,
    Request,
    RunFinished,
    RunStarted,
    SaveFailed,
    SaveModel,
    Speak,
    Stop,
    Train,
)
from cnnstudio.core.network import network_of
from cnnstudio.core.run_messages import AddEpochs, Pause, Resume, RunKept, RunPaused
from cnnstudio.core.runs.store import runs_folder
from cnnstudio.ui.editor.history import History
from cnnstudio.ui.editor.quick_add import QuickAdd
from cnnstudio.ui.trainer import EngineState
from cnnstudio.ui.workspaces import DESIGN, LOOK, TRAIN
from tests.ui.played_engine import READY, PlayedEngine
from tests.ui.runs.kept import Runs


class Stage:
    """A studio and the engines it has launched."""

    def __init__(self, design: Design) -> None:
        make_application()
        self.engines: list[PlayedEngine] = []
        self.studio = Studio(design, self._launch)
        self.window = self.studio.window

    def _launch(self) -> PlayedEngine:
        self.engines.append(PlayedEngine())
        return self.engines[-1]

    def open(self, qtbot: QtBot) -> None:
        """Show the window and let the engine say that it is ready."""
        with qtbot.waitSignal(self.window.pages.prepared, timeout=20_000):
            self.studio.show()
        qtbot.waitUntil(lambda: bool(self.engines))
        with qtbot.waitSignal(self.studio.trainer.ready):
            self.engines[-1].send(READY)

    def next_request(self, kind: type[Request], qtbot: QtBot) -> Request:
        """Return the next request of a kind; others are passed over."""
        while True:
            qtbot.waitUntil(self.engines[-1].far.poll)
            request: Request = self.engines[-1].far.recv()
            if isinstance(request, kind):
                return request

    def tell(self, *events: Event) -> None:
        self.engines[-1].send(*events)

    def trigger(self, key: str) -> None:
        action = self.window.actions_[key]
        assert action.isEnabled(), key
        action.trigger()

    def train(self, qtbot: QtBot) -> int:
        """Start a run and let it learn from one batch."""
        self.trigger("train")
        request = self.next_request(Train, qtbot)
        assert isinstance(request, Train)
        with qtbot.waitSignal(self.studio.trainer.batches):
            self.tell(
                RunStarted(request.run, 8, 125, 32, 4000, 32),
                BatchDone(request.run, 0, 0, 2.0, 0.1, 0.0),
            )
        return request.run


@pytest.fixture
def stage(qtbot: QtBot) -> Iterator[Stage]:
    stage = Stage(starter_design())
    yield stage
    stage.studio.close()
    i18n.use_language("en")


def answer(button: str) -> None:
    """Press a button of the question that is about to be asked."""

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        next(b for b in box.findChildren(QPushButton) if b.text() == button).click()

    QTimer.singleShot(0, press)


def visible_texts(window: object) -> list[str]:
    found = [*QApplication.allWidgets()]
    return [w.text() for w in found if isinstance(w, QLabel | QAbstractButton) and w.isVisible()]


def test_the_window_opens_on_the_documents_network(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.show()
    stage.window.resize(1280, 800)
    assert [node.block.kind for node in stage.studio.design.network.nodes] == [
        "Input", "Conv2D", "MaxPooling2D", "Dropout", "BatchNormalization", "Flatten", "Dense",
    ]  # fmt: skip
    assert "109,066" in visible_texts(stage.window)
    assert not stage.engines, "the engine waits for the window"


def test_what_a_small_window_has_no_room_for_makes_room_and_comes_back(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.studio.show()
    window = stage.window
    for width, is_there in ((960, False), (1280, True), (960, False)):
        window.resize(width, 600)
        qtbot.waitUntil(window.overview.isVisible if is_there else window.overview.isHidden)
        inspector = window.inspector.geometry()
        around = window.inspector.parentWidget()
        assert around is not None
        assert around.rect().contains(inspector)
        assert inspector.width() >= window.inspector.minimumWidth()


def test_train_shows_the_curves_and_stop_ends_the_run(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    run = stage.train(qtbot)
    assert stage.window.pages.currentIndex() == TRAIN
    assert not stage.window.actions_["train"].isEnabled()
    stage.trigger("stop")
    assert stage.next_request(Stop, qtbot) == Stop(run)
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.tell(RunFinished(run, 0, stopped=True))
    qtbot.waitUntil(stage.window.actions_["train"].isEnabled)
    assert not stage.window.actions_["stop"].isEnabled()


def test_a_network_that_cannot_learn_is_not_sent_and_the_way_to_it_is_offered(
    stage: Stage, qtbot: QtBot
) -> None:
    design = Design("short", network_of(Input(), Conv2D(), Flatten(), Dense(units=7)))
    stage.studio.design.open(design, None)
    stage.open(qtbot)
    stage.trigger("train")
    assert "has 10 classes" in stage.window.notices.text
    assert not stage.studio.trainer.is_running
    button = next(
        b for b in stage.window.notices.findChildren(QPushButton) if b.text() == "Show the block"
    )
    button.click()
    assert stage.window.pages.currentIndex() == DESIGN
    current = stage.studio.design.current
    assert current is not None
    assert current.name == "dense_1"


def test_the_design_is_untouched_when_the_engine_dies_in_a_run(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    before = stage.studio.design.design
    stage.train(qtbot)
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.engines[-1].die()
    qtbot.waitUntil(lambda: len(stage.engines) == 2)
    assert stage.studio.design.design == before
    assert "The engine stopped unexpectedly" in stage.window.notices.text
    with qtbot.waitSignal(stage.studio.trainer.ready):
        stage.tell(READY)
    assert stage.window.actions_["train"].isEnabled()


def test_a_notice_and_the_run_say_the_same_of_an_engine_that_died(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.open(qtbot)
    run, trainer = stage.train(qtbot), stage.studio.trainer
    with qtbot.waitSignal(trainer.run_kept):
        stage.tell(RunKept(run, "20260101-000000"))
    with qtbot.waitSignal(trainer.run_ended) as ended:
        stage.engines[-1].die()
    assert ended.args is not None
    assert stage.window.notices.text == ended.args[0].message == trainer.why_lost
    dead = [stage.engines[-1]]

    def is_broken() -> bool:
        if len(stage.engines) > len(dead):
            dead.append(stage.engines[-1])
            dead[-1].die()
        return trainer.state is EngineState.BROKEN

    qtbot.waitUntil(is_broken)
    assert "several times in a row" in trainer.why_lost
    assert stage.window.notices.text == trainer.why_lost


@pytest.mark.parametrize(
    ("came_from", "trained", "said", "unsaid"),
    [
        ("", False, "Your design is untouched.", "weights"),
        ("cats.keras", False, "read again from cats.keras", "lost"),
        ("cats.keras", True, "checkpoints of its last run", "cats.keras"),
    ],
)
def test_what_is_said_of_the_weights_that_an_engine_took_with_it_is_true(
    stage: Stage, qtbot: QtBot, tmp_path: Path, came_from: str, trained: bool, said: str,
    unsaid: str,
) -> None:  # fmt: skip
    stage.open(qtbot)
    window, trainer = stage.window, stage.studio.trainer
    path = tmp_path / "cats.keras"
    path.write_bytes(b"played")
    if came_from:
        stage.studio.record.adopt_weights(stage.studio.design.network, str(path))
    if trained:
        run = stage.train(qtbot)
        with qtbot.waitSignal(trainer.run_ended):
            stage.tell(RunKept(run, "20260101-000000"), RunFinished(run, 1000, stopped=False))
    stage.engines[-1].die()
    qtbot.waitUntil(lambda: said in window.notices.text)
    assert unsaid not in window.notices.text
    offered = [b.text() for b in window.notices.findChildren(QPushButton) if not b.isHidden()]
    assert ("Take its weights" in offered) is trained
    qtbot.waitUntil(lambda: len(stage.engines) == 2)
    with qtbot.waitSignal(trainer.ready):
        stage.tell(READY)
    if came_from and not trained:
        network = stage.studio.design.network
        assert stage.next_request(ReadWeights, qtbot) == ReadWeights(str(path), network)


def test_the_weights_of_a_run_that_ended_are_taken_from_its_last_checkpoint(
    stage: Stage, qtbot: QtBot
) -> None:
    runs = Runs(runs_folder())
    kept = runs.add(epochs=2)
    stage.open(qtbot)
    run, trainer = stage.train(qtbot), stage.studio.trainer
    with qtbot.waitSignal(trainer.run_ended):
        stage.tell(RunKept(run, kept), RunFinished(run, 1000, stopped=False))
    stage.engines[-1].die()
    qtbot.waitUntil(lambda: len(stage.engines) == 2)
    with qtbot.waitSignal(trainer.ready):
        stage.tell(READY)
    buttons = stage.window.notices.findChildren(QPushButton)
    next(button for button in buttons if button.text() == "Take its weights").click()
    qtbot.waitUntil(stage.engines[-1].far.poll)
    asked = stage.next_request(ReadWeights, qtbot)
    last = runs.store.last_checkpoint(kept)
    assert last is not None
    assert isinstance(asked, ReadWeights)
    assert asked.path == str(runs.store.folder_of(kept) / last.file)
    runs.close()


def test_another_language_makes_a_new_window_and_leaves_no_old_one(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.open(qtbot)
    run = stage.train(qtbot)
    old = stage.window
    with qtbot.waitSignal(old.destroyed):
        stage.studio.change_language("zh_CN")
    stage.window = stage.studio.window
    assert stage.next_request(Speak, qtbot) == Speak("zh_CN")
    assert stage.window.pages.currentIndex() == TRAIN
    assert any("训练" in text for text in visible_texts(stage.window))
    windows = [w for w in QApplication.topLevelWidgets() if w.isWindow() and w.isVisible()]
    assert windows == [stage.window]
    # What belonged to the old window does not hear of edits any more.
    stage.studio.design.rename((1,), "renamed")
    stage.studio.design.undo_stack.undo()
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.tell(EpochDone(run, 0, 1, 0.5, 1, 0.5, 1), RunFinished(run, 1, stopped=True))


def test_closing_during_a_run_asks_first(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    stage.train(qtbot)
    answer("Cancel")
    assert not stage.window.close()
    assert stage.window.isVisible()
    answer("Close anyway")
    assert stage.window.close()


def test_closing_with_trained_weights_asks_until_they_are_saved(
    stage: Stage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.open(qtbot)
    run = stage.train(qtbot)
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.tell(EpochDone(run, 0, 1, 0.5, 1, 0.5, 1), RunFinished(run, 1, stopped=True))
    answer("Cancel")
    assert not stage.window.close()
    path = str(tmp_path / "a.keras")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", staticmethod(lambda *_args: (path, "")))
    qtbot.waitUntil(stage.window.actions_["save_model"].isEnabled)
    stage.trigger("save_model")
    request = stage.next_request(SaveModel, qtbot)
    assert isinstance(request, SaveModel)
    with qtbot.waitSignal(stage.studio.trainer.model_saved):
        stage.tell(ModelSaved(request.path))
    assert stage.window.close()


def test_weights_that_could_not_be_saved_come_with_the_raw_report(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    stage.open(qtbot)
    with qtbot.waitSignal(stage.studio.trainer.save_failed):
        stage.tell(SaveFailed(str(tmp_path / "a.keras"), "the disk is full", "OSError: [Errno 28]"))
    notice = stage.window.notices.notice
    assert notice is not None
    assert (notice.text, notice.details) == ("the disk is full", "OSError: [Errno 28]")


def test_another_design_forgets_the_run_of_the_last_one(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    run = stage.train(qtbot)
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.tell(RunFinished(run, 0, stopped=True))
    assert len(stage.studio.record.numbers.steps) == 1
    stage.window.files.new()
    assert len(stage.studio.record.numbers.steps) == 0
    qtbot.waitUntil(lambda: not stage.window.actions_["save_model"].isEnabled())


def test_a_design_dropped_on_the_window_is_opened(
    stage: Stage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "other.cnn.json"
    document.save(Design("other", network_of(Input((8, 8, 1)))), path)
    stage.studio.show()
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    drop = QDropEvent(
        QPointF(QPoint(5, 5)), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    with qtbot.waitSignal(stage.studio.design.file_changed):
        stage.window.dropEvent(drop)
    assert stage.studio.design.path == path
    assert stage.window.windowTitle().startswith("other")


def test_places_and_sizes_are_kept_for_the_next_start(stage: Stage) -> None:
    stage.studio.show()
    columns = stage.window.columns
    assert stage.window.close()
    settings.save(stage.studio.settings)
    kept = settings.load().geometry
    assert set(kept) >= {"window", "columns", "design"}
    assert kept["columns"] == bytes(columns.saveState().toHex().data()).decode()


@pytest.mark.parametrize("number", [DESIGN, TRAIN, LOOK])
def test_every_control_has_a_name_and_a_tooltip(number: int, stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    stage.window.stack.select([stage.studio.design.network.nodes[1].uid])
    stage.window.show_workspace(number)
    silent = [
        f"{type(w).__name__} {w.objectName()} {w.text()!r}"
        for w in stage.window.findChildren(QAbstractButton)
        if w.isVisible() and w.objectName() != "qt_toolbar_ext_button"
        and not ((w.text() or w.accessibleName()) and w.toolTip())
    ]  # fmt: skip
    assert silent == []


def test_the_keyboard_reaches_every_workspace(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    for key, number in (("look", LOOK), ("train_view", TRAIN), ("design", DESIGN)):
        shown: Callable[[], int] = stage.window.pages.currentIndex
        assert stage.window.actions_[key].shortcut().toString()
        stage.trigger(key)
        assert shown() == number


def test_the_sheet_of_shortcuts_has_every_key_of_every_action(stage: Stage, qtbot: QtBot) -> None:
    stage.open(qtbot)
    stage.trigger("shortcuts")
    dialog = stage.window.findChild(QDialog)
    assert dialog is not None
    qtbot.waitUntil(dialog.isVisible)
    shown = {label.text() for label in dialog.findChildren(QLabel)}
    native = QKeySequence.SequenceFormat.NativeText
    keys = {a.shortcut().toString(native) for a in stage.window.findChildren(QAction)} - {""}
    assert len(keys) > 20
    assert keys <= shown
    assert {"Undo", "Keyboard shortcuts", "Ctrl+Z", "Shift+F1"} <= shown
    dialog.close()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_two_entries_of_a_menu_have_the_same_letter(
    language: str, stage: Stage, qtbot: QtBot
) -> None:
    stage.studio.change_language(language)
    bar = stage.studio.window.menuBar()
    menus = [bar, *(a.menu() for a in bar.actions())]
    for menu in menus:
        assert isinstance(menu, QMenu | QMenuBar)
        texts = [action.text() for action in menu.actions() if not action.isSeparator()]
        letters = [found[1].upper() for text in texts if (found := re.search("&([^&])", text))]
        assert len(letters) == len(set(letters)), texts


def test_a_name_that_is_taken_is_said_to_be_counted_up(stage: Stage) -> None:
    stage.studio.design.rename((1,), "pool_1")
    assert stage.window.notices.text == "Another block is called pool_1, so this one is pool_2"


def test_blocks_typed_after_ctrl_k_follow_the_current_one(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.show()
    qtbot.waitActive(stage.window)
    stage.window.stack.select([stage.studio.design.network.nodes[0].uid])
    stage.trigger("quick_add")
    box = stage.window.findChild(QuickAdd)
    assert isinstance(box, QuickAdd)
    QTest.keyClicks(box.edit, "conv 8; bn")
    QTest.keyClick(box.edit, Qt.Key.Key_Return)
    kinds = [node.block.kind for node in stage.studio.design.network.nodes]
    assert kinds[1:3] == ["Conv2D", "BatchNormalization"]
    assert stage.window.actions_["undo"].text() == "&Undo: Add 2 blocks"


def test_selected_blocks_become_a_block_of_ones_own_and_come_back_from_the_palette(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.studio.show()
    window, design = stage.window, stage.studio.design
    nodes = design.network.nodes
    window.stack.select([nodes[1].uid, nodes[2].uid])
    qtbot.waitUntil(window.actions_["save_own"].isEnabled)
    monkeypatch.setattr(QInputDialog, "getText", staticmethod(lambda *_args: ("stem", True)))
    stage.trigger("save_own")
    assert "“stem”" in window.notices.text
    tree = window.palette_panel.tree
    row = next(row for row in tree.rows() if row.text(0) == "stem")
    tree.itemActivated.emit(row, 0)
    added = design.network.nodes[3:5]
    assert [node.block for node in added] == [node.block for node in nodes[1:3]]
    assert {node.uid for node in added}.isdisjoint({node.uid for node in nodes})


def test_a_file_of_blocks_dropped_on_the_window_is_taken_in_and_a_bad_one_is_named(
    stage: Stage, tmp_path: Path
) -> None:
    stage.studio.show()
    good = my_blocks.save(tmp_path, "from a friend", stage.studio.design.network.nodes[1:3])
    bad = tmp_path / f"bad{my_blocks.SUFFIX}"
    bad.write_text("rubbish")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in (good.path, bad)])
    drop = QDropEvent(
        QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    stage.window.dropEvent(drop)
    assert "bad.blocks.json" in stage.window.notices.text
    rows = stage.window.palette_panel.tree.rows()
    assert "from a friend" in [row.text(0) for row in rows]


def test_the_history_opens_under_its_button(stage: Stage, qtbot: QtBot) -> None:
    stage.studio.show()
    stage.window.append_block("Dropout")
    stage.trigger("history")
    history = stage.window.findChild(History)
    assert isinstance(history, History)
    assert history.isVisible()
    assert history.list.count() == 2
    history.close()


@pytest.mark.parametrize("by_key", [True, False])
def test_after_adding_the_keyboard_is_where_the_person_is_at_work(
    by_key: bool, stage: Stage, qtbot: QtBot
) -> None:
    stage.open(qtbot)
    stage.window.activateWindow()
    qtbot.waitUntil(stage.window.isActiveWindow)
    tree = stage.window.palette_panel.tree
    row = stage.window.palette_panel.item("Flatten")
    tree.setFocus()
    tree.setCurrentItem(row)
    if by_key:
        QTest.keyClick(tree, Qt.Key.Key_Return)
    else:
        place = tree.visualItemRect(row).center()
        # Qt takes a double-click for one only after a click.
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
        QTest.mouseDClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert len(stage.studio.design.network.nodes) == 8
    assert tree.hasFocus() is by_key
    assert stage.window.stack.hasFocus() is not by_key


def test_a_closed_studio_has_let_go_of_its_history(qtbot: QtBot) -> None:
    stage = Stage(starter_design())
    stage.open(qtbot)
    stage.window.append_block("Dropout")
    assert stage.studio.design.undo_stack.count() == 1
    stage.studio.close()
    assert stage.studio.design.undo_stack.count() == 0


def test_a_name_that_is_being_typed_is_saved(
    stage: Stage, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "typed.cnn.json"
    monkeypatch.setattr(
        QFileDialog, "getSaveFileName", staticmethod(lambda *_args: (str(path), ""))
    )
    window, design = stage.window, stage.studio.design
    window.show()
    window.activateWindow()
    qtbot.waitActive(window)
    uid = design.network.nodes[1].uid
    window.stack.select([uid])
    line = next(e for e in window.inspector.findChildren(QLineEdit) if e.text() == "conv_1")
    line.setFocus()
    qtbot.waitUntil(line.hasFocus)
    QTest.keyClicks(line, "edges")
    with qtbot.waitSignal(design.file_changed):
        window.actions_["save"].trigger()
    assert document.load(path).network.nodes[1].name == "conv_1edges"
    assert not design.is_dirty


def test_a_run_is_paused_and_lengthened_from_the_menu_and_goes_on_for_one_more_when_it_is_over(
    stage: Stage, qtbot: QtBot
) -> None:
    stage.open(qtbot)
    assert not stage.window.actions_["pause"].isEnabled()
    assert not stage.window.actions_["one_more"].isEnabled()
    run = stage.train(qtbot)
    qtbot.waitUntil(stage.window.actions_["pause"].isEnabled)
    stage.trigger("pause")
    assert stage.next_request(Pause, qtbot) == Pause(run)
    with qtbot.waitSignal(stage.studio.trainer.run_paused):
        stage.tell(RunPaused(run))
    stage.trigger("pause")
    assert stage.next_request(Resume, qtbot) == Resume(run)
    stage.trigger("one_more")
    assert stage.next_request(AddEpochs, qtbot) == AddEpochs(run, 1)
    with qtbot.waitSignal(stage.studio.trainer.run_ended):
        stage.tell(RunFinished(run, 9, stopped=False))
    qtbot.waitUntil(stage.window.actions_["one_more"].isEnabled)
    stage.trigger("one_more")
    more = stage.next_request(Train, qtbot)
    assert isinstance(more, Train)
    assert (more.plan.epochs, more.fresh) == (1, False)


def test_a_double_click_on_train_does_not_stop_the_run_at_once(stage: Stage, qtbot: QtBot) -> None:
    button = stage.window.findChild(QPushButton, "run")
    assert button is not None
    button.click()
    assert stage.studio.trainer.is_running
    stage.window.top_bar.show_run(True)
    with qtbot.assertNotEmitted(stage.window.actions_["stop"].triggered):
        button.click()
