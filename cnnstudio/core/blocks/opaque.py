"""The block that stands for a part of a Keras model which the catalogue has no blocks for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar

from typing_extensions import override

from cnnstudio.core.blocks.block import Block, Family, Shape, Weight
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.kept_fields import KeptArrays, KeptShape, KeptText
from cnnstudio.core.problems import Fault
from cnnstudio.core.safe_layers import foreign_parts

_MOST_TOLD = 4


@dataclass(frozen=True, slots=True)
class Opaque(Block):
    """Layers of a Keras model as they came, with one way in and one way out.

    It keeps its place, its weights and its maps, and fits one shape of input only. It is not in the
    catalogue: it comes with a model, and a person may move it, copy it, take it out.

    `part` is JSON, in which calls follow one another:

    ```json
    {"input": "x", "output": "memory",
     "layers": {"memory": {"class_name": "LSTM", "config": {"units": 8}}},
     "calls": [{"name": "memory", "layer": "memory", "args": [{"from": "x"}], "kwargs": {}}]}
    ```

    A layer that is called twice has its weights once; of a call with several outputs, `"at"` beside
    `"from"` says which. Whatever in it is not one of `SAFE_LAYERS` is
    kept as it is written, and never built or run.
    """

    family: ClassVar[Family] = Family.CONTAINER
    stem: ClassVar[str] = "part"
    counts_macs: ClassVar[bool] = False
    lesson: ClassVar[str] = N_(
        "A part of a Keras model that there are no blocks for: it keeps its place, its weights and "
        "its maps, but cannot be changed."
    )

    why: str = param(
        KeptText(label=N_("Reason"), help=N_("why this part has not become blocks")), default=""
    )
    received: tuple[int, ...] | None = param(
        KeptShape(
            label=N_("Input shape"),
            help=N_("the only shape this part can take"),
            none_label=N_("not known"),
        ),
        default=None,
    )
    output: tuple[int, ...] | None = param(
        KeptShape(
            label=N_("Output shape"),
            help=N_("the shape this part puts out"),
            none_label=N_("not known"),
        ),
        default=None,
    )
    arrays: tuple[tuple[str, Shape, bool], ...] = param(
        KeptArrays(label=N_("Weights"), help=N_("the arrays of weights in this part")), default=()
    )
    part: str = param(
        KeptText(
            label=N_("Description"),
            help=N_("the layers of this part, as Keras describes them"),
            advanced=True,
        ),
        default="{}",
    )

    @override
    def key_params(self) -> str:
        return " · ".join(class_names(self.part)[:_MOST_TOLD])

    @override
    def fault(self, shape: Shape) -> Fault | None:
        foreign = foreign_layers(self.part)
        if foreign:
            return Fault("opaque_foreign", {"layers": ", ".join(foreign[:_MOST_TOLD])})
        if self.output is None or self.received is None:
            return Fault("opaque_unbuilt")
        if shape != self.received:
            details = {"expected": times(self.received), "received": times(shape)}
            return Fault("opaque_input", details)
        return None

    @override
    def output_shape(self, shape: Shape) -> Shape:
        return self.output or ()

    @override
    def weights(self, shape: Shape) -> tuple[Weight, ...]:
        return tuple(Weight(*array) for array in self.arrays)

    @override
    def window(self, shape: Shape) -> Window | None:
        return None


def layers_of(part: str) -> Mapping[str, Any]:
    """Return the descriptions of the layers of a part by their names; none if it is no part."""
    try:
        raw = json.loads(part)
    except (ValueError, RecursionError):
        return {}
    layers = raw.get("layers") if isinstance(raw, dict) else None
    return layers if isinstance(layers, dict) else {}


@lru_cache(maxsize=1024)
def class_names(part: str) -> tuple[str, ...]:
    """Return the classes of a part's layers, each once."""
    names = (
        layer.get("class_name") for layer in layers_of(part).values() if isinstance(layer, dict)
    )
    return tuple(dict.fromkeys(str(name)[:80] for name in names))


@lru_cache(maxsize=1024)
def foreign_layers(part: str) -> tuple[str, ...]:
    """Return what in a part is never run here."""
    return foreign_parts(list(layers_of(part).values()))
