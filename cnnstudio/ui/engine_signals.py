"""The signals by which the window hears of what the engine says."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, SignalInstance

from cnnstudio.core.data_messages import (
    DataProgress,
    DataRead,
    FilesLeftOut,
    SamplesFailed,
    SamplesShown,
)
from cnnstudio.core.explain_messages import Explained, ExplainFailed
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown
from cnnstudio.core.look_messages import Maps, Probed, ProbeFailed
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SavingMaps
from cnnstudio.core.messages import (
    EpochDone,
    Event,
    ModelExported,
    ModelRead,
    ModelSaved,
    ReadFailed,
    RoundTripChecked,
    SaveFailed,
    ValidationBatchDone,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.picture_messages import FrameKept, FrameLost, ThumbnailsShown
from cnnstudio.core.preflight import PreflightDone
from cnnstudio.core.run_messages import (
    KeepingFailed,
    RatesTried,
    RunExtended,
    RunKept,
    RunPaused,
    RunResumed,
)


class EngineSignals(QObject):
    """Carries the messages of `core.messages`, a signal for each kind of them.

    `batches` carries a list of `BatchDone`, `memory_changed` the engine's memory in MiB,
    `cores_changed` how many cores it keeps busy, `run_ended` the end of what learns and
    `reading_ended` that of data that is read alone.
    """

    state_changed = Signal(object)
    memory_changed = Signal(int)
    cores_changed = Signal(float)
    ready = Signal(object)
    run_started = Signal(object)
    batches = Signal(object)
    validating = Signal(object)
    epoch_done = Signal(object)
    data_progress = Signal(object)
    files_left_out = Signal(object)
    data_read = Signal(object)
    reading_ended = Signal(object)
    samples_shown = Signal(object)
    samples_failed = Signal(object)
    thumbnails_shown = Signal(object)
    frame_kept = Signal(object)
    frame_lost = Signal(object)
    saving_maps = Signal(object)
    maps_saved = Signal(object)
    maps_not_saved = Signal(object)
    run_paused = Signal(object)
    run_resumed = Signal(object)
    run_extended = Signal(object)
    run_kept = Signal(object)
    keeping_failed = Signal(object)
    rates_tried = Signal(object)
    preflight_done = Signal(object)
    run_ended = Signal(object)
    probed = Signal(object)
    maps = Signal(object)
    probe_failed = Signal(object)
    explained = Signal(object)
    explain_failed = Signal(object)
    path_shown = Signal(object)
    inside_shown = Signal(object)
    kernels_shown = Signal(object)
    kernels_failed = Signal(object)
    model_saved = Signal(object)
    save_failed = Signal(object)
    model_exported = Signal(object)
    weights_saved = Signal(object)
    model_read = Signal(object)
    weights_read = Signal(object)
    read_failed = Signal(object)
    round_trip_checked = Signal(object)

    def signal_for(self, event: Event) -> SignalInstance:
        """Return the signal that carries an event of this kind."""
        signals: dict[type[Event], SignalInstance] = {
            ValidationBatchDone: self.validating,
            EpochDone: self.epoch_done,
            RunPaused: self.run_paused,
            RunResumed: self.run_resumed,
            RunExtended: self.run_extended,
            RunKept: self.run_kept,
            KeepingFailed: self.keeping_failed,
            RatesTried: self.rates_tried,
            PreflightDone: self.preflight_done,
            DataProgress: self.data_progress,
            FilesLeftOut: self.files_left_out,
            DataRead: self.data_read,
            SamplesShown: self.samples_shown,
            SamplesFailed: self.samples_failed,
            ThumbnailsShown: self.thumbnails_shown,
            FrameKept: self.frame_kept,
            FrameLost: self.frame_lost,
            SavingMaps: self.saving_maps,
            MapsSaved: self.maps_saved,
            MapsNotSaved: self.maps_not_saved,
            Probed: self.probed,
            Maps: self.maps,
            ProbeFailed: self.probe_failed,
            Explained: self.explained,
            ExplainFailed: self.explain_failed,
            PathShown: self.path_shown,
            InsideShown: self.inside_shown,
            KernelsShown: self.kernels_shown,
            KernelsFailed: self.kernels_failed,
            ModelSaved: self.model_saved,
            SaveFailed: self.save_failed,
            ModelExported: self.model_exported,
            WeightsSaved: self.weights_saved,
            ModelRead: self.model_read,
            WeightsRead: self.weights_read,
            ReadFailed: self.read_failed,
            RoundTripChecked: self.round_trip_checked,
        }
        return signals[type(event)]
