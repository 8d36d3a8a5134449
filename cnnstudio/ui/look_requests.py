"""What the studio asks the engine about images and weights that a person looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.explain_messages import Explain
from cnnstudio.core.kernel_messages import ShowKernels
from cnnstudio.core.look_messages import ImageSource, Probe, Show
from cnnstudio.core.messages import Request
from cnnstudio.core.network import Network
from cnnstudio.ui.beside_looks import BesideLooks
from cnnstudio.ui.engine_signals import EngineSignals

if TYPE_CHECKING:
    from cnnstudio.core.explaining import Index


class LookRequests(EngineSignals):
    """Numbers the questions of somebody who looks, so that answers to earlier ones are known."""

    def __init__(self) -> None:
        super().__init__()
        self.generation = 0
        self._kernels = 0
        self.beside = BesideLooks(self._ask)

    def probe(
        self,
        network: Network,
        image: ImageSource,
        pixels: str,
        block: str,
        resize: str = CROP,
        *,
        trains: bool = False,
        seed: int = 0,
        grey: bool = False,
    ) -> int:
        """Ask what `network` makes of an image; answers to earlier questions are dropped."""
        self.generation += 1
        how = pixels, block, resize, trains, seed, grey
        self._ask(Probe(self.generation, network, image, *how))
        return self.generation

    def show_block(self, block: str, generation: int | None = None) -> None:
        """Ask for another block's maps of a look, the last probe's if none is named."""
        self._ask(Show(generation or self.generation, block))

    def explain(self, generation: int, block: str, index: Index) -> None:
        """Ask why a number of a block's output is what it is, as a probe found it."""
        self._ask(Explain(generation, block, index))

    def show_kernels(self, network: Network, block: str, seed: int, *, before: bool) -> int:
        """Ask for a block's weights and return the number that the answer will have."""
        self._kernels += 1
        self._ask(ShowKernels(self._kernels, network, block, seed, before))
        return self._kernels

    def is_stale(self, generation: int) -> bool:
        """Return whether something newer has been asked than what an answer is about."""
        return generation != self.generation and not self.beside.is_newest(generation)

    def _ask(self, request: Request) -> None:
        raise NotImplementedError
