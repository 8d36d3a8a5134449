"""Network → Keras model, one layer a block.

A block's parameters bear Keras's names, so one call makes every kind. The layer is named by the
block's uid, in a Repeat's further copies `uid.2`, `uid.3` …; a Parallel's merge is the layer of the
Parallel's own uid.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import keras

from cnnstudio.core.analysis import MOST_LAYERS, analyse
from cnnstudio.core.blocks import Block, Input, Opaque, Parallel, Repeat
from cnnstudio.core.fields import Field, Value, fields_of
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock
from cnnstudio.core.real_fields import Regularizer
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.opaque_parts import part_model

_CALLS_A_LAYER = 5

Namer = Callable[[PlacedBlock], str]
"""Gives the next layer that stands for a block its name."""


class UnbuildableError(EngineError):
    """A network with problems; the text is for people."""


@dataclass(frozen=True, slots=True)
class Maker:
    """The layer that has made a tensor.

    Attributes:
        block: the uid of the block it stands for.
        layer: its name.
        inputs: the symbolic tensors it received; none for the Input.
        output: what it has made.
    """

    block: str
    layer: str
    inputs: tuple[Any, ...]
    output: Any


@dataclass(frozen=True, slots=True)
class BuiltNetwork:
    """A network and its Keras model.

    Attributes:
        network: what it was built from.
        model: a functional model, not compiled.
        outputs: by uid, the symbolic tensor that a block puts out: a container's is what leaves
            it, a muted block's what reaches it, and a block's in a Repeat its first copy's.
        makers: of those and of all other tensors, by a tensor's `id`.
    """

    network: Network
    model: Any
    outputs: Mapping[str, Any]
    makers: Mapping[int, Maker]


def build(network: Network, *, seed: int | None = None, names: str = "uid") -> BuiltNetwork:
    """Build the Keras model of a network.

    Args:
        network: the network.
        seed: decides the weights that the model starts with; None leaves them to chance.
        names: "uid" names layers by their blocks' uids, "name" by the person's names.

    Raises:
        UnbuildableError: if the network has a problem.
    """
    check(network)
    if seed is not None:
        keras.utils.set_random_seed(seed)
    stems = _uid_stems(network) if names == "uid" else _person_stems(network)
    construction = Construction(_namer(stems))
    out = construction.row(network.nodes, None)
    model = make_model(construction.input, out)
    return BuiltNetwork(network, model, construction.outputs, construction.makers)


def make_model(inputs: Any, outputs: Any) -> Any:
    """Return a functional Keras model, of however many layers."""
    with deep_recursion():
        return keras.Model(inputs, outputs)


@contextmanager
def deep_recursion() -> Iterator[None]:
    """Let Keras walk a model of as many layers in a row as analysis allows, a call a layer."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _CALLS_A_LAYER * MOST_LAYERS))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def make_layer(block: Block, name: str) -> Any:
    """Return the Keras layer of a block that is not an Input, not yet built."""
    if isinstance(block, Parallel):
        return getattr(keras.layers, block.merge)(name=name)
    if isinstance(block, Opaque):
        return part_model(block, name)
    fields = fields_of(type(block))
    params = {key: _keras_value(fields[key], value) for key, value in block.params().items()}
    return getattr(keras.layers, block.kind)(**params, name=name)


def carry_weights(old: Any, new: Any) -> int:
    """Give the layers of model `new` the weights of the layers of `old` with the same name.

    A layer whose kind or weights have changed since keeps its own. Returns how many layers with
    weights were given theirs.
    """
    known = {layer.name: layer for layer in old.layers}
    count = 0
    for layer in new.layers:
        before = known.get(layer.name)
        if before is not None and _is_alike(before, layer):
            copy_weights(before, layer)
            count += bool(layer.weights)
    return count


def copy_weights(source: Any, target: Any) -> None:
    """Give a layer or model the weights of another that is built alike."""
    for ours, theirs in zip(target.weights, source.weights, strict=True):
        ours.assign(theirs)
    settle_weights(target)


def settle_weights(target: Any) -> None:
    """Have a layer or model work with weights that were assigned to it.

    A Normalization computes what it subtracts and divides by from its weights only when it is told.
    """
    for layer in getattr(target, "layers", (target,)):
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()


def check(network: Network) -> None:
    """Refuse a network that cannot be built.

    Raises:
        UnbuildableError: if it has a problem; the text is the first one's.
    """
    errors = analyse(network).errors
    if errors:
        raise UnbuildableError(network.said(errors[0]))


class Construction:
    """The state of one build.

    Args:
        namer: names the layers.
        make: makes the layer of a block by that name, or finds it.
    """

    def __init__(self, namer: Namer, make: Callable[[Block, str], Any] | None = None) -> None:
        self._namer = namer
        self._make = make or make_layer
        self.input: Any = None
        self.outputs: dict[str, Any] = {}
        self.makers: dict[int, Maker] = {}

    def row(self, row: tuple[PlacedBlock, ...], tensor: Any) -> Any:
        """Put one list of blocks on `tensor`, None before the Input; return what comes out."""
        for node in row:
            if node.muted:
                self._pass_by(node, tensor)
            else:
                tensor = self._placed(node, tensor)
                self.outputs.setdefault(node.uid, tensor)
        return tensor

    def _placed(self, node: PlacedBlock, tensor: Any) -> Any:
        match node.block:
            case Input():
                name = self._namer(node)
                self.input = keras.Input(node.block.shape, name=name)
                return self._made(Maker(node.uid, name, (), self.input))
            case Parallel():
                ends = [self.row(lane, tensor) for lane in node.lanes]
                name = self._namer(node)
                merged = self._make(node.block, name)(ends)
                return self._made(Maker(node.uid, name, tuple(ends), merged))
            case Repeat():
                for _copy in range(node.block.count):
                    before, tensor = tensor, self.row(node.lanes[0], tensor)
                    if tensor is before:
                        # No layer was made: loops inside loops of nothing would go on for ever.
                        break
                return tensor
            case _ if node.is_container:
                return self.row(node.lanes[0], tensor)
            case _:
                return self._layer(node, tensor)

    def _layer(self, node: PlacedBlock, tensor: Any) -> Any:
        name = self._namer(node)
        out = self._make(node.block, name)(tensor)
        if isinstance(out, list):
            out = out[0]  # of a part in which other outputs of a model are kept
        return out if out is tensor else self._made(Maker(node.uid, name, (tensor,), out))

    def _made(self, maker: Maker) -> Any:
        self.makers[id(maker.output)] = maker
        return maker.output

    def _pass_by(self, node: PlacedBlock, tensor: Any) -> None:
        """Note what a muted block, and all it holds, would have received."""
        if tensor is None:
            return
        for _path, inner in Network((node,)).walk():
            self.outputs.setdefault(inner.uid, tensor)


def _keras_value(field: Field, value: Value) -> Any:
    """Return a parameter's value as Keras takes it: a name with a strength is an object there."""
    if isinstance(field, Regularizer) and value is not None:
        name, strength = value
        return getattr(keras.regularizers, name.upper())(strength)
    return value


def uid_namer(network: Network) -> Namer:
    """Name layers by the uids of their blocks."""
    return _namer(_uid_stems(network))


def _namer(stems: Mapping[str, str]) -> Namer:
    """Name layers by a stem a block, with a number for the further copies in a Repeat."""
    copies: dict[str, int] = {}
    names = Names(stems.values())

    def name(node: PlacedBlock) -> str:
        stem = stems[node.uid]
        copies[node.uid] = copies.get(node.uid, 0) + 1
        if copies[node.uid] == 1:
            return stem
        return names.take(f"{stem}.{copies[node.uid]}")

    return name


def _uid_stems(network: Network) -> dict[str, str]:
    return {node.uid: node.uid for _path, node in network.walk()}


def _person_stems(network: Network) -> dict[str, str]:
    """Return the people's names, as far as TensorFlow allows them in the name of a scope."""
    stems: dict[str, str] = {}
    names = Names()
    for _path, node in network.walk():
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", node.name).lstrip("_-")
        stems[node.uid] = names.take(plain or f"{node.block.stem}_1")
    return stems


def _is_alike(old: Any, new: Any) -> bool:
    return type(old) is type(new) and [w.shape for w in old.weights] == [
        w.shape for w in new.weights
    ]
