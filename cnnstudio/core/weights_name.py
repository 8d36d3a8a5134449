"""Where the weights of a saved design are: in a file of their own, beside it."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core.document import SUFFIX

WEIGHTS_SUFFIX = ".weights.npz"


def weights_beside(design: Path) -> Path:
    """Return the weights file of a design: `digits.weights.npz` beside `digits.cnn.json`."""
    stem = design.name.removesuffix(SUFFIX).removesuffix(".json") or design.name
    return design.with_name(stem + WEIGHTS_SUFFIX)
