"""How the studio has the maps of the look of the moment written to a file.

Every `SaveMaps` is answered by `MapsSaved` or `MapsNotSaved`, after any number of `SavingMaps`; all
are known by their path.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SaveMaps:
    """Write maps as `core/view/maps_file.py` says.

    Attributes:
        path: of the file, `.npz`.
        blocks: uids of the blocks that are wanted; none for all.
    """

    path: str
    blocks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SavingMaps:
    """So many bytes of numbers are written, of so many."""

    path: str
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class MapsSaved:
    """The maps of `blocks` blocks are at `path`."""

    path: str
    blocks: int


@dataclass(frozen=True, slots=True)
class MapsNotSaved:
    """The maps are not at `path`; what was there before still is."""

    path: str
    message: str
    details: str = ""
