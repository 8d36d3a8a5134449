"""What the engine has been asked for and has not answered: jobs with files, images, frames."""

from __future__ import annotations

from collections import Counter

from cnnstudio.core.data_messages import SamplesFailed, SamplesShown, ShowSamples
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps
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
from cnnstudio.core.picture_messages import FrameKept, FrameLost, KeepFrame

_SAVED = (ModelSaved, SaveFailed, ModelExported, WeightsSaved)
_READ = (ModelRead, WeightsRead, ReadFailed)


class AskedJobs:
    """Knows what is still to be answered, so that an engine that dies leaves nobody waiting."""

    def __init__(self) -> None:
        # One file may be asked for again before the first answer.
        self._saving: Counter[str] = Counter()
        self._reading: Counter[str] = Counter()
        self._checking: Counter[int] = Counter()
        self._showing: set[int] = set()
        self._frames: set[str] = set()
        self._maps: set[str] = set()

    @property
    def is_saving(self) -> bool:
        """Whether a model, weights or maps are being written."""
        return self._saving.total() > 0 or bool(self._maps)

    def add(self, job: FileJob | CheckRoundTrip | ShowSamples | KeepFrame | SaveMaps) -> None:
        """Note a job that is asked for."""
        match job:
            case CheckRoundTrip():
                self._checking[job.number] += 1
            case ShowSamples():
                self._showing.add(job.number)
            case KeepFrame():
                self._frames.add(job.path)
            case SaveMaps():
                self._maps.add(job.path)
            case ReadModel() | ReadWeights():
                self._reading[job.path] += 1
            case _:
                self._saving[job.path] += 1

    def answer(self, event: Event) -> None:
        """Note an answer; other events are none of these jobs'."""
        if isinstance(event, _SAVED):
            self._saving -= Counter((event.path,))
        elif isinstance(event, _READ):
            self._reading -= Counter((event.path,))
        elif isinstance(event, RoundTripChecked):
            self._checking -= Counter((event.number,))
        elif isinstance(event, SamplesShown | SamplesFailed):
            self._showing.discard(event.number)
        elif isinstance(event, FrameKept | FrameLost):
            self._frames.discard(event.path)
        elif isinstance(event, MapsSaved | MapsNotSaved):
            self._maps.discard(event.path)

    def lost(self, message: str) -> list[Event]:
        """Return the answers that will not come from the engine, and forget the jobs."""
        events: list[Event] = [SaveFailed(path, message) for path in sorted(self._saving)]
        events += [ReadFailed(path, message) for path in sorted(self._reading)]
        events += [
            RoundTripChecked(number, message, None, is_same=False)
            for number in sorted(self._checking)
        ]
        events += [SamplesFailed(number, message) for number in sorted(self._showing)]
        events += [FrameLost(path, message) for path in sorted(self._frames)]
        events += [MapsNotSaved(path, message) for path in sorted(self._maps)]
        self._maps.clear()
        self._showing.clear()
        self._frames.clear()
        for asked in (self._saving, self._reading, self._checking):
            asked.clear()
        return events
