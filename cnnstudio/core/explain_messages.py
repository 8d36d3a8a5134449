"""How the studio asks why a number of a map is what it is.

Every `Explain` is answered by `Explained` or `ExplainFailed`, unless a newer probe has made it
stale.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # A dozen classes that the window can do without until a number is explained.
    from cnnstudio.core.explaining import Explanation, Index


@dataclass(frozen=True, slots=True)
class Explain:
    """Explain the number at `index` of a block's output, as the probe `generation` found it."""

    generation: int
    block: str
    index: Index


@dataclass(frozen=True, slots=True)
class Explained:
    """Why it is what it is."""

    generation: int
    block: str
    index: Index
    explanation: Explanation


@dataclass(frozen=True, slots=True)
class ExplainFailed:
    """It could not be explained; `message` is for people, `details` for the curious."""

    generation: int
    block: str
    index: Index
    message: str
    details: str = ""
