"""A person's own blocks as files of a folder."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from cnnstudio.core import my_blocks
from cnnstudio.core.blocks import Conv2D, Dropout, Flatten, Input, Parallel
from cnnstudio.core.document import DesignError, starter_design, to_text
from cnnstudio.core.network import Network, network_of
from tests.core import build

NETWORK = build.network(
    build.placed(Parallel(), [Conv2D(padding="same"), Dropout()], []), Flatten()
)


def test_what_is_saved_is_found_again_under_its_name(tmp_path: Path) -> None:
    place = tmp_path / "groups"
    saved = my_blocks.save(place, "  Res / block\n№ 1 ", NETWORK.nodes)
    shelf = my_blocks.read_shelf(place)
    assert shelf.blocks == (saved,)
    assert saved.name == "Res / block № 1"
    assert saved.nodes == NETWORK.nodes
    assert saved.count == 4
    assert saved.path.name.startswith("Res___block")
    assert '"kind": "Flatten"' in saved.path.read_text("utf-8")


def test_two_of_one_name_are_two_files(tmp_path: Path) -> None:
    one = my_blocks.save(tmp_path, "stem", NETWORK.nodes)
    other = my_blocks.save(tmp_path, "STEM", NETWORK.nodes[:1])
    assert one.path.name.casefold() != other.path.name.casefold()
    assert {block.name for block in my_blocks.read_shelf(tmp_path).blocks} == {"stem", "STEM"}


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert my_blocks.read_shelf(tmp_path / "none") == my_blocks.Shelf()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "not text"),
        (b"{", "JSON"),
        (b'{"format": "cnnstudio-blocks", "version": 1}', "no blocks in it"),
        (b'{"format": "cnnstudio-blocks", "version": 1, "blocks": [{"kind": "X"}]}', '"X"'),
        (b" " * (my_blocks.LARGEST_FILE + 1), "too large"),
        (to_text(starter_design()).encode()[:-9], "JSON"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_hides_no_other(
    content: bytes, told: str, tmp_path: Path
) -> None:
    good = my_blocks.save(tmp_path, "good", NETWORK.nodes)
    (tmp_path / f"bad{my_blocks.SUFFIX}").write_bytes(content)
    shelf = my_blocks.read_shelf(tmp_path)
    assert shelf.blocks == (good,)
    assert len(shelf.complaints) == 1
    assert told in shelf.complaints[0]
    assert f"bad{my_blocks.SUFFIX}" in shelf.complaints[0]


def test_a_folder_and_a_pipe_named_like_a_block_file_are_not_read(tmp_path: Path) -> None:
    (tmp_path / f"a{my_blocks.SUFFIX}").mkdir()
    os.mkfifo(tmp_path / f"b{my_blocks.SUFFIX}")
    assert len(my_blocks.read_shelf(tmp_path).complaints) == 2


def test_more_files_than_are_read_are_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(my_blocks, "MOST_FILES", 2)
    for name in "abc":
        my_blocks.save(tmp_path, name, NETWORK.nodes)
    shelf = my_blocks.read_shelf(tmp_path)
    assert [block.name for block in shelf.blocks] == ["a", "b"]
    assert "1 file" in shelf.complaints[0]


def test_another_name_is_another_file_and_the_old_one_is_gone(tmp_path: Path) -> None:
    old = my_blocks.save(tmp_path, "old", NETWORK.nodes)
    new = my_blocks.rename(old, "new one")
    assert my_blocks.read_shelf(tmp_path).blocks == (new,)
    assert my_blocks.rename(new, " new  one ") == new
    assert [path.name for path in tmp_path.iterdir()] == [new.path.name]


def test_what_was_deleted_can_be_brought_back(tmp_path: Path) -> None:
    block = my_blocks.save(tmp_path, "block", NETWORK.nodes)
    my_blocks.delete(block)
    assert my_blocks.read_shelf(tmp_path).blocks == ()
    my_blocks.write(block)
    assert my_blocks.read_shelf(tmp_path).blocks == (block,)


def test_files_from_elsewhere_are_taken_in_and_those_that_cannot_be_are_named(
    tmp_path: Path,
) -> None:
    away, place = tmp_path / "mail", tmp_path / "groups"
    away.mkdir()
    sent = my_blocks.save(away, "sent", NETWORK.nodes)
    design = away / "digits.cnn.json"
    design.write_text(to_text(starter_design()), "utf-8")
    (away / "rubbish.json").write_text("[]", "utf-8")
    came = my_blocks.take_in(place, [sent.path, design, away / "rubbish.json", away / "none"])
    assert [block.name for block in came.blocks] == ["sent", "digits"]
    assert len(came.complaints) == 2
    assert my_blocks.read_shelf(place).blocks == tuple(sorted(came.blocks, key=lambda b: b.name))


def test_too_many_blocks_and_none_are_refused(tmp_path: Path) -> None:
    many = network_of(*[Dropout() for _block in range(my_blocks.MOST_BLOCKS + 1)])
    for nodes, told in ((many.nodes, "too many"), (Network().nodes, "no blocks")):
        with pytest.raises(DesignError, match=told):
            my_blocks.save(tmp_path, "x", nodes)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DesignError, match="not saved"):
        my_blocks.save(tmp_path / "file" / "groups", "x", network_of(Input()).nodes)


def test_only_files_that_have_changed_are_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (my_blocks.save(tmp_path, name, NETWORK.nodes) for name in ("first", "second"))
    opened: list[Path] = []
    read = my_blocks.read

    def noted(path: Path) -> my_blocks.MyBlock:
        opened.append(path)
        return read(path)

    monkeypatch.setattr(my_blocks, "read", noted)
    shelf = my_blocks.read_shelf(tmp_path)
    assert opened == [first.path, second.path]
    assert my_blocks.read_shelf(tmp_path) == shelf
    assert opened == [first.path, second.path]
    my_blocks.write(replace(second, name="another"))
    assert [block.name for block in my_blocks.read_shelf(tmp_path).blocks] == ["another", "first"]
    assert opened == [first.path, second.path, second.path]
    first.path.unlink()
    assert [block.name for block in my_blocks.read_shelf(tmp_path).blocks] == ["another"]
