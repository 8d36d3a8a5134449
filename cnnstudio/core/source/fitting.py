"""Layers of source code as blocks, with what does not fit told and left out."""

from __future__ import annotations

from collections.abc import Mapping

from cnnstudio.core.blocks import CATALOGUE, Block, Input
from cnnstudio.core.declared import quoted
from cnnstudio.core.fields import defaults_of
from cnnstudio.core.i18n import _
from cnnstudio.core.keras_layers import (
    UnfitArgument,
    UnknownLayer,
    axis_text,
    fitted,
    kind_of,
)
from cnnstudio.core.source.session import Session
from cnnstudio.core.source.values import UNKNOWN, Layer

_ANY_SIZE = 224
"""Taken for a side of the input that may have any size: many networks halve it five times."""
_MOST_TRIES = 20


def block_of_layer(session: Session, layer: Layer, rank: int | None) -> Block | None:
    """Return the block that a layer is, None if it is none of the catalogue.

    Args:
        session: is told what does not fit.
        layer: the layer.
        rank: how many axes its input has, the batch counted; None if that is not known.
    """
    kind = kind_of(layer.kind)
    if kind is None:
        session.remark(
            layer.line,
            _("{layer} is left out: there is no such block.").format(layer=layer.kind),
        )
        return None
    arguments = _known(session, layer, kind)
    for _try in range(_MOST_TRIES):
        try:
            found = fitted(layer.kind, arguments, rank=rank)
        except UnfitArgument as error:
            arguments = _without(session, layer, kind, arguments, error)
        except UnknownLayer:
            break
        else:
            for text in found.left_out:
                session.remark(layer.line, _("{problem}.").format(problem=text))
            if rank is not None and found.last_axis not in (None, rank - 1):
                text = axis_text(layer.kind, found.last_axis or 0)
                session.remark(layer.line, _("{problem}.").format(problem=text))
            return found.block
    return None


def entered(session: Session, shape: object, line: int) -> Input:
    """Return the Input for a shape that code tells of; sides of any size are taken as 224."""
    if isinstance(shape, tuple) and None in shape:
        session.remark(
            line,
            _("The input may have any size: {size} is taken for a side of it.").format(
                size=_ANY_SIZE
            ),
        )
        shape = tuple(_ANY_SIZE if side is None else side for side in shape)
    block = block_of_layer(session, Layer("Input", {"shape": shape}, None, line, ()), None)
    return block if isinstance(block, Input) else Input()


def _known(session: Session, layer: Layer, kind: str) -> dict[str, object]:
    """Return a layer's arguments without those that cannot be known."""
    known = dict(layer.arguments)
    for name, value in layer.arguments.items():
        if value is UNKNOWN:
            del known[name]
            if name in _needed(kind):
                known[name] = _default(kind, name)
                text = _("{layer}: the value of {name} cannot be known here: {value} is taken.")
            else:
                text = _("{layer}: the value of {name} cannot be known here: it is left out.")
            session.remark(
                layer.line,
                text.format(layer=layer.kind, name=name, value=quoted(_default(kind, name))),
            )
    return known


def _without(
    session: Session, layer: Layer, kind: str, arguments: Mapping[str, object], error: UnfitArgument
) -> dict[str, object]:
    """Return a layer's arguments without one that does not fit."""
    left = {key: value for key, value in arguments.items() if key != error.argument}
    if error.argument in _needed(kind):
        for other in ("batch_shape", "batch_input_shape", "input_shape"):
            left.pop(other, None)
        left[error.argument] = _default(kind, error.argument)
        text = _("{problem}: {value} is taken.")
    else:
        text = _("{problem}: it is left out.")
    value = quoted(_default(kind, error.argument))
    session.remark(layer.line, text.format(problem=str(error), value=value))
    return left


def _needed(kind: str) -> tuple[str, ...]:
    cls = CATALOGUE[kind]
    return (*cls.required, *cls.stated)


def _default(kind: str, name: str) -> object:
    return defaults_of(CATALOGUE[kind]).get(name)
