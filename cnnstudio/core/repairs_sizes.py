"""Repairs of blocks that cannot work on what they receive: sizes, axes, groups, limits."""

from __future__ import annotations

import math
from collections.abc import Iterator

from cnnstudio.core.blocks import (
    CATALOGUE,
    Block,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Reshape,
)
from cnnstudio.core.edits import Move
from cnnstudio.core.fields import Choice, Integer, defaults_of, fields_of
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path
from cnnstudio.core.repairs_site import Repair, Site

_WIDTHS = ("filters", "units", "depth_multiplier")
"""Parameters in proportion to which outputs and weights grow."""
_USUAL_IMAGE = (28, 28, 1)


def kernel_too_large(site: Site) -> Iterator[Repair]:
    """Pad the input, lessen the dilation or the kernel, or repeat fewer times."""
    yield from same_padding(site)
    block = site.node.block
    if site.problem.code == "kernel_too_large_dilated":
        yield from site.change(dilation_rate=ones(getattr(block, "dilation_rate", 1)))
    yield from _smaller_window(site)
    yield from fewer_copies(site)


def same_padding(site: Site) -> Iterator[Repair]:
    """Pad the input so that every place of it is used."""
    field = fields_of(type(site.node.block)).get("padding")
    if isinstance(field, Choice) and "same" in field.options:
        yield from site.change(padding="same")


def _smaller_window(site: Site) -> Iterator[Repair]:
    block, sizes = site.node.block, site.size("size")
    name = "pool_size" if hasattr(block, "pool_size") else "kernel_size"
    taps = _numbers(getattr(block, name, None))
    dilation = _numbers(getattr(block, "dilation_rate", None)) or (1,) * len(taps)
    if len(taps) == len(sizes) and min(sizes) > 0:
        axes = zip(taps, sizes, dilation, strict=True)
        fitting = tuple(min(tap, (size - 1) // apart + 1) for tap, size, apart in axes)
        yield from site.change(**{name: fitting if isinstance(getattr(block, name), tuple)
                                  else fitting[0]})  # fmt: skip


def fewer_copies(site: Site) -> Iterator[Repair]:
    """Repeat the body in which the problem is as often as it is without it."""
    for path in site.repeats():
        low, high = 0, getattr(site.network.at(path).block, "count", 1)
        # Copies fail from some number on: between a count that is good and one that is not.
        while high - low > 1:
            middle = (low + high) // 2
            good = all(site.cures(repair) for repair in site.change_at(path, count=middle))
            low, high = (middle, high) if good else (low, middle)
        if low:
            yield from site.change_at(path, count=low)


def strides_and_dilation(site: Site) -> Iterator[Repair]:
    """Set one of the two to 1."""
    block = site.node.block
    yield from site.change(strides=ones(getattr(block, "strides", 1)))
    yield from site.change(dilation_rate=ones(getattr(block, "dilation_rate", 1)))


def groups(site: Site) -> Iterator[Repair]:
    """Set a number of groups, or of filters, that divides."""
    block = site.node.block
    wanted: int = getattr(block, "groups", 1)
    channels = int(str(site.problem.details.get("channels", 0))) or site.received[-1]
    filters: int = getattr(block, "filters", 0)
    if site.problem.code == "groups_filters" and wanted > 0:
        yield from site.change(filters=-(-filters // wanted) * wanted)
    shared = math.gcd(channels, filters)
    if wanted > 0:
        fitting = max(n for n in range(1, min(wanted, shared) + 1) if shared % n == 0)
        yield from site.change(groups=fitting)
    yield from site.change(groups=1)


def not_a_map(site: Site) -> Iterator[Repair]:
    """Move the block to where there still is a map, or make one of what it receives."""
    above = _last_map(site)
    if above is not None:
        text = _("Move it above {block}").format(block=site.network.at(above).name)
        yield site.draft.done(Move(site.path, above)).repair(text)
    shape = site.received
    entry = _input_before(site)
    if entry is not None and len(shape) == 2:
        yield from site.change_at(entry, shape=(*shape, 1))
    yield from reshaped(site, {1: (1, 1, *shape), 2: (*shape, 1), 4: (-1, *shape[-2:])})
    dataset = site.dataset
    if entry is not None and dataset is not None:
        yield from site.change_at(entry, shape=dataset.shape)


def not_a_sequence(site: Site) -> Iterator[Repair]:
    """Make a sequence of what the block receives, or use its kind for maps."""
    shape = site.received
    yield from _other_axes(site)
    yield from reshaped(site, {1: (*shape, 1), 3: (-1, shape[-1]), 4: (-1, shape[-1])})


def not_a_volume(site: Site) -> Iterator[Repair]:
    """Make a volume of what the block receives, or use its kind for maps."""
    shape = site.received
    yield from _other_axes(site)
    yield from reshaped(site, {1: (1, 1, 1, *shape), 2: (1, 1, *shape), 3: (1, *shape)})


def reshaped(site: Site, targets: dict[int, tuple[int, ...]]) -> Iterator[Repair]:
    """Insert a Reshape before the block, to the target for the rank that it receives."""
    target = targets.get(len(site.received))
    if target is not None:
        shape = site.received
        rest = math.prod(shape) // -math.prod(target)
        full = tuple(rest if size == -1 else size for size in target)
        yield from site.insert_before(Reshape(target_shape=full))


def reshape(site: Site) -> Iterator[Repair]:
    """Give a Reshape a target that what it receives fills."""
    shape, target = site.received, getattr(site.node.block, "target_shape", ())
    count = math.prod(shape)
    known = [max(size, 1) for size in target]
    for axis in reversed(range(len(known))):
        others = math.prod(known[:axis] + known[axis + 1 :])
        if others and count % others == 0:
            known[axis] = count // others
            yield from site.change(target_shape=tuple(known))
            break
    yield from site.change(target_shape=shape)
    yield from site.change(target_shape=(count,))


def permute(site: Site) -> Iterator[Repair]:
    """Name every axis of what a Permute receives once."""
    order: list[int] = []
    rank = len(site.received)
    for axis in (*_numbers(getattr(site.node.block, "dims", None)), *range(1, rank + 1)):
        if 1 <= axis <= rank and axis not in order:
            order.append(axis)
    yield from site.change(dims=tuple(order))


def axis(site: Site) -> Iterator[Repair]:
    """Use the last axis."""
    value = getattr(site.node.block, "axis", None)
    yield from site.change(axis=(-1,) if isinstance(value, tuple) else -1)
    shared = _numbers(getattr(site.node.block, "shared_axes", None))
    fitting = tuple(number for number in shared if number <= len(site.received))
    yield from site.change(shared_axes=fitting or None)


def cropped_away(site: Site) -> Iterator[Repair]:
    """Crop nothing, or what is usual."""
    value = getattr(site.node.block, "cropping", None)
    yield from default(site, "cropping")
    yield from site.change(cropping=_nothing(value))


def output_padding(site: Site) -> Iterator[Repair]:
    """Let the output's padding follow from the strides."""
    yield from default(site, "output_padding")


def default(site: Site, name: str) -> Iterator[Repair]:
    """Set a parameter back to its default."""
    defaults = defaults_of(type(site.node.block))
    if name in defaults:
        yield from site.change(**{name: defaults[name]})


def one_flag_off(site: Site) -> Iterator[Repair]:
    """Switch off one of two that cannot be on together."""
    for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio"):
        if hasattr(site.node.block, name):
            yield from site.change(**{name: False})


def means(site: Site) -> Iterator[Repair]:
    """Keep one mean and one variance, for all channels."""
    block = site.node.block
    firsts = {}
    for name, usual in (("mean", 0.0), ("variance", 1.0)):
        value = getattr(block, name, None)
        if isinstance(value, tuple) and len(value) > 1:
            firsts[name] = value[:1]
        elif value is None and hasattr(block, name):
            firsts[name] = (usual,)
    if firsts:
        yield from site.change(**firsts)


def too_large(site: Site) -> Iterator[Repair]:
    """Lessen what an output or the weights grow with."""
    block, details = site.node.block, site.problem.details
    count, limit = int(str(details["count"])), int(str(details["limit"]))
    for name in _WIDTHS:
        field, value = fields_of(type(block)).get(name), getattr(block, name, 0)
        if isinstance(field, Integer) and value > 1:
            yield from site.change(**{name: _round(max(1, value * limit // count))})
    if isinstance(block, Input):
        yield from smaller_input(site, site.path, count / limit)
    if site.problem.code == "too_many_weights":
        yield from fewer_inputs(site)
    yield from default(site, "padding")
    yield from default(site, "size")
    if len(site.node.lanes) > 2:
        text = _("Remove its last lane")
        yield site.draft.lane_removed(site.path, len(site.node.lanes) - 1).repair(text)
    yield from fewer_copies(site)


def too_many_layers(site: Site) -> Iterator[Repair]:
    """Repeat fewer times."""
    yield from fewer_copies(site)


def empty_output(site: Site) -> Iterator[Repair]:
    """Give the Input sizes that an image can have."""
    block = site.node.block
    if isinstance(block, Input):
        if site.dataset is not None:
            yield from site.change(shape=site.dataset.shape)
        yield from site.change(shape=tuple(max(1, size) for size in block.shape))


def smaller_input(site: Site, path: Path, excess: float) -> Iterator[Repair]:
    """Use smaller images.

    Args:
        site: the problem.
        path: of the Input.
        excess: how many times too large they are.
    """
    shape: tuple[int, ...] = getattr(site.network.at(path).block, "shape", _USUAL_IMAGE)
    sizes, channels = (shape[:-1], shape[-1:]) if len(shape) > 1 else (shape, ())
    factor = math.ceil(excess ** (1 / len(sizes))) if sizes else 1
    yield from site.change_at(path, shape=(*(max(1, size // factor) for size in sizes), *channels))
    if site.dataset is not None:
        yield from site.change_at(path, shape=site.dataset.shape)


def fewer_inputs(site: Site) -> Iterator[Repair]:
    """Make less of the maps before a Dense: their means instead of all their numbers."""
    before = site.neighbour(-1)
    if before is None or not isinstance(site.network.at(before).block, Flatten):
        return
    name = site.network.at(before).name
    mean = GlobalAveragePooling2D()
    text = _("Use {kind} instead of {block}").format(kind=mean.kind, block=name)
    yield site.draft.exchanged(before, mean).repair(text)
    pool = MaxPooling2D(pool_size=(4, 4), padding="same")
    text = _("Insert {kind} before {block}").format(kind=f"{pool.kind} 4×4", block=name)
    yield site.draft.inserted(before, pool).repair(text)


def ones(value: object) -> object:
    """Return 1 for every axis that a value has a number for."""
    return (1,) * len(value) if isinstance(value, tuple) else 1


def _nothing(value: object) -> object:
    """Return a value with 0 for every number in it."""
    return tuple(map(_nothing, value)) if isinstance(value, tuple) else 0


def _numbers(value: object) -> tuple[int, ...]:
    if isinstance(value, tuple):
        return value
    return (value,) if isinstance(value, int) else ()


def _round(count: int) -> int:
    """Return a count, rounded down to a power of two as people write them."""
    return 1 << (count.bit_length() - 1)


def _last_map(site: Site) -> Path | None:
    """Return the path of the block of the same list that first made something else of a map."""
    *base, index = site.path
    row = site.network.siblings(site.path)
    for above in reversed(range(index)):
        shape = site.report.facts[row[above].uid].input_shape
        if shape is not None and len(shape) == 3 and not row[above].muted:
            return (*base, above)
    return None


def _input_before(site: Site) -> Path | None:
    """Return the path of the Input if its shape is what the problem's block receives."""
    nodes = site.network.nodes
    first = next((n for n, node in enumerate(nodes) if not node.muted), 0)
    block = nodes[first].block
    if isinstance(block, Input) and block.shape == site.received and len(site.path) == 1:
        return (first,)
    return None


def _other_axes(site: Site) -> Iterator[Repair]:
    """Yield the repair that uses the block's kind for the axes that it receives."""
    old = site.node.block
    kind = CATALOGUE.get(f"{old.kind[:-2]}{len(site.received) - 1}D")
    if old.kind[-2:] in ("1D", "2D", "3D") and kind is not None:
        new = kind(**_kept(old, kind))
        text = _("Use {kind} instead").format(kind=new.kind)
        yield site.draft.exchanged(site.path, new).repair(text)


def _kept(old: Block, kind: type[Block]) -> dict[str, object]:
    """Return the parameters of a block that another kind takes as they are."""
    fields = fields_of(kind)
    return {n: v for n, v in old.params().items() if n in fields and fields[n].accepts(v)}
