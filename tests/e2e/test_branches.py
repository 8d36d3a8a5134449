"""Branches built with a real mouse and real keys, without a single wire."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.e2e.conftest import StudioOnX

pytestmark = [pytest.mark.e2e, pytest.mark.tensorflow]


def lanes_are(studio: StudioOnX, name: str, lanes: list[list[str]]) -> bool:
    return bool(studio.ask("lanes", name) == lanes)


def test_a_person_builds_a_residual_block_and_folds_it(
    launch: Callable[..., StudioOnX], screenshots: Path
) -> None:
    studio = launch()

    # Wrap the convolution: it gets a lane beside one that passes the input on.
    studio.click(studio.ask("card", "conv_1"))
    studio.wait_until(lambda: studio.ask("current") == "conv_1", "the selected block")
    studio.key("ctrl+b")
    holds = partial(lanes_are, studio, "parallel_1")
    studio.wait_until(partial(holds, [["conv_1"], []]), "the Parallel")

    # Drag a new convolution from the palette into the empty lane, and a block of the list too.
    studio.drag(studio.ask("kind", "Conv2D"), studio.ask("lane", "parallel_1", 1))
    studio.wait_until(partial(holds, [["conv_1"], ["conv_2"]]), "the block in lane 2")
    studio.drag(studio.ask("card", "norm_1"), studio.ask("card", "conv_2", 0.9))
    studio.wait_until(partial(holds, [["conv_1"], ["conv_2", "norm_1"]]), "the moved block")
    assert studio.ask("undo") == "Move"
    studio.ask("picture", str(screenshots / "branches.png"))

    # A copy with Ctrl held stays beside the block it was made of.
    studio.drag(studio.ask("card", "norm_1"), studio.ask("card", "conv_1", 0.9), hold="ctrl")
    studio.wait_until(partial(holds, [["conv_1", "norm_2"], ["conv_2", "norm_1"]]), "the copy")

    # A container does not go into itself.
    count = studio.ask("undo_count")
    studio.drag(studio.ask("card", "parallel_1"), studio.ask("card", "conv_2", 0.9))
    assert studio.ask("undo_count") == count

    # Alt and the arrows walk it out of the lane.
    studio.click(studio.ask("card", "norm_2"))
    studio.wait_until(lambda: studio.ask("current") == "norm_2", "the selected copy")
    studio.key("alt+Down")
    studio.wait_until(partial(holds, [["conv_1"], ["norm_2", "conv_2", "norm_1"]]), "the next lane")

    # Fold, open, and take it all back.
    studio.click(studio.ask("chevron", "parallel_1"))
    studio.wait_until(lambda: not studio.ask("seen", "conv_2"), "the folded container")
    studio.ask("picture", str(screenshots / "branches-folded.png"))
    studio.click(studio.ask("chevron", "parallel_1"))
    studio.wait_until(lambda: studio.ask("seen", "conv_2"), "the open container")
    while studio.ask("undo"):
        studio.key("ctrl+z")
    assert studio.ask("names")[:4] == ["input_1", "conv_1", "pool_1", "dropout_1"]


def test_blocks_are_pasted_into_another_window_and_rubbish_is_refused(
    launch: Callable[..., StudioOnX],
) -> None:
    first = launch()
    first.click(first.ask("card", "pool_1"))
    first.wait_until(lambda: first.ask("current") == "pool_1", "the selected block")
    first.key("ctrl+c")
    first.wait_until(lambda: "MaxPooling2D" in first.ask("clipboard"), "the copied block")

    second = launch()
    second.click(second.ask("card", "dense_1"))
    second.wait_until(lambda: second.ask("current") == "dense_1", "the selected block")
    second.key("ctrl+v")
    second.wait_until(lambda: second.ask("names")[-1] == "pool_2", "the pasted block")
    names = second.ask("names")
    second.ask("put", "a shopping list")
    second.key("ctrl+v")
    second.wait_until(lambda: "no blocks" in second.ask("notice"), "the message")
    assert second.ask("names") == names
