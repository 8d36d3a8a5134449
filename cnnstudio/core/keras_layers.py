"""A Keras layer's class and arguments as a block of the catalogue.

The arguments are those of a call in source code, or a layer's `get_config()` of Keras 2 or 3. What
a block has no place for is refused if the network would compute something else without it. What
matters in training alone (constraints, say) is refused by `block_of`, and left out and told of by
`fitted`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from cnnstudio.core.blocks import LAYERS, Block, Input
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.declared import quoted, read_params
from cnnstudio.core.fields import Choice, Field, Integer, Value, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_arguments import (
    IGNORED,
    ONLY_FOR_TRAINING,
    OTHER_DEFAULTS,
    positional,
    renamed,
)
from cnnstudio.core.keras_values import activation_of, initializer_of, named, regularizer_of
from cnnstudio.core.real_fields import Regularizer

_LAYERS = {kind.__name__: kind for kind in LAYERS}
_SHORTENED = (
    ("MaxPool", "MaxPooling"),
    ("AvgPool", "AveragePooling"),
    ("Convolution", "Conv"),
)
_SYNONYMS = {
    "InputLayer": "Input",
    "DepthwiseConvolution2D": "DepthwiseConv2D",
    "BatchNormalizationV1": "BatchNormalization",
    "BatchNormalizationV2": "BatchNormalization",
}


class UnknownLayer(ValueError):  # noqa: N818 - its name is agreed on
    """A Keras class that is no block of the catalogue; the text is for people."""


class UnfitArgument(ValueError):  # noqa: N818 - its name is agreed on
    """An argument that a block has no place for, or none of its value; the text is for people.

    Attributes:
        argument: its name.
    """

    def __init__(self, text: str, argument: str) -> None:
        super().__init__(text)
        self.argument = argument


@dataclass(frozen=True, slots=True)
class Fitted:
    """A Keras layer as a block.

    Attributes:
        block: the block.
        left_out: what the block has no place for and what matters in training alone, in sentences.
        last_axis: the number that the input's last axis must have, the batch counted as 0, for the
            block to be the same layer; None if it is whatever the input is.
    """

    block: Block
    left_out: tuple[str, ...] = ()
    last_axis: int | None = None


def block_of(class_name: str, arguments: Mapping[str, object], *, rank: int | None = None) -> Block:
    """Return the block that a Keras layer is.

    An initializer that the catalogue lacks becomes the nearest it has: it only decides how
    training starts. Everything else is taken as it is or refused.

    Args:
        class_name: of the layer, as Keras 2 or 3 has it: `Conv2D`, `MaxPool2D`, `InputLayer`.
        arguments: by name, from source code or a config.
        rank: how many axes the layer's input has, the batch counted, where that is known. Then an
            axis given by a positive number is checked; otherwise the caller should, see `fitted`.

    Raises:
        UnknownLayer: if the catalogue has no such layer.
        UnfitArgument: if it has no place for an argument that is not Keras's default.
    """
    fit = _Fitting(class_name, arguments, rank)
    block = fit.block()
    for name, text in fit.refused.items():
        raise UnfitArgument(text, name)
    if rank is not None and fit.last_axis not in (None, rank - 1):
        raise UnfitArgument(axis_text(class_name, fit.last_axis or 0), "axis")
    return block


def fitted(class_name: str, arguments: Mapping[str, object], *, rank: int | None = None) -> Fitted:
    """Return the block that a Keras layer is but for what matters in training alone.

    Raises:
        UnknownLayer: if the catalogue has no such layer.
        UnfitArgument: if it has no place for an argument that changes what the layer computes.
    """
    fit = _Fitting(class_name, arguments, rank)
    return Fitted(fit.block(), (*fit.refused.values(), *fit.told), fit.last_axis)


def kind_of(class_name: str) -> str | None:
    """Return the kind of block that a Keras class is, None if the catalogue lacks it."""
    name = _SYNONYMS.get(class_name, class_name)
    for old, new in _SHORTENED:
        if name not in _LAYERS:
            name = name.replace(old, new)
    return name if name in _LAYERS else None


def merge_of(class_name: str) -> str | None:
    """Return the merge that a Keras class or function is: `Add` for `Add` and `add`."""
    return next((merge for merge in MERGES if class_name in (merge, merge.lower())), None)


def stated_shape(class_name: str, arguments: Mapping[str, object]) -> tuple[object, ...] | None:
    """Return the shape, without the batch, that a layer says its input has; None if it says none.

    Sequential models of Keras 1 and 2 have it in the first layer: as `input_shape`,
    `batch_input_shape`, `input_dim`, or an Embedding's `input_length`.
    """
    for name, start in (("input_shape", 0), ("batch_input_shape", 1), ("batch_shape", 1)):
        raw = arguments.get(name)
        if isinstance(raw, tuple | list):
            return tuple(raw)[start:]
        if isinstance(raw, int) and not start:
            return (raw,)
    embeds = kind_of(class_name) == "Embedding"
    size = arguments.get("input_length" if embeds else "input_dim")
    if size is None or isinstance(size, tuple | list):
        return None if size is None else tuple(size)
    length = None if embeds else arguments.get("input_length")
    return (size,) if length is None else (length, size)


def axis_text(class_name: str, axis: int) -> str:
    """Say that a layer works along another axis than the last."""
    return _("{layer} works along axis {axis}, but here it works along the channels").format(
        layer=class_name, axis=axis
    )


__all__ = [
    "Fitted",
    "UnfitArgument",
    "UnknownLayer",
    "axis_text",
    "block_of",
    "fitted",
    "kind_of",
    "merge_of",
    "positional",
    "stated_shape",
]


@dataclass(slots=True)
class _Fitting:
    """What is found while one layer is fitted into a block.

    Attributes:
        refused: what matters in training alone and has no place, by the argument's name.
        told: what differs and is taken all the same.
        last_axis: see `Fitted`.
    """

    name: str
    raw: Mapping[str, object]
    rank: int | None
    refused: dict[str, str] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    last_axis: int | None = None

    def block(self) -> Block:
        kind = kind_of(self.name)
        if kind is None:
            raise UnknownLayer(_unknown(self.name))
        cls = _LAYERS[kind]
        given = _shape_only(self.raw) if cls is Input else renamed(kind, self.raw)
        fields = fields_of(cls)
        self._check_others(kind, {key: v for key, v in given.items() if key not in fields})
        params = {key: self._value(fields[key], key, given[key]) for key in fields if key in given}
        self._check_required(cls, params)
        for name in cls.stated:
            params.setdefault(name, None)
        if self._is_config and "pool_size" in params:
            params["strides"] = _unless_like(params["pool_size"], params.get("strides"))
        return cls(**{key: self._read(cls, key, value) for key, value in params.items()})

    def _read(self, cls: type[Block], name: str, value: Value) -> Value:
        try:
            return read_params(cls, {name: value}, self.name)[name]
        except ValueError as error:
            raise UnfitArgument(str(error), name) from error

    @property
    def _is_config(self) -> bool:
        """Whether the arguments say what nobody asked for too, as a config does."""
        return {"name", "trainable", "dtype"} <= self.raw.keys()

    def _check_required(self, cls: type[Block], params: Mapping[str, Value]) -> None:
        for name in cls.required:
            # Before Keras 3 all pools had a default.
            if params.get(name) is None and name != "pool_size":
                raise UnfitArgument(
                    _("{layer} needs a value for {name}").format(layer=self.name, name=name),
                    name,
                )

    def _check_others(self, kind: str, others: Mapping[str, object]) -> None:
        """Go through the arguments that a block has no place for."""
        for name, value in others.items():
            if name in IGNORED or (kind, name) in IGNORED:
                continue
            if name == "axis":
                self._along(kind, value)
            elif name in ONLY_FOR_TRAINING:
                self._check_training(name, value)
            elif name not in OTHER_DEFAULTS:
                raise UnfitArgument(
                    _("{layer} has no argument {name} that a block could keep").format(
                        layer=self.name, name=name
                    ),
                    name,
                )
            elif value is not None and value not in OTHER_DEFAULTS[name]:
                raise UnfitArgument(self._no_place(name, value), name)

    def _check_training(self, name: str, value: object) -> None:
        plain = _dtype(value) if name == "dtype" else value
        if plain is None or plain in ONLY_FOR_TRAINING[name]:
            return
        if name.endswith("_initializer"):
            found = initializer_of(plain, ("zeros", "ones"))
            if found == (ONLY_FOR_TRAINING[name][0], True):
                return
        self.refused[name] = self._no_place(name, plain)

    def _no_place(self, name: str, value: object) -> str:
        return _("{layer}: a block has no place for {name} = {value}").format(
            layer=self.name, name=name, value=_shown(value)
        )

    def _along(self, kind: str, raw: object) -> None:
        """Note along which one axis a layer works."""
        axis = raw[0] if isinstance(raw, tuple | list) and len(raw) == 1 else raw
        if axis == -1:
            return
        if axis is None and kind == "Normalization" and self.raw.get("mean") is not None:
            # A single mean is that of all channels.
            return
        if not isinstance(axis, int) or axis < 1:
            raise UnfitArgument(self._no_place("axis", raw), "axis")
        self.last_axis = axis

    def _value(self, what: Field, name: str, raw: object) -> Value:
        """Return an argument's value as the catalogue has it, or as it came if it is none."""
        match what:
            case Regularizer():
                value, same = regularizer_of(raw)
                if not same:
                    self.refused[name] = self._no_place(name, raw)
                return value
            case Choice() if name.endswith("_initializer"):
                return self._initializer(what, name, raw)
            case Choice() if name == "activation":
                return self._activation(what, raw)
            case Integer() if name == "seed" and not what.accepts(raw):
                self.refused[name] = self._no_place(name, raw)
                return None
            case Integer() if isinstance(raw, tuple | list) and len(raw) == 1:
                return raw[0]
            case _ if name in ("axis", "shared_axes"):
                return self._counted(raw)
        return raw

    def _initializer(self, what: Choice, name: str, raw: object) -> Value:
        found, same = initializer_of(raw, what.options)
        value = found or _default(self.name, name)
        if not same:
            self.told.append(
                _("{layer}: {name} = {value} becomes {nearest}").format(
                    layer=self.name, name=name, value=_shown(raw), nearest=value
                )
            )
        return value

    def _activation(self, what: Choice, raw: object) -> Value:
        if raw is None:
            return None if what.accepts(None) else "linear"
        found = activation_of(raw)
        if found is None:
            raise UnfitArgument(
                _("{layer}: there is no activation {activation} here").format(
                    layer=self.name, activation=_shown(raw)
                ),
                "activation",
            )
        is_unsaid = self._is_config and found == "linear" and what.accepts(None)
        return None if is_unsaid else found

    def _counted(self, raw: object) -> Value:
        """Return axes counted from the first one, -1 aside, where the input's rank is known."""
        axes = tuple(raw) if isinstance(raw, tuple | list) else raw
        if self.rank is None or not isinstance(axes, tuple):
            return axes
        rank = self.rank
        return tuple(n + rank if isinstance(n, int) and n < -1 else n for n in axes)


def _default(class_name: str, name: str) -> Value:
    """Return the default of a parameter of a Keras class that the catalogue has."""
    return getattr(_LAYERS[kind_of(class_name) or ""](), name)


def _shape_only(raw: Mapping[str, object]) -> dict[str, object]:
    """Return an Input's arguments with its shape under its own name, without the batch."""
    given = {key: value for key, value in raw.items() if key not in _SHAPES}
    if given.get("shape") is None:
        given["shape"] = stated_shape("Input", raw)
    return given


_SHAPES = ("input_shape", "batch_shape", "batch_input_shape", "input_dim", "input_length")


def _unless_like(size: Value, strides: Value) -> Value:
    """Return a pool's strides, None if they are as long as the pool."""
    alike = strides == size or (
        isinstance(strides, tuple | list)
        and isinstance(size, tuple | list)
        and tuple(strides) == tuple(size)
    )
    return None if alike else strides


def _dtype(raw: object) -> object:
    """Return the name of a dtype, or of a policy of several."""
    found = named(raw)
    return found.config.get("name", found.name) if found is not None else raw


def _shown(raw: object) -> str:
    """Return a value of Keras as a message shows it."""
    found = named(raw)
    if isinstance(raw, Mapping) and found is not None:
        inner = ", ".join(f"{key}={quoted(value)}" for key, value in found.config.items())
        return quoted(f"{found.name}({inner})")[1:-1]
    return quoted(raw)


def _unknown(name: str) -> str:
    near = get_close_matches(name[:40], _LAYERS, n=3, cutoff=0.75)
    if near:
        return _("there is no block {layer}: the nearest are {known}").format(
            layer=quoted(name), known=", ".join(near)
        )
    return _("there is no block {layer}").format(layer=quoted(name))
