"""What studio and engine say to each other of files of models and weights, and of code.

`ExportModel` is answered by `ModelExported` and `SaveWeights` by `WeightsSaved`, or by
`messages.SaveFailed`; `ReadModel` by `ModelRead` and `ReadWeights` by `WeightsRead`, or by
`ReadFailed`; `CheckRoundTrip` by `RoundTripChecked`. All but the last are known by their path.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan


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

    `network` is the design that is open now, whose weights are to stay. The engine keeps those it
    finds for the uids of the network that it answers with, without
    touching those of the open design: the studio may show the network, or ask first and drop it.
    A file may take a second or more, and waits for the job under way, a batch of a run at most.
    """

    path: str
    network: Network | None = None


@dataclass(frozen=True, slots=True)
class ReadWeights:
    """Take the weights of a design that was just opened from a file, or from a checkpoint.

    From a model file (`.keras`, `.h5`, `.hdf5`) they are taken again, for an engine that has not
    opened it itself; `network` is then the one that `ModelRead` brought.
    They replace all weights that the engine has. To be sent once the design is shown, and only if
    the file is there.
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
