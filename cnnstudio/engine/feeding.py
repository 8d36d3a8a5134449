"""What each block's number is made by: the layer, its inputs among the maps, and its weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    # It reads TensorFlow, which whoever only explains does without.
    from cnnstudio.engine.builder import BuiltNetwork, Maker


@dataclass(frozen=True, slots=True)
class Feed:
    """Where the numbers of a block's output come from.

    Attributes:
        block: the uid of the block whose layer makes them: of a Group or Repeat its last one.
        layer: the layer's name.
        inputs: the names of the maps it receives, a lane's each of a merge.
        sources: the uids of the blocks that made those.
    """

    block: str
    layer: str
    inputs: tuple[str, ...]
    sources: tuple[str, ...]


def inner_inputs(built: BuiltNetwork) -> dict[str, Any]:
    """Return the tensors that explanations need and no block puts out, by names of their own."""
    known = {id(tensor) for tensor in built.outputs.values()}
    found: dict[str, Any] = {}
    for tensor in built.outputs.values():
        for inner in built.makers[id(tensor)].inputs:
            if id(inner) not in known:
                known.add(id(inner))
                found[_inner_name(built.makers[id(inner)])] = inner
    return found


def feeds_of(built: BuiltNetwork) -> dict[str, Feed]:
    """Return where the numbers of every map come from, by the map's name."""
    maps = {**built.outputs, **inner_inputs(built)}
    names = {id(tensor): name for name, tensor in reversed(maps.items())}
    return {name: _feed(built.makers, names, tensor) for name, tensor in maps.items()}


def _feed(makers: Mapping[int, Maker], names: Mapping[int, str], tensor: Any) -> Feed:
    maker = makers[id(tensor)]
    # Of what comes into a Repeat's last copy, what that is made from is nobody's question.
    known = [inner for inner in maker.inputs if id(inner) in names]
    inputs = tuple(names[id(inner)] for inner in known)
    return Feed(maker.block, maker.layer, inputs, tuple(makers[id(t)].block for t in known))


def _inner_name(maker: Maker) -> str:
    return f"{maker.layer}/"


def read_weights(model: Any) -> dict[str, tuple[Any, ...]]:
    """Return the weights that a model has now, by its layers' names.

    They stay what they are when the model learns on: TensorFlow copies a variable's numbers before
    it changes them if somebody holds them, and nothing is copied before that.
    """
    return {
        layer.name: tuple(weight.value.value() for weight in layer.weights)
        for layer in model.layers
        if layer.weights
    }
