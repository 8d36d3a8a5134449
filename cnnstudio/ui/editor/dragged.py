"""What a person drags into the list: a kind or own blocks of the palette, or blocks of the list."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QByteArray, QMimeData, QUrl

from cnnstudio.core.blocks import CATALOGUE, Block
from cnnstudio.core.document import DesignError, fragment_text, read_fragment
from cnnstudio.core.my_blocks import LARGEST_FILE, MyBlock, is_block_file, read
from cnnstudio.core.network import PlacedBlock

KIND_MIME = "application/x-cnnstudio-kind"
"""A block kind dragged out of the palette, by its name."""
BLOCKS_MIME = "application/x-cnnstudio-blocks"
"""Blocks dragged within a list: a JSON list of uids, which mean nothing in another window."""
OWN_MIME = "application/x-cnnstudio-own"
"""A person's own blocks dragged out of the palette: their text."""


def kind_data(kind: str) -> QMimeData:
    """Return what is dragged for a block kind."""
    data = QMimeData()
    data.setData(KIND_MIME, QByteArray(kind.encode()))
    return data


def blocks_data(uids: Iterable[str]) -> QMimeData:
    """Return what is dragged for blocks of the list."""
    data = QMimeData()
    data.setData(BLOCKS_MIME, QByteArray(json.dumps([*uids]).encode()))
    return data


def own_data(block: MyBlock) -> QMimeData:
    """Return what is dragged for a person's own blocks: into a folder or a mail they go as file."""
    data = QMimeData()
    data.setData(OWN_MIME, QByteArray(fragment_text(block.nodes, block.name).encode()))
    data.setUrls([QUrl.fromLocalFile(str(block.path))])
    return data


def is_for_the_list(data: QMimeData, *, from_the_list: bool = False) -> bool:
    """Whether something dragged may belong into the list.

    Args:
        data: what is dragged.
        from_the_list: whether it comes out of this very list; another one may know the same uids.
    """
    if data.hasFormat(BLOCKS_MIME):
        return from_the_list
    return any(map(data.hasFormat, (KIND_MIME, OWN_MIME))) or bool(own_nodes(data))


def block_files(data: QMimeData) -> list[Path]:
    """Return the files of own blocks that are dragged from a folder."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if is_block_file(path)]


def own_nodes(data: QMimeData) -> tuple[PlacedBlock, ...]:
    """Return the blocks of a person's own that are dragged, from the palette or as files.

    None of them if it is something else, too large, or a file that cannot be read: whoever takes
    in files says why. What was read is kept, as this is asked at every move of the mouse.
    """
    if data.hasFormat(OWN_MIME):
        text = data.data(OWN_MIME)
        return _read_text(bytes(text.data())) if text.size() <= LARGEST_FILE else ()
    found = [_nodes_of(path) for path in block_files(data)]
    return tuple(itertools.chain.from_iterable(found)) if all(found) else ()


@lru_cache(maxsize=1)
def _read_text(text: bytes) -> tuple[PlacedBlock, ...]:
    try:
        return read_fragment(text.decode("utf-8", "replace"))
    except DesignError:
        return ()


def _nodes_of(path: Path) -> tuple[PlacedBlock, ...]:
    try:
        state = path.stat()
    except OSError:
        return ()
    return _read_file(path, state.st_mtime_ns, state.st_size)


@lru_cache(maxsize=8)
def _read_file(path: Path, _changed: int, _size: int) -> tuple[PlacedBlock, ...]:
    try:
        return read(path).nodes
    except DesignError:
        return ()


def kind_of(data: QMimeData) -> type[Block] | None:
    """Return the block kind that is dragged, None if it is something else."""
    return CATALOGUE.get(bytes(data.data(KIND_MIME).data()).decode("utf-8", "replace"))


def uids_of(data: QMimeData) -> list[str]:
    """Return the uids of the blocks that are dragged, none if it is something else."""
    try:
        found = json.loads(bytes(data.data(BLOCKS_MIME).data()))
    except (ValueError, RecursionError):
        return []
    return [uid for uid in found if isinstance(uid, str)] if isinstance(found, list) else []
