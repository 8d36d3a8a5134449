"""The undo history: what is one step, and what a step brings back."""

import gc
import weakref
from dataclasses import replace
from pathlib import Path

from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Dropout
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.edits import Insert, Replace, Step
from cnnstudio.ui.open_design import OpenDesign


def filters_changed(design: OpenDesign, filters: int) -> Step:
    node = design.network.nodes[1]
    assert isinstance(node.block, Conv2D)
    after = replace(node, block=replace(node.block, filters=filters))
    return Step("Change filters", (Replace((1,), node, after),))


def test_changes_of_one_parameter_in_quick_succession_are_one_step(design: OpenDesign) -> None:
    before = design.network
    for filters in (65, 66, 67):
        design.push(filters_changed(design, filters), "conv.filters")
    assert design.undo_stack.count() == 1
    design.undo_stack.undo()
    assert design.network == before
    design.undo_stack.redo()
    block = design.network.nodes[1].block
    assert isinstance(block, Conv2D)
    assert block.filters == 67


def test_changes_of_different_parameters_are_steps_of_their_own(design: OpenDesign) -> None:
    design.push(filters_changed(design, 65), "conv.filters")
    design.push(filters_changed(design, 66), "conv.other")
    assert design.undo_stack.count() == 2


def test_a_step_without_edits_leaves_no_trace(design: OpenDesign) -> None:
    design.push(Step("Move", ()))
    assert design.undo_stack.count() == 0
    assert not design.is_dirty


def test_the_report_is_up_to_date_when_changed_is_told(design: OpenDesign, qtbot: QtBot) -> None:
    seen: list[int] = []
    design.changed.connect(lambda: seen.append(design.report.total_weights))
    design.push(filters_changed(design, 1))
    assert seen == [3 * 3 + 1 + 4 + 13 * 13 * 10 + 10]


def test_a_plan_is_undone_like_a_block(design: OpenDesign) -> None:
    design.push_plan(replace(design.plan, epochs=3), "Change epochs")
    assert design.plan.epochs == 3
    assert design.is_dirty
    design.undo_stack.undo()
    assert design.plan.epochs == 8
    assert not design.is_dirty


def test_another_design_starts_with_an_empty_history(design: OpenDesign) -> None:
    design.push(filters_changed(design, 1))
    design.open(Design("empty"), None)
    assert design.undo_stack.count() == 0
    assert design.current is None
    assert design.report.errors


def test_a_block_that_is_gone_is_no_longer_current(design: OpenDesign) -> None:
    node = design.network.placed(Dropout())
    design.push(Step("Add", (Insert((1,), node),)))
    design.set_current(node.uid)
    assert design.current == node
    design.undo_stack.undo()
    assert design.current is None


def test_a_design_changed_while_it_was_written_stays_unsaved(
    design: OpenDesign, tmp_path: Path
) -> None:
    design.push(filters_changed(design, 2), "conv.filters")
    written = replace(design.design, name="a")
    design.push(filters_changed(design, 1), "conv.filters")
    assert design.undo_stack.count() == 1, "both changes are one step"
    design.saved(tmp_path / "a.cnn.json", written)
    assert design.is_dirty
    design.saved(tmp_path / "a.cnn.json", replace(design.design, name="a"))
    assert not design.is_dirty


def test_a_name_that_is_taken_is_counted_up_and_that_is_said(design: OpenDesign) -> None:
    told: list[tuple[str, str]] = []
    design.name_taken.connect(lambda wanted, given: told.append((wanted, given)))
    assert design.rename((1,), " edges ")
    assert told == []
    assert design.rename((1,), "pool_1")
    assert told == [("pool_1", "pool_2")]
    assert not design.rename((1,), "pool_1"), "it has the next free name already"
    assert told == [("pool_1", "pool_2")] * 2
    assert not design.rename((1,), "  ")
    assert design.undo_stack.count() == 2
    assert design.network.nodes[1].name == "pool_2"


def test_a_design_with_a_history_goes_without_the_collector(qtbot: QtBot) -> None:
    design = OpenDesign(starter_design())
    node = design.network.placed(Dropout())
    design.push(Step("Add", (Insert((1,), node),)))
    design.push_plan(replace(design.plan, epochs=3), "Epochs")
    gone = weakref.ref(design)
    gc.disable()
    try:
        del design
        assert gone() is None
    finally:
        gc.enable()
