"""An explanation in one line of figures, and what else has to be said of it."""

from __future__ import annotations

import math

import numpy as np

from cnnstudio.core.explaining import (
    Activated,
    Explanation,
    LookedUp,
    Merged,
    Mixture,
    Normalized,
    Parts,
    Passed,
    Pooled,
    Scaled,
    SeparableSum,
    ToUnitLength,
    Untold,
    WeightedSum,
)
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.numbers import exact, short
from cnnstudio.ui.viewer.explain.logits import divided, is_softmax
from cnnstudio.ui.viewer.explain.places import place_text


def title(node: PlacedBlock, told: Explanation, labels: tuple[str, ...] = ()) -> str:
    """Name the number: `conv_1 · row 3, column 4, channel 7`."""
    *place, channel = told.index if told.index else (0,)
    where = place_text(tuple(place), channel)
    if not place and channel < len(labels):
        where = _("class {label}").format(label=labels[channel])
    return f"{node.name} · {where}"


def figures(told: Explanation) -> str:
    """Write the arithmetic in one line, from the parts to the value."""
    with np.errstate(all="ignore"):
        line = _parts(told.parts, told)
    after = told.activation
    if after is None:
        return f"{line} = {exact(told.computed)}"
    if isinstance(told.parts, Passed):
        return f"{_applied(after)} = {exact(after.after)}"
    return f"{line} = {exact(after.before)}   →   {_applied(after)} = {exact(after.after)}"


def check(told: Explanation) -> str:
    """Say what the map has, with a tick if the figures come to the same."""
    text = _("The map has {value}").format(value=exact(told.value))
    return f"✓ {text}" if told.agrees and not isinstance(told.parts, Untold) else text


def difference(told: Explanation) -> str:
    """Say of an explanation that does not come to what the map has by how much it is off."""
    return _(
        "The map differs by {difference}: the engine computed it with fewer bits, or the layer "
        "does something that is not told here"
    ).format(difference=short(told.value - told.computed))


def _parts(parts: Parts, told: Explanation) -> str:
    match parts:
        case WeightedSum() | SeparableSum():
            return _sum(parts)
        case Pooled():
            return _pooled(parts)
        case Normalized():
            return _normalized(parts)
        case Merged():
            return _merged(parts)
        case Mixture():
            return _("Σ neighbour × share")
        case _:
            return _one_number(parts, told)


def _one_number(
    parts: Scaled | ToUnitLength | LookedUp | Passed | Untold, told: Explanation
) -> str:
    match parts:
        case Scaled():
            return _scaled(parts)
        case ToUnitLength():
            return _("{x} ÷ √{squares}").format(x=exact(parts.x), squares=exact(parts.squares))
        case LookedUp():
            return _("table[word {word}, {number}]").format(word=parts.word, number=told.index[-1])
        case Passed():
            return _("input")
        case Untold():
            return _("output")


def _scaled(parts: Scaled) -> str:
    """Write a scaling without the half of it that changes nothing."""
    x, scale, offset = short(parts.x), exact(parts.scale), _signed(parts.offset)
    if parts.dropping is not None:
        if not parts.scale and parts.x:
            return _("{x} × 0").format(x=_signed(parts.x))
        return _("{x} ÷ (1 − {rate})").format(x=x, rate=short(parts.dropping))
    if not parts.offset:
        return _("{x} × {scale}").format(x=x, scale=scale)
    if parts.scale == 1:
        return _("{x} + {offset}").format(x=x, offset=offset)
    return _("{x} × {scale} + {offset}").format(x=x, scale=scale, offset=offset)


def _sum(parts: WeightedSum | SeparableSum) -> str:
    products = f"Σ {exact(float(parts.products.sum()))}"
    if parts.bias is None:
        return products
    return _("{products} + bias {bias}").format(products=products, bias=_signed(parts.bias))


def _pooled(parts: Pooled) -> str:
    if parts.is_max:
        return ngettext(
            "the largest of {count:,} number", "the largest of {count:,} numbers", parts.count
        ).format(count=parts.count)
    total = float(parts.values[parts.seen.inside].astype(np.float64).sum())
    return _("Σ {sum} ÷ {count:,}").format(sum=exact(total), count=parts.count)


def _normalized(parts: Normalized) -> str:
    if parts.inverted:
        return _("{x} × √{variance} + mean {mean}").format(
            x=exact(parts.x), variance=exact(parts.variance), mean=_signed(parts.mean)
        )
    gamma = 1.0 if parts.gamma is None else parts.gamma
    return _(
        "γ {gamma} × ({x} − mean {mean}) ÷ √(variance {variance} + ε {epsilon}) + β {beta}"
    ).format(
        gamma=_signed(gamma),
        x=short(parts.x),
        mean=_signed(parts.mean),
        variance=short(parts.variance),
        epsilon=short(parts.epsilon),
        beta=_signed(parts.beta or 0.0),
    )


def _merged(parts: Merged) -> str:
    numbers = [_signed(value) for value in parts.values]
    match parts.merge:
        case "Multiply":
            return " × ".join(numbers)
        case "Subtract":
            return " − ".join(numbers)
        case "Maximum":
            return f"max({', '.join(numbers)})"
        case "Average":
            return f"({' + '.join(numbers)}) ÷ {len(numbers)}"
        case _:
            return " + ".join(numbers)


def _applied(after: Activated) -> str:
    return divided(after) if is_softmax(after) else f"{after.name}({exact(after.before)})"


def _signed(value: float) -> str:
    """Write a number in brackets where it has a sign of its own."""
    text = short(value)
    return f"({text})" if value < 0 or math.isinf(value) else text
