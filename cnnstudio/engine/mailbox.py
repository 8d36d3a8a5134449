"""What the engine's threads share: the jobs that wait, and the events on their way out."""

from __future__ import annotations

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from multiprocessing.connection import Connection

from cnnstudio.core.file_messages import CheckRoundTrip
from cnnstudio.core.messages import Event, FileJob, Probe, Train
from cnnstudio.engine.stop_flag import StopFlag

log = logging.getLogger(__name__)

Job = Train | Probe | FileJob | CheckRoundTrip
"""A request that the main thread answers, because it needs Keras."""


class Outbox:
    """Sends events from any thread, in order, without making the sender wait for the studio.

    Args:
        connection: to the studio.
        leave: called once nothing more can be sent; an engine that nobody hears is to end.
    """

    def __init__(self, connection: Connection, leave: Callable[[], object]) -> None:
        self._connection = connection
        self._leave = leave
        self._events: queue.SimpleQueue[Event] = queue.SimpleQueue()
        threading.Thread(target=self._send_all, name="outbox", daemon=True).start()

    def send(self, event: Event) -> None:
        """Put an event on its way."""
        self._events.put(event)

    def _send_all(self) -> None:
        try:
            while True:
                self._connection.send(self._events.get())
        except OSError:
            log.info("the studio is gone")
        except Exception:
            log.exception("the engine ends: an event could not be sent")
        finally:
            self._leave()


class Inbox:
    """Jobs in their order; of probes only the newest, of runs one at a time."""

    def __init__(self) -> None:
        self._jobs: deque[Job] = deque()
        self._changed = threading.Condition()
        self._run: int | None = None
        self._stop = StopFlag()

    def put(self, job: Job) -> bool:
        """Let a job wait its turn; return False if it is a run and there is one already."""
        with self._changed:
            if isinstance(job, Train) and self._has_run():
                return False
            if isinstance(job, Probe):
                self._jobs = deque(j for j in self._jobs if not isinstance(j, Probe))
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

    def stop(self, run: int) -> bool:
        """Stop a run; return whether it was still waiting, so that it will never begin."""
        with self._changed:
            if self._run == run:
                self._stop.set()
                return False
            before = len(self._jobs)
            self._jobs = deque(j for j in self._jobs if not (isinstance(j, Train) and j.run == run))
            return len(self._jobs) < before

    @property
    def stop_wanted(self) -> StopFlag:
        """Set once the run that was taken last is to stop."""
        return self._stop

    def run_ended(self) -> None:
        """Let another run come."""
        with self._changed:
            self._run, self._stop = None, StopFlag()

    def _next(self) -> Job:
        job = self._jobs.popleft()
        if isinstance(job, Train):
            self._run, self._stop = job.run, StopFlag()
        return job

    def _has_run(self) -> bool:
        return self._run is not None or any(isinstance(job, Train) for job in self._jobs)
