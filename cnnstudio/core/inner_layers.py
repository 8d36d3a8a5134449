"""The layers inside an opaque part: blocks to look at, which have no place in a network.

They are named `<uid of the part>/<name of the call>`, a further tensor of the same call
`…:1`, `…:2`. As a uid never has a slash, that tells them from blocks.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import Block, Family, Parallel, Shape
from cnnstudio.core.blocks.window import Window
from cnnstudio.core.fields import param
from cnnstudio.core.i18n import N_
from cnnstudio.core.judging import merged
from cnnstudio.core.kept_fields import KeptText
from cnnstudio.core.keras_layers import fitted, merge_of
from cnnstudio.core.path_messages import Thumbnail

_MARK = "/"


@dataclass(frozen=True, slots=True)
class KerasLayer(Block):
    """A layer that the catalogue has no block for; of it only what comes out is known."""

    family: ClassVar[Family] = Family.CONTAINER
    stem: ClassVar[str] = "layer"
    lesson: ClassVar[str] = N_("A layer of Keras that there is no block for.")

    class_name: str = param(
        KeptText(label=N_("Layer"), help=N_("the layer’s class in Keras")), default=""
    )

    @property
    @override
    def kind(self) -> str:
        return self.class_name

    @override
    def window(self, shape: Shape) -> Window | None:
        return None


@dataclass(frozen=True, slots=True)
class KerasMerge(Parallel):
    """A merge as a layer of its own, as Keras has it."""

    @property
    @override
    def kind(self) -> str:
        return self.merge


@dataclass(frozen=True, slots=True)
class InnerLayer:
    """A layer inside a part, as it is looked at.

    Attributes:
        uid: `<uid of the part>/<name>`, the name of its maps.
        name: of the call.
        block: the block that the layer would be, else a `KerasLayer`.
        thumbnail: what it makes of the image.
        reads: the names of the maps that it reads; the part's input goes by a block's uid.
    """

    uid: str
    name: str
    block: Block
    thumbnail: Thumbnail
    reads: tuple[str, ...]


def inner_name(part: str, call: str, number: int = 0) -> str:
    """Return the name of what a call in a part puts out, the first tensor or a further one."""
    return f"{part}{_MARK}{call}" + (f":{number}" if number else "")


def part_of(name: str) -> str:
    """Return the uid of the block that a name of maps belongs to: the part's, or the block's."""
    return name.partition(_MARK)[0]


def is_inner(name: str) -> bool:
    """Return whether a name is that of a layer inside a part."""
    return _MARK in name


def inner_block(class_name: str, config: Mapping[str, object], shapes: Sequence[Shape]) -> Block:
    """Return the block that a layer inside a part would be.

    Args:
        class_name: the layer's, or a function's on tensors.
        config: its arguments.
        shapes: of the tensors that it is called with, the batch left out.
    """
    unknown = KerasLayer(class_name=class_name[:80])
    if not shapes:
        return unknown
    merge = merge_of(class_name)
    if merge is not None:
        return _merge(merge, config, shapes) or unknown
    if len(shapes) > 1:
        return unknown
    rank = len(shapes[0]) + 1
    try:
        found = fitted(class_name, {**config, "trainable": True}, rank=rank)
        turned = found.last_axis is not None and found.last_axis != rank - 1
        return unknown if turned or found.block.fault(shapes[0]) is not None else found.block
    except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
        # No block is made of what others have written as arguments; it is looked at all the same.
        return unknown


def _merge(merge: str, config: Mapping[str, object], shapes: Sequence[Shape]) -> Block | None:
    rank = len(shapes[0])
    if merge == "Concatenate" and config.get("axis", -1) not in (-1, rank):
        return None
    block = KerasMerge(merge=merge)
    alike = len(shapes) > 1 and all(len(shape) == rank for shape in shapes)
    return block if alike and merged(block, tuple(shapes))[1] is None else None
