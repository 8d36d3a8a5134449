"""Whether a network that can be built can learn a dataset's classes, on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from cnnstudio.core.blocks import Normalization, Parallel, Rescaling
from cnnstudio.core.blocks.block import LINEAR, SOFTMAX
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.objective import AUTO, is_single
from cnnstudio.core.pixels import PIXEL_RANGES, PixelRange
from cnnstudio.core.problems import Problem
from cnnstudio.core.report import BYTES_A_NUMBER, BlockFacts, Report

USUAL_BATCH = 32
"""Images a step, where nothing else is known."""
MOST_TIMES = 2
"""A value range may be so many times as wide as that of the pixels."""


def design_problems(
    network: Network,
    report: Report,
    dataset: Dataset | None = None,
    *,
    batch_size: int = USUAL_BATCH,
    memory: int | None = None,
    pixels: str | None = None,
    loss: str = AUTO,
) -> tuple[Problem, ...]:
    """Return all that is known to be wrong with a design, the network's own problems first.

    Args:
        network: the network.
        report: its analysis.
        dataset: what it is to learn, if that is known.
        batch_size: images a step of training.
        memory: bytes of memory that the machine has, None to leave it out of account.
        pixels: the range that pixels are brought to, a key of `PIXEL_RANGES`; None if not known.
        loss: that of the training plan.
    """
    found = list(report.problems)
    if dataset is not None:
        found += training_problems(network, report, dataset, loss=loss)
    if memory is not None:
        found += memory_problems(network, report, batch_size, memory)
    if pixels is not None:
        found += pixel_problems(network, PIXEL_RANGES[pixels])
    return tuple(found)


def training_problems(
    network: Network, report: Report, dataset: Dataset, *, loss: str = AUTO
) -> tuple[Problem, ...]:
    """Return why a network that can be built cannot learn to tell a dataset's classes apart.

    With the `loss` of a training plan that is one of numbers, why it cannot learn those.
    """
    shape = report.output_shape
    if shape is None or report.errors:
        return ()
    blocks = [node for node in network.nodes if not node.muted]
    first, last = blocks[0], blocks[-1]
    classes, data = dataset.classes, _(dataset.title)
    found: list[Problem] = []
    entry = report.facts[first.uid].output_shape or ()
    if not dataset.is_text and (len(entry) != 3 or entry[2] not in (1, 3)):
        seen: dict[str, object] = {"received": times(entry), "data": data}
        found.append(Problem("input_not_image", first.uid, seen))
    facts: dict[str, object] = {"received": times(shape), "classes": classes, "data": data}
    activation = output_activation(network)
    if is_single(loss, dataset.labels, shape, activation):
        pass
    elif len(shape) != 1:
        found.append(Problem("output_rank", last.uid, facts))
    elif shape[0] != classes:
        found.append(Problem("output_classes", last.uid, facts))
    elif activation not in (SOFTMAX, LINEAR):
        last_one: dict[str, object] = {"activation": activation, "classes": classes}
        found.append(Problem("output_activation", last.uid, last_one))
    if report.trainable_weights == 0:
        found.append(Problem("no_weights"))
    return tuple(found)


def pixel_problems(network: Network, pixels: PixelRange) -> Iterator[Problem]:
    """Yield a problem for each block that takes pixels for far larger numbers than they are.

    A network that scales its numbers itself is left alone.
    """
    nodes = [node for _path, node in network.walk() if not node.muted]
    if any(isinstance(node.block, Rescaling | Normalization) for node in nodes):
        return
    for node in nodes:
        taken = getattr(node.block, "value_range", None)
        if taken is not None and taken[1] - taken[0] > MOST_TIMES * (pixels.high - pixels.low):
            ranges: dict[str, object] = {
                "taken": f"{taken[0]:g} – {taken[1]:g}",
                "low": f"{pixels.low:g}",
                "high": f"{pixels.high:g}",
            }
            yield Problem("pixels_are_smaller", node.uid, ranges)


def memory_problems(
    network: Network, report: Report, batch_size: int, memory: int
) -> tuple[Problem, ...]:
    """Return a problem, at the block that takes most, if training will not fit into the memory.

    Args:
        network: the network.
        report: its analysis.
        batch_size: images a step of training.
        memory: bytes of memory that the machine has.
    """
    needed = report.training_bytes(batch_size)
    if report.errors or needed <= memory:
        return ()
    details: dict[str, object] = {
        "needed": _gigabytes(needed), "memory": _gigabytes(memory), "batch_size": batch_size,
    }  # fmt: skip
    outputs = report.activation_bytes(batch_size)
    layers = [node for _path, node in network.walk() if not node.is_container]
    if outputs * 2 > needed:
        top = max(layers, key=lambda node: _facts(report, node).activations)
        own = _facts(report, top).activations * batch_size * BYTES_A_NUMBER
        return (Problem("maps_too_large", top.uid, {**details, "own": _gigabytes(own)}),)
    top = max(layers, key=lambda node: _facts(report, node).weights)
    count = _facts(report, top).weights
    return (Problem("weights_too_large", top.uid, {**details, "count": count}),)


def output_activation(network: Network) -> str:
    """Return the activation the network's output has passed last, "linear" if none.

    It decides the loss: after softmax the output is probabilities, else it is taken for logits.
    """
    return _activation_after(network.nodes, LINEAR)


def _activation_after(row: Row, received: str) -> str:
    for node in row:
        if node.muted:
            continue
        match node.block:
            case Parallel():
                ends = [_activation_after(lane, received) for lane in node.lanes]
                received = node.block.merged_activation(ends)
            case _ if node.is_container:
                # However often a body is repeated, from the second time on nothing changes.
                received = _activation_after(node.lanes[0], received)
            case _:
                received = node.block.output_activation(received)
    return received


def _facts(report: Report, node: PlacedBlock) -> BlockFacts:
    return report.facts[node.uid]


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f}"
