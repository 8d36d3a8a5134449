"""What a call in source code gives to Keras, as plain values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cnnstudio.core.i18n import _
from cnnstudio.core.keras_arguments import positional
from cnnstudio.core.keras_layers import kind_of
from cnnstudio.core.keras_values import activation_of
from cnnstudio.core.source.bounded import MOST_ITEMS, size
from cnnstudio.core.source.session import Session
from cnnstudio.core.source.values import UNKNOWN, Layer, Plain, Ref

_MOST = 1_000
"""Values in one argument."""
_ORDERS: Mapping[str, tuple[str, ...]] = {
    "l1": ("l1",),
    "l2": ("l2",),
    "l1_l2": ("l1", "l2"),
    "L1": ("l1",),
    "L2": ("l2",),
    "L1L2": ("l1", "l2"),
    "RandomNormal": ("mean", "stddev", "seed"),
    "TruncatedNormal": ("mean", "stddev", "seed"),
    "RandomUniform": ("minval", "maxval", "seed"),
    "VarianceScaling": ("scale", "mode", "distribution", "seed"),
    "Constant": ("value",),
    "Orthogonal": ("gain", "seed"),
    "MaxNorm": ("max_value", "axis"),
    "max_norm": ("max_value", "axis"),
}
"""Keras's order of the arguments of regularizers, initializers and constraints."""
_SEED = ("seed",)


def plain(value: object) -> object:
    """Return a value as `keras_layers` takes it, `UNKNOWN` if it is none."""
    match value:
        case Ref():
            return value.last if value.is_keras else UNKNOWN
        case Layer():
            return {"class_name": kind_of(value.kind) or value.kind, "config": value.arguments}
        case range():
            return plain(list(value[: _MOST + 1]))
        case tuple() | list():
            if size(value) > _MOST:
                return UNKNOWN
            inner = tuple(map(plain, value))
            return UNKNOWN if UNKNOWN in inner else inner
        case _ if isinstance(value, Plain):
            return value if size(value) <= MOST_ITEMS else UNKNOWN
    return UNKNOWN


def made_object(ref: Ref, args: Sequence[object], named: Mapping[str, object]) -> object:
    """Return a regularizer, an initializer or a constraint as Keras saves it."""
    order = _ORDERS.get(ref.last, _SEED)
    config = {name: plain(value) for name, value in zip(order, args, strict=False)}
    config |= {name: plain(value) for name, value in named.items()}
    if UNKNOWN in config.values():
        return UNKNOWN
    penalty = ref.last.lower()
    if penalty in ("l1", "l2") and set(config) == {penalty}:
        # As it is written, for Keras's own form has less precision.
        return (penalty, config[penalty])
    return {"class_name": ref.last, "config": config}


def layer_of(
    session: Session, kind: str, args: Sequence[object], named: Mapping[str, object], line: int
) -> Layer:
    """Return the layer that a call makes; what cannot be known of it is told and left out."""
    order = positional(kind_of(kind) or kind)
    given = {**dict(zip(order, args, strict=False)), **named}
    if order and len(args) > len(order):
        session.remark(
            line, _("{layer} takes no more than {count} arguments without a name.").format(
                layer=kind, count=len(order))
        )  # fmt: skip
    then = given.get("activation")
    if isinstance(then, Layer) and activation_of(plain(then)) is None:
        given["activation"] = None
    else:
        then = None
    name = given.pop("name", None)
    return Layer(
        kind,
        {key: plain(value) for key, value in given.items()},
        name if isinstance(name, str) else None,
        line,
        session.loops,
        then if isinstance(then, Layer) else None,
    )
