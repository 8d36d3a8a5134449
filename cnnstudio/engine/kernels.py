"""A block's weights to look at: as they are, and as they were before training."""

from __future__ import annotations

import logging
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.inner_layers import is_inner, part_of
from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown, ShowKernels, WeightShown
from cnnstudio.core.map_statistics import histogram_of
from cnnstudio.core.mosaic import shrunk
from cnnstudio.engine.builder import BuiltNetwork, build
from cnnstudio.engine.errors import EngineError, details, explain
from cnnstudio.engine.features import check_explorable
from cnnstudio.engine.models import Models
from cnnstudio.engine.part_insides import layer_inside

MOST = 4_000_000
"""Numbers of one weight that are sent; of more it is the mean of neighbours."""
_SIDE = 1024

log = logging.getLogger(__name__)


def kernels(request: ShowKernels, models: Models) -> KernelsShown | KernelsFailed:
    """Answer the question for a block's weights."""
    try:
        return _shown(request, models)
    except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
        message, raw = explain(error), details(error)
        log.info("kernels of %s: %s\n%s", request.block, message, raw)
        return KernelsFailed(request.number, request.block, message, raw)


def _shown(request: ShowKernels, models: Models) -> KernelsShown:
    if request.network.find(part_of(request.block)) is None:
        raise EngineError(_("this block is not in the network: select another one"))
    trainee = models.of(request.network)
    layer = _layer(trainee.built, request.block)
    weights = list(getattr(layer, "weights", ()))
    earlier: list[NDArray[np.float32] | None] = [None] * len(weights)
    # Of what was never trained, new weights by the seed were at no time those of the network.
    if request.before and weights and trainee.steps:
        earlier = _before(request)
    shown = tuple(
        _weight(weight, was) for weight, was in zip(weights, earlier, strict=True)
    )  # fmt: skip
    return KernelsShown(
        request.number, request.block, shown, trainee.steps, is_loaded=trainee.is_loaded
    )


def _before(request: ShowKernels) -> list[NDArray[np.float32] | None]:
    """Return the weights with which a run of the plan starts, in the layer's order."""
    check_explorable(request.network)  # once more, for there are two models of it now
    layer = _layer(build(request.network, seed=request.seed), request.block)
    return [_array(weight) for weight in layer.weights]


def _layer(built: BuiltNetwork, block: str) -> Any:
    """Return the layer of a block or of a part's layer, None if it has none."""
    if is_inner(block):
        return layer_inside(built, block)
    return next((layer for layer in built.model.layers if layer.name == block), None)


def _weight(weight: Any, before: NDArray[np.float32] | None) -> WeightShown:
    values = _array(weight)
    finite = values[np.isfinite(values)]
    return WeightShown(
        name=weight.path.rpartition("/")[2],
        shape=values.shape,
        values=_small(values),
        before=None if before is None else _small(before),
        histogram=histogram_of(finite),
        histogram_before=None if before is None else histogram_of(before),
        mean=float(finite.mean(dtype=np.float64)) if finite.size else math.nan,
        spread=float(finite.std(dtype=np.float64)) if finite.size else math.nan,
    )


def _array(weight: Any) -> NDArray[np.float32]:
    return np.asarray(weight.numpy(), np.float32)


def _small(values: NDArray[np.float32]) -> NDArray[np.float32]:
    if values.size <= MOST:
        return values
    rows = values.reshape(-1, values.shape[-1])
    size = min(_SIDE, rows.shape[0]), min(_SIDE, rows.shape[1])
    return shrunk(rows[:, :, np.newaxis], size)[:, :, 0]
