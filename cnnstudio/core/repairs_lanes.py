"""Repairs of a Parallel whose lanes do not merge."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cnnstudio.core.blocks import (
    Block,
    Conv2D,
    Dense,
    Flatten,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Parallel,
    Reshape,
    Shape,
    ZeroPadding2D,
)
from cnnstudio.core.edits import InsertLane
from cnnstudio.core.fields import Choice, fields_of, times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path, PlacedBlock
from cnnstudio.core.rearranging import unwrapping
from cnnstudio.core.repairs_site import Repair, Site

_LARGEST_STEP = 255
"""Strides and kernels are no longer than this."""
_MOST_UNITS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Plan:
    """What brings every lane to one shape: the blocks each gets at its end."""

    shape: Shape
    added: tuple[tuple[Block, ...], ...]

    @property
    def cost(self) -> int:
        return sum(map(len, self.added))


def lanes_differ(site: Site) -> Iterator[Repair]:
    """Bring the lanes to one shape, or merge them in another way."""
    ends = [tuple(map(int, text.split("×")))
            for text in str(site.problem.details["shapes"]).split(", ")]  # fmt: skip
    merge = getattr(site.node.block, "merge", "")
    if merge != "Concatenate":
        yield from _widths(site, ends)
    yield from _padding(site)
    if merge != "Concatenate":
        yield from _kept_shortcut(site)
    plans = [plan for target in dict.fromkeys(ends)
             if (plan := _plan(ends, target, free=merge == "Concatenate")) is not None]  # fmt: skip
    for plan in sorted(plans, key=lambda plan: plan.cost)[:2]:
        yield _filled(site, plan)
    yield from site.change(merge="Concatenate")
    yield from site.change(merge="Add")
    yield _all_flat(site, ends)


def no_lanes(site: Site) -> Iterator[Repair]:
    """Take the container away, or give it lanes."""
    yield from site.remove()
    lanes = (InsertLane(site.path, 0, ()), InsertLane(site.path, 1, ()))
    yield site.draft.done(*lanes).repair(_("Give it two lanes"))


def lanes_too_few(site: Site) -> Iterator[Repair]:
    """Use the one lane by itself, or add another."""
    step = unwrapping(site.network, [site.path])
    text = _("Unwrap it: one lane needs no Parallel")
    yield site.draft.done(*step.edits).repair(text)
    lane = InsertLane(site.path, len(site.node.lanes), ())
    yield site.draft.done(lane).repair(_("Add a lane that passes its input on"))


def lanes_not_two(site: Site) -> Iterator[Repair]:
    """Merge them in another way, or take away what is too many."""
    yield from site.change(merge="Add")
    yield from site.change(merge="Average")
    draft = site.draft
    for lane in reversed(range(2, len(site.node.lanes))):
        draft.lane_removed(site.path, lane)
    yield draft.repair(_("Keep its first two lanes only"))


def _widths(site: Site, ends: Sequence[Shape]) -> Iterator[Repair]:
    """Yield repairs that give one lane's last layer as many filters or units as the others have."""
    for lane, end in enumerate(ends):
        others = {other[-1] for number, other in enumerate(ends) if number != lane}
        if len(others) != 1 or others == {end[-1]}:
            continue
        path = _last_width(site, lane)
        if path is not None:
            name = "filters" if hasattr(site.network.at(path).block, "filters") else "units"
            yield from site.change_at(path, **{name: others.pop()})


def _kept_shortcut(site: Site) -> Iterator[Repair]:
    """Yield the repair that brings lanes to the shape of an empty one: a residual block."""
    shape = site.received
    if all(site.node.lanes) or not shape:
        return
    draft = site.draft
    for lane, row in enumerate(site.node.lanes):
        for index, node in enumerate(row):
            if _may_pad(node):
                draft.changed((*site.path, lane, index), padding="same")
        path = _last_width(site, lane)
        if path is not None:
            block = draft.network.at(path).block
            name = "filters" if hasattr(block, "filters") else "units"
            draft.changed(path, **{name: shape[-1]})
    yield draft.repair(
        _("Bring its lanes to {shape}, as the empty lane passes it on").format(shape=times(shape))
    )


def _last_width(site: Site, lane: int) -> Path | None:
    """Return the path of the layer that decides how many channels a lane ends in."""
    for index, node in reversed(list(enumerate(site.node.lanes[lane]))):
        if node.muted:
            continue
        facts = site.report.facts[node.uid]
        if hasattr(node.block, "filters") or hasattr(node.block, "units"):
            return (*site.path, lane, index)
        if node.is_container or facts.input_shape is None or facts.output_shape is None:
            return None
        if facts.input_shape[-1] != facts.output_shape[-1]:
            return None
    return None


def _padding(site: Site) -> Iterator[Repair]:
    """Yield the repair that pads in all lanes, so that they keep their size."""
    draft, changed = site.draft, False
    for lane, row in enumerate(site.node.lanes):
        for index, node in enumerate(row):
            if _may_pad(node):
                draft.changed((*site.path, lane, index), padding="same")
                changed = True
    if changed:
        yield draft.repair(_("Set padding to same in its lanes"))


def _may_pad(node: PlacedBlock) -> bool:
    field = fields_of(type(node.block)).get("padding")
    if not isinstance(field, Choice) or node.muted:
        return False
    return getattr(node.block, "padding", None) == "valid" and "same" in field.options


def _plan(ends: Sequence[Shape], target: Shape, *, free: bool) -> _Plan | None:
    """Return what brings lanes that end so to a target; `free` leaves them their channels."""
    added: list[tuple[Block, ...]] = []
    for end in ends:
        wanted = (*target[:-1], end[-1]) if free and len(end) == len(target) else target
        blocks = _leading(end, wanted)
        if blocks is None:
            return None
        added.append(blocks)
    return _Plan(target, tuple(added))


def _leading(start: Shape, goal: Shape) -> tuple[Block, ...] | None:
    """Return blocks that make one shape of another, None if there are none."""
    if start == goal:
        return ()
    if len(goal) == 1:
        return _to_vector(start, goal[0])
    if len(start) == len(goal) == 3:
        return _to_map(start, goal)
    if start[:-1] == goal[:-1]:
        return (Dense(units=goal[-1]),)
    count = math.prod(goal)
    if len(start) == 1 and count <= _MOST_UNITS:
        shaping = Reshape(target_shape=goal)
        return (shaping,) if start == (count,) else (Dense(units=count), shaping)
    return None


def _to_vector(start: Shape, units: int) -> tuple[Block, ...]:
    first: tuple[Block, ...] = ()
    if len(start) == 3:
        first, count = (GlobalAveragePooling2D(),), start[-1]
    else:
        first, count = ((Flatten(),) if len(start) > 1 else ()), math.prod(start)
    return first if count == units else (*first, Dense(units=units))


def _to_map(start: Shape, goal: Shape) -> tuple[Block, ...] | None:
    height, width = (min(have, want) for have, want in zip(start[:2], goal[:2], strict=True))
    blocks: list[Block] = []
    if (height, width) != start[:2]:
        shrinking = _shrinking(start, (height, width, goal[2]))
        if shrinking is None:
            return None
        blocks.append(shrinking)
    elif start[2] != goal[2]:
        blocks.append(Conv2D(filters=goal[2], kernel_size=(1, 1)))
    if (height, width) != goal[:2]:
        rows, columns = goal[0] - height, goal[1] - width
        margins = ((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
        if max(max(pair) for pair in margins) > fields_of(ZeroPadding2D)["padding"].high:  # type: ignore[attr-defined]  # Margins
            return None
        blocks.append(ZeroPadding2D(padding=margins))
    return tuple(blocks)


def _shrinking(start: Shape, goal: Shape) -> Block | None:
    """Return one block that makes a map smaller, as the shortcut of a ResNet does.

    He et al. 2016, "Deep Residual Learning for Image Recognition", section 3.3.
    """
    steps = tuple(-(-have // want) for have, want in zip(start[:2], goal[:2], strict=True))
    even = all(-(-have // step) == want
               for have, want, step in zip(start[:2], goal[:2], steps, strict=True))  # fmt: skip
    if even and max(steps) <= _LARGEST_STEP:
        rows, columns = steps
        if start[2] == goal[2]:
            return MaxPooling2D(pool_size=(rows, columns), padding="same")
        return Conv2D(filters=goal[2], kernel_size=(1, 1), strides=(rows, columns), padding="same")
    rows, columns = start[0] - goal[0] + 1, start[1] - goal[1] + 1
    if max(rows, columns) > _LARGEST_STEP:
        return None
    return Conv2D(filters=goal[2], kernel_size=(rows, columns))


def _filled(site: Site, plan: _Plan) -> Repair:
    draft = site.draft
    for lane, blocks in enumerate(plan.added):
        draft.inserted((*site.path, lane, len(site.node.lanes[lane])), *blocks)
    busy = [(lane, blocks) for lane, blocks in enumerate(plan.added) if blocks]
    if len(busy) == 1:
        lane, blocks = busy[0]
        kinds = ", ".join(f"{block.kind} {block.key_params()}".strip() for block in blocks)
        text = _("Add {kind} at the end of lane {number}").format(kind=kinds, number=lane + 1)
    else:
        text = _("Bring its lanes to {shape}").format(shape=times(plan.shape))
    return draft.repair(text)


def _all_flat(site: Site, ends: Sequence[Shape]) -> Repair:
    """Return the repair that lines up what comes out of every lane in one vector."""
    draft = site.draft
    for lane, end in enumerate(ends):
        if len(end) > 1:
            draft.inserted((*site.path, lane, len(site.node.lanes[lane])), Flatten())
    if isinstance(site.node.block, Parallel) and site.node.block.merge != "Concatenate":
        draft.changed(site.path, merge="Concatenate")
    return draft.repair(_("Flatten its lanes and concatenate them"))
