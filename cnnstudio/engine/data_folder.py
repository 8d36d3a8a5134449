"""A folder of images with a sub-folder a class, or with parts above those."""

from __future__ import annotations

import hashlib
from pathlib import Path, PurePosixPath

import numpy as np

from cnnstudio.core.data.file_names import IMAGE_ENDINGS
from cnnstudio.core.data.sources import DataSource, to_text
from cnnstudio.core.data.splits import PART_NAMES
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.engine.data_collections import DataError, ImageFiles, LeftOut, Watch
from cnnstudio.engine.data_files import FoundFile, image_sizes, proposed_shape, walk
from cnnstudio.engine.data_labels import numbered


def read_folder(source: DataSource, root: Path, watch: Watch) -> ImageFiles:
    """Find the images of a folder and look at the head of each.

    Raises:
        DataError: if there is no such folder, or it does not hold images of two classes.
    """
    found, left_out, signature = found_files(root, watch)
    images = [file.name for file in found if _is_image(file.name)]
    for name in (file.name for file in found if not _is_image(file.name)):
        text = _("{path} is not an image by its name").format(path=root / name)
        left_out.append(LeftOut(str(root / name), text))
    has_parts = _has_parts(images)
    placed, names = [], []
    for name in images:
        folders = PurePosixPath(name).parts[:-1]
        if len(folders) <= has_parts:
            text = _("{path} is in no class’s folder").format(path=root / name)
            left_out.append(LeftOut(str(root / name), text))
        else:
            placed.append((folders[has_parts], PART_NAMES[folders[0].lower()] if has_parts else 0))
            names.append(name)
    if not names:
        raise DataError(
            _(
                "{path} has no images in sub-folders: expected a folder for each class, named "
                "after it, with PNG, JPEG, WebP, GIF, BMP or TIFF files in it"
            ).format(path=root)
        )
    collection = checked(
        source, root, names, [label for label, _part in placed], left_out, signature, watch
    )
    if has_parts:
        part_of = {name: part for name, (_label, part) in zip(names, placed, strict=True)}
        collection.parts = np.array([part_of[name] for name in collection.names], np.uint8)
    return collection


def found_files(root: Path, watch: Watch) -> tuple[list[FoundFile], list[LeftOut], str]:
    """Return the files of a folder, what cannot be looked at, and a signature of all of them.

    Raises:
        DataError: if there is no such folder.
    """
    found: list[FoundFile] = []
    left_out: list[LeftOut] = []
    digest = hashlib.sha256()
    try:
        for file in walk(root, watch):
            digest.update(repr(file).encode(errors="surrogatepass"))
            if isinstance(file, FoundFile):
                found.append(file)
            else:
                left_out.append(file)
    except NotADirectoryError as error:
        raise DataError(_("{path} is not a folder").format(path=root)) from error
    except OSError as error:
        raise DataError(
            _("the folder {path} cannot be read: {why}").format(path=root, why=why(error))
        ) from error
    return found, left_out, digest.hexdigest()


def checked(
    source: DataSource,
    root: Path,
    names: list[str],
    labels: list[str],
    left_out: list[LeftOut],
    signature: str,
    watch: Watch,
) -> ImageFiles:
    """Return the images among files whose classes are known.

    Args:
        source: where they come from.
        root: the folder that the names count from.
        names: of the files.
        labels: their classes.
        left_out: what has been left out already.
        signature: of all files.
        watch: called as they are looked at.

    Raises:
        DataError: if they are not images of two classes.
    """
    sizes = image_sizes(root, names, watch)
    fine = [index for index, size in enumerate(sizes) if not isinstance(size, LeftOut)]
    left_out += [size for size in sizes if isinstance(size, LeftOut)]
    if not fine:
        raise DataError(
            _("none of the {count:,} images of {path} can be read; the first one: {why}").format(
                count=len(names), path=root, why=left_out[-len(names)].why
            )
        )
    known, classes = numbered(str(root), [labels[index] for index in fine])
    shape = proposed_shape([size for size in sizes if not isinstance(size, LeftOut)])
    dataset = Dataset(to_text(source), str(root), shape, known)
    return ImageFiles(
        dataset, classes, root, [names[i] for i in fine], signature, left_out=left_out
    )


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in IMAGE_ENDINGS


def _has_parts(names: list[str]) -> bool:
    """Return whether the uppermost folders are parts of the data, not classes."""
    tops = {name.partition("/")[0].lower() for name in names if "/" in name}
    return bool(tops) and tops <= PART_NAMES.keys() and any(name.count("/") > 1 for name in names)
