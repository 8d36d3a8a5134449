"""Designs that come with the studio: architectures with branches, ready to train on digits."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core import resources
from cnnstudio.core.document import SUFFIX
from cnnstudio.core.i18n import N_

EXAMPLES = {
    "residual": N_("Residual blocks"),
    "inception": N_("Inception block"),
    "squeeze-excite": N_("Squeeze and excite"),
    "u-net": N_("U-Net"),
}
"""What the examples are called, by the names of their files."""


def example_file(name: str) -> Path:
    """Return the file of an example; it is read, never written.

    Raises:
        FileNotFoundError: if it does not come with this installation.
    """
    return resources.path("designs", f"{name}{SUFFIX}")
