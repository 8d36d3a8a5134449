"""Models that lay inside a model become groups, where their blocks still lie together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import groupby

from cnnstudio.core.blocks import Group
from cnnstudio.core.names import Names
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock, Row, new_uid


def grouped(network: Network, models: Mapping[str, str]) -> Network:
    """Return a network with the blocks of each inner model in a Group of its name.

    Args:
        network: the network.
        models: the name of the inner model that a block comes from, by the block's uid; of models
            inside one another, the outermost.
    """
    counts = Counter(models.values())
    names = Names(network.names())
    row: list[PlacedBlock] = []
    for model, nodes in groupby(network.nodes, lambda node: _model_of(node, models)):
        run = tuple(nodes)
        held = sum(1 for node in run for uid in _uids(node) if uid in models)
        if model is None or held != counts[model] or len(run) < 2 or _depth(run) >= DEEPEST:
            row += run
        else:
            row.append(PlacedBlock(new_uid(), names.take(model), Group(), lanes=(run,)))
    return Network(tuple(row))


def _model_of(node: PlacedBlock, models: Mapping[str, str]) -> str | None:
    """Return the model that all of a block comes from, None if there is none."""
    found = {models.get(uid) for uid in _uids(node)}
    return found.pop() if len(found) == 1 else None


def _uids(node: PlacedBlock) -> Iterator[str]:
    yield node.uid
    for lane in node.lanes:
        for inner in lane:
            yield from _uids(inner)


def _depth(row: Row) -> int:
    return max(node.depth for node in row)
