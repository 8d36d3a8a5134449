"""What a person drags into the list: a block kind of the palette, or blocks of the list itself."""

from __future__ import annotations

import json
from collections.abc import Iterable

from PySide6.QtCore import QByteArray, QMimeData

from cnnstudio.core.blocks import CATALOGUE, Block

KIND_MIME = "application/x-cnnstudio-kind"
"""A block kind dragged out of the palette, by its name."""
BLOCKS_MIME = "application/x-cnnstudio-blocks"
"""Blocks dragged within a window: a JSON list of uids."""


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


def is_for_the_list(data: QMimeData) -> bool:
    """Whether something dragged may belong into the list."""
    return data.hasFormat(KIND_MIME) or data.hasFormat(BLOCKS_MIME)


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
