"""Where the weights came from that a network has, for an engine that has to read them again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cnnstudio.core.network import Network


@dataclass(frozen=True, slots=True)
class WeightsFile:
    """A file of weights that the engine has read or written.

    Attributes:
        path: of a model, of weights beside a design, or of a state of a run.
        network: by whose uids the file's weights were given; of a model what opening it came to.
    """

    path: str
    network: Network

    @property
    def name(self) -> str:
        """The file's name without its folder."""
        return Path(self.path).name
