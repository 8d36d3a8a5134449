"""What studio and engine say to each other: frozen, picklable values.

Requests go down the pipe, events come up it. Every `Train` is answered by exactly one `RunFinished`
or `RunFailed`, every `Probe` and `Show` by `Maps` or `ProbeFailed` unless a newer one has made it
stale, every `SaveModel` by `ModelSaved` or `SaveFailed`; `file_messages`, `run_messages`,
`picture_messages` and `maps_messages` tell how their own are answered. `Stop`, `Speak` and
`Shutdown` have no answer of their own.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.beside_messages import HoldWeights, LeaveSeat, LetWeightsGo, ProbeBeside
from cnnstudio.core.data_messages import (
    DataProgress,
    DataRead,
    FilesLeftOut,
    ReadData,
    SamplesFailed,
    SamplesShown,
    ShowSamples,
)
from cnnstudio.core.explain_messages import Explain, Explained, ExplainFailed
from cnnstudio.core.file_messages import (
    CheckRoundTrip,
    ExportModel,
    ModelExported,
    ModelRead,
    ReadFailed,
    ReadModel,
    ReadWeights,
    RoundTripChecked,
    SaveWeights,
    WeightsRead,
    WeightsSaved,
)
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown, ShowKernels
from cnnstudio.core.look_messages import (
    Maps,
    Probe,
    Probed,
    ProbeFailed,
    Show,
)
from cnnstudio.core.maps_messages import MapsNotSaved, MapsSaved, SaveMaps, SavingMaps
from cnnstudio.core.network import Network
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.picture_messages import (
    FrameKept,
    FrameLost,
    KeepFrame,
    LetGo,
    ShowThumbnails,
    ThumbnailsShown,
)
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import Preflight, PreflightDone
from cnnstudio.core.run_messages import (
    AddEpochs,
    ChangeRate,
    FindRate,
    KeepingFailed,
    Pause,
    RatesTried,
    Resume,
    RunExtended,
    RunKept,
    RunPaused,
    RunResumed,
)


@dataclass(frozen=True, slots=True)
class Train:
    """Train a network.

    Attributes:
        run: a number for all events of the run.
        network: is trained.
        plan: how.
        fresh: whether it starts from new weights, else from those it has.
        name: of the design, by which the run is kept.
        resume: the id of the kept run that goes on, of the same network and plan; "" for none.
    """

    run: int
    network: Network
    plan: TrainingPlan
    fresh: bool = True
    name: str = ""
    resume: str = ""


@dataclass(frozen=True, slots=True)
class Stop:
    """End a run after its current batch."""

    run: int


@dataclass(frozen=True, slots=True)
class SaveModel:
    """Write `network` with the weights it has now as a `.keras` file at `path`."""

    path: str
    network: Network
    plan: TrainingPlan


@dataclass(frozen=True, slots=True)
class Speak:
    """Use another language, a key of `i18n.LANGUAGES`, in every text from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the engine."""


FileJob = SaveModel | ExportModel | ReadModel | ReadWeights | SaveWeights
"""Requests about one file, by whose path the answer is known."""

RunWish = Pause | Resume | ChangeRate | AddEpochs
"""What is asked of a run while it goes on, beside its end."""

OUT_OF_MEMORY, NO_DATA = "memory", "data"
"""Causes of a failed run that a program can do something about."""

RunRequest = Train | FindRate | Preflight | ReadData
"""What begins a run: of these one at a time."""

Request = (
    RunRequest
    | Stop
    | RunWish
    | Probe
    | ProbeBeside
    | HoldWeights
    | LetWeightsGo
    | LeaveSeat
    | Show
    | Explain
    | ShowKernels
    | ShowSamples
    | ShowThumbnails
    | LetGo
    | KeepFrame
    | SaveMaps
    | FileJob
    | CheckRoundTrip
    | Speak
    | Shutdown
)


@dataclass(frozen=True, slots=True)
class EngineReady:
    """Keras is loaded; `devices` are TensorFlow's names, `CPU` or `GPU`."""

    versions: dict[str, str]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins its first epoch; counts are of batches an epoch and of images.

    `metrics` names what is measured beside loss and accuracy, see `core/metrics.py`. `steps` are
    the batches that the run has learned before, where it goes on.
    """

    run: int
    epochs: int
    batches: int
    validation_batches: int
    images: int
    batch_size: int
    metrics: tuple[str, ...] = ()
    steps: int = 0


@dataclass(frozen=True, slots=True)
class BatchDone:
    """One batch is learned.

    Attributes:
        run: the run's number.
        epoch: from 0.
        batch: from 0, in its epoch.
        loss: of this batch alone, before the step.
        accuracy: of this batch alone, 0 to 1.
        at: `time.monotonic()` in the engine when the batch ended; comparable across processes of
            one machine.
        learning_rate: with which it was learned, 0 if that is not known.
        metrics: the values of `RunStarted.metrics`, NaN for those that say nothing of one batch.
    """

    run: int
    epoch: int
    batch: int
    loss: float
    accuracy: float
    at: float
    learning_rate: float = 0.0
    metrics: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class ValidationBatchDone:
    """One batch of the validation pass at the end of an epoch is done."""

    run: int
    epoch: int
    batch: int


@dataclass(frozen=True, slots=True)
class EpochDone:
    """One epoch and its validation are done; values are of the whole epoch.

    `val_loss` and `val_accuracy` are None where no images are kept back. `metrics` are pairs of a
    name and a value; before the names of those of the validation stands `val_`.
    """

    run: int
    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    seconds: float
    metrics: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run has ended as it should.

    Attributes:
        run: the run's number.
        epochs: that were completed.
        stopped: whether it was asked to end.
        early: whether it ended by itself before its last epoch, for nothing got better any more.
        best: the epoch, from 0, whose weights the network has now; None if it has its last ones.
    """

    run: int
    epochs: int
    stopped: bool
    early: bool = False
    best: int | None = None


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run has ended with an error; `message` is for people, `details` for the curious.

    `cause` is for programs: `OUT_OF_MEMORY`, `NO_DATA`, or empty for others.
    """

    run: int
    message: str
    details: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class ModelSaved:
    """The model is at `path`."""

    path: str


@dataclass(frozen=True, slots=True)
class SaveFailed:
    """The model could not be saved."""

    path: str
    message: str
    details: str = ""


Event = (
    EngineReady
    | DataProgress
    | FilesLeftOut
    | DataRead
    | SamplesShown
    | SamplesFailed
    | ThumbnailsShown
    | FrameKept
    | FrameLost
    | SavingMaps
    | MapsSaved
    | MapsNotSaved
    | RunStarted
    | BatchDone
    | ValidationBatchDone
    | EpochDone
    | RunPaused
    | RunResumed
    | RunExtended
    | RunKept
    | KeepingFailed
    | RatesTried
    | PreflightDone
    | RunFinished
    | RunFailed
    | Probed
    | Maps
    | ProbeFailed
    | Explained
    | ExplainFailed
    | PathShown
    | InsideShown
    | KernelsShown
    | KernelsFailed
    | ModelSaved
    | SaveFailed
    | ModelExported
    | WeightsSaved
    | ModelRead
    | WeightsRead
    | ReadFailed
    | RoundTripChecked
)
