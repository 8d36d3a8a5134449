"""The main job with a real mouse on a real X server: design, train, stop, look inside, save."""

import json
import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.conftest import StudioOnX


def is_shown(studio: StudioOnX, name: str) -> bool:
    return bool(studio.ask("shown") == name)


pytestmark = [pytest.mark.e2e, pytest.mark.tensorflow]


def test_a_person_designs_trains_and_looks_inside(
    launch: Callable[..., StudioOnX], tmp_path: Path, screenshots: Path
) -> None:
    studio = launch()
    start = studio.ask("names")
    assert start == ["input_1", "conv_1", "pool_1", "dropout_1", "norm_1", "flatten_1", "dense_1"]

    # Drag a block from the palette between two others, and one to another place.
    studio.drag(studio.ask("kind", "Conv2D"), studio.ask("card", "dropout_1", 0.1))
    studio.wait_until(lambda: studio.ask("names")[3] == "conv_2", "the dropped block")
    studio.drag(studio.ask("card", "conv_2"), studio.ask("card", "conv_1", 0.9))
    studio.wait_until(lambda: studio.ask("names")[2] == "conv_2", "the moved block")

    # Double-click adds after the current block; Delete, undo and redo follow.
    studio.click(studio.ask("kind", "Dropout"), times=2)
    studio.wait_until(lambda: studio.ask("names")[3] == "dropout_2", "the added block")
    studio.key("Delete")
    studio.wait_until(lambda: "dropout_2" not in studio.ask("names"), "the deleted block")
    studio.key("ctrl+z")
    studio.wait_until(lambda: "dropout_2" in studio.ask("names"), "the undone deletion")
    studio.key("ctrl+shift+z")
    studio.wait_until(lambda: "dropout_2" not in studio.ask("names"), "the redone deletion")
    studio.click(studio.ask("card", "conv_2"))
    studio.key("ctrl+d")
    studio.wait_until(lambda: "conv_3" in studio.ask("names"), "the duplicate")
    studio.key("Delete")
    studio.wait_until(lambda: "conv_3" not in studio.ask("names"), "the deleted duplicate")

    # A kernel that is too large turns the block red and says why; Ctrl+Z takes it back.
    studio.click(studio.ask("card", "conv_2"))
    studio.wait_until(lambda: studio.ask("current") == "conv_2", "the selected block")
    studio.key("ctrl+Return")
    studio.key("ctrl+a")
    studio.type("8")
    studio.wait_until(lambda: studio.ask("params", "conv_2")["filters"] == 8, "8 filters")
    studio.key("Tab", "ctrl+a")
    studio.type("31")
    studio.wait_until(
        lambda: any("31×3 kernel does not fit" in text for text in studio.ask("problems")),
        "the kernel that does not fit",
    )
    studio.ask("picture", str(screenshots / "problem.png"))
    studio.key("ctrl+z")
    studio.wait_until(lambda: not studio.ask("problems"), "the network repaired from the field")
    studio.ask("picture", str(screenshots / "design.png"))

    # Train, go back to the design meanwhile, and stop.
    studio.wait_until(lambda: studio.ask("engine") == "ready", "the engine")
    studio.click(studio.ask("widget", "run"))
    studio.wait_until(lambda: studio.ask("steps") > 20, "the first batches")
    assert studio.ask("page") == 1
    studio.key("ctrl+1")
    studio.wait_until(lambda: studio.ask("page") == 0, "the Design workspace")
    studio.click(studio.ask("kind", "Dropout"), times=2)
    studio.wait_until(lambda: "dropout_2" in studio.ask("names"), "an edit while training")
    studio.key("ctrl+z")
    studio.key("ctrl+2")
    steps = studio.ask("steps")
    studio.wait_until(lambda: studio.ask("steps") > steps + 50, "curves that go on")
    studio.ask("picture", str(screenshots / "train.png"))
    studio.click(studio.ask("widget", "run"))
    studio.wait_until(lambda: studio.ask("run") == "stopped", "the stopped run")

    # Look at what the blocks make of a digit.
    studio.key("ctrl+3")
    studio.wait_until(lambda: studio.ask("page") == 2, "the Look workspace")
    for name in ("conv_1", "pool_1", "dense_1"):
        studio.click(studio.ask("card", name))
        studio.wait_until(partial(is_shown, studio, name), f"the maps of {name}")
        studio.ask("picture", str(screenshots / f"look-{name}.png"))

    # Save by the keyboard.
    studio.key("ctrl+s")
    target = tmp_path / "mine.cnn.json"
    studio.wait_until(lambda: studio.ask("dialog"), "the save dialog")
    studio.key("ctrl+a")
    studio.type(str(target))
    studio.key("Return")
    studio.wait_until(target.exists, "the saved design")
    kinds = [block["kind"] for block in json.loads(target.read_text("utf-8"))["blocks"]]
    assert kinds[:3] == ["Input", "Conv2D", "Conv2D"]


def test_a_studio_that_is_killed_keeps_the_unsaved_design(launch: Callable[..., StudioOnX]) -> None:
    studio = launch()
    studio.click(studio.ask("kind", "Flatten"), times=2)
    studio.wait_until(lambda: "flatten_2" in studio.ask("names"), "an unsaved block")
    studio.wait_until(lambda: studio.ask("kept") == studio.ask("names"), "the copy of it")
    studio.kill()
    again = launch()
    assert "flatten_2" not in again.ask("names")
    again.click_button("Open it")
    again.wait_until(lambda: "flatten_2" in again.ask("names"), "the rescued block")
    assert again.ask("title").startswith("digits")


def test_an_engine_that_is_killed_while_it_starts_and_trains_is_replaced(
    launch: Callable[..., StudioOnX],
) -> None:
    studio = launch()
    studio.wait_until(lambda: studio.ask("engine_pid"), "an engine that starts")
    first = studio.ask("engine_pid")
    os.kill(first, signal.SIGKILL)
    studio.wait_until(lambda: studio.ask("engine_pid") not in (None, first), "another engine")
    studio.wait_until(lambda: studio.ask("engine") == "ready", "the engine")
    studio.click(studio.ask("widget", "run"))
    studio.wait_until(lambda: studio.ask("steps") > 5, "the first batches")
    os.kill(studio.ask("engine_pid"), signal.SIGKILL)
    studio.wait_until(lambda: studio.ask("run") == "failed", "the end of the run")
    assert "stopped unexpectedly" in studio.ask("notice")
    studio.wait_until(lambda: studio.ask("engine") == "ready", "the third engine")
    assert len(studio.ask("names")) == 7
