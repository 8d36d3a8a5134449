"""The line of totals at the foot of the window."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Dense, Input, Opaque
from cnnstudio.core.document import Design
from cnnstudio.core.network import network_of
from cnnstudio.ui.editor.totals import Totals, count_text
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.ui.changes import mute


@pytest.fixture
def line(design: OpenDesign, theme: Theme, qtbot: QtBot) -> Totals:
    line = Totals(design, theme)
    qtbot.addWidget(line)
    line.resize(700, 20)
    line.show()
    return line


def texts(line: Totals) -> list[str]:
    return [total.text for total in line.shown]


def test_it_says_weights_bytes_operations_and_memory(line: Totals) -> None:
    assert texts(line)[:4] == ["109,066 weights", "436 KB file", "497,536 MACs", "11.2 MB a batch"]
    assert texts(line)[4].endswith(("problem", "problems"))


def test_operations_that_are_not_all_known_are_said_to_be_more(
    line: Totals, design: OpenDesign
) -> None:
    shape = (5,)
    part = Opaque(received=shape, output=shape)
    network = network_of(Input(shape=shape), part, Dense(units=2))
    design.open(Design(network=network), None)
    assert texts(line)[2] == "at least 10 MACs"
    assert "without those of 1 part that is kept" in line.shown[2].help


def test_it_follows_the_network_and_the_plan(line: Totals, design: OpenDesign) -> None:
    design.push_plan(replace(design.plan, batch_size=64), "Change")
    assert texts(line)[3] == "22.4 MB a batch"
    assert "64 images" in line.shown[3].help
    mute(design, "dense_1")
    assert texts(line)[0] == "896 weights"


@pytest.mark.parametrize(("optimizer", "slots"), [("Adam", 2), ("RMSprop", 1), ("SGD", 0)])
def test_training_memory_is_that_of_the_plans_optimizer(
    line: Totals, design: OpenDesign, optimizer: str, slots: int
) -> None:
    design.push_plan(replace(design.plan, optimizer=optimizer), "Change")
    needed = design.report.training_bytes(design.plan.batch_size, slots)
    assert f"takes {size_text(needed)} with" in line.shown[3].help
    assert "Adam" not in line.shown[3].help


def test_an_error_is_told_by_more_than_the_number(line: Totals, design: OpenDesign) -> None:
    assert not line.shown[4].wrong
    design.open(Design(network=network_of(Dense(), Input())), None)
    assert line.shown[4].wrong
    assert line.accessibleName() == ", ".join(texts(line))


def test_each_total_explains_itself_under_the_mouse(line: Totals) -> None:
    found = {line.help_at(x) for x in range(0, 700, 3)} - {""}
    assert found == {total.help for total in line.shown}
    assert line.help_at(699) == ""


def test_a_change_elsewhere_paints_nothing(line: Totals, design: OpenDesign) -> None:
    QTest.qWaitForWindowExposed(line)
    before = line.shown
    design.changed.emit()
    assert line.shown is before


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0"), (497_536, "497,536"), (3_870_000, "3.87 M"), (15_470_000_000, "15.5 G"),
     (2 * 10**15, "2 P")],
)  # fmt: skip
def test_large_counts_are_short(count: int, text: str) -> None:
    assert count_text(count) == text
