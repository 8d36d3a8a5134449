"""Names or numbers of classes, as files have them, brought to numbers from 0."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import MOST_CLASSES, DataError


def numbered(where: str, names: Sequence[str]) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the classes there are, in order, and the number of each name's.

    Whole numbers are ordered by size, other names as text.

    Args:
        where: what an error says they were found in.
        names: the class of each image.

    Raises:
        DataError: if there are fewer than two classes, or far too many.
    """
    labels = sorted(set(names), key=_by_size if all(map(_is_whole, set(names))) else None)
    if len(labels) < 2:
        raise DataError(
            _("{where} has {received}: expected images of at least two classes").format(
                where=where, received=_found(labels)
            )
        )
    if len(labels) > MOST_CLASSES:
        raise DataError(
            _(
                "{where} has {received:,} different classes: expected at most {limit:,}; choose "
                "the labels that tell classes apart"
            ).format(where=where, received=len(labels), limit=MOST_CLASSES)
        )
    places = {label: number for number, label in enumerate(labels)}
    return tuple(labels), np.fromiter((places[name] for name in names), np.int64, len(names))


def _found(labels: list[str]) -> str:
    return _("only the class {name}").format(name=labels[0]) if labels else _("nothing to learn")


def _is_whole(name: str) -> bool:
    return name.isascii() and name.removeprefix("-").isdigit() and len(name) < 19


def _by_size(name: str) -> int:
    return int(name)
