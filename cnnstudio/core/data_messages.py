"""What the engine says of the data of a run, before its first batch and after its last."""

from __future__ import annotations

from dataclasses import dataclass

MOST_REASONS = 100
"""Files that a message names; it counts all."""


@dataclass(frozen=True, slots=True)
class DataProgress:
    """The data of a run is being read or downloaded.

    Attributes:
        run: the run's number.
        done: files that have been looked at, or bytes that have come.
        total: how many there are, 0 if that is not known.
    """

    run: int
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class FilesLeftOut:
    """Files of the data cannot be used, and the run goes on without them.

    It is told before the first batch, and again at the end if images turned out to be damaged.

    Attributes:
        run: the run's number.
        count: how many.
        reasons: sentences, each of which names a file; the first hundred.
    """

    run: int
    count: int
    reasons: tuple[str, ...]
