"""The Runs page on a real run store, which other processes write at the same time."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt, QThreadPool, QTimer
from PySide6.QtTest import QAbstractItemModelTester, QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from cnnstudio.core import settings as kept_settings
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.run_messages import RunKept
from cnnstudio.core.runs.kept import KeptState
from cnnstudio.core.runs.schema import FILE, VERSION
from cnnstudio.core.settings import Settings
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.runs.columns import COLUMNS, LOSS, NAME, STATE, VAL_LOSS
from cnnstudio.ui.runs.csv_files import Rows
from cnnstudio.ui.runs.overlay_plot import Axis
from cnnstudio.ui.runs.run_actions import BRING_BACK, DELETE, DESIGN, FREE, RENAME, RESUME, WEIGHTS
from cnnstudio.ui.runs.runs_page import MOST_DRAWN, RunsPage
from cnnstudio.ui.runs.runs_table import ROW
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.training.run_record import RunRecord
from tests.ui.runs.kept import BATCHES, Runs
from tests.ui.told_runs import ToldRun


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Runs]:
    runs = Runs(tmp_path / "runs")
    yield runs
    runs.close()


@pytest.fixture
def record(trainer: Trainer) -> RunRecord:
    return RunRecord(trainer)


@pytest.fixture
def page(
    design: OpenDesign, record: RunRecord, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> Iterator[RunsPage]:
    page = RunsPage(design, record, theme, Settings(), tmp_path / "runs")
    mode = QAbstractItemModelTester.FailureReportingMode.Warning
    testers = [QAbstractItemModelTester(m, mode) for m in (page.table.model_, page.table.order)]
    page.resize(900, 640)
    qtbot.addWidget(page)
    yield page
    page.hide()
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()
    del testers


@pytest.fixture
def show(page: RunsPage, qtbot: QtBot) -> Callable[[], None]:
    """Show the page and wait until it knows which runs there are."""

    def show() -> None:
        with qtbot.waitSignal(page.kept.listed):
            page.show()

    return show


def listed(page: RunsPage, column: int = NAME) -> list[str]:
    order = page.table.order
    return [order.index(row, column).data() for row in range(order.rowCount())]


def select(page: RunsPage, qtbot: QtBot, *ids: str) -> None:
    """Select runs and wait until their curves are drawn."""
    page.table.select(ids)
    qtbot.waitUntil(lambda: {run.row.id for run in page.overlay.runs} == set(ids))


def press(page: RunsPage, key: str) -> None:
    page.actions_.actions_[key].trigger()


def answer(number: int | None) -> None:
    """Answer the next question: a button by its number, or Cancel for None."""

    def click() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        buttons: list[QAbstractButton] = [
            b for b in box.buttons() if box.buttonRole(b) == QMessageBox.ButtonRole.DestructiveRole
        ]
        cancel = box.escapeButton()
        assert cancel is not None
        (cancel if number is None else buttons[number]).click()

    QTimer.singleShot(0, click)


def test_no_runs_are_one_sentence_and_the_button_that_brings_one(
    page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    show()
    assert not page.is_listed
    notice = page.placard.notice
    assert notice is not None
    assert notice.action == "Train"
    with qtbot.waitSignal(page.train_asked):
        page.placard.act()


def test_runs_are_listed_the_newest_first_with_what_they_came_to(
    runs: Runs, page: RunsPage, show: Callable[[], None]
) -> None:
    runs.add("first", 2)
    runs.add("second", 3, KeptState.FAILED, message="the loss is NaN")
    show()
    assert page.is_listed
    assert listed(page) == ["second", "first"]
    row = [page.table.order.index(0, column).data() for column in range(len(COLUMNS))]
    assert row[1] == "failed"
    assert row[3:7] == ["3 of 8", "0.3333", "0.4333", "60.0 %"]
    assert row[7:10] == ["3", "MNIST digits", "command line"]
    tip = page.table.order.index(0, STATE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "failed: the loss is NaN"


def test_a_run_of_another_process_is_seen_to_progress_and_to_end(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    writer = runs.begin()
    show()
    assert listed(page, STATE) == ["running"]
    runs.learn(writer, [0])
    qtbot.waitUntil(lambda: listed(page, 3) == ["1 of 8"])
    # As if its process was gone.
    writer.let_go()
    qtbot.waitUntil(lambda: listed(page, STATE) == ["interrupted"])


def test_nobody_looks_at_the_store_while_the_page_is_out_of_sight(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    runs.add()
    show()
    page.hide()
    runs.add("later")
    with qtbot.assertNotEmitted(page.kept.listed, wait=1300):
        pass
    show()
    assert listed(page) == ["later", "digits"]


def test_a_click_on_a_heading_sorts_and_what_is_no_number_comes_last_either_way(
    runs: Runs, page: RunsPage, show: Callable[[], None]
) -> None:
    for name, loss in (("middle", 2.0), ("best", 1.0), ("worst", 3.0)):
        runs.add(name, 1, loss=loss)
    runs.add("none", 0)
    runs.add("nan", 1, loss=float("nan"))
    show()
    page.table.sortByColumn(LOSS, Qt.SortOrder.AscendingOrder)
    assert listed(page)[:3] == ["best", "middle", "worst"]
    page.table.sortByColumn(VAL_LOSS, Qt.SortOrder.DescendingOrder)
    assert listed(page)[:3] == ["worst", "middle", "best"]


def test_the_filter_leaves_runs_that_have_all_its_words(
    runs: Runs, page: RunsPage, show: Callable[[], None]
) -> None:
    runs.add("lenet", state=KeptState.FINISHED)
    runs.add("lenet", state=KeptState.FAILED)
    runs.add("resnet")
    show()
    QTest.keyClicks(page.filter, "LeNet fail")
    assert listed(page, STATE) == ["failed"]
    page.filter.clear()
    assert len(listed(page)) == 3


def test_a_refresh_keeps_what_is_selected_and_what_is_in_sight(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    ids = [runs.add(f"run {number}", 1) for number in range(40)]
    show()
    page.table.select([ids[10]])
    bar = page.table.verticalScrollBar()
    bar.setValue(15 * ROW + 7)
    top = page.table.order.run_at(page.table.rowAt(0)).id
    new = runs.add("new")
    runs.store.hide([ids[20]])
    qtbot.waitUntil(lambda: "new" in listed(page))
    assert page.table.order.run_at(page.table.rowAt(0)).id == top
    assert page.table.rowViewportPosition(page.table.rowAt(0)) == -7
    assert [row.id for row in page.table.selected] == [ids[10]]
    assert page.table.order.run_at(0).id == new


def test_selected_runs_are_laid_over_each_other_under_names_that_differ(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    one, other = runs.add("same", 2), runs.add("same", 3)
    runs.add("not selected")
    show()
    select(page, qtbot, one, other)
    loss = page.overlay.plots[0]
    assert set(loss.lines) == {(run, part) for run in (one, other) for part in (True, False)}
    names = page.overlay.legend.names
    assert len(set(names)) == 2
    assert all(name.startswith("same · ") for name in names)
    strokes = [loss.lines[run, False].stroke for run in (one, other)]
    assert strokes[0].hue != strokes[1].hue
    assert strokes[0].dashes != strokes[1].dashes
    assert set(page.overlay.pens()) == set(page.table.names.pens) == {one, other}


def test_curves_lie_by_epoch_or_by_step_and_each_part_can_be_left_out(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add(epochs=3)
    show()
    select(page, qtbot, run)
    loss = page.overlay.plots[0]
    assert loss.lines[run, True].at.tolist() == [1, 2, 3]
    assert loss.lines[run, False].at[-1] == 3
    page.overlay.axis.setCurrentIndex([*Axis].index(Axis.STEP))
    assert loss.lines[run, True].at.tolist() == [BATCHES, 2 * BATCHES, 3 * BATCHES]
    assert len(loss.lines[run, False].at) == 3 * BATCHES
    page.overlay.training.click()
    assert set(loss.lines) == {(run, True)}
    page.overlay.validation.click()
    assert not loss.lines


def test_the_legend_reads_the_values_under_the_crosshair(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add(epochs=3)
    show()
    select(page, qtbot, run)
    loss = page.overlay.plots[0]
    assert loss.read(run, None) == pytest.approx(1 / 3 + 0.1)
    assert loss.read(run, 1.1) == pytest.approx(1.1)
    assert loss.read(run, 2.2) == pytest.approx(0.6)


def test_the_curves_of_a_run_that_goes_on_grow(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    writer = runs.begin()
    runs.learn(writer, [0])
    show()
    select(page, qtbot, writer.id)
    loss = page.overlay.plots[0]
    assert len(loss.lines[writer.id, False].at) == BATCHES
    runs.learn(writer, [1, 2])
    qtbot.waitUntil(lambda: len(loss.lines[writer.id, False].at) == 3 * BATCHES)
    assert page.epochs.epochs.rowCount() == 3


def test_more_runs_than_can_be_told_apart_are_not_drawn_and_that_is_said(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    for number in range(MOST_DRAWN + 2):
        runs.add(f"run {number}", 1)
    show()
    page.table.selectAll()
    qtbot.waitUntil(lambda: len(page.overlay.runs) == MOST_DRAWN)
    assert page.overlay.left_out_text == "2 more are not drawn: select fewer to see them"


def test_selected_runs_can_be_laid_over_the_live_curves_and_taken_away(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    one, other = runs.add("one", 1), runs.add("other", 1)
    show()
    select(page, qtbot, one)
    with qtbot.waitSignal(page.laid_over) as asked:
        page.overlay.live.click()
    assert [run.name for run in asked.args[0]] == ["one"]
    with qtbot.waitSignal(page.laid_over) as asked:
        page.table.select([one, other])
    assert [run.name for run in asked.args[0]] == ["other", "one"]
    with qtbot.waitSignal(page.laid_over) as asked:
        page.overlay.live.click()
    assert asked.args[0] == ()


def test_a_run_is_not_laid_over_itself(
    runs: Runs,
    page: RunsPage,
    show: Callable[[], None],
    trainer: Trainer,
    record: RunRecord,
    qtbot: QtBot,
) -> None:
    one, other = runs.add("one", 1), runs.add("other", 1)
    show()
    select(page, qtbot, one, other)
    page.overlay.live.click()
    ToldRun(trainer, 1).begin()
    with qtbot.waitSignal(page.laid_over) as asked:
        trainer.run_kept.emit(RunKept(1, one))
    assert record.id == one
    assert [run.name for run in asked.args[0]] == ["other"]


def test_details_tell_how_the_run_ended_and_how_its_plan_differs(
    runs: Runs, page: RunsPage, show: Callable[[], None], design: OpenDesign, qtbot: QtBot
) -> None:
    plan = TrainingPlan(epochs=5, optimizer="SGD", momentum=0.9, keep_best=True)
    run = runs.add("mine", 2, KeptState.FAILED, message="the loss is NaN", plan=plan)
    show()
    select(page, qtbot, run)
    qtbot.waitUntil(lambda: bool(page.details.sections))
    state, its_plan, checkpoints, versions = page.details.sections
    assert (state.title, state.text) == ("mine", "The loss is NaN")
    lines = dict(its_plan.lines)
    assert lines["Epochs"] == "5 → 8"
    assert lines["Optimizer"] == "SGD → Adam"
    assert lines["Momentum"] == "0.9 → 0"
    assert lines["Keep the best"] == "on → off"
    assert "Batch size" not in lines
    assert [value.split(" · ")[1:] for _when, value in checkpoints.lines] == [
        ["first", "best"],
        ["last"],
    ]
    assert versions.lines == (("keras", "3.15.1"),)
    # It follows the open design.
    design.push_plan(replace(design.plan, epochs=5), "Change epochs")
    assert "Epochs" not in dict(page.details.sections[1].lines)


def test_a_run_is_resumed_only_if_it_ended_early_and_can_go_on(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    stopped = runs.add()
    finished = runs.add(state=KeptState.FINISHED)
    bare = runs.add("bare", 0, KeptState.INTERRUPTED)
    going = runs.begin().id
    show()
    resume = page.actions_.actions_[RESUME]
    for run, why in (
        (finished, "ended by itself"),
        (bare, "no checkpoint"),
        (going, "still going on"),
    ):
        page.table.select([run])
        assert not resume.isEnabled()
        assert why in resume.toolTip()
    page.table.select([stopped])
    assert resume.isEnabled()
    with qtbot.waitSignal(page.resume_asked) as asked:
        resume.trigger()
    assert asked.args == [stopped]
    page.table.select([stopped, finished])
    assert resume.toolTip() == "Select a single run."


def test_no_run_is_resumed_while_another_goes_on_in_the_window(
    runs: Runs,
    page: RunsPage,
    show: Callable[[], None],
    record: RunRecord,
    trainer: Trainer,
    qtbot: QtBot,
) -> None:
    run = runs.add()
    show()
    select(page, qtbot, run)
    assert page.actions_.actions_[RESUME].isEnabled()
    with qtbot.waitSignal(record.changed):
        ToldRun(trainer).begin()
    assert not page.actions_.actions_[RESUME].isEnabled()
    assert not page.actions_.actions_[WEIGHTS].isEnabled()


def test_a_design_can_be_opened_and_any_state_of_its_weights_taken(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add(epochs=3)
    show()
    select(page, qtbot, run)
    with qtbot.waitSignal(page.design_asked) as asked:
        press(page, DESIGN)
    assert asked.args == [run]
    menu = page.actions_.actions_[WEIGHTS].menu()
    assert menu is not None
    qtbot.waitUntil(lambda: bool(menu.actions()))  # type: ignore[attr-defined]
    choices = {a.text(): a for a in menu.actions() if a.text()}  # type: ignore[attr-defined]
    assert list(choices) == [
        "Best: after epoch 1",
        "Last: after epoch 3",
        "After epoch 1",
        "After epoch 2",
        "After epoch 3",
    ]
    for text, steps in (("Best: after epoch 1", BATCHES), ("Last: after epoch 3", 3 * BATCHES)):
        with qtbot.waitSignal(page.weights_asked) as taken:
            choices[text].trigger()
        assert taken.args == [run, steps]


def test_f2_renames_a_run_in_the_store(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add()
    show()
    select(page, qtbot, run)
    page.table.setFocus()
    QTest.keyClick(page.table, Qt.Key.Key_F2)
    editor = page.table.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    editor.setText("the good one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: listed(page) == ["the good one"])
    row = runs.store.row(run)
    assert row is not None
    assert row.name == "the good one"


def test_deleted_runs_are_gone_from_the_list_and_undo_brings_them_back(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    gone, stays = runs.add("gone"), runs.add("stays")
    show()
    select(page, qtbot, gone)
    with qtbot.waitSignal(page.said) as said:
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: listed(page) == ["stays"])
    notice: Notice = said.args[0]
    assert (notice.text, notice.action) == ("Deleted “gone”.", "Undo")
    assert runs.store.folder_of(gone).is_dir()
    assert notice.act is not None
    notice.act()
    qtbot.waitUntil(lambda: listed(page) == ["stays", "gone"])
    qtbot.waitUntil(lambda: [row.id for row in page.table.selected] == [gone])
    assert not page.actions_.actions_[BRING_BACK].isEnabled()
    assert runs.store.row(stays) is not None


def test_deleted_runs_can_be_brought_back_later_or_removed_for_good(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    ids = [runs.add(name) for name in ("one", "two", "three")]
    show()
    for run in ids[:2]:
        select(page, qtbot, run)
        with qtbot.waitSignal(page.said):
            press(page, DELETE)
    qtbot.waitUntil(lambda: listed(page) == ["three"])
    press(page, BRING_BACK)
    qtbot.waitUntil(lambda: len(listed(page)) == 3)
    select(page, qtbot, ids[0])
    with qtbot.waitSignal(page.said):
        press(page, DELETE)
    qtbot.waitUntil(page.disk.purge.isEnabled)
    page.disk.purge.trigger()
    qtbot.waitUntil(lambda: not runs.store.folder_of(ids[0]).exists())
    assert runs.store.folder_of(ids[1]).exists()


def test_a_run_that_goes_on_is_not_deleted(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    going, ended = runs.begin("going").id, runs.add("ended")
    show()
    page.table.select([going])
    assert not page.actions_.actions_[DELETE].isEnabled()
    page.table.select([going, ended])
    with qtbot.waitSignal(page.said) as said:
        press(page, DELETE)
    assert "have stayed" in said.args[0].text
    qtbot.waitUntil(lambda: listed(page) == ["going"])


def test_what_an_earlier_window_deleted_is_removed_when_the_page_is_first_shown(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add()
    runs.store.hide([run])
    show()
    qtbot.waitUntil(lambda: not runs.store.folder_of(run).exists())


@pytest.mark.parametrize(("button", "left"), [(0, 1), (1, 0), (None, 3)])
def test_the_space_of_checkpoints_is_freed_as_far_as_a_person_says(
    runs: Runs,
    page: RunsPage,
    show: Callable[[], None],
    qtbot: QtBot,
    button: int | None,
    left: int,
) -> None:
    run = runs.add(epochs=3)
    show()
    select(page, qtbot, run)
    answer(button)
    press(page, FREE)
    QThreadPool.globalInstance().waitForDone()
    qtbot.waitUntil(lambda: page.table.selected[0].checkpoints == left)
    assert len(list(runs.store.folder_of(run).glob("*.npz"))) == left
    assert len(runs.store.curve(run).epochs) == 3


def test_the_line_on_the_disk_tells_what_checkpoints_take_and_remembers_the_limit(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    runs.add(epochs=3)
    show()
    qtbot.waitUntil(lambda: "KB" in page.disk.text)
    assert not page.disk.fit.isEnabled()
    with qtbot.waitSignal(page.limit_changed) as changed:
        page.disk.limit.setValue(25)
    assert changed.args == [25]
    assert kept_settings.load().run_disk_gb == 25


def test_numbers_are_exported_by_batch_and_by_epoch(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot, tmp_path: Path
) -> None:
    one, other = runs.add(epochs=1), runs.add(epochs=2)
    show()
    for kind in Rows:
        with qtbot.waitSignal(page.said) as said:
            page.work.export([one, other], kind, tmp_path / f"{kind}.csv")
        assert said.args[0].severity == "info"
    with (tmp_path / "batch.csv").open(newline="") as file:
        batches = list(csv.reader(file))
    assert batches[0][:4] == ["run", "step", "loss", "accuracy"]
    assert [row[:2] for row in batches[1:]] == [
        *([one, str(step)] for step in range(1, 1 + BATCHES)),
        *([other, str(step)] for step in range(1, 1 + 2 * BATCHES)),
    ]
    with (tmp_path / "epoch.csv").open(newline="") as file:
        epochs = list(csv.DictReader(file))
    assert [(row["run"], row["epoch"], row["step"]) for row in epochs] == [
        (one, "1", "10"),
        (other, "1", "10"),
        (other, "2", "20"),
    ]
    assert float(epochs[2]["val_loss"]) == pytest.approx(0.6)


def test_an_export_that_cannot_be_written_says_so(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot, tmp_path: Path
) -> None:
    run = runs.add(epochs=1)
    show()
    with qtbot.waitSignal(page.said) as said:
        page.work.export([run], Rows.EPOCH, tmp_path / "nowhere" / "a.csv")
    assert said.args[0].severity == "error"
    assert "does not exist" in said.args[0].text
    assert page.is_listed


def test_a_damaged_store_is_shown_with_what_to_do_and_one_that_is_mended_is_listed(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    runs.add()
    runs.close()
    file = runs.folder / FILE
    good = file.read_bytes()
    for beside in runs.folder.glob(f"{FILE}-*"):
        beside.unlink()
    file.write_bytes(b"no database" * 1000)
    with qtbot.waitSignal(page.kept.unreadable):
        page.show()
    assert not page.is_listed
    notice = page.placard.notice
    assert notice is not None
    assert "are damaged" in notice.text
    assert "rename that file" in notice.text
    file.write_bytes(good)
    qtbot.waitUntil(lambda: listed(page) == ["digits"])
    assert page.is_listed
    runs.store = type(runs.store)(runs.folder)


def test_a_store_of_a_newer_version_is_told_of(runs: Runs, page: RunsPage, qtbot: QtBot) -> None:
    runs.add()
    runs.store.connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    with qtbot.waitSignal(page.kept.unreadable) as told:
        page.show()
    assert "newer CNN Studio" in told.args[0]


def test_what_nobody_has_written_so_is_told_of(runs: Runs, page: RunsPage, qtbot: QtBot) -> None:
    runs.add()
    runs.store.connection.execute("UPDATE runs SET numbers = 'no JSON'")
    with qtbot.waitSignal(page.kept.unreadable) as told:
        page.show()
    assert "not understood" in told.args[0]


def test_a_place_where_nothing_can_be_kept_is_told_of(
    design: OpenDesign, record: RunRecord, theme: Theme, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").write_text("")
    page = RunsPage(design, record, theme, Settings(), tmp_path / "file" / "runs")
    qtbot.addWidget(page)
    with qtbot.waitSignal(page.kept.unreadable) as told:
        page.show()
    assert "cannot be kept" in told.args[0]
    page.hide()
    QThreadPool.globalInstance().waitForDone()
    QApplication.processEvents()


def test_a_run_whose_design_cannot_be_read_still_shows_its_curves(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    run = runs.add(epochs=2)
    runs.store.connection.execute("UPDATE runs SET design = '{}'")
    show()
    select(page, qtbot, run)
    qtbot.waitUntil(lambda: bool(page.details.sections))
    assert "cannot be read" in page.details.sections[1].text
    assert page.epochs.epochs.rowCount() == 2


def test_every_control_has_a_name_and_says_why_one_would_use_it(
    runs: Runs, page: RunsPage, show: Callable[[], None]
) -> None:
    runs.add()
    show()
    for button in page.findChildren(QAbstractButton):
        if button.isVisible() and button.objectName() != "qt_toolbar_ext_button":
            assert button.accessibleName() or button.text(), button
            assert button.toolTip(), button.accessibleName() or button.text()
    assert page.actions_.actions_[RENAME].toolTip().endswith("(F2)")


def test_a_key_selects_more_runs_and_enter_shows_details(
    runs: Runs, page: RunsPage, show: Callable[[], None], qtbot: QtBot
) -> None:
    one, other = runs.add("one"), runs.add("other")
    show()
    page.table.setFocus()
    first = page.table.order.index(0, NAME)
    flags = QItemSelectionModel.SelectionFlag
    page.table.selectionModel().setCurrentIndex(first, flags.ClearAndSelect | flags.Rows)
    QTest.keyClick(page.table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert {row.id for row in page.table.selected} == {one, other}
    QTest.keyClick(page.table, Qt.Key.Key_Return)
    assert page.details.isVisible()
