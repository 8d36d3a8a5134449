"""Writes what every block makes of an image."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from cnnstudio.core import mosaic
from cnnstudio.core.files import atomically, safe_stem
from cnnstudio.core.i18n import _
from cnnstudio.core.names import Names
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.folders import make_folder, saving_to
from cnnstudio.jobs.opening import opened_source

Maps = NDArray[np.float32]
"""What one block puts out: `(height, width, channels)` or `(units,)`."""


def features_job(
    source: Path, image: Path, block: str | None, out: Path, console: Console
) -> dict[str, object]:
    """Write a picture and the numbers of what every block makes of an image.

    Raises:
        UsageError: if there is no block of that name.
        JobError: if model or image cannot be read, or a file cannot be written.
    """
    make_folder(out)
    with console.status(_("looking")):
        maps = _maps(source, image)
    if block is not None and block not in maps:
        raise UsageError(
            _("there is no block {name!r}: expected one of {known}").format(
                name=block, known=", ".join(maps)
            )
        )
    chosen = list(maps) if block is None else [block]
    with saving_to(out):
        write_maps(out, maps, chosen)
    return {"blocks": ", ".join(chosen), "folder": str(out)}


def write_maps(out: Path, maps: Mapping[str, Maps], chosen: list[str]) -> None:
    """Write an `.npz` and a PNG of each chosen block to a folder.

    A file bears its block's name as far as file systems take it, and the same one whichever other
    blocks are chosen.

    Raises:
        OSError: if a file cannot be written.
    """
    from PIL import Image  # only where pictures are written

    names = Names(ignore_case=True)
    stems = {name: names.take(safe_stem(name)) for name in maps}
    for name in chosen:
        with atomically(out / f"{stems[name]}.npz") as scratch:
            np.savez_compressed(scratch, maps=maps[name])
        with atomically(out / f"{stems[name]}.png") as scratch:
            Image.fromarray(mosaic.picture(maps[name])).save(scratch)


def _maps(source: Path, image: Path) -> Mapping[str, Maps]:
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import features, loading  # reads TensorFlow
    from cnnstudio.engine.errors import EngineError  # with its package

    try:
        if source.suffix == ".keras":
            return loading.maps_of_model(source, image)
        opened = opened_source(source)
        return features.maps_of_design(opened.design, image, opened.weights)
    except EngineError as error:
        raise JobError(str(error)) from error
