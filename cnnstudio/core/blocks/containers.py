"""Blocks that hold lanes of blocks: branches, repetitions and named groups.

A container's lanes live in the network, not here; here is what makes one container differ from
another, and how the lanes' outputs become one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from cnnstudio.core.blocks.block import LINEAR, SOFTMAX, Block, Family, Shape
from cnnstudio.core.fields import Choice, Integer, param, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault, Term

MERGES = ("Add", "Concatenate", "Multiply", "Average", "Maximum", "Subtract")


@dataclass(frozen=True, slots=True)
class Container(Block):
    """A block that holds lanes; `most_lanes` is None where there may be any number."""

    family: ClassVar[Family] = Family.CONTAINER
    most_lanes: ClassVar[int | None] = 1


@dataclass(frozen=True, slots=True)
class Parallel(Container):
    """Lanes that all see the same input, and a merge of what comes out of them.

    The merge bears the name of its Keras layer, https://keras.io/api/layers/merging_layers/. An
    empty lane is the identity.
    """

    stem: ClassVar[str] = "parallel"
    lesson: ClassVar[str] = N_(
        "Sends its input through several lanes side by side and merges what comes out; an empty "
        "lane passes the input on, which makes a residual block."
    )
    formula: ClassVar[str] = "y = merge(lane₁(x), lane₂(x), …)"
    most_lanes: ClassVar[int | None] = None

    merge: str = param(
        Choice(label=N_("Merge"), help=N_("how the lanes become one"), options=MERGES),
        default="Add",
    )

    def key_params(self) -> str:
        """Return the merge."""
        return self.merge

    def merge_fault(self, shapes: Sequence[Shape]) -> Fault | None:
        """Say why lanes that end in `shapes` cannot merge; None if they can."""
        if not shapes:
            return Fault("no_lanes")
        if len(shapes) == 1:
            return Fault("lanes_too_few", {"merge": self.merge, "count": 1})
        if self.merge == "Subtract" and len(shapes) != 2:
            return Fault("lanes_not_two", {"count": len(shapes)})
        if self.merged_shape(shapes) is not None:
            return None
        details: dict[str, object] = {"merge": self.merge, "shapes": ", ".join(map(times, shapes))}
        if len({len(shape) for shape in shapes}) != 1:
            return Fault("lanes_differ_in_rank", details)
        free = self.merge == "Concatenate"
        code = "lanes_differ_on_axis" if free else "lanes_differ"
        sizes = list(zip(*(shape[:-1] if free else shape for shape in shapes), strict=True))
        odd = [
            axis
            for axis, found in enumerate(sizes)
            if (len(set(found)) > 1 if free else _broadcast(found) is None)
        ]
        return Fault(code, {**details, "axis": _axes_name(odd, len(shapes[0]))})

    def merged_shape(self, shapes: Sequence[Shape]) -> Shape | None:
        """Return the shape of the merged lanes, None if they do not fit together."""
        if self.merge == "Concatenate":
            if len({shape[:-1] for shape in shapes}) != 1:
                return None
            return (*shapes[0][:-1], sum(shape[-1] for shape in shapes))
        if len({len(shape) for shape in shapes}) != 1:
            return None
        axes = [_broadcast(sizes) for sizes in zip(*shapes, strict=True)]
        return None if None in axes else tuple(size for size in axes if size is not None)

    def merged_activation(self, ends: Sequence[str]) -> str:
        """Return the activation that the merge of lanes with these last activations has passed.

        Only the mean of probabilities is still probabilities.
        """
        return SOFTMAX if self.merge == "Average" and set(ends) == {SOFTMAX} else LINEAR


@dataclass(frozen=True, slots=True)
class Repeat(Container):
    """A body that stands several times in a row, each copy with its own weights."""

    stem: ClassVar[str] = "repeat"
    lesson: ClassVar[str] = N_(
        "Puts its blocks several times in a row; every copy has weights of its own."
    )
    formula: ClassVar[str] = "y = body₃(body₂(body₁(x)))"

    count: int = param(
        Integer(label=N_("Count"), help=N_("how many times"), low=1, high=1000), default=2
    )

    def key_params(self) -> str:
        """Return the count."""
        return f"× {self.count}"


@dataclass(frozen=True, slots=True)
class Group(Container):
    """A body with a name, to fold away."""

    stem: ClassVar[str] = "group"
    lesson: ClassVar[str] = N_("Holds blocks that belong together under one name.")
    formula: ClassVar[str] = "y = body(x)"


_AXES = (N_("height"), N_("width"), N_("channels"))
_AXES_TOGETHER = {
    (0, 1): N_("height and width"),
    (0, 2): N_("height and channels"),
    (1, 2): N_("width and channels"),
    (0, 1, 2): N_("height, width and channels"),
}


def _axes_name(axes: Sequence[int], rank: int) -> Term:
    """Return the names of some axes of shapes of a rank, as a word for a message."""
    if rank != 3:
        return Term(N_("size"))
    return Term(_AXES[axes[0]] if len(axes) == 1 else _AXES_TOGETHER[tuple(axes)])


def _broadcast(sizes: Sequence[int]) -> int | None:
    """Return the size that `sizes` of one axis merge into; 1 stretches to any other."""
    larger = {size for size in sizes if size != 1}
    if len(larger) > 1:
        return None
    return larger.pop() if larger else 1
