"""Where a window lies on one axis, step by step: what a drawing of a convolution needs to know."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.blocks.block import span

STEPS_SHOWN = 3
"""Places a drawing shows along an axis, unless there are fewer."""


@dataclass(frozen=True, slots=True)
class WindowPlaces:
    """A window stepping along an axis.

    Attributes:
        size: rows (or columns) of the input that are shown, fewer than it has if it is large.
        before: rows of zeros that padding puts before the first.
        after: rows of zeros after the last.
        taps: rows that the window reads, counted from its first.
        stride: rows from one place to the next.
        count: how many places there are.
    """

    size: int
    before: int
    after: int
    taps: tuple[int, ...]
    stride: int
    count: int

    @property
    def whole(self) -> int:
        """Rows of the input and of the padding together."""
        return self.before + self.size + self.after

    def start(self, place: int) -> int:
        """Return where the window begins at a place, counted from the first row of padding."""
        return place * self.stride


def window_places(
    size: int, window: int, stride: int, padding: str, dilation: int = 1
) -> WindowPlaces | None:
    """Return the places of a window on an axis, of a large input on a piece of it.

    With "same" TensorFlow puts one half of the zeros, rounded down, before the input and the rest
    after it, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.

    Args:
        size: rows (or columns) of the input.
        window: rows (or columns) of the window.
        stride: step of the window.
        padding: "valid", "same" or, for sequences, "causal", as in Keras.
        dilation: distance between the window's taps.

    Returns:
        The places, or None if the window does not fit.
    """
    covered = span(window, dilation)
    wanted = covered + (STEPS_SHOWN - 1) * stride
    # A piece that leaves over at its end as much as the whole does.
    shown = size if size <= wanted else wanted + (size - wanted) % stride
    taps = tuple(range(0, covered, dilation))
    if padding == "same":
        count = -(-shown // stride)
        zeros = max((count - 1) * stride + covered - shown, 0)
        return WindowPlaces(shown, zeros // 2, zeros - zeros // 2, taps, stride, count)
    if padding == "causal":
        return WindowPlaces(shown, covered - 1, 0, taps, stride, (shown - 1) // stride + 1)
    if covered > size:
        return None
    return WindowPlaces(shown, 0, 0, taps, stride, (shown - covered) // stride + 1)
