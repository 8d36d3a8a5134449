"""When to ask the engine what a network makes of an image, and what has come of it."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.inner_layers import part_of
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.look_messages import ImageSource, Maps, Probe, Probed, ProbeFailed
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.sound_part import sound_part
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.block_cache import BlockCache
from cnnstudio.ui.viewer.first_block import first_with_maps
from cnnstudio.ui.viewer.fitting import AS_PLANNED, Fitted, Fitting
from cnnstudio.ui.viewer.look_interval import REST, SHORTEST, LookInterval

_SETTLE_MS = 120


class Standing(StrEnum):
    """Where the question of the moment stands."""

    EMPTY = "empty"
    NO_ENGINE = "no engine"
    FAULTY = "faulty"
    MUTED = "muted"
    FAILED = "failed"
    WAITING = "waiting"
    ANSWERED = "answered"


class Inquiry(QObject):
    """Asks the engine, newest question first, and only while somebody looks.

    `probed` carries what the engine says of an image, `arrived` the maps of the block that is
    wanted now, `path_shown` the thumbnails of all blocks, `inside_shown` those of the layers inside
    a part, `entered` follows when one of those is looked at or left, `failed` carries the
    `ProbeFailed`, `attended` whether somebody looks by now; `changed` follows whenever `standing`
    may have changed.

    Of a network with errors it asks what the blocks before the first of them put out.
    """

    probed = Signal(object)
    arrived = Signal(object)
    failed = Signal(object)
    path_shown = Signal(object)
    inside_shown = Signal(object)
    entered = Signal()
    attended = Signal(bool)
    changed = Signal()

    def __init__(self, design: OpenDesign, trainer: Trainer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._design, self._trainer = design, trainer
        self._image: ImageSource | None = None
        self._wanted = AS_PLANNED
        self._fitting = self._asked_fitting = AS_PLANNED.of(design.plan)
        self._mode = False, 0
        self._active = False
        self._due = True
        self._generation: int | None = None
        self._asked_image: ImageSource | None = None
        self._answered_image: ImageSource | None = None
        self._asked: tuple[Network, float] | None = None
        self._asked_whole = True
        self._failure: ProbeFailed | None = None
        self._inner: PlacedBlock | None = None
        self._insides: dict[str, InsideShown] = {}
        self._sound: tuple[Network, Network | None] | None = None
        self._cache = BlockCache()
        self._interval = LookInterval()
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        self._again = QTimer(self, singleShot=True)
        self._again.timeout.connect(self._look_again)
        design.changed.connect(self._network_changed)
        design.plan_changed.connect(self._plan_changed)
        design.current_changed.connect(self._leave_part)
        trainer.state_changed.connect(self._state_changed)
        for sign in (trainer.ready, trainer.run_ended, trainer.weights_read):
            sign.connect(self._weights_changed)
        trainer.probed.connect(self._take_probed)
        trainer.maps.connect(self._take_maps)
        trainer.probe_failed.connect(self._take_failure)
        trainer.path_shown.connect(self._take_path)
        trainer.inside_shown.connect(self._take_inside)

    @property
    def image(self) -> ImageSource | None:
        """The image that is to be looked at."""
        return self._image

    @property
    def is_attended(self) -> bool:
        """Whether somebody looks."""
        return self._active

    @property
    def generation(self) -> int | None:
        """The number of the question that the maps answer, None before there was one."""
        return self._generation

    @property
    def asked_image(self) -> ImageSource | None:
        """The image that was asked about last."""
        return self._asked_image

    @property
    def answered_image(self) -> ImageSource | None:
        """The image that the last answer is about; another one may have been asked about since."""
        return self._answered_image

    @property
    def fitting(self) -> Fitted:
        """How the image that answers are about was brought to the Input."""
        return self._asked_fitting

    @property
    def network(self) -> Network | None:
        """What is looked at: the design's network, of one with errors what comes before them."""
        network = self._design.network
        if self._sound is None or self._sound[0] is not network:
            self._sound = network, sound_part(network, self._design.report)
        return self._sound[1]

    @property
    def is_whole(self) -> bool:
        """Whether answers are about the whole network of the design."""
        return self._asked_whole

    @property
    def outer_block(self) -> PlacedBlock | None:
        """The block of the design that is looked at: its current one, else the first with maps.

        Where errors leave none with maps, it is the first that has one.
        """
        return self._design.current or first_with_maps(self._design)

    @property
    def block(self) -> PlacedBlock | None:
        """What the maps are wanted of: a block, or a layer inside a part."""
        return self._inner or self.outer_block

    def find(self, uid: str) -> PlacedBlock | None:
        """Return what maps are named by: a block, or a layer inside a part if that was told of."""
        path = self._design.network.find(part_of(uid))
        node = None if path is None else self._design.network.at(path)
        if node is None or node.uid == uid:
            return node
        told = self._insides.get(node.uid)
        layers = told.layers if told else ()
        return next(
            (
                PlacedBlock(uid, f"{node.name} / {at.name}", at.block)
                for at in layers
                if at.uid == uid
            ),
            None,
        )

    def inside_of(self, part: str) -> InsideShown | None:
        """Return what lies inside a part, None before that was told."""
        return self._insides.get(part)

    def enter(self, uid: str | None) -> None:
        """Look at a layer inside the part of the moment, or at the part itself again."""
        layer = None if uid is None else self.find(uid)
        if layer != self._inner:
            self._inner = layer
            self._block_changed()
            self.entered.emit()

    @property
    def can_be_built(self) -> bool:
        """Whether the block of the moment is part of what can be built."""
        network, block = self.network, self.block
        if network is None or block is None:
            return not self._design.report.errors
        return network.find(part_of(block.uid)) is not None

    @property
    def failure(self) -> ProbeFailed | None:
        """Why the last question was not answered, None if it was."""
        return self._failure

    @property
    def standing(self) -> Standing:
        """Where the question of the moment stands."""
        block = self.block
        if not self.can_be_built:
            return Standing.FAULTY
        if not self._trainer.state.listens:
            return Standing.NO_ENGINE
        if self._image is None or block is None:
            return Standing.EMPTY
        if block.muted:
            return Standing.MUTED
        if self._failure is not None:
            return Standing.FAILED
        if self._due or self._asked is not None or block.uid not in self._cache:
            return Standing.WAITING
        return Standing.ANSWERED

    def look_at(self, image: ImageSource | None) -> None:
        """Ask about another image."""
        if image != self._image:
            self._image = image
            self.ask()

    def run_as(self, *, trains: bool, seed: int) -> None:
        """Ask what blocks put out as they learn, drawing at random by a seed, or as they are."""
        if (trains, seed) != self._mode:
            self._mode = trains, seed
            self.ask()

    def fit_as(self, fitting: Fitting) -> None:
        """Ask what becomes of the image if it enters in another way than the plan says."""
        self._wanted = fitting
        self._plan_changed()

    def rest_longer(self, seconds: float) -> None:
        """Wait longer with the next look at what learns, for another answer has taken time too."""
        if self._again.isActive():
            self._again.start(self._again.remainingTime() + round(1000 * REST * seconds))

    def question(self, network: Network, image: ImageSource, block: str) -> Probe:
        """Return what would be asked of another network or image, in the same way as of this."""
        fitted = self._asked_fitting
        return Probe(
            0,
            network,
            image,
            fitted.pixels,
            block,
            fitted.resize,
            trains=self._mode[0],
            seed=self._mode[1],
            grey=fitted.grey,
        )

    def set_active(self, *, active: bool) -> None:
        """Start or stop asking, as the viewer is shown or hidden."""
        self._active = active
        if active and (self._due or self._trainer.state is EngineState.TRAINING):
            self.ask()
        elif active and self.standing is Standing.WAITING:
            # Another block has been selected while nobody looked.
            self._block_changed()
        self.attended.emit(active)

    def ask(self) -> None:
        """Ask now, or as soon as it can be asked."""
        self._due = True
        self._again.stop()
        block = self.block
        if self._can_ask() and self._image is not None and block is not None:
            self._due, self._failure = False, None
            self._asked_image = self._image
            network = self.network or self._design.network
            self._asked_whole = network is self._design.network
            self._asked = (network, time.monotonic())
            fitted = self._asked_fitting = self._fitting
            self._generation = self._trainer.probe(
                network,
                self._image,
                fitted.pixels,
                block.uid,
                fitted.resize,
                trains=self._mode[0],
                seed=self._mode[1],
                grey=fitted.grey,
            )
        self.changed.emit()

    def _can_ask(self) -> bool:
        block = self.block
        return (
            self._active
            and self._trainer.state.listens
            and self.can_be_built
            and block is not None
            and not block.muted
        )

    def _network_changed(self) -> None:
        self._due = True
        outer = self.outer_block
        inner, network = self._inner, self._design.network
        self._insides = {uid: told for uid, told in self._insides.items() if network.find(uid)}
        if inner is not None and (outer is None or outer.muted or outer.uid != part_of(inner.uid)):
            self._inner = None
        self._settle.start()
        self.changed.emit()

    def _plan_changed(self) -> None:
        fitting = self._wanted.of(self._design.plan)
        if fitting != self._fitting:
            self._fitting = fitting
            self.ask()

    def _leave_part(self) -> None:
        self._inner = None
        self._block_changed()

    def _block_changed(self) -> None:
        block = self.block
        if self._due or block is None or block.muted:
            if self._due and not self._settle.isActive():
                self.ask()
        elif self._asked is None:
            self._show(block.uid)
        self.changed.emit()

    def _show(self, uid: str) -> None:
        values = self._cache.get(uid)
        if values is not None:
            self._hand_on(uid, values)
        elif self._can_ask():
            self._failure = None
            self._trainer.show_block(uid)

    def _state_changed(self, state: EngineState) -> None:
        if not state.listens:
            self._due, self._asked = True, None
            self._again.stop()
        elif state is EngineState.TRAINING:
            self._again.start(int(SHORTEST * 1000))
        self.changed.emit()

    def _weights_changed(self, _why: object) -> None:
        self.ask()

    def _look_again(self) -> None:
        if self._active and self._asked is None and self._trainer.state is EngineState.TRAINING:
            self.ask()

    def _take_probed(self, answer: Probed) -> None:
        if answer.generation == self._generation:
            self._answered_image = self._asked_image
            self._cache.clear()
            self.probed.emit(answer if self.is_whole else _without_outcome(answer))

    def _take_maps(self, answer: Maps) -> None:
        if answer.generation != self._generation:
            return
        self._cache.put(answer.block, answer.values)
        if self._asked is not None:
            network, at = self._asked
            self._asked = None
            self._interval.answered(network, time.monotonic() - at)
            if self._trainer.state is EngineState.TRAINING:
                self._again.start(int(self._interval.rest() * 1000))
        block = self.block
        if block is not None and block.uid == answer.block:
            self._hand_on(answer.block, answer.values)
        elif block is not None and not self._due:
            self._show(block.uid)
        self.changed.emit()

    def _take_path(self, path: PathShown) -> None:
        if path.generation == self._generation:
            self.path_shown.emit(path)

    def _take_inside(self, inside: InsideShown) -> None:
        if inside.generation == self._generation:
            self._insides[inside.part] = inside
            self.inside_shown.emit(inside)

    def _take_failure(self, failure: ProbeFailed) -> None:
        if failure.generation != self._generation:
            return
        self._due, self._asked = True, None
        # An engine that is gone is a standing of its own, and nothing is wrong with the image.
        if self._trainer.state.listens:
            self._failure = failure
            self.failed.emit(failure)
        self.changed.emit()

    def _hand_on(self, uid: str, values: NDArray[np.float32]) -> None:
        if self._generation is not None:
            self.arrived.emit(Maps(self._generation, uid, values))


def _without_outcome(answer: Probed) -> Probed:
    """Return an answer about the first part of a network, whose last numbers are no outcome."""
    return replace(answer, labels=(), probabilities=np.empty(0, np.float32), outcome=None)
