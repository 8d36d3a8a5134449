"""An explanation in words: what the block does to make the number."""

from __future__ import annotations

import numpy as np

from cnnstudio.core.explaining import (
    Explanation,
    LookedUp,
    Merged,
    Mixture,
    Normalized,
    Passed,
    Pooled,
    Scaled,
    SeparableSum,
    ToUnitLength,
    Untold,
    WeightedSum,
)
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.numbers import short
from cnnstudio.ui.viewer.explain.logits import is_softmax
from cnnstudio.ui.viewer.explain.places import place_text


def story(told: Explanation) -> str:
    """Say in words what the block does to make the number."""
    with np.errstate(all="ignore"):
        said = _story(told)
    after = told.activation
    if after is None or after.beside is None:
        return said
    if isinstance(told.parts, WeightedSum) and told.parts.is_flat and is_softmax(after):
        text = _("{activation} looks at all {count:,} logits, listed below")
    else:
        text = ngettext(
            "{activation} looks at {count:,} number",
            "{activation} looks at all {count:,} at this place",
            len(after.beside),
        )
    beside = text.format(activation=after.name, count=len(after.beside))
    return f"{said}; {beside}" if said else beside


def _story(told: Explanation) -> str:
    match told.parts:
        case WeightedSum() as parts:
            return _sum_story(told, parts)
        case SeparableSum() as parts:
            return _separable_story(told, parts)
        case Pooled() as parts:
            return _pooled_story(told, parts)
        case Normalized() as parts:
            return _norm_story(parts)
        case Scaled() as parts:
            return _scaled_story(told, parts)
        case Passed() as parts:
            return _passed_story(told, parts)
        case _:
            return _other_story(told)


def _other_story(told: Explanation) -> str:
    match told.parts:
        case ToUnitLength(over=count):
            return ngettext(
                "Divided by the size of {count:,} number, which is itself",
                "Divided by the length of {count:,} numbers: the root of the sum of their squares",
                count,
            ).format(count=count)
        case Mixture():
            return _("Neighbours in {source}, each times its share").format(source=told.source)
        case Merged(merge=merge):
            return _("What the lanes have at this place, merged by {merge}").format(merge=merge)
        case LookedUp(word=word):
            return _("The number of word {word} in the table of weights").format(word=word)
        case Untold() as parts:
            return _(
                "What this layer does is not taken apart here. It received {shape} numbers from "
                "{source}; those at this place begin with {numbers}"
            ).format(
                shape=times(parts.shape),
                source=told.source,
                numbers=", ".join(short(float(n)) for n in parts.inputs[:6]),
            )
        case _:
            return ""


def _separable_story(told: Explanation, parts: SeparableSum) -> str:
    channels = parts.inputs.shape[-1]
    return ngettext(
        "{count:,} channel of {source} × its kernel, and their sum × its pointwise weight",
        "{count:,} channels of {source} × a kernel each, and each sum × its pointwise weight",
        channels,
    ).format(count=channels, source=told.source)


def _pooled_story(told: Explanation, parts: Pooled) -> str:
    if parts.is_max:
        return _("The largest number of a window of {source}; the winner is framed").format(
            source=told.source
        )
    return _("The mean of a window of {source}; padding does not count").format(source=told.source)


def _sum_story(told: Explanation, parts: WeightedSum) -> str:
    *taps, channels = parts.inputs.shape
    count = parts.inputs.size
    if parts.is_flat:
        return ngettext(
            "{count:,} input from {source} × its weight",
            "{count:,} inputs from {source} × their weights, the largest first",
            count,
        ).format(count=count, source=told.source)
    return ngettext(
        "{patch} places of {channels:,} channel of {source} × the kernel: {count:,} products",
        "{patch} places of {channels:,} channels of {source} × the kernel: {count:,} products, the "
        "most important channel first",
        channels,
    ).format(patch=times(tuple(taps)), channels=channels, source=told.source, count=count)


def _norm_story(parts: Normalized) -> str:
    if parts.over:
        return ngettext(
            "Mean and variance are of {count:,} number of this image; γ and β are trained",
            "Mean and variance are of {count:,} numbers of this image; γ and β are trained",
            parts.over,
        ).format(count=parts.over)
    return _("Mean and variance are those of its channel; γ and β are trained")


def _scaled_story(told: Explanation, parts: Scaled) -> str:
    if parts.dropping is not None:
        return _dropout_story(parts, parts.dropping)
    if parts.is_drawn:
        return _("Kept and scaled at random, as while learning")
    if not told.source:
        return _("A pixel of {pixel}, brought to the range of the plan").format(
            pixel=short(parts.x)
        )
    return _("Every number times the scale, plus the offset")


def _dropout_story(parts: Scaled, rate: float) -> str:
    if not parts.x:
        text = _("It is 0, dropped or not; while learning, {percent} of all numbers are dropped")
    elif not parts.scale:
        text = _(
            "{x} was dropped, so 0 is left: while learning, {percent} of all numbers are, drawn at "
            "random"
        )
    else:
        text = _(
            "{x} was kept and divided by 1 − {rate} = {kept}, which makes up for the {percent} "
            "that are dropped while learning"
        )
    percent = f"{short(rate * 100)} %"
    return text.format(x=short(parts.x), rate=short(rate), kept=short(1 - rate), percent=percent)


def _passed_story(told: Explanation, parts: Passed) -> str:
    if told.activation is not None:
        settings = ", ".join(f"{key} {short(value)}" for key, value in told.activation.settings)
        name = told.activation.name
        said = _("{activation} is applied to the number of {source} at the same place").format(
            activation=f"{name} ({settings})" if settings else name, source=told.source
        )
        return "" if told.activation.beside is not None else said
    if not told.source:
        return _("The number that entered the network at this place")
    if parts.index is None:
        return _("A zero that was added around the maps of {source}").format(source=told.source)
    *place, channel = parts.index
    where = place_text(tuple(place), channel)
    if parts.lane is not None:
        return _("Lane {lane}, {place}, as it is").format(lane=parts.lane + 1, place=where)
    return _("The number of {source} at {place}, as it is").format(source=told.source, place=where)
