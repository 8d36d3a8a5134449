"""What lies inside the opaque parts of a built network, to be looked at like its blocks.

The layers of the model are called once more, on an Input of their own: in this second graph what
every layer inside a part puts out can be asked for, while the model that learns and is saved stays
as it is. A network without parts is looked at as it was built.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import keras

from cnnstudio.core.blocks import Block, Opaque
from cnnstudio.core.inner_layers import KerasLayer, inner_block, inner_name, part_of
from cnnstudio.core.network import PlacedBlock
from cnnstudio.engine.builder import BuiltNetwork, Construction, Maker, make_model, uid_namer
from cnnstudio.engine.feeding import read_weights
from cnnstudio.engine.opaque_parts import PartCall, opened_part

_MOST_AXES = 4
"""Of what can be drawn: a volume and its channels."""


@dataclass(frozen=True, slots=True)
class Insides:
    """A built network with what lies inside its parts.

    Attributes:
        built: its outputs are named by uid, and `<uid>/<name>` inside parts.
        nodes: the layers inside parts as blocks, by those names, in the order of their calls.
        layers: their Keras layers.
    """

    built: BuiltNetwork
    nodes: Mapping[str, PlacedBlock] = field(default_factory=dict)
    layers: Mapping[str, Any] = field(default_factory=dict)

    def weights(self) -> dict[str, tuple[Any, ...]]:
        """Return the weights of all layers as they are now, see `read_weights`."""
        found = read_weights(self.built.model)
        for name, layer in self.layers.items():
            weights = getattr(layer, "weights", ())
            if weights:
                found[name] = tuple(weight.value.value() for weight in weights)
        return found


def insides_of(built: BuiltNetwork) -> Insides:
    """Return a built network with what lies inside its parts."""
    parts = {
        node.uid
        for _path, node in built.network.walk()
        if isinstance(node.block, Opaque) and not node.muted
    }
    if not parts:
        return Insides(built)
    again = _Again(built, parts)
    out = again.construction.row(built.network.nodes, None)
    again.settle()
    model = make_model(again.construction.input, out)
    seen = replace(
        built, model=model, outputs=again.construction.outputs, makers=again.construction.makers
    )
    return Insides(seen, again.nodes, again.layers)


def layer_inside(built: BuiltNetwork, name: str) -> Any:
    """Return the Keras layer inside a part by the name of its maps, None if there is none."""
    path = built.network.find(part_of(name))
    node = None if path is None else built.network.at(path)
    if node is None or not isinstance(node.block, Opaque):
        return None
    raw = json.loads(node.block.part)
    numbers = {key: number for number, key in enumerate(dict.fromkeys(_keys(raw)))}
    for call in raw["calls"]:
        if inner_name(node.uid, call["name"]) in (name, name.rpartition(":")[0]):
            wanted = f"layer_{numbers[call['layer']]}"
            part = built.model.get_layer(node.uid)
            return next((layer for layer in part.layers if layer.name == wanted), None)
    return None


def _keys(raw: Any) -> list[str]:
    return [call["layer"] for call in raw["calls"]]


class _Again:
    """Calls the layers of a model once more; those of parts one by one."""

    def __init__(self, built: BuiltNetwork, parts: set[str]) -> None:
        self._model = built.model
        self._parts = parts
        self._made: list[Maker] = []
        self._seen: dict[int, Any] = {}
        self.nodes: dict[str, PlacedBlock] = {}
        self.layers: dict[str, Any] = {}
        self.construction = Construction(uid_namer(built.network), self._layer)

    def settle(self) -> None:
        """Say of what leaves a part that its last layer has made it."""
        for maker in self._made:
            self.construction.makers[id(maker.output)] = maker
            self.construction.outputs.setdefault(maker.block, maker.output)

    def _layer(self, block: Block, name: str) -> Any:
        if not isinstance(block, Opaque):
            return self._model.get_layer(name)
        if name not in self._parts:
            return self._model.get_layer(name)  # a further copy in a Repeat
        return lambda tensor: self._opened(name, block, tensor)

    def _opened(self, uid: str, block: Opaque, tensor: Any) -> Any:
        opened = opened_part(block, self._model.get_layer(uid))
        made = dict(zip(opened.tensors, _listed(opened.model(tensor)), strict=True))
        made[opened.start, 0] = self._seen[id(tensor)] = tensor
        for call in opened.calls:
            self._note(uid, call, made)
        return made[opened.output, 0]

    def _note(self, uid: str, call: PartCall, made: Mapping[tuple[str, int], Any]) -> None:
        sources = [made[key] for key in call.reads if key in made]
        reads = [self._seen[id(tensor)] for tensor in sources if id(tensor) in self._seen]
        plain = call.is_plain and len(reads) == len(call.reads)
        shapes = [tuple(read.shape[1:]) for read in reads] if plain else []
        block = inner_block(call.class_name, call.config, shapes)
        for (name, number), output in made.items():
            if name != call.name or not _can_be_seen(output):
                continue
            full = inner_name(uid, name, number)
            shown = block if not number else KerasLayer(class_name=call.class_name[:80])
            self.nodes[full] = PlacedBlock(full, full.partition("/")[2], shown)
            self.layers[full] = call.layer
            self._seen[id(output)] = seen = _as_float(output)
            self._made.append(Maker(full, full, tuple(reads), seen))


def _can_be_seen(tensor: Any) -> bool:
    """Return whether a tensor holds numbers of each image that can be drawn."""
    sizes = tuple(tensor.shape)
    drawable = 1 < len(sizes) <= _MOST_AXES + 1 and sizes[0] is None and all(sizes[1:])
    return drawable and "complex" not in str(tensor.dtype)


def _as_float(tensor: Any) -> Any:
    return tensor if tensor.dtype == "float32" else keras.ops.cast(tensor, "float32")


def _listed(outputs: Any) -> list[Any]:
    return list(outputs) if isinstance(outputs, list | tuple) else [outputs]
