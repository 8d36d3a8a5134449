"""What the engine's threads share: the jobs that wait, and the events on their way out."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

from cnnstudio.core.beside_messages import HoldWeights, LetWeightsGo, ProbeBeside
from cnnstudio.core.data_messages import ShowSamples
from cnnstudio.core.file_messages import CheckRoundTrip
from cnnstudio.core.kernel_messages import ShowKernels
from cnnstudio.core.look_messages import Probe
from cnnstudio.core.messages import Event, FileJob, RunRequest, RunWish
from cnnstudio.core.picture_messages import KeepFrame, ShowThumbnails
from cnnstudio.core.pipe import send
from cnnstudio.core.run_messages import AddEpochs, ChangeRate, Pause, Resume
from cnnstudio.engine.stop_flag import StopFlag
from cnnstudio.engine.wishes import Wishes

log = logging.getLogger(__name__)

Job = (
    RunRequest
    | Probe
    | ProbeBeside
    | HoldWeights
    | LetWeightsGo
    | ShowKernels
    | ShowSamples
    | ShowThumbnails
    | KeepFrame
    | FileJob
    | CheckRoundTrip
)
"""A request that the main thread answers, because it needs Keras or takes a while."""


Later = Callable[[], Event | None]
"""What makes an event once those before it are on their way; none if nobody wants it any more."""


class Outbox:
    """Sends events from any thread, in order, without making the sender wait for the studio.

    Args:
        connection: to the studio.
        leave: called once nothing more can be sent; an engine that nobody hears is to end.
    """

    def __init__(self, connection: Connection, leave: Callable[[], object]) -> None:
        self._connection = connection
        self._leave = leave
        self._events: queue.SimpleQueue[Event | Later] = queue.SimpleQueue()
        threading.Thread(target=self._send_all, name="outbox", daemon=True).start()

    def send(self, event: Event | Later) -> None:
        """Put an event on its way, or what makes one when its turn has come."""
        self._events.put(event)

    def _send_all(self) -> None:
        try:
            while True:
                waiting = self._events.get()
                event = waiting() if callable(waiting) else waiting
                if event is not None:
                    send(self._connection, event)
        except OSError:
            log.info("the studio is gone")
        except Exception:
            log.exception("the engine ends: an event could not be sent")
        finally:
            self._leave()


class Inbox:
    """Jobs in their order; of probes and of questions for weights only the newest, of runs one."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._run: int | None = None
        self._stop = StopFlag()
        self._wishes = Wishes()

    def put(self, job: Job) -> bool:
        """Let a job wait its turn; return False if it is a run and there is one already."""
        with self._changed:
            if isinstance(job, RunRequest) and self._has_run():
                return False
            if isinstance(job, Probe) and self._has_newer(job):
                return True
            if isinstance(job, Probe | ShowKernels):
                kind = type(job)
                self._jobs = deque(j for j in self._jobs if not isinstance(j, kind))
            if isinstance(job, ProbeBeside):
                self._jobs = deque(j for j in self._jobs if not _is_replaced(j, job))
            self._jobs.append(job)
            self._changed.notify()
            return True

    def take(self) -> Job:
        """Return the next job, once there is one."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs)
            return self._next()

    def take_waiting(self) -> Job | None:
        """Return the next job, None if there is none."""
        with self._changed:
            return self._next() if self._jobs else None

    def take_while_resting(self) -> Job | None:
        """Return the next job of a time in which the run rests, None once it is to go on or end."""
        with self._changed:
            self._changed.wait_for(lambda: self._jobs or not self.is_resting)
            return self._next() if self.is_resting else None

    @property
    def is_resting(self) -> bool:
        """Whether the run under way is to rest."""
        return self._wishes.is_paused and not self._stop.is_set()

    def wish(self, wish: RunWish) -> None:
        """Take note of what is asked of the run under way; of another it is nothing."""
        with self._changed:
            if self._run == wish.run:
                self._note(wish)
                self._changed.notify()

    def stop(self, run: int) -> bool:
        """Stop a run; return whether it was still waiting, so that it will never begin."""
        with self._changed:
            if self._run == run:
                self._stop.set()
                self._changed.notify()
                return False
            before = len(self._jobs)
            self._jobs = deque(
                j for j in self._jobs if not (isinstance(j, RunRequest) and j.run == run)
            )
            return len(self._jobs) < before

    @property
    def run(self) -> int:
        """The number of the run that was taken last, 0 if none goes on."""
        return self._run or 0

    @property
    def stop_wanted(self) -> StopFlag:
        """Set once the run that was taken last is to stop."""
        return self._stop

    @property
    def wishes(self) -> Wishes:
        """What else is asked of the run that was taken last."""
        return self._wishes

    def run_ended(self) -> None:
        """Let another run come."""
        with self._changed:
            self._run, self._stop, self._wishes = None, StopFlag(), Wishes()

    def _note(self, wish: RunWish) -> None:
        match wish:
            case Pause():
                self._wishes.is_paused = True
            case Resume():
                self._wishes.is_paused = False
            case ChangeRate(learning_rate=rate):
                self._wishes.ask_rate(rate)
            case AddEpochs(epochs=epochs):
                self._wishes.more_epochs += epochs

    def _next(self) -> Job:
        job = self._jobs.popleft()
        if isinstance(job, RunRequest):
            self._run, self._stop, self._wishes = job.run, StopFlag(), Wishes()
        return job

    def _has_newer(self, probe: Probe) -> bool:
        """Whether a probe has waited for a camera's picture until a newer one came."""
        waiting = (j.generation for j in self._jobs if isinstance(j, Probe))
        return any(generation > probe.generation for generation in waiting)

    def _has_run(self) -> bool:
        return self._run is not None or any(isinstance(job, RunRequest) for job in self._jobs)


def _is_replaced(job: Job, newer: ProbeBeside) -> bool:
    """Whether a look that still waits is asked for anew from the same seat."""
    return isinstance(job, ProbeBeside) and job.seat == newer.seat
