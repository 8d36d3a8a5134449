"""Which of Keras's classes and functions a call in source code means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import kind_of, merge_of
from cnnstudio.core.keras_values import activation_of
from cnnstudio.core.source.arguments import layer_of, made_object
from cnnstudio.core.source.building import Building, tensors_in
from cnnstudio.core.source.session import Session
from cnnstudio.core.source.values import UNKNOWN, Layer, Model, Ref

_OBJECTS = ("regularizers", "initializers", "constraints")
_FREE_NAMES = ("keras", "tf", "tensorflow", "layers", "models", "K", "backend", "regularizers",
               "initializers", "activations")  # fmt: skip
_MODELS = ("Sequential", "Model", "Functional")
_SHAPES = ("int_shape", "shape")
_OPERANDS = ("x1", "x2", "x", "y", "a", "b")
"""What functions of two tensors call them, in Keras and in TensorFlow."""


class KerasCalls:
    """Does what calls of Keras would do."""

    def __init__(self, session: Session, building: Building) -> None:
        self._session = session
        self._building = building

    def call(
        self, ref: Ref, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        """Return what a call of something of Keras gives."""
        name = ref.last
        if ref.within(*_OBJECTS):
            return made_object(ref, args, named)
        if name in ("Model", "Functional"):
            return self._building.functional(args, named, line)
        if name == "Input":
            return self._building.input(args, named, line)
        if _is_layer(ref):
            return layer_of(self._session, name, args, named, line)
        return self._function(ref, args, named, line)

    def put(
        self, value: object, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        """Return what a layer or model puts out, or what an unknown thing is taken to."""
        tensors = tensors_in(*args, *named.values())
        if isinstance(value, Layer):
            reads = tuple(tensor.number for tensor in tensors)
            if not reads:
                self._tell_unknown(value.kind, line)
                reads = (self._building.calls.missing(line),)
            return self._building.put(value, reads, line)
        if not tensors:
            return UNKNOWN
        if isinstance(value, Model):
            return self._building.nest(value, tensors[0].number, line)
        return tensors[0]

    def _function(
        self, ref: Ref, args: Sequence[object], named: Mapping[str, object], line: int
    ) -> object:
        name, tensors = ref.last, tensors_in(*args, *named.values())
        if name == "image_data_format":
            return "channels_last"
        if not tensors:
            return UNKNOWN
        if name in _SHAPES:
            return self._building.shape(tensors[0])
        merge = merge_of(name) or ("Concatenate" if name == "concat" else None)
        if merge is not None:
            axis = named.get("axis", args[1] if len(args) > 1 and name[0] == "c" else -1)
            given = named.get("name")
            reads = tuple(tensor.number for tensor in tensors)
            own = given if isinstance(given, str) else None
            operands = [*args, *(named[word] for word in _OPERANDS if word in named)]
            return self._merge_with_numbers(merge, reads, operands, axis, own, line)
        activation = activation_of(name)
        if activation is not None and len(args) == 1 and not set(named) - {"name", "x"}:
            return self._building.activation(activation, tensors[0].number, line)
        self._building.left_out(".".join(ref.path[-2:]), line)
        return tensors[0]

    def _merge_with_numbers(
        self,
        merge: str,
        reads: tuple[int, ...],
        operands: Sequence[object],
        axis: object,
        name: str | None,
        line: int,
    ) -> object:
        """Merge tensors, or do the arithmetic of a tensor and a number."""
        sign = {"Add": "+", "Multiply": "*", "Subtract": "-"}.get(merge, merge)
        if len(reads) == 1 and merge != "Concatenate" and len(operands) == 2:
            left, right = operands
            return self._building.arithmetic(sign, left, right, line)
        return self._building.merge(merge, reads, axis, name, line)

    def _tell_unknown(self, kind: str, line: int) -> None:
        text = _("What {layer} receives is not known here: the design begins without it.")
        self._session.remark(line, text.format(layer=kind))


def free_name(name: str) -> Ref | None:
    """Return what a name that nothing defines stands for: pasted code often lacks its imports."""
    if name in _FREE_NAMES:
        return Ref(("keras", name))
    if name in (*_MODELS, "Input") or kind_of(name) or merge_of(name) == name:
        return Ref(("keras", "layers", name))
    return None


def _is_layer(ref: Ref) -> bool:
    name = ref.last
    if ref.within("optimizers", "losses", "metrics", "callbacks", "applications"):
        return False
    known = kind_of(name) is not None or merge_of(name) == name
    return known or (ref.within("layers") and name[:1].isupper())
