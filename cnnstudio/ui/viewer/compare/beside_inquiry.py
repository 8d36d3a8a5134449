"""When to ask the engine about a look that lies beside the one of the moment."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.core.i18n import _
from cnnstudio.core.inner_layers import part_of
from cnnstudio.core.look_messages import (
    ImageSource,
    LiveImage,
    Maps,
    Probe,
    Probed,
    ProbeFailed,
)
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.block_cache import BlockCache
from cnnstudio.ui.viewer.compare.pins import Pin
from cnnstudio.ui.viewer.inquiry import Inquiry


@dataclass(frozen=True, slots=True)
class _Question:
    """What was asked last: of which network, about which image, and how that is brought in."""

    network: Network
    image: ImageSource
    how: tuple[object, ...]


class BesideInquiry(QObject):
    """Asks about a `Pin`, following the look of the moment in all that is not held fast.

    It asks once that look is answered, so that the person's own question comes first, and of a
    camera's picture so that both see the same one. `arrived` carries the `Maps` of the wanted
    block, `probed` what is said of the image, `failed` a sentence.
    """

    probed = Signal(object)
    arrived = Signal(object)
    failed = Signal(str)

    def __init__(
        self, seat: int, design: OpenDesign, trainer: Trainer, inquiry: Inquiry, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._seat, self._design, self._trainer, self._inquiry = seat, design, trainer, inquiry
        self._pin: Pin | None = None
        self._asked: _Question | None = None
        self._generation: int | None = None
        self._failure = ""
        self._asked_at: float | None = None
        self._cache = BlockCache()
        inquiry.probed.connect(self._follow)
        design.current_changed.connect(self._show_block)
        inquiry.entered.connect(self._show_block)
        inquiry.attended.connect(self._show_block)
        trainer.state_changed.connect(self._state_changed)
        trainer.probed.connect(self._take_probed)
        trainer.maps.connect(self._take_maps)
        trainer.probe_failed.connect(self._take_failure)

    @property
    def pin(self) -> Pin | None:
        """What is looked at, None for nothing."""
        return self._pin

    @property
    def generation(self) -> int | None:
        """The number of the question that the maps answer."""
        return self._generation

    @property
    def network(self) -> Network:
        """The network that is looked into."""
        fixed = None if self._pin is None else self._pin.network
        return fixed or self._inquiry.network or self._design.network

    @property
    def block(self) -> str:
        """The block whose maps are wanted, "" if there is none."""
        if self._pin is not None and self._pin.block:
            return self._pin.block
        current = self._inquiry.block
        return "" if current is None else _counterpart(current, self.network)

    @property
    def is_answered(self) -> bool:
        """Whether the maps of the wanted block are those of the newest question."""
        return self._asked_at is None and self.block in self._cache

    def look(self, pin: Pin | None) -> None:
        """Ask about another pin; None for none."""
        if pin is None and self._generation is not None:
            self._trainer.beside.leave(self._seat)
        self._pin, self._asked, self._generation, self._failure = pin, None, None, ""
        self._asked_at = None
        self._cache.clear()
        self._ask()

    def _follow(self, _answer: Probed) -> None:
        self._ask()

    def _ask(self) -> None:
        """Ask, unless the answer would be what is known."""
        image = self._wanted_image()
        if self._pin is None or image is None or not self._inquiry.is_attended:
            return
        probe = self._inquiry.question(self.network, image, self.block)
        if not self._has_block():
            return
        question = _Question(probe.network, image, _how(probe))
        moves = self._pin.is_live or (isinstance(image, LiveImage) and image.plays)
        if question == self._asked and not moves:
            return
        self._asked, self._failure = question, ""
        self._asked_at = time.monotonic()
        self._generation = self._trainer.beside.probe(self._seat, probe, self._pin.weights)

    def _wanted_image(self) -> ImageSource | None:
        fixed = None if self._pin is None else self._pin.image
        return self._inquiry.asked_image if fixed is None else fixed

    def _has_block(self) -> bool:
        path = self.network.find(part_of(self.block)) if self.block else None
        if path is None:
            self.failed.emit(_("This block is not in the network that is pinned here"))
            return False
        node = self.network.at(path)
        if node.muted:
            self.failed.emit(_("{name} is muted in this network").format(name=node.name))
            return False
        return True

    def _show_block(self, *_said: object) -> None:
        if self._pin is None or self._pin.block or not self._inquiry.is_attended:
            return
        if self._asked is not None and self._asked.network is not self.network:
            return  # the look at what the network is by now brings it along
        if not self._has_block():
            return
        values = self._cache.get(self.block)
        if values is not None:
            self._hand_on(self.block, values)
        elif self._failure:
            self.failed.emit(self._failure)
        elif self._generation is None:
            self._ask()
        else:
            self._trainer.show_block(self.block, self._generation)

    def _state_changed(self, state: EngineState) -> None:
        if not state.listens:
            self._asked = self._generation = self._asked_at = None

    def _take_probed(self, answer: Probed) -> None:
        if answer.generation == self._generation:
            self._cache.clear()
            self.probed.emit(answer)

    def _take_maps(self, answer: Maps) -> None:
        if answer.generation != self._generation:
            return
        self._cache.put(answer.block, answer.values)
        if self._asked_at is not None:
            self._inquiry.rest_longer(time.monotonic() - self._asked_at)
            self._asked_at = None
        if answer.block == self.block:
            self._hand_on(answer.block, answer.values)

    def _take_failure(self, failure: ProbeFailed) -> None:
        if failure.generation == self._generation:
            # The next look may find what this one has not.
            self._failure, self._asked, self._asked_at = failure.message, None, None
            self.failed.emit(failure.message)

    def _hand_on(self, uid: str, values: NDArray[np.float32]) -> None:
        if self._generation is not None:
            self.arrived.emit(Maps(self._generation, uid, values))


def _counterpart(node: PlacedBlock, network: Network) -> str:
    """Return which block of another network a block is: by its uid, or else by name and kind."""
    if network.find(part_of(node.uid)) is not None:
        return node.uid
    alike = (
        n for _path, n in network.walk() if (n.name, n.block.kind) == (node.name, node.block.kind)
    )
    return next((n.uid for n in alike), "")


def _how(probe: Probe) -> tuple[object, ...]:
    return probe.pixels, probe.resize, probe.grey, probe.trains, probe.seed
