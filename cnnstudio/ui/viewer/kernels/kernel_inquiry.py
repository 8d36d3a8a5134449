"""When to ask the engine for the weights of the block that is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown, WeightShown
from cnnstudio.core.network import Network
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.inquiry import Inquiry

_SETTLE_MS = 120


@dataclass(frozen=True, slots=True)
class _Earlier:
    """The weights before training, which do not change as a network learns on."""

    network: Network
    block: str
    seed: int
    weights: tuple[WeightShown, ...]


class KernelInquiry(QObject):
    """Asks, newest question first, and only while somebody looks at weights.

    `shown` carries the `KernelsShown` of the block of the moment, `failed` the `KernelsFailed`;
    `changed` follows whenever there is another block, or nobody who could be asked.
    """

    shown = Signal(object)
    failed = Signal(object)
    changed = Signal()

    def __init__(self, design: OpenDesign, trainer: Trainer, inquiry: Inquiry) -> None:
        super().__init__(inquiry)
        self._design, self._trainer, self._inquiry = design, trainer, inquiry
        self._active = False
        self._wants_before = False
        self._number: int | None = None
        self._asked: tuple[Network, int] = (design.network, design.plan.seed)
        self._earlier: _Earlier | None = None
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self.ask)
        design.changed.connect(self._settle.start)
        design.current_changed.connect(self.ask)
        trainer.ready.connect(self.ask)
        trainer.run_ended.connect(self.ask)
        trainer.state_changed.connect(self._state_changed)
        # A look at an image, again and again while it learns, is when there may be new weights.
        inquiry.probed.connect(self.ask)
        inquiry.entered.connect(self.ask)
        inquiry.attended.connect(self.ask)
        trainer.kernels_shown.connect(self._take)
        trainer.kernels_failed.connect(self._take_failure)

    @property
    def can_ask(self) -> bool:
        """Whether there are weights that the engine could send."""
        return self._trainer.state.listens and self._inquiry.can_be_built

    def set_active(self, *, active: bool) -> None:
        """Start or stop asking, as weights are looked at or not."""
        if active != self._active:
            self._active = active
            self.ask()

    def want_before(self, *, wanted: bool) -> None:
        """Ask for the weights before training too, or no more."""
        self._wants_before = wanted
        if wanted:
            self.ask()

    def ask(self, *_said: object) -> None:
        """Ask now, if somebody looks and somebody can be asked."""
        if not self._active or not self._inquiry.is_attended:
            return
        block = self._inquiry.block
        self.changed.emit()
        if block is None or block.muted or not self.can_ask:
            self._number = None
            return
        network, seed = self._inquiry.network or self._design.network, self._design.plan.seed
        wanted = self._wants_before and self._known(network, block.uid, seed) is None
        self._asked = network, seed
        self._number = self._trainer.show_kernels(network, block.uid, seed, before=wanted)

    def _known(self, network: Network, block: str, seed: int) -> _Earlier | None:
        known = self._earlier
        same = known is not None and (known.block, known.seed) == (block, seed)
        return known if known is not None and same and known.network is network else None

    def _take(self, answer: KernelsShown) -> None:
        if answer.number != self._number:
            return
        if any(weight.before is not None for weight in answer.weights):
            self._earlier = _Earlier(*self._where(answer), answer.weights)
        known = self._known(*self._where(answer))
        if known is not None and answer.step:
            both = zip(answer.weights, known.weights, strict=True)
            answer = replace(answer, weights=tuple(_with_before(now, was) for now, was in both))
        self.shown.emit(answer)

    def _where(self, answer: KernelsShown) -> tuple[Network, str, int]:
        network, seed = self._asked
        return network, answer.block, seed

    def _take_failure(self, failure: KernelsFailed) -> None:
        if failure.number == self._number:
            self.failed.emit(failure)

    def _state_changed(self, state: EngineState) -> None:
        if self._active and not state.listens:
            self._number = None
            self.changed.emit()


def _with_before(now: WeightShown, was: WeightShown) -> WeightShown:
    return replace(now, before=was.before, histogram_before=was.histogram_before)
