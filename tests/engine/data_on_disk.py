"""Labelled files as people have them, good and bad, for tests of what reads them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from cnnstudio.core.data.shapes import LABELS, draw


def shape_folder(root: Path, count: int = 24, *, ending: str = ".png", start: int = 0) -> Path:
    """Write coloured shapes as a folder with a sub-folder a class, and return it."""
    images, classes = draw(start + count, seed=1)
    for number in range(start, start + count):
        folder = root / LABELS[classes[number]]
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(images[number]).save(folder / f"{number:06}{ending}")
    return root


def bad_files(folder: Path) -> dict[str, str]:
    """Write files that are no images; return a word of what is to be said of each."""
    (folder / "empty.png").write_bytes(b"")
    (folder / "page.jpg").write_text("<html>not found</html>")
    (folder / "notes.txt").write_text("cats")
    (folder / "gone.png").symlink_to(folder / "nowhere.png")
    bomb = Image.new("1", (9000, 9000))
    bomb.save(folder / "bomb.png")
    return {
        "empty.png": "empty", "page.jpg": "not an image", "notes.txt": "not an image",
        "gone.png": "does not exist", "bomb.png": "too large",
    }  # fmt: skip


def odd_images(folder: Path) -> list[Path]:
    """Write images as few programs write them, which are to be read all the same."""
    rows = np.linspace(0, 255, 30 * 20).reshape(30, 20)
    grey = Image.fromarray(rows.astype(np.uint8))
    made = [
        folder / name for name in ("cmyk.jpg", "deep.png", "moving.gif", "turned.jpg", "a.webp")
    ]
    grey.convert("CMYK").save(made[0])
    Image.fromarray((rows * 257).astype(np.uint16)).save(made[1])
    grey.convert("P").save(made[2], save_all=True, append_images=[grey.convert("P")] * 2)
    turned = Image.Exif()
    turned[0x0112] = 6
    grey.save(made[3], exif=turned)
    grey.convert("RGBA").save(made[4])
    return made


def cut_short(path: Path) -> None:
    """Leave the head of an image and half of the rest."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


class Trap:
    """Would leave a file behind if it was unpickled."""

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, ("run_by_a_pickle",)
