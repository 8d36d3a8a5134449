"""A person's own blocks: selections of a network, kept as files of a folder to be used again.

A file is the text of its blocks, see `document.fragment_text`, so it can be read, mailed and
dropped into another studio. Nothing in it is ever run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cnnstudio.core import settings
from cnnstudio.core.document import LONGEST_NAME, DesignError, fragment_from_text, fragment_text
from cnnstudio.core.files import atomically, check_file, safe_stem, why
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock

SUFFIX = ".blocks.json"
LARGEST_FILE = 2**19
"""Bytes a file of one's own blocks may have; a hundred layers have 15,000."""
MOST_FILES = 200
"""Files that are read of the folder."""
MOST_BLOCKS = 1000
"""Blocks that one file may hold, those in its containers counted."""


@dataclass(frozen=True, slots=True)
class MyBlock:
    """One of a person's own blocks: what it is called, its file, and what it holds."""

    name: str
    path: Path
    nodes: tuple[PlacedBlock, ...]

    @property
    def count(self) -> int:
        """How many blocks it holds, those in its containers counted."""
        return sum(1 for _found in Network(self.nodes).walk())


@dataclass(frozen=True, slots=True)
class Shelf:
    """What is in the folder: blocks by name, and a sentence for each file that cannot be read."""

    blocks: tuple[MyBlock, ...] = ()
    complaints: tuple[str, ...] = ()


def folder() -> Path:
    """Return where a person's own blocks are kept."""
    return settings.data_folder() / "groups"


def read_shelf(place: Path) -> Shelf:
    """Read a folder of own blocks, of which none is there as long as none has been saved.

    A file that is as it was when it was read before is not opened again.
    """
    try:
        paths = sorted(path for path in place.iterdir() if is_block_file(path))
    except FileNotFoundError:
        return Shelf()
    except OSError as error:
        return Shelf((), (_("{path} cannot be opened: {why}").format(path=place, why=why(error)),))
    blocks, complaints = [], []
    for path in paths[:MOST_FILES]:
        try:
            blocks.append(_read_if_changed(path))
        except DesignError as error:
            complaints.append(str(error))
    left = len(paths) - MOST_FILES
    if left > 0:
        complaints.append(
            ngettext(
                "{count} file of your own blocks is not shown: the folder holds too many",
                "{count} files of your own blocks are not shown: the folder holds too many",
                left,
            ).format(count=left)
        )
    blocks.sort(key=lambda block: (block.name.casefold(), block.path))
    return Shelf(tuple(blocks), tuple(complaints))


def is_block_file(path: Path) -> bool:
    """Return whether a file is named as those of own blocks are."""
    return path.name.casefold().endswith(SUFFIX) and not path.name.startswith(".")


def read(path: Path) -> MyBlock:
    """Read one file of own blocks.

    Raises:
        DesignError: if it cannot be read or holds no blocks this studio understands.
    """
    try:
        check_file(path)
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise DesignError(
                _("{file} is too large for blocks: {size:,} bytes, at most {limit:,}").format(
                    file=path.name, size=size, limit=LARGEST_FILE
                )
            )
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise DesignError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DesignError(
            _("{file} holds no blocks: it is not text").format(file=path.name)
        ) from error
    try:
        found = fragment_from_text(text)
        _check_count(found.nodes)
    except DesignError as error:
        message = _("{file}: {problem}").format(file=path.name, problem=error)
        raise DesignError(message) from error
    stem = path.name[: -len(SUFFIX)] if is_block_file(path) else path.stem
    return MyBlock(" ".join(found.name.split()) or stem, path, found.nodes)


def _read_if_changed(path: Path) -> MyBlock:
    try:
        state = path.stat()
    except OSError:
        return read(path)  # which says why it cannot be
    return _read_once(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=MOST_FILES)
def _read_once(path: Path, _changed: int, _size: int) -> MyBlock:
    return read(path)


def save(place: Path, name: str, nodes: Sequence[PlacedBlock]) -> MyBlock:
    """Keep blocks under a name; one that is taken is counted up.

    Raises:
        DesignError: if there are none or too many, or the file cannot be written.
    """
    _check_count(nodes)
    try:
        place.mkdir(parents=True, exist_ok=True)
        taken = [path.name[: -len(SUFFIX)] for path in place.iterdir() if is_block_file(path)]
    except OSError as error:
        raise DesignError(
            _("{path} was not saved: {why}").format(path=place, why=why(error))
        ) from error
    given = _given(name)
    path = place / f"{Names(taken, ignore_case=True).take(safe_stem(given))}{SUFFIX}"
    block = MyBlock(given, path, tuple(nodes))
    write(block)
    return block


def write(block: MyBlock) -> None:
    """Write the file of own blocks whole or not at all, as it was before it was deleted.

    Raises:
        DesignError: if it cannot be written.
    """
    try:
        with atomically(block.path) as scratch:
            text = fragment_text(block.nodes, block.name)
            scratch.write_text(text, "utf-8", "backslashreplace", newline="\n")
    except OSError as error:
        raise DesignError(
            _("{path} was not saved: {why}").format(path=block.path, why=why(error))
        ) from error


def rename(block: MyBlock, name: str) -> MyBlock:
    """Give own blocks another name, their file too.

    Raises:
        DesignError: if the files cannot be written.
    """
    given = _given(name)
    if given == block.name:
        return block
    renamed = save(block.path.parent, given, block.nodes)
    delete(block)
    return renamed


def delete(block: MyBlock) -> None:
    """Remove the file of own blocks; `write` brings it back.

    Raises:
        DesignError: if it cannot be removed.
    """
    try:
        block.path.unlink(missing_ok=True)
    except OSError as error:
        raise DesignError(
            _("{path} was not deleted: {why}").format(path=block.path, why=why(error))
        ) from error


def take_in(place: Path, paths: Iterable[Path]) -> Shelf:
    """Copy files of blocks from elsewhere, designs too; return what came and what could not."""
    blocks, complaints = [], []
    for path in paths:
        try:
            found = read(path)
            blocks.append(save(place, found.name, found.nodes))
        except DesignError as error:
            complaints.append(str(error))
    return Shelf(tuple(blocks), tuple(complaints))


def _given(name: str) -> str:
    return " ".join(name.split())[:LONGEST_NAME].strip() or _("my block")


def _check_count(nodes: Sequence[PlacedBlock]) -> None:
    count = sum(1 for _found in Network(tuple(nodes)).walk())
    if count == 0:
        raise DesignError(_("there are no blocks in it"))
    if count > MOST_BLOCKS:
        raise DesignError(
            _("{count:,} blocks are too many for a block of one's own, at most {limit:,}").format(
                count=count, limit=MOST_BLOCKS
            )
        )
