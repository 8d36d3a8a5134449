"""Any source of data, read."""

from __future__ import annotations

from pathlib import Path
from typing import assert_never

import numpy as np
import psutil

from cnnstudio.core import datasets
from cnnstudio.core.data.shapes import SIZE
from cnnstudio.core.data.sources import (
    Arrays,
    Bundled,
    DataSource,
    ImageFolder,
    ImageTable,
    KerasSet,
    Shapes,
    Texts,
    to_text,
)
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_arrays import read_arrays
from cnnstudio.engine.data_collections import Collection, DataError, ImageArrays, Watch
from cnnstudio.engine.data_folder import read_folder
from cnnstudio.engine.data_table import read_table
from cnnstudio.engine.data_texts import read_texts
from cnnstudio.engine.keras_sets import read_keras_set

BYTES_A_SHAPE = SIZE * SIZE * 3
"""Of a generated image."""


def nobody(_done: int, _total: int) -> None:
    """Watch nothing."""


def read_source(source: DataSource, watch: Watch = nobody) -> Collection:
    """Read what a source holds; images in files are only looked at.

    Args:
        source: where the data is.
        watch: called often meanwhile; what it raises ends the work.

    Raises:
        DataError: if it cannot be used; the text says what, expected and received.
    """
    match source:
        case Bundled():
            return _ready(source.name)
        case Shapes():
            _check_room(source.count)
            return _ready(to_text(source))
        case KerasSet():
            return read_keras_set(source, watch)
        case ImageFolder():
            return read_folder(source, Path(source.path), watch)
        case ImageTable():
            return read_table(source, Path(source.path), watch)
        case Arrays():
            return read_arrays(source, Path(source.path), watch)
        case Texts():
            return read_texts(source, Path(source.path), watch)
        case _:
            assert_never(source)


def _check_room(count: int) -> None:
    needed, free = count * BYTES_A_SHAPE, psutil.virtual_memory().available
    if needed > free:
        raise DataError(
            _(
                "{count:,} shapes need {needed:,.1f} GB of memory, but {free:,.1f} GB are free: "
                "ask for fewer"
            ).format(count=count, needed=needed / 1e9, free=free / 1e9)
        )


def _ready(name: str) -> ImageArrays:
    images, classes = datasets.read(name)
    dataset = datasets.known(name)
    assert dataset is not None, "what needs no files is known"
    return ImageArrays(dataset, classes.astype(np.int64), images)
