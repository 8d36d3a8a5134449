"""Plans that wait: each is trained from new weights when the run before it has ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from cnnstudio.core.messages import RunFailed, RunFinished
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.trainer import EngineState, Trainer


@dataclass(frozen=True, slots=True)
class QueuedPlan:
    """A network and its plan as they were when they were queued, and the design's name."""

    name: str
    network: Network
    plan: TrainingPlan


class PlanQueue(QObject):
    """Holds what waits; `changed` follows every change, `due` carries what is to be trained now.

    A run that a person stops holds the queue, and so does an engine that does not start: `go_on`
    lets it run again. A run that fails does not, for the others may be better.
    """

    changed = Signal()
    due = Signal(object)

    def __init__(self, trainer: Trainer) -> None:
        super().__init__()
        self._trainer = trainer
        self._waiting: list[QueuedPlan] = []
        self._is_held = False
        trainer.run_ended.connect(self._take_end)

    @property
    def waiting(self) -> tuple[QueuedPlan, ...]:
        """What waits, the next one first."""
        return tuple(self._waiting)

    @property
    def is_held(self) -> bool:
        """Whether what waits is not trained until `go_on`."""
        return self._is_held and bool(self._waiting)

    def add(self, queued: QueuedPlan) -> None:
        """Let a plan wait; it is due at once if nothing is trained and nothing is held."""
        if not self._waiting:
            self._is_held = False
        self._waiting.append(queued)
        self.changed.emit()
        self._advance()

    def take_up(self, queued: Iterable[QueuedPlan]) -> None:
        """Let what waited before wait again, held until a person says `go_on`."""
        taken = list(queued)
        if taken:
            self._waiting += taken
            self._is_held = True
            self.changed.emit()

    def remove(self, place: int) -> None:
        """Take back what waits at a place, from 0."""
        del self._waiting[place]
        self.changed.emit()

    def move(self, place: int, by: int) -> None:
        """Let what waits at a place wait longer, or less long."""
        target = min(max(place + by, 0), len(self._waiting) - 1)
        self._waiting.insert(target, self._waiting.pop(place))
        self.changed.emit()

    def go_on(self) -> None:
        """Train what waits, one after the other."""
        self._is_held = False
        self.changed.emit()
        self._advance()

    def _take_end(self, event: RunFinished | RunFailed) -> None:
        was_stopped = isinstance(event, RunFinished) and event.stopped
        is_broken = self._trainer.state is EngineState.BROKEN
        if (was_stopped or is_broken) and self._waiting:
            self._is_held = True
            self.changed.emit()
        self._advance()

    def _advance(self) -> None:
        if self._waiting and not self._is_held and not self._trainer.is_running:
            queued = self._waiting.pop(0)
            self.changed.emit()
            self.due.emit(queued)
