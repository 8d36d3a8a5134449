"""Axes named by numbers, as Keras counts them: 0 is the batch, 1 the first axis, -1 the last."""

from __future__ import annotations

from cnnstudio.core.blocks.block import Shape
from cnnstudio.core.blocks.window import Window, same_place
from cnnstudio.core.fields import Sizes, times
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault


def normalizing_axes(text: str) -> Sizes:
    """Describe the axes along which a layer works; `text` says what it does along them."""
    return Sizes(
        label=N_("Axes"),
        help=text,
        low=1,
        high=4,
        max_rank=4,
        minus_one=N_("last"),
        joint=", ",
        advanced=True,
    )


def axes_text(axes: tuple[int, ...]) -> str:
    """Write axes as a card shows them: `→ 1, 2`."""
    return "→ " + ", ".join(map(str, axes)) if axes else ""


def axes_fault(axes: tuple[int, ...], shape: Shape) -> Fault | None:
    """Return a fault if an input lacks one of the axes, or one is named twice."""
    missing = [axis for axis in axes if axis > len(shape)]
    if missing:
        return Fault("axis_missing", {"axis": missing[0], "received": times(shape)})
    places = [axis % (len(shape) + 1) for axis in axes]
    if len(set(places)) < len(places):
        return Fault("axes_twice", {"axes": ", ".join(map(str, axes))})
    return None


def axes_window(axes: tuple[int, ...], shape: Shape) -> Window | None:
    """Return the window of a layer that works along axes: one place only if along channels."""
    return same_place(len(shape) - 1) if axes in ((-1,), (len(shape),)) else None
