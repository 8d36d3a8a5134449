"""The copy of unsaved work: whose it is, and when it is offered."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Dense
from cnnstudio.core.document import SUFFIX
from cnnstudio.core.edits import Insert, Step
from cnnstudio.ui.autosave import Autosave, left_behind
from cnnstudio.ui.open_design import OpenDesign


def copies(folder: Path) -> list[Path]:
    return sorted(folder.glob(f"*{SUFFIX}"))


def change(design: OpenDesign) -> None:
    node = design.network.placed(Dense())
    design.push(Step("Add", (Insert((len(design.network.nodes),), node),)))


def test_the_copy_of_a_studio_that_runs_is_not_offered_and_goes_when_it_closes(
    design: OpenDesign, tmp_path: Path, qtbot: QtBot
) -> None:
    autosave = Autosave(design, tmp_path)
    change(design)
    qtbot.waitUntil(lambda: len(copies(tmp_path)) == 1)
    assert left_behind(tmp_path) == []
    autosave.close()
    assert copies(tmp_path) == []


def test_the_copy_of_an_earlier_process_with_this_ones_number_is_offered_and_stays(
    design: OpenDesign, tmp_path: Path, qtbot: QtBot
) -> None:
    earlier = tmp_path / f"{os.getpid()}-1700000000{SUFFIX}"
    earlier.write_text("work", "utf-8")
    autosave = Autosave(design, tmp_path)
    assert left_behind(tmp_path) == [earlier]
    change(design)
    qtbot.waitUntil(lambda: len(copies(tmp_path)) == 2)
    assert left_behind(tmp_path) == [earlier]
    autosave.close()
    assert earlier.read_text("utf-8") == "work"


@pytest.mark.parametrize("stem", ["{pid}", "mine", "1-2-3", f"{'9' * 40}-1", "²-1"])
def test_a_copy_that_names_no_process_is_offered(tmp_path: Path, stem: str) -> None:
    stem = stem.format(pid=os.getpid())
    copy = tmp_path / f"{stem}{SUFFIX}"
    copy.write_text("work", "utf-8")
    assert left_behind(tmp_path) == [copy]


def test_a_copy_is_offered_once_its_process_has_ended(tmp_path: Path) -> None:
    script = (
        "import sys; from cnnstudio.ui.autosave import writer; "
        "print(writer(), flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        copy = tmp_path / f"{other.stdout.readline().strip()}{SUFFIX}"
        copy.write_text("work", "utf-8")
        assert left_behind(tmp_path) == []
        other.communicate()
    assert left_behind(tmp_path) == [copy]
