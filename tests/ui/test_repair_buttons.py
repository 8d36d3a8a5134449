"""Every kind of problem, met as a person meets it: read on its card, mended by its buttons."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from cnnstudio.core.document import Design
from cnnstudio.core.network import Network
from cnnstudio.core.problems import Problem
from cnnstudio.ui import open_design
from cnnstudio.ui.editor.inspector import Inspector
from cnnstudio.ui.editor.overview import Overview
from cnnstudio.ui.editor.problem_cards import ProblemCards
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from tests.core import build
from tests.core.test_problems import CASES, MEMORY


def the_problem(design: OpenDesign, code: str) -> Problem:
    return next(problem for problem in design.problems if problem.code == code)


def shown(design: OpenDesign, theme: Theme, problem: Problem) -> QWidget:
    """Return what shows a problem: the inspector, or the overview for one of the whole network."""
    if problem.block is None:
        return Overview(design, theme)
    design.set_current(problem.block)
    return Inspector(design, theme)


@pytest.mark.parametrize("code", CASES)
def test_a_problem_of_each_kind_is_mended_by_each_of_its_buttons(
    code: str, theme: Theme, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_design, "memory_size", lambda: MEMORY)
    broken: Network = build.network(*CASES[code][0].row)
    design = OpenDesign(Design("broken", broken))
    problem = the_problem(design, code)
    widget = shown(design, theme, problem)
    qtbot.addWidget(widget)
    widget.show()
    cards = widget.findChild(ProblemCards)
    assert cards is not None
    place = [p.code for p in design.problems_of(problem.block)].index(code)
    offered = 1
    number = 0
    while number < offered:
        qtbot.waitUntil(lambda: len(cards.buttons_of(place)) > 0)
        buttons = cards.buttons_of(place)
        offered, said = len(buttons), buttons[number].text()
        buttons[number].click()
        left = [p.code for p in design.problems_of(problem.block)]
        assert code not in left, said
        design.undo_stack.undo()
        assert design.network == broken
        if problem.block is not None:
            design.set_current(problem.block)
        number += 1
    design.deleteLater()
