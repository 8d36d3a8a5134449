"""An explanation as rows of figures: what is drawn, and the steps in which it is told."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.explaining import (
    Explanation,
    Merged,
    Mixture,
    Normalized,
    Pooled,
    Scaled,
    SeparableSum,
    WeightedSum,
)
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.numbers import short
from cnnstudio.ui.viewer.explain.cells import Grid, flat, size_of
from cnnstudio.ui.viewer.explain.logits import with_logits
from cnnstudio.ui.viewer.explain.operations import in_order
from cnnstudio.ui.viewer.explain.places import channel_text, place_text
from cnnstudio.ui.viewer.explain.rows import NOTHING as NOTHING
from cnnstudio.ui.viewer.explain.rows import Piece, Pieces
from cnnstudio.ui.viewer.explain.rows import Step as Step

_TOLD_ALONE = 12
"""Rows that are added one by one when a sum is told step by step; the rest is added at once."""


def pieces_of(told: Explanation, labels: tuple[str, ...] = ()) -> Pieces:
    """Return the rows of an explanation; none where words say it all.

    Args:
        told: the explanation.
        labels: names of the numbers beside it that an activation looks at, if they have any.
    """
    with np.errstate(all="ignore"):
        match told.parts:
            case WeightedSum() if told.parts.is_flat:
                return with_logits(_bars_of_sum(told, told.parts), told, labels)
            case WeightedSum():
                return _grids_of_sum(told.parts)
            case SeparableSum():
                return _grids_of_separable(told.parts)
            case Pooled():
                return _window(told.parts)
            case Mixture():
                return _mixture(told.parts)
            case Merged():
                return _lanes(told.parts)
            case Normalized() | Scaled():
                return in_order(told.parts)
            case _:
                return _beside(told, labels)


def _order(sums: NDArray[np.float64]) -> NDArray[np.intp]:
    """Return places from the largest size to the smallest, NaN first."""
    sizes = np.abs(sums)
    return np.argsort(np.where(np.isnan(sizes), -np.inf, -sizes), kind="stable")


def _grids_of_sum(parts: WeightedSum) -> Pieces:
    products, sums = parts.products, parts.channel_sums
    order = _order(sums)
    outside = flat(~parts.seen.inside)

    def make(place: int) -> Piece:
        channel = int(order[place])
        grids = (
            Grid(flat(parts.inputs[..., channel]), outside),
            Grid(flat(parts.weights[..., channel])),
            Grid(flat(products[..., channel]), outside),
        )
        return Piece(channel_text(parts.seen.first + channel), grids, "", float(sums[channel]))

    shape = flat(~parts.seen.inside)
    height = Grid(np.zeros(shape.shape)).size[1]
    largest = (size_of(parts.inputs), size_of(parts.weights), size_of(products))
    return Pieces(
        len(order), make, lambda: _sum_steps(make, len(order), sums, order), largest, height
    )


def _grids_of_separable(parts: SeparableSum) -> Pieces:
    sums, products = parts.depthwise_sums, parts.products
    multiplier = products.shape[1]
    order = _order(products.reshape(-1))
    outside = flat(~parts.seen.inside)

    def make(place: int) -> Piece:
        channel, which = divmod(int(order[place]), multiplier)
        seen = parts.inputs[..., channel].astype(np.float64)
        kernel = parts.depthwise[..., channel, which]
        grids = (
            Grid(flat(seen), outside),
            Grid(flat(kernel)),
            Grid(flat(seen * kernel), outside),
        )
        text = f"{short(sums[channel, which])}\n× {short(parts.pointwise[channel, which])}"
        return Piece(channel_text(channel), grids, text, float(products[channel, which]))

    height = Grid(np.zeros(outside.shape)).size[1]
    largest = (size_of(parts.inputs), size_of(parts.depthwise), size_of(sums))
    added = products.reshape(-1)
    return Pieces(
        len(order), make, lambda: _sum_steps(make, len(order), added, order), largest, height
    )


def _sum_steps(
    make: Callable[[int], Piece], count: int, sums: NDArray[np.float64], order: NDArray[np.intp]
) -> list[Step]:
    """Tell the first row product by product, some more row by row, and the rest at once."""
    steps, first = [], make(0)
    seen, kernel, product = first.grids[:3]
    total = 0.0
    for number, at in enumerate(np.ndindex(product.values.shape), start=1):
        total += float(product.values[at])
        text = _("{input} × {weight} = {product}, so far {total}").format(
            input=short(float(seen.values[at])),
            weight=short(float(kernel.values[at])),
            product=short(float(product.values[at])),
            total=short(total),
        )
        steps.append(Step(0, number, text, total))
    return steps + _row_steps(make, count, sums, order, begin=1)


def _row_steps(
    make: Callable[[int], Piece],
    count: int,
    sums: NDArray[np.float64],
    order: NDArray[np.intp],
    *,
    begin: int = 0,
) -> list[Step]:
    steps: list[Step] = []
    total = float(sums[order[:begin]].sum())
    for row in range(begin, min(count, _TOLD_ALONE)):
        piece = make(row)
        total += piece.adds
        text = _("{name} adds {sum}, so far {total}").format(
            name=piece.name, sum=short(piece.adds), total=short(total)
        )
        steps.append(Step(row, None, text))
    left = count - max(begin, _TOLD_ALONE)
    if left > 0:
        rest = float(sums[order[_TOLD_ALONE:]].sum())
        text = ngettext(
            "{count:,} more adds {sum}, so far {total}",
            "{count:,} more add {sum}, so far {total}",
            left,
        ).format(count=left, sum=short(rest), total=short(total + rest))
        steps.append(Step(count - 1, None, text))
    return steps


def _bars_of_sum(told: Explanation, parts: WeightedSum) -> Pieces:
    inputs, weights = parts.inputs.reshape(-1), parts.weights.reshape(-1)
    products = parts.products.reshape(-1)
    order = _order(products)

    def make(place: int) -> Piece:
        number = int(order[place])
        text = f"{short(float(inputs[number]))} × {short(float(weights[number]))}"
        return Piece(_source(told, parts, number), (), text, float(products[number]))

    return _bars(make, order, products)


def _bars(
    make: Callable[[int], Piece], order: NDArray[np.intp], sums: NDArray[np.float64]
) -> Pieces:
    return Pieces(
        len(order),
        make,
        lambda: _row_steps(make, len(order), sums, order),
        (size_of(sums),),
        0.0,
    )


def _source(told: Explanation, parts: WeightedSum, number: int) -> str:
    """Name an input: its place in the maps that were lined up, or its number."""
    if told.flattened:
        *place, channel = (int(at) for at in np.unravel_index(number, told.flattened))
        return place_text(tuple(place), channel)
    if parts.inputs.ndim > 1:
        return channel_text(parts.seen.first + number)
    return _("input {number}").format(number=number)


def _window(parts: Pooled) -> Pieces:
    values, inside = flat(parts.values), flat(parts.seen.inside)
    grid = Grid(values, ~inside, flat(parts.winners))
    piece = Piece(channel_text(parts.seen.first), (grid,), "", parts.result)

    def steps() -> list[Step]:
        told, kept, count = [], 0.0, 0
        for number, at in enumerate(np.ndindex(values.shape), start=1):
            if not inside[at]:
                told.append(Step(0, number, _("padding does not count")))
                continue
            value, count = float(values[at]), count + 1
            if parts.is_max:
                kept = value if count == 1 else max(kept, value)
                text = _("{value}: the largest so far is {kept}")
            else:
                kept += value
                text = _("{value}: the sum so far is {kept}")
            told.append(Step(0, number, text.format(value=short(value), kept=short(kept)), kept))
        return told

    return Pieces(1, lambda _place: piece, steps, (size_of(parts.values),), grid.size[1])


def _mixture(parts: Mixture) -> Pieces:
    outside = ~parts.seen.inside
    products = parts.values * parts.shares
    grids = (Grid(parts.values.astype(np.float64), outside), Grid(parts.shares), Grid(products))
    piece = Piece(channel_text(parts.seen.first), grids, "", float(products.sum()))
    largest = (size_of(parts.values), size_of(parts.shares), size_of(products))
    order, sums = np.zeros(1, np.intp), np.array([piece.adds])
    return Pieces(
        1,
        lambda _place: piece,
        lambda: _sum_steps(lambda _place: piece, 1, sums, order),
        largest,
        grids[0].size[1],
    )


def _lanes(parts: Merged) -> Pieces:
    values = np.array(parts.values, np.float64)

    def make(place: int) -> Piece:
        name = _("lane {number}: {name}").format(number=place + 1, name=parts.lanes[place])
        return Piece(name, (), "", float(values[place]))

    def steps() -> list[Step]:
        made = [make(place) for place in range(len(values))]
        return [Step(n, None, f"{piece.name}: {short(piece.adds)}") for n, piece in enumerate(made)]

    return Pieces(len(values), make, steps, (size_of(values),), 0.0)


def _beside(told: Explanation, labels: tuple[str, ...]) -> Pieces:
    """Show the numbers that softmax looks at, or nothing."""
    after = told.activation
    if after is None or after.beside is None:
        return NOTHING
    numbers = after.beside
    order = np.argsort(-numbers, kind="stable")

    def make(place: int) -> Piece:
        number = int(order[place])
        name = labels[number] if number < len(labels) else channel_text(number)
        return Piece(name, (), "", float(numbers[number]))

    def steps() -> list[Step]:
        shown = [make(place) for place in range(min(len(numbers), _TOLD_ALONE))]
        return [
            Step(n, None, f"{piece.name}: {short(piece.adds)}") for n, piece in enumerate(shown)
        ]

    return Pieces(len(order), make, steps, (size_of(numbers),), 0.0)
