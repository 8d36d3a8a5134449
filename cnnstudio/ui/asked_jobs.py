"""The jobs with files that the engine has been asked for and has not answered."""

from __future__ import annotations

from cnnstudio.core.messages import (
    CheckRoundTrip,
    Event,
    FileJob,
    ModelExported,
    ModelRead,
    ModelSaved,
    ReadFailed,
    ReadModel,
    ReadWeights,
    RoundTripChecked,
    SaveFailed,
    WeightsRead,
    WeightsSaved,
)

_SAVED = (ModelSaved, SaveFailed, ModelExported, WeightsSaved)
_READ = (ModelRead, WeightsRead, ReadFailed)


class AskedJobs:
    """Knows what is still to be answered, so that an engine that dies leaves nobody waiting."""

    def __init__(self) -> None:
        self._saving: set[str] = set()
        self._reading: set[str] = set()
        self._checking: set[int] = set()

    @property
    def is_saving(self) -> bool:
        """Whether a model or weights are being written."""
        return bool(self._saving)

    def add(self, job: FileJob | CheckRoundTrip) -> None:
        """Note a job that is asked for."""
        match job:
            case CheckRoundTrip():
                self._checking.add(job.number)
            case ReadModel() | ReadWeights():
                self._reading.add(job.path)
            case _:
                self._saving.add(job.path)

    def answer(self, event: Event) -> None:
        """Note an answer; other events are none of these jobs'."""
        if isinstance(event, _SAVED):
            self._saving.discard(event.path)
        elif isinstance(event, _READ):
            self._reading.discard(event.path)
        elif isinstance(event, RoundTripChecked):
            self._checking.discard(event.number)

    def lost(self, message: str) -> list[Event]:
        """Return the answers that will not come from the engine, and forget the jobs."""
        events: list[Event] = [SaveFailed(path, message) for path in sorted(self._saving)]
        events += [ReadFailed(path, message) for path in sorted(self._reading)]
        events += [
            RoundTripChecked(number, message, None, is_same=False)
            for number in sorted(self._checking)
        ]
        for asked in (self._saving, self._reading, self._checking):
            asked.clear()
        return events
