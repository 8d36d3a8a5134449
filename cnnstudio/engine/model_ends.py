"""Several inputs and outputs of a Keras model: which are the design's, and what of the rest.

A design has one of each. An image is its input, and the others are fed zeros; the first output is
its own, and what leads to the others alone are heads, which parts keep to be looked at.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from cnnstudio.core.blocks import Shape
from cnnstudio.core.i18n import _
from cnnstudio.engine.keras_calls import Call, Key, Place, Tensor
from cnnstudio.engine.keras_graph import KerasGraph
from cnnstudio.engine.model_files import ModelError

_CHANNELS = (1, 3, 4)
"""Of what is an image beyond doubt."""


@dataclass(frozen=True, slots=True)
class Head:
    """What leads to outputs other than the design's.

    Attributes:
        ends: the outputs.
        calls: what leads to them alone, each after those that it reads; none if that is nothing.
        reads: what it takes of the rest of the model.
    """

    ends: tuple[Key, ...]
    calls: tuple[Call, ...]
    reads: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Ends:
    """The ends of a model.

    Attributes:
        output: the call that makes the design's output.
        input: the call that is its Input.
        zeroed: the other inputs that are of use.
        heads: what leads to other outputs.
    """

    output: str
    input: str
    zeroed: frozenset[str]
    heads: tuple[Head, ...]


def ends_of(graph: KerasGraph, ordered: Sequence[Call]) -> Ends:
    """Return the ends of a model.

    Args:
        graph: the model.
        ordered: its calls, each after those that it reads.

    Raises:
        ModelError: if it has no output or no input that a design can have.
    """
    known = {call.key: call for call in ordered}
    keys = list(dict.fromkeys(graph.outputs))
    if not keys or keys[0][1] or keys[0][0] not in known:
        raise ModelError(_("the model has no output that a design can have"))
    output = keys[0][0]
    trunk = _leading_to(known, [output])
    inputs = [call for call in graph.calls if call.input_shape is not None]
    entries = [call for call in inputs if call.key in trunk] or inputs
    if not entries:
        raise ModelError(_("the model has no output that a design can have"))
    main = max(entries, key=_likeness).key
    rest = [key for key in keys[1:] if key[0] in known]
    used = trunk | _leading_to(known, [key for key, _index in rest])
    zeroed = frozenset(call.key for call in inputs if call.key != main and call.key in used)
    heads = tuple(_heads(known, ordered, trunk, rest, main))
    return Ends(output, main, zeroed, heads)


def _likeness(call: Call) -> int:
    """Return how much an input is like an image; of several the first one counts."""
    shape = call.input_shape or ()
    return (len(shape) == 3) + (len(shape) == 3 and shape[-1] in _CHANNELS)


def _leading_to(known: Mapping[str, Call], keys: Sequence[str]) -> set[str]:
    found: set[str] = set()
    pending = list(keys)
    while pending:
        key = pending.pop()
        if key not in found:
            found.add(key)
            pending += [tensor.key[0] for tensor in known[key].tensors()]
    return found


def _heads(
    known: Mapping[str, Call], ordered: Sequence[Call], trunk: set[str], keys: Sequence[Key],
    main: str,
) -> list[Head]:  # fmt: skip
    """Return the heads; outputs that share a layer, or read the same, are of one."""
    groups: list[tuple[list[Key], set[str], frozenset[str]]] = []
    for key in keys:
        ends, own = [key], _leading_to(known, [key[0]]) - trunk
        reads = _read_of_trunk(known, own, trunk)
        for group in [g for g in groups if g[1] & own or g[2] == reads]:
            groups.remove(group)
            ends, own, reads = [*group[0], *ends], own | group[1], reads | group[2]
        groups.append((ends, own, reads))
    found = []
    for ends, own, reads in groups:
        calls = tuple(call for call in ordered if call.key in own)
        tensors = [t.key for call in calls for t in call.tensors() if t.key[0] in reads]
        found.append(Head(tuple(ends), calls, tuple(dict.fromkeys(tensors)) or ((main, 0),)))
    return found


def _read_of_trunk(known: Mapping[str, Call], own: set[str], trunk: set[str]) -> frozenset[str]:
    return frozenset(t.key[0] for key in own for t in known[key].tensors() if t.key[0] in trunk)


def zeros(call: Call, shape: Shape, entry: str, entered: Shape) -> tuple[Call, ...]:
    """Return what puts out zeros in an input's place: layers of Keras's own, without weights.

    Args:
        call: the input's.
        shape: what it takes.
        entry: the design's Input.
        entered: what that takes.
    """
    steps: list[tuple[str, dict[str, Any]]] = [
        ("Flatten", {}),
        ("Reshape", {"target_shape": [math.prod(entered), 1]}),
        ("GlobalMaxPooling1D", {}),
        ("Rescaling", {"scale": 0.0, "offset": 0.0}),
        ("RepeatVector", {"n": math.prod(shape)}),
        ("Reshape", {"target_shape": list(shape)}),
    ]
    made: list[Call] = []
    for number, (kind, config) in enumerate(steps):
        name = f"{call.name}_{number}"
        source = made[-1].key if made else entry
        layer = {"class_name": kind, "config": {"name": name, **config}}
        made.append(
            Call(
                f"{call.key}/{number}", name, f"{call.layer}/{number}", layer,
                Place("", ()), (Tensor((source, 0)),),
            )
        )  # fmt: skip
    # What reads the input reads the last of them.
    made[-1] = replace(made[-1], key=call.key, name=call.name)
    return tuple(made)
