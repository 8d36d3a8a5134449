"""The calls of a Keras model as nodes of a graph: blocks of the catalogue, merges, opaque parts."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from cnnstudio.core.blocks import Activation, Block, Input, Opaque, Parallel, Shape
from cnnstudio.core.blocks.opaque import foreign_layers
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import UnfitArgument, UnknownLayer, axis_text, fitted, merge_of
from cnnstudio.core.names import Names
from cnnstudio.core.problems import Problem
from cnnstudio.core.safe_layers import is_own
from cnnstudio.core.structure import GraphNode
from cnnstudio.engine.keras_calls import Call, Key, Tensor
from cnnstudio.engine.model_ends import Ends, zeros
from cnnstudio.engine.model_files import ModelError

log = logging.getLogger(__name__)

SIZE_OF_ANY = 224
"""Rows, columns or steps of an Input whose model takes any number of them."""

_MOST_MEASURED = 500
"""Calls of which Keras is asked what they put out."""
_OPERATIONS = {
    "Relu": "relu", "Relu6": "relu6", "Sigmoid": "sigmoid", "Tanh": "tanh", "Silu": "silu",
    "Softplus": "softplus", "Softsign": "softsign", "Selu": "selu",
}  # fmt: skip
"""Functions on tensors that an Activation computes."""


class UnfitCallError(Exception):
    """A call that a block cannot stand for; the text is for people."""


@dataclass(slots=True)
class Node:
    """A node of the graph: a call, or several that have become one opaque part.

    Attributes:
        name: unique in the graph.
        calls: what it stands for, each after those that it reads.
        inputs: the names of the nodes it reads.
        block: what it computes; None for a merge.
        merge: the merge's name.
        why: why it is no block of the catalogue.
        shape: what it puts out, None if that is not known.
        heads: calls that lead to other outputs of the model alone, kept with it.
        ends: those outputs.
    """

    name: str
    calls: tuple[Call, ...]
    inputs: tuple[str, ...]
    block: Block | None = None
    merge: str | None = None
    why: str = ""
    shape: Shape | None = None
    axis: int = -1
    heads: tuple[Call, ...] = ()
    ends: tuple[Key, ...] = ()

    @property
    def is_opaque(self) -> bool:
        """Whether there is no block or merge for it."""
        return isinstance(self.block, Opaque)

    def as_graph_node(self) -> GraphNode:
        """Return it as `structure` takes it."""
        return GraphNode(self.name, self.block, self.merge, self.inputs, self.axis)


@dataclass(slots=True)
class Remarks:
    """What a person should know of an import, each thing said once however many layers it meets."""

    _found: dict[str, list[str]] = field(default_factory=dict)

    def add(self, text: str, layer: str) -> None:
        """Note what is so of one layer, or of the whole, which is named ""."""
        self._found.setdefault(text, []).append(layer)

    def told(self) -> tuple[str, ...]:
        """Return the sentences."""
        return tuple(_with_layers(text, layers) for text, layers in self._found.items())


class Nodes:
    """The nodes of a model, made one after another so that each knows the shapes it receives.

    Attributes:
        by_key: the nodes by their calls, each after those that it reads.
        names: theirs by their calls.
    """

    def __init__(self, calls: Sequence[Call], ends: Ends, remarks: Remarks) -> None:
        self._remarks = remarks
        self._ends = ends
        self.by_key: dict[str, Node] = {}
        self._measured = 0
        self._given = Names()
        self.names = {call.key: self._given.take(_plain_name(call)) for call in calls}
        self._hints = _hinted(calls)
        # The Input first: what stands for the others reads it.
        for call in sorted(calls, key=lambda call: call.key != ends.input):
            self.by_key[call.key] = self._node(call)

    def _node(self, call: Call) -> Node:
        sources = [tensor.key[0] for tensor in call.tensors()]
        node = Node(self.names[call.key], (call,), tuple(self.names[key] for key in sources))
        if call.input_shape is not None:
            self._enter(node, call)
            return node
        shapes = [self.by_key[key].shape for key in sources]
        try:
            self._fit(node, call, shapes)
        except (UnknownLayer, UnfitArgument, UnfitCallError) as error:
            node.block, node.why = Opaque(), str(error)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            log.info("%s has a spoilt description", call.name, exc_info=error)
            node.block, node.why = Opaque(), _("its description is spoilt")
        if node.is_opaque:
            node.shape = self._opaque_shape(node, call, sources, shapes)
        elif node.shape is None:
            node.shape = self._hints.get(call.key)
        return node

    def _enter(self, node: Node, call: Call) -> None:
        """Make an input the design's Input, or zeros."""
        node.shape = self._sizes(call)
        entry = self.by_key.get(self._ends.input)
        if entry is None or entry.shape is None:
            node.block = Input(shape=node.shape)
            return
        node.calls = zeros(call, node.shape, self._ends.input, entry.shape)
        for inner in node.calls[:-1]:
            self.names[inner.key] = self._given.take(_plain_name(inner))
        node.block, node.inputs = Opaque(), (entry.name,)
        node.why = _("a design has one input, so this one is fed zeros")
        if call.key in self._ends.zeroed:
            self._remarks.add(node.why, node.name)

    def _fit(self, node: Node, call: Call, shapes: list[Shape | None]) -> None:
        """Find the block or merge that a call is.

        Raises:
            UnknownLayer: if there is none.
            UnfitCallError: if there is none with the call's arguments.
        """
        if is_own(call.entry) or (call.is_operation and merge_of(call.class_name) is None
                                  and call.class_name not in _OPERATIONS):  # fmt: skip
            raise UnknownLayer(
                _("there is no block {layer}").format(layer=json.dumps(call.class_name[:80]))
            )
        self._check_arguments(call)
        if any(tensor.key[1] for tensor in call.tensors()):
            raise UnfitCallError(
                _("{layer} reads one of several outputs of a layer").format(layer=call.name)
            )
        merge = merge_of(call.class_name)
        if merge is not None:
            self._merge(node, call, merge, shapes)
        elif len(shapes) != 1:
            raise UnfitCallError(
                _("{layer} reads the outputs of {count} layers and is no merge").format(
                    layer=call.name, count=len(shapes)
                )
            )
        else:
            node.block = self._block(call, shapes[0])
            node.shape = None if shapes[0] is None else node.block.output_shape(shapes[0])

    def _merge(self, node: Node, call: Call, merge: str, shapes: list[Shape | None]) -> None:
        node.merge = merge
        axis = call.config.get("axis", -1) if merge == "Concatenate" else -1
        ranks = {len(shape) for shape in shapes if shape is not None}
        node.axis = -1 if ranks == {axis} else axis
        known = [shape for shape in shapes if shape is not None]
        if node.axis == -1 and len(known) == len(shapes) > 1:
            node.shape = Parallel(merge=merge).merged_shape(known)
        elif len(shapes) == 1:
            node.shape = shapes[0]

    def _block(self, call: Call, shape: Shape | None) -> Block:
        if call.is_operation:
            if set(call.config) - {"name"}:
                raise UnfitCallError(_("{layer} has arguments").format(layer=call.name))
            return Activation(activation=_OPERATIONS[call.class_name])
        rank = None if shape is None else len(shape) + 1
        is_frozen = call.config.get("trainable") is False
        found = fitted(call.class_name, {**call.config, "trainable": True}, rank=rank)
        if found.last_axis is not None and rank is not None and found.last_axis != rank - 1:
            raise UnfitCallError(axis_text(call.class_name, found.last_axis))
        fault = None if shape is None else found.block.fault(shape)
        if fault is not None:
            raise UnfitCallError(Problem(fault.code, None, fault.details).message())
        for text in found.left_out:
            self._remarks.add(text, call.name)
        if is_frozen and (shape is None or found.block.weights(shape)):
            self._remarks.add(_("it was frozen, but a design trains all its blocks"), call.name)
        return found.block

    def _check_arguments(self, call: Call) -> None:
        """Refuse a call with more than tensors.

        Keras notes `training=False` at every Dropout, and goes by the model's call all the same.

        Raises:
            UnfitCallError: if there is more.
        """
        for name, value in call.kwargs.items():
            if value is None or name == "name":
                continue
            if name != "training" or value is not False:
                raise UnfitCallError(_no_place(call, name))
        flat = call.args[0] if len(call.args) == 1 else list(call.args)
        if not all(isinstance(arg, Tensor) for arg in (flat if isinstance(flat, list) else [flat])):
            raise UnfitCallError(
                _("{layer} is called with more than the outputs of layers").format(layer=call.name)
            )

    def _opaque_shape(
        self, node: Node, call: Call, sources: list[str], shapes: list[Shape | None]
    ) -> Shape | None:
        """Return what a call that is no block puts out: Keras says it, or the file, or nobody."""
        hint = self._hints.get(call.key)
        if hint is not None or foreign_layers(part_of((call,), "", self.names)):
            return hint
        known = {name: shape for name, shape in zip(node.inputs, shapes, strict=True) if shape}
        if len(known) != len(set(node.inputs)) or self._measured >= _MOST_MEASURED:
            return None
        self._measured += 1
        from cnnstudio.engine import opaque_parts  # reads TensorFlow, only for what needs it

        part = part_of((call,), node.inputs[0] if len(known) == 1 else "", self.names)
        try:
            with opaque_parts.weightless():
                _inputs, output = opaque_parts.part_outputs(part, known)
        except opaque_parts.PartError:
            return None
        return tuple(output.shape[1:]) if hasattr(output, "shape") else None

    def _sizes(self, call: Call) -> Shape:
        """Return an Input's shape, with a size for every axis that has none."""
        raw = call.input_shape or ()
        if None in raw:
            self._remarks.add(
                _("the input takes any size, a design has one: it is set to {size}").format(
                    size=SIZE_OF_ANY
                ),
                call.name,
            )
        shape = tuple(SIZE_OF_ANY if size is None else size for size in raw)
        if not 1 <= len(shape) <= 4 or not all(1 <= size <= 65536 for size in shape):
            raise ModelError(
                _("the input of the model, {shape}, is none that a design can have").format(
                    shape=list(shape)
                )
            )
        return shape


def part_of(
    calls: Sequence[Call], start: str, names: Mapping[str, str], output: str | None = None,
    ends: Sequence[Key] = (),
) -> str:  # fmt: skip
    """Return calls as the description of an opaque part, see `Opaque`.

    Args:
        calls: each after those that it reads.
        start: the name of the node that the part reads.
        names: of the nodes by the keys of calls.
        output: the name of what the part puts out; the last call if it is None.
        ends: other outputs of the model that are kept in the part.
    """
    heads = [{"from": names[key]} | ({"at": index} if index else {}) for key, index in ends]
    raw = {
        "input": start,
        "output": output or names[calls[-1].key],
        **({"heads": heads} if heads else {}),
        "layers": {call.layer: _entry(call) for call in calls},
        "calls": [
            {
                "name": names[call.key],
                "layer": call.layer,
                "args": _arguments(call.args, names),
                "kwargs": _arguments(dict(call.kwargs), names),
            }
            for call in calls
        ],
    }
    return json.dumps(raw, ensure_ascii=False)


def in_order(calls: Sequence[Call]) -> list[Call]:
    """Return calls so that each comes after those that it reads.

    Raises:
        ModelError: if one reads what is not there, or they read one another in a ring.
    """
    known = {call.key: call for call in calls}
    order: list[Call] = []
    done: set[str] = set()
    for first in calls:
        pending: list[tuple[Call, bool]] = [(first, False)]
        begun: set[str] = set()
        while pending:
            call, is_read = pending.pop()
            if call.key in done:
                continue
            if is_read:
                done.add(call.key)
                order.append(call)
                continue
            if call.key in begun:
                raise ModelError(
                    _("the layers of the model read one another in a ring, {layer} among them")
                    .format(layer=call.name)
                )  # fmt: skip
            begun.add(call.key)
            pending.append((call, True))
            for tensor in call.tensors():
                if tensor.key[0] not in known:
                    raise ModelError(
                        _("the model has no layer {layer}").format(layer=tensor.key[0][:80])
                    )
                pending.append((known[tensor.key[0]], False))
    return order


def _entry(call: Call) -> dict[str, Any]:
    kept = ("class_name", "module", "registered_name", "config")
    return {name: call.entry[name] for name in kept if name in call.entry}


def _arguments(raw: Any, names: Mapping[str, str]) -> Any:
    if isinstance(raw, Tensor):
        key, index = raw.key
        return {"from": names.get(key, key)} | ({"at": index} if index else {})
    if isinstance(raw, Mapping):
        return {name: _arguments(value, names) for name, value in raw.items()}
    return [_arguments(item, names) for item in raw] if isinstance(raw, list | tuple) else raw


def _hinted(calls: Sequence[Call]) -> dict[str, Shape]:
    """Return what calls put out as far as Keras has written it down where they are read."""
    return {
        tensor.key[0]: tensor.shape  # type: ignore[misc]  # no None is in it
        for call in calls
        for tensor in call.tensors()
        if tensor.shape is not None and tensor.key[1] == 0 and None not in tensor.shape
    }


def _plain_name(call: Call) -> str:
    return " ".join(call.name.split())[:200].strip() or "layer"


def _no_place(call: Call, name: str) -> str:
    return _("{layer}: a block has no place for {name} in its call").format(
        layer=call.class_name, name=name
    )


def _with_layers(text: str, layers: list[str]) -> str:
    count = len(layers)
    if layers == [""]:
        return text
    if count == 1:
        return _("{layer}: {what}").format(layer=layers[0], what=text)
    return _("{layer} and {count} more: {what}").format(layer=layers[0], count=count - 1, what=text)
