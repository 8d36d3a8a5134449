"""Maps as a file of numbers: `.npz`, the same from window and command line."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.files import atomically
from cnnstudio.core.names import Names

IMAGE, CAPTION = "image", "caption"
"""The keys of what is no block: the image as it entered, and the caption as JSON."""
_FAST = 4
"""How hard is pressed: a higher number takes longer for little less."""

Progress = Callable[[int, int], None]
"""Takes how many bytes of numbers are written, and of how many."""


def keys_of(names: list[str]) -> list[str]:
    """Return the keys of blocks: their names, with a number where a name is another thing's."""
    taken = Names((IMAGE, CAPTION))
    return [taken.take(_writable(name)) for name in names]


def maps_caption(
    maps: Mapping[str, NDArray[np.float32]],
    kinds: Mapping[str, str],
    image: str,
    state: str,
    *,
    pixels: str,
    resize: str,
) -> dict[str, Any]:
    """Return what maps in a file are, for programs and people.

    Args:
        maps: by the names of blocks.
        kinds: of the blocks, by name.
        image: which it is, in words.
        state: of the weights, in words.
        pixels: to which range the image was brought, a key of `PIXEL_RANGES`.
        resize: how it was made to fit, a key of `RESIZES`.
    """
    blocks = [
        {"key": key, "name": name, "kind": kinds.get(name, ""), "shape": list(maps[name].shape)}
        for key, name in zip(keys_of(list(maps)), maps, strict=True)
    ]
    return {
        "program": "CNN Studio",
        "image": image,
        "weights": state,
        "pixels": pixels,
        "resize": resize,
        "blocks": blocks,
    }


def write_maps(
    path: Path,
    maps: Mapping[str, NDArray[np.float32]],
    image: NDArray[np.float32],
    caption: Mapping[str, Any],
    progress: Progress | None = None,
) -> None:
    """Write maps, whole or not at all, as `numpy.load` reads them.

    Args:
        path: of the file.
        maps: by the names of the blocks, which are their keys, see `keys_of`.
        image: as it entered the network; its key is `image`.
        caption: what the maps are, written as JSON under `caption`.
        progress: told after each array.

    Raises:
        OSError: if it cannot be written; a file that was there is then as it was.
    """
    arrays = dict(zip(keys_of(list(maps)), maps.values(), strict=True))
    text = json.dumps(caption, ensure_ascii=True)
    arrays |= {IMAGE: image, CAPTION: np.array(text)}
    total = sum(array.nbytes for array in arrays.values())
    with atomically(path) as scratch:
        done = 0
        for count in _written(scratch, arrays):
            done += count
            if progress is not None:
                progress(done, total)


def _written(path: Path, arrays: Mapping[str, NDArray[Any]]) -> Iterator[int]:
    """Write an array after the other, and yield the bytes of each."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=_FAST) as archive:
        for key, array in arrays.items():
            with archive.open(f"{key}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)
            yield array.nbytes


def _writable(name: str) -> str:
    """Return a name that can stand in an archive."""
    return name.encode("utf-8", "replace").decode() or "_"
