"""The data that was read last, what a plan learns from of it and what it keeps back."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.data.sources import SourceError, from_text, path_of, to_text
from cnnstudio.core.data.splits import Split, split
from cnnstudio.core.datasets import DATASETS, Dataset, read
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.data_collections import Collection, DataError, ImageArrays, ImageFiles, Watch
from cnnstudio.engine.data_folder import found_files
from cnnstudio.engine.data_reading import nobody, read_source
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.images import OpenedImage


class _Shelf:
    """Keeps the collection that was read last: a run wants it, and who looks at its images."""

    def __init__(self) -> None:
        self._name = ""
        self._collection: Collection | None = None
        self._is_reading = False

    def get(self, name: str, watch: Watch, *, afresh: bool) -> Collection:
        """Return a collection, which is read if it is not kept or, when `afresh`, has changed."""
        if self._is_reading:
            # By the thread that asks now: it does other work while it reads.
            raise DataError(
                _("the data is still being read: look at its images when training has begun")
            )
        self._is_reading = True
        try:
            kept = self._collection if self._name == name else None
            if kept is not None and not (afresh and _may_have_changed(name, kept, watch)):
                return kept
            # First, for the machine may not have room for both.
            self._name, self._collection = "", None
            self._collection = _read(name, watch)
            self._name = name
            return self._collection
        finally:
            self._is_reading = False


_bundled, _others = _Shelf(), _Shelf()


def _shelf(name: str) -> _Shelf:
    """Return where data is kept: what ships is small, and does not push aside what does not."""
    return _bundled if name in DATASETS else _others


def prepare(name: str, watch: Watch = nobody) -> Collection:
    """Read the data that a plan names; what was read before is used if nothing has changed there.

    Args:
        name: the text form of its source.
        watch: called often meanwhile; what it raises ends the work.

    Raises:
        DataError: if it cannot be used.
    """
    return _shelf(name).get(name, watch, afresh=True)


def collection(name: str) -> Collection:
    """Return the data that a plan names, in memory once it has been read.

    Raises:
        DataError: if it cannot be used.
    """
    return _shelf(name).get(name, nobody, afresh=False)


def dataset_of(name: str) -> Dataset:
    """Return what is known of the data that a plan names, which is read if need be.

    Raises:
        DataError: if it cannot be used.
    """
    return collection(name).dataset


def split_of(plan: TrainingPlan) -> Split:
    """Split a plan's data as it says."""
    data = collection(plan.data)
    return split(
        data.classes,
        data.parts,
        rule=plan.split,
        share=plan.validation_split,
        seed=plan.seed,
    )


def dataset_image(source: DatasetImage) -> OpenedImage:
    """Return an image of a dataset by its number.

    Raises:
        ImageError: if there is none.
        DataError: if there is no such data.
    """
    data = collection(source.dataset)
    if not 0 <= source.index < len(data.classes):
        raise ImageError(
            _("{name} has the images 0 to {last}, not {index}").format(
                name=source.dataset, last=len(data.classes) - 1, index=source.index
            )
        )
    label = data.dataset.labels[data.classes[source.index]]
    return OpenedImage(data.pixels(source.index), label)


def _read(name: str, watch: Watch) -> Collection:
    if name in DATASETS:
        images, classes = read(name)
        return ImageArrays(DATASETS[name], classes.astype(np.int64), images)
    try:
        source = from_text(name)
    except SourceError as error:
        raise DataError(str(error)) from error
    return read_source(source, watch)


def _may_have_changed(name: str, kept: Collection, watch: Watch) -> bool:
    """Return whether the files of a collection are not certainly those that were read."""
    if name in DATASETS or path_of(from_text(name)) is None:
        return False
    if not isinstance(kept, ImageFiles) or to_text(from_text(name)).startswith("csv:"):
        return True
    _found, _left_out, signature = found_files(kept.root, watch)
    return signature != kept.signature
