"""What studio and engine say to each other: frozen, picklable values.

Requests go down the pipe, events come up it. Every `Train` is answered by exactly one `RunFinished`
or `RunFailed`, every `Probe` and `Show` by `Maps` or `ProbeFailed` unless a newer one has made it
stale. `SaveModel`, `ExportModel` and `SaveWeights` are answered by `ModelSaved`, `ModelExported` or
`WeightsSaved`, else by `SaveFailed`; `ReadModel` and `ReadWeights` by `ModelRead` or `WeightsRead`,
else by `ReadFailed`; `CheckRoundTrip` by `RoundTripChecked`. `Stop`, `Speak` and `Shutdown` have no
answer of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan


@dataclass(frozen=True, slots=True)
class DatasetImage:
    """An image of a dataset, by its number there."""

    dataset: str
    index: int


@dataclass(frozen=True, slots=True)
class FileImage:
    """An image file of the person's own."""

    path: str


ImageSource = DatasetImage | FileImage


@dataclass(frozen=True, slots=True)
class Train:
    """Train `network` by `plan`; `fresh` starts from new weights, else from those it has."""

    run: int
    network: Network
    plan: TrainingPlan
    fresh: bool = True


@dataclass(frozen=True, slots=True)
class Stop:
    """End a run after its current batch."""

    run: int


@dataclass(frozen=True, slots=True)
class Probe:
    """Look at an image through a network; `block` is the uid whose maps are wanted first.

    `pixels` is the plan's pixel range, so that the network sees what it is trained on.
    """

    generation: int
    network: Network
    image: ImageSource
    pixels: str
    block: str


@dataclass(frozen=True, slots=True)
class Show:
    """Send another block's maps of the probe `generation`."""

    generation: int
    block: str


@dataclass(frozen=True, slots=True)
class SaveModel:
    """Write `network` with the weights it has now as a `.keras` file at `path`."""

    path: str
    network: Network
    plan: TrainingPlan


@dataclass(frozen=True, slots=True)
class ExportModel:
    """Write `network` with the weights it has now in the form that the name `path` asks for.

    A name ends in `.keras`, `.weights.h5`, `.onnx`, `.tflite` or `.py`; one without an ending is a
    SavedModel folder. With `verify` the file is read back and its outputs are compared.
    """

    path: str
    network: Network
    plan: TrainingPlan
    verify: bool = False


@dataclass(frozen=True, slots=True)
class ReadModel:
    """Open a Keras model: `.keras`, `.h5`, `.hdf5`, or the JSON of `model.to_json()`.

    The engine keeps the weights it finds for the uids of the network that it answers with, without
    touching those of the open design: the studio may show the network, or ask first and drop it.
    A file may take a second or more, and waits for the job under way, a batch of a run at most.
    """

    path: str


@dataclass(frozen=True, slots=True)
class ReadWeights:
    """Take the weights of a design that was just opened from the file beside it.

    They replace all weights that the engine has. To be sent once the design is shown, and only if
    `weights_beside` names a file that is there.
    """

    path: str
    network: Network


@dataclass(frozen=True, slots=True)
class SaveWeights:
    """Write the weights that runs and files have given the blocks of `network` to `path`.

    To be sent after the design is saved, also under another name or in another folder, with
    `weights_beside` of it. Where the blocks have only the weights they started with, nothing is
    written, and a file that is there stays.
    """

    path: str
    network: Network


@dataclass(frozen=True, slots=True)
class CheckRoundTrip:
    """Write `network` as code, read that back, build both and compare their outputs.

    The weights are those the network has now. `number` is for the answer.
    """

    number: int
    network: Network


@dataclass(frozen=True, slots=True)
class Speak:
    """Use another language, a key of `i18n.LANGUAGES`, in every text from now on."""

    language: str


@dataclass(frozen=True, slots=True)
class Shutdown:
    """End the engine."""


FileJob = SaveModel | ExportModel | ReadModel | ReadWeights | SaveWeights
"""Requests about one file, by whose path the answer is known."""

Request = Train | Stop | Probe | Show | FileJob | CheckRoundTrip | Speak | Shutdown


@dataclass(frozen=True, slots=True)
class EngineReady:
    """Keras is loaded; `devices` are TensorFlow's names, `CPU` or `GPU`."""

    versions: dict[str, str]
    devices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStarted:
    """A run begins its first epoch; counts are of batches an epoch and of images."""

    run: int
    epochs: int
    batches: int
    validation_batches: int
    images: int
    batch_size: int


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
    """

    run: int
    epoch: int
    batch: int
    loss: float
    accuracy: float
    at: float


@dataclass(frozen=True, slots=True)
class ValidationBatchDone:
    """One batch of the validation pass at the end of an epoch is done."""

    run: int
    epoch: int
    batch: int


@dataclass(frozen=True, slots=True)
class EpochDone:
    """One epoch and its validation are done; values are means over the epoch.

    `val_loss` and `val_accuracy` are None where no images are kept back.
    """

    run: int
    epoch: int
    loss: float
    accuracy: float
    val_loss: float | None
    val_accuracy: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class RunFinished:
    """A run has ended as it should, `stopped` if it was asked to."""

    run: int
    epochs: int
    stopped: bool


@dataclass(frozen=True, slots=True)
class RunFailed:
    """A run has ended with an error; `message` is for people, `details` for the curious."""

    run: int
    message: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class Probed:
    """An image has gone through a network.

    Attributes:
        generation: the probe's.
        picture: the image as it was opened, `(height, width, 3)`, 0 to 255, at most 512 a side.
        size: its own `(height, width)`, in pixels.
        entered: what went into the network, `(height, width, channels)`, float32.
        label: the image's class if it is known.
        labels: names of the classes, empty if the output is not a vector of classes.
        probabilities: of the classes, float32, summing to 1; empty likewise.
        step: batches the weights have been trained for.
    """

    generation: int
    picture: NDArray[np.uint8]
    size: tuple[int, int]
    entered: NDArray[np.float32]
    label: str | None
    labels: tuple[str, ...]
    probabilities: NDArray[np.float32]
    step: int


@dataclass(frozen=True, slots=True)
class Maps:
    """What one block puts out: float32, `(height, width, channels)` or `(units,)`.

    Also `(length, channels)` and `(depth, height, width, channels)`: `mosaic.as_maps` says what is
    drawn of those.
    """

    generation: int
    block: str
    values: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ProbeFailed:
    """An image could not be looked at."""

    generation: int
    message: str
    details: str = ""


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


@dataclass(frozen=True, slots=True)
class ModelExported:
    """The model is at `path`.

    `difference` is the largest between its outputs and those of what was written, for the same
    random input; None if that was not to be checked.
    """

    path: str
    difference: float | None = None


@dataclass(frozen=True, slots=True)
class WeightsSaved:
    """The weights of `blocks` layers are at `path`; if there are none, nothing was written."""

    path: str
    blocks: int


@dataclass(frozen=True, slots=True)
class ModelRead:
    """A model has become a network.

    Attributes:
        path: the file.
        name: the model's own, "" if it has none.
        network: its blocks; what is no block is an `Opaque` one that says why.
        remarks: what is not as it was, in sentences.
        has_weights: whether the engine has weights of it, to look at and to train on from.
    """

    path: str
    name: str
    network: Network
    remarks: tuple[str, ...]
    has_weights: bool


@dataclass(frozen=True, slots=True)
class WeightsRead:
    """The weights at `path` are those of the design now; `blocks` is how many of its layers."""

    path: str
    blocks: int


@dataclass(frozen=True, slots=True)
class ReadFailed:
    """A model or a weights file could not be read; what is open stays as it is."""

    path: str
    message: str
    details: str = ""


@dataclass(frozen=True, slots=True)
class RoundTripChecked:
    """What came of a way from design to code and back.

    Attributes:
        number: the request's.
        message: what came of it, in a sentence for people.
        difference: the largest between two outputs, None if the code was not read back, or the
            network cannot be built.
        is_same: whether nothing has changed.
        details: for the curious.
    """

    number: int
    message: str
    difference: float | None
    is_same: bool
    details: str = ""


Event = (
    EngineReady
    | RunStarted
    | BatchDone
    | ValidationBatchDone
    | EpochDone
    | RunFinished
    | RunFailed
    | Probed
    | Maps
    | ProbeFailed
    | ModelSaved
    | SaveFailed
    | ModelExported
    | WeightsSaved
    | ModelRead
    | WeightsRead
    | ReadFailed
    | RoundTripChecked
)


class EngineHandle(Protocol):
    """A started engine, as the studio sees it."""

    @property
    def connection(self) -> Connection:
        """The studio's end of the pipe."""

    @property
    def pid(self) -> int:
        """The engine's process id."""

    def is_alive(self) -> bool:
        """Return whether the process runs."""

    def kill(self) -> None:
        """End the process at once and wait until it is gone."""
