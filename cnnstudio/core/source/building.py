"""What Keras's classes and functions do when source code calls them: they add to the graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnstudio.core.blocks import Activation, Block, Family, Input, PReLU
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import kind_of, merge_of, stated_shape
from cnnstudio.core.source.arguments import layer_of
from cnnstudio.core.source.calls import DEEPEST_MODELS, Call, Calls, TooMuch
from cnnstudio.core.source.fitting import block_of_layer, entered
from cnnstudio.core.source.session import Session
from cnnstudio.core.source.values import UNKNOWN, Layer, Model, Tensor

_LAYER_COSTS = 10
"""Steps of work that a layer stands for."""
_WITH_WEIGHTS = (Family.CONVOLUTION, Family.DENSE, Family.NORMALIZATION)


class Building:
    """Puts layers and models on tensors.

    Attributes:
        calls: the graph.
        models: what the code has made of it, in order.
    """

    def __init__(self, session: Session) -> None:
        self.calls = Calls()
        self.models: list[Model] = []
        self._session = session

    def input(self, args: Sequence[object], named: Mapping[str, object], line: int) -> Tensor:
        """Make the input of a model."""
        layer = layer_of(self._session, "Input", args, named, line)
        given = dict(layer.arguments)
        shape = given.pop("shape", None)
        if shape is None:
            shape = stated_shape("Input", given)
        if UNKNOWN in (shape, *given.values()):
            shape = UNKNOWN
        return Tensor(self.calls.entry(entered(self._session, shape, line), layer.name, line))

    def sequential(
        self,
        args: Sequence[object],
        named: Mapping[str, object],
        line: int,
        places: Sequence[tuple[str, int]] = (),
    ) -> Model:
        """Make a Sequential model.

        Args:
            args: what the call gives by place.
            named: what it gives by name.
            line: where the call is.
            places: what each layer is called in the text, and the line of it.
        """
        given = dict(zip(("layers", "name"), args, strict=False)) | dict(named)
        name = given.get("name")
        model = Model(line, name if isinstance(name, str) else None, parts=[])
        self.models.append(model)
        parts = given.get("layers") or ()
        if isinstance(parts, tuple | list):
            for number, part in enumerate(parts):
                what, at = places[number] if len(places) == len(parts) else ("", line)
                self.add(model, part, at, what)
        else:
            text = _("The layers of this model cannot be known here.")
            self._session.remark(line, text)
        return model

    def functional(self, args: Sequence[object], named: Mapping[str, object], line: int) -> object:
        """Make a model of what lies between two tensors."""
        given = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | dict(named)
        ends = [given.get("inputs", given.get("input")), given.get("outputs", given.get("output"))]
        for number, end in enumerate(ends):
            ends[number] = self._one_end(end, line, is_output=number == 1)
        source, end = ends
        if not isinstance(end, Tensor):
            return UNKNOWN
        name = given.get("name")
        start = (
            source.number if isinstance(source, Tensor) else self.calls.leading_to(end.number)[0]
        )
        model = Model(line, name if isinstance(name, str) else None, start, end.number)
        self.models.append(model)
        return model

    def add(self, model: Model, part: object, line: int, what: str = "") -> None:
        """Add a layer, or a model, to the end of a Sequential model.

        Args:
            model: the model.
            part: what is added.
            line: where.
            what: what the part is called in the text.
        """
        if model.parts is None:
            return
        if isinstance(part, tuple | list):
            for inner in part[:1000]:
                self.add(model, inner, line)
        elif isinstance(part, Model) and (part is model or model.is_part):
            # Two models could lie inside one another.
            self.left_out(part.name or "Sequential", line)
        elif isinstance(part, Layer | Model | Tensor):
            if isinstance(part, Model):
                part.is_part = True
                model.depth = max(model.depth, part.depth + 1)
                if model.depth > DEEPEST_MODELS:
                    raise TooMuch(line)
            model.parts.append(part)
            model.source = model.end = None
        else:
            self.left_out(what, line)

    def ends(self, model: Model, shape: Any = None) -> tuple[int, int]:
        """Return the calls at which a model begins and ends.

        Args:
            model: the model; a Sequential one is put together now.
            shape: of what enters it, if that is known and the model does not tell.
        """
        if model.source is None or model.end is None:
            parts = list(model.parts or ())
            model.source = self._begin(model, parts, shape)
            model.end = model.source
            for part in parts:
                if isinstance(part, Layer):
                    tensor = self.put(part, (model.end,), part.line, part.loops)
                    model.end = tensor.number
                elif isinstance(part, Model):
                    model.end = self.nest(part, model.end, part.line).number
        return model.source, model.end

    def nest(self, model: Model, read: int, line: int) -> Tensor:
        """Put a whole model on what a call puts out."""
        if model.used:
            self._tell_shared(model.name or "Model", line)
        model.is_part = model.used = True
        inner = self.ends(model, self.calls[read].shape)
        loops = self._session.loops
        return Tensor(self.calls.group(inner, read, model.name, line, loops))

    def put(self, layer: Layer, reads: tuple[int, ...], line: int, loops: Any = None) -> Tensor:
        """Put a layer on what calls put out; one that is no block is left out."""
        loops = self._session.loops if loops is None else loops
        self._session.spend(_LAYER_COSTS, line)
        merge = merge_of(layer.kind)
        if merge is not None:
            return self.merge(merge, reads, layer.arguments.get("axis", -1), layer.name, line)
        shape = self.calls[reads[0]].shape
        block = block_of_layer(self._session, layer, None if shape is None else len(shape) + 1)
        if len(reads) > 1 and block is not None:
            text = _("{layer} has one input here: only the first is kept.")
            self._session.remark(line, text.format(layer=layer.kind))
        if block is None or isinstance(block, Input):
            return Tensor(reads[0])
        if layer.used and _has_weights(block):
            self._tell_shared(layer.name or layer.kind, line)
        layer.used = True
        tensor = self.block(block, reads[0], line, layer.name, loops)
        return tensor if layer.then is None else self.put(layer.then, (tensor.number,), line, loops)

    def block(
        self, block: Block, read: int, line: int, name: str | None = None, loops: Any = None
    ) -> Tensor:
        """Put a block on what a call puts out."""
        loops = self._session.loops if loops is None else loops
        return Tensor(self.calls.layer(block, read, name, line, loops))

    def merge(
        self, merge: str, reads: tuple[int, ...], axis: object, name: str | None, line: int
    ) -> Tensor:
        """Make one of what several calls put out."""
        shape = self.calls[reads[0]].shape
        last = (-1,) if shape is None else (-1, len(shape))
        if merge == "Concatenate" and axis not in last and (shape is not None or axis in (0, 1)):
            text = _("Branches are joined along axis {axis} here, but Parallel joins along the "
                     "channels: only the first is kept.")  # fmt: skip
            self._session.remark(line, text.format(axis=axis))
            return Tensor(reads[0])
        return Tensor(self.calls.merge(merge, reads, name, line, self._session.loops))

    def arithmetic(self, sign: str, left: object, right: object, line: int) -> object:
        """Return what an operator makes of tensors, or of a tensor and a number."""
        if isinstance(left, Tensor) and isinstance(right, Tensor):
            merge = {"+": "Add", "*": "Multiply", "-": "Subtract"}.get(sign)
            if merge is not None:
                return self.merge(merge, (left.number, right.number), -1, None, line)
        elif isinstance(left, Tensor) and isinstance(right, int | float):
            given = _rescaling(sign, right)
            if given is not None:
                layer = Layer("Rescaling", given, None, line, self._session.loops)
                return self.put(layer, (left.number,), line)
        elif isinstance(right, Tensor) and isinstance(left, int | float) and sign in "+*":
            return self.arithmetic(sign, right, left, line)
        text = _("The operator {sign} on what layers put out is left out.").format(sign=sign)
        self._session.remark(line, text)
        return left if isinstance(left, Tensor) else right

    def activation(self, name: str, read: int, line: int) -> Tensor:
        """Put an activation on what a call puts out."""
        return self.block(Activation(activation=name), read, line)

    def shape(self, tensor: Tensor) -> object:
        """Return a tensor's shape as Keras tells it, the batch as None."""
        shape = self.calls[tensor.number].shape
        return UNKNOWN if shape is None else (None, *shape)

    def left_out(self, what: str, line: int) -> None:
        """Say that something is not understood, under its name in the text if it has one."""
        if what:
            text = _("{what} is not understood here and left out.").format(what=what)
        else:
            text = _("The layer that is added here is not understood and left out.")
        self._session.remark(line, text)

    def _begin(self, model: Model, parts: list[object], shape: Any) -> int:
        """Return the call that a Sequential model begins with; parts lose it if it is one."""
        first = parts[0] if parts else None
        if isinstance(first, Tensor):
            del parts[0]
            return first.number
        if isinstance(first, Layer) and kind_of(first.kind) == "Input":
            del parts[0]
            return self.input((), {**first.arguments, "name": first.name}, first.line).number
        told = self._told_shape(first) or model.shape
        if told is not None:
            return self.calls.entry(entered(self._session, told, model.line), None, model.line)
        if shape is not None:
            return self.calls.entry(Input(shape=shape), None, model.line)
        return self.calls.add(Call(Input(), None, (), None, None, model.line, is_missing=True))

    def _told_shape(self, part: object) -> object:
        """Return the shape that a Sequential model's first part says its input has."""
        if isinstance(part, Layer):
            told = [part.arguments.get(name) for name in ("input_shape", "batch_input_shape")]
            return UNKNOWN if UNKNOWN in told else stated_shape(part.kind, part.arguments)
        if isinstance(part, Model):
            if part.parts:
                return self._told_shape(part.parts[0])
            return None if part.source is None else self.calls[part.source].shape
        return self.calls[part.number].shape if isinstance(part, Tensor) else None

    def _one_end(self, end: object, line: int, *, is_output: bool) -> object:
        """Return a model's one input or output."""
        if isinstance(end, dict):
            end = list(end.values())
        if not isinstance(end, tuple | list):
            return end
        if is_output and len(end) > 1:
            text = _("A design has one output: the first of {count} is kept.")
            self._session.remark(line, text.format(count=len(end)))
        return end[0] if end else None

    def _tell_shared(self, what: str, line: int) -> None:
        text = _("{what} is used more than once: here every use has weights of its own.")
        self._session.remark(line, text.format(what=what))


def tensors_in(*values: object) -> list[Tensor]:
    """Return the tensors among values, those of lists and tuples too."""
    found: list[Tensor] = []
    for value in values:
        if isinstance(value, Tensor):
            found.append(value)
        elif isinstance(value, tuple | list):
            found += [inner for inner in value if isinstance(inner, Tensor)]
    return found


def _has_weights(block: Block) -> bool:
    return block.family in _WITH_WEIGHTS or isinstance(block, PReLU)


def _rescaling(sign: str, number: float) -> dict[str, object] | None:
    """Return the arguments of the Rescaling that does what an operator does with a number."""
    match sign:
        case "*":
            return {"scale": number}
        case "/" if number:
            return {"scale": 1 / number}
        case "+" | "-":
            return {"scale": 1.0, "offset": number if sign == "+" else -number}
    return None
