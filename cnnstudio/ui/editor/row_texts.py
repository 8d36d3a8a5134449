"""What the rows of the list say: shown, read aloud, and as tooltips."""

from __future__ import annotations

from collections.abc import Sequence

from cnnstudio.core.blocks import Parallel, Repeat
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.network import PlacedBlock
from cnnstudio.core.problems import Problem


def lane_title(lane: int) -> str:
    """Return what a lane is headed by."""
    return _("lane {number}").format(number=lane + 1)


def lane_name(holder: PlacedBlock, lane: int) -> str:
    """Return which lane of which container it is; a Repeat and a Group have one only."""
    if holder.block.most_lanes == 1:  # type: ignore[attr-defined]  # holders are containers
        return holder.name
    return _("lane {number} of {container}").format(number=lane + 1, container=holder.name)


def lane_note(holder: PlacedBlock, lane: int) -> str:
    """Return what a lane without blocks does; nothing for one with blocks."""
    if holder.lanes[lane]:
        return ""
    return _("empty, passes its input on")


def lane_aloud(holder: PlacedBlock, lane: int) -> str:
    """Return a lane as a screen reader says it."""
    note = lane_note(holder, lane)
    name = _("lane {number} of {container}").format(number=lane + 1, container=holder.name)
    return f"{name}, {note}" if note else name


def lane_help(holder: PlacedBlock) -> str:
    """Return why there is a lane."""
    if isinstance(holder.block, Parallel):
        return _(
            "Every lane receives the same input, and at the foot the lanes become one. Drop blocks "
            "here; an empty lane passes its input on."
        )
    return _("Drop blocks here; without blocks the input is passed on.")


def foot_title(holder: PlacedBlock) -> str:
    """Return what stands at the foot of a container: how its lanes become one, how often it runs.

    Nothing for a Group.
    """
    match holder.block:
        case Parallel():
            return holder.block.merge
        case Repeat():
            count = holder.block.count
            return ngettext("{count} time", "{count} times", count).format(count=count)
        case _:
            return ""


def foot_aloud(holder: PlacedBlock) -> str:
    """Return the foot of a container as a screen reader says it."""
    text = _("end of {container}").format(container=holder.name)
    title = foot_title(holder)
    return f"{text}, {title}" if title else text


def block_aloud(node: PlacedBlock, lane: str = "", *, folded: bool = False) -> str:
    """Return a block as a screen reader says it.

    Args:
        node: the block.
        lane: which lane it is in, empty for the network's own list.
        folded: whether it is a container that does not show what it holds.
    """
    text = _("{name}, {kind} {params}").format(
        name=node.name, kind=node.block.kind, params=node.block.key_params()
    )
    if node.muted:
        text = _("{block}, muted").format(block=text)
    if folded:
        text = _("{block}, folded").format(block=text)
    return _("{block}, in {lane}").format(block=text, lane=lane) if lane else text


def block_help(node: PlacedBlock, problems: Sequence[Problem]) -> str:
    """Return what a block does, its formula, and what is wrong with it."""
    parts = [f"{node.name} · {node.block.kind}", _(node.block.lesson)]
    if node.block.formula:
        parts.append(node.block.formula)
    if node.muted:
        parts.append(_("Muted: it is left out of the network, its input goes to the next block."))
    parts += [sentence(problem.message()) for problem in problems]
    return "\n\n".join(parts)


def summary(node: PlacedBlock) -> str:
    """Return what a folded container holds: `2 lanes, 5 blocks · Add`."""
    blocks = sum(1 for lane in node.lanes for block in lane for _inner in _all(block))
    held = ngettext("{count} block", "{count} blocks", blocks).format(count=blocks)
    if isinstance(node.block, Parallel):
        lanes = len(node.lanes)
        counted = ngettext("{count} lane", "{count} lanes", lanes).format(count=lanes)
        held = _("{lanes}, {blocks}").format(lanes=counted, blocks=held)
    return " · ".join(part for part in (held, node.block.key_params()) if part)


def _all(node: PlacedBlock) -> list[PlacedBlock]:
    return [node, *(inner for lane in node.lanes for block in lane for inner in _all(block))]
