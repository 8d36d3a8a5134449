"""Repairs of how a network starts and ends, of what it is to learn, and of what it takes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from cnnstudio.core.blocks import (
    Activation,
    Block,
    Dense,
    Family,
    Flatten,
    GlobalAveragePooling2D,
    Group,
    Input,
    MaxPooling2D,
    Repeat,
)
from cnnstudio.core.blocks.block import SOFTMAX
from cnnstudio.core.edits import Move
from cnnstudio.core.fields import Integer, fields_of, times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Path
from cnnstudio.core.repairs_site import Repair, Site
from cnnstudio.core.repairs_sizes import default, fewer_inputs, smaller_input

_USUAL_CLASSES = 10
_Maker = Callable[[Site, int], Iterator[Repair]]
_FACTORS = (2, 4, 8, 16, 32, 64)
_SLACK = 1.1
"""How much more than reckoned a change may help, before it is not even tried."""


def no_input(site: Site) -> Iterator[Repair]:
    """Bring an Input to the top: one that is somewhere else, is muted, or is new."""
    for path, node in site.network.walk():
        if isinstance(node.block, Input):
            draft = site.draft
            if node.muted:
                draft.muted(path, False)
            if path != (0,):
                draft.done(Move(path, (0,)))
            text = _("Put {block} first") if path != (0,) else _("Use {block} again")
            yield draft.repair(text.format(block=node.name))
            break
    dataset = site.dataset
    block = Input(shape=dataset.shape) if dataset is not None else Input()
    text = _("Insert an Input of {shape}").format(shape=times(block.shape))
    yield site.draft.inserted((0,), block).repair(text)


def input_not_first(site: Site) -> Iterator[Repair]:
    """Take it away, or make it the first."""
    yield from site.remove()
    text = _("Put it first")
    if len(site.path) > 1 or site.path[0] > 0:
        yield site.draft.done(Move(site.path, (0,))).repair(text)


def output_rank(site: Site) -> Iterator[Repair]:
    """End in one vector with a number for each class."""
    last = _last_layer(site, (), through=())
    if last is not None and isinstance(site.network.at(last).block, Dense):
        name = site.network.at(last).name
        draft = site.draft.inserted(last, Flatten())
        after = (*last[:-1], last[-1] + 1)
        if _classes(site) != getattr(site.network.at(last).block, "units", 0):
            draft.changed(after, units=_classes(site))
        text = _("Insert {kind} before {block}").format(kind=Flatten().kind, block=name)
        yield draft.repair(text)
    rank = len(site.report.output_shape or ())
    if rank == 3:
        yield from site.append(GlobalAveragePooling2D(), _classifier(site))
    yield from site.append(Flatten(), _classifier(site))


def output_classes(site: Site) -> Iterator[Repair]:
    """End in as many numbers as there are classes."""
    classes = _classes(site)
    last = _last_layer(site, (), through=("units", "filters"))
    if last is not None:
        name = "units" if hasattr(site.network.at(last).block, "units") else "filters"
        yield from site.change_at(last, **{name: classes})
    yield from site.append(_classifier(site))


def output_activation(site: Site) -> Iterator[Repair]:
    """End in softmax, or in nothing."""
    last = _last_layer(site, (), through=("activation",))
    if last is not None:
        block = site.network.at(last).block
        yield from site.change_at(last, activation=SOFTMAX)
        yield from _without_activation(site, last, block)
    final = _last_layer(site, (), through=())
    if final is not None and site.network.at(final).block.family is Family.ACTIVATION:
        if final != last:
            name = site.network.at(final).name
            text = _("Use softmax instead of {block}").format(block=name)
            yield site.draft.exchanged(final, Activation(activation=SOFTMAX)).repair(text)
        yield from site.remove(final)
    yield from site.append(Activation(activation=SOFTMAX))


def _without_activation(site: Site, path: Path, block: Block) -> Iterator[Repair]:
    plain = None if fields_of(type(block))["activation"].accepts(None) else "linear"
    yield from site.change_at(path, activation=plain)


def input_not_image(site: Site) -> Iterator[Repair]:
    """Give the Input the shape of an image."""
    if site.dataset is None:
        return
    shape = site.dataset.shape
    old: tuple[int, ...] = getattr(site.node.block, "shape", ())
    if len(old) == 3:
        yield from site.change(shape=(*old[:2], shape[2]))
    if len(old) == 2:
        yield from site.change(shape=(*old, shape[2]))
    yield from site.change(shape=shape)
    after = (*site.path[:-1], site.path[-1] + 1)
    text = _("Set shape to {shape} and insert {kind} after it").format(
        shape=times(shape), kind=Flatten().kind
    )
    yield site.draft.changed(site.path, shape=shape).inserted(after, Flatten()).repair(text)


def no_weights(site: Site) -> Iterator[Repair]:
    """End in a layer that learns."""
    flat = len(site.report.output_shape or ()) == 1
    yield from site.append(*(() if flat else (Flatten(),)), _classifier(site))


def softmax_of_one(site: Site) -> Iterator[Repair]:
    """Have as many units as there are classes, or another activation."""
    block = site.node.block
    for name in ("units", "filters"):
        if hasattr(block, name) and len(site.report.output_shape or ()) == 1:
            yield from site.change(**{name: _classes(site)})
    if hasattr(block, "activation"):
        yield from site.change(activation="sigmoid")
    if block.family is Family.ACTIVATION:
        yield from site.remove()


def maps_too_large(site: Site) -> Iterator[Repair]:
    """Make images or maps smaller until they fit."""
    first = next((n for n, node in enumerate(site.network.nodes) if not node.muted), None)
    if first is None:
        return
    yield from default(site, "padding")
    for make in (_fewer_filters, _pooled):
        yield from _first_that_cures(site, make)
    needed, memory, _own = _gigabytes(site)
    for factor in _FACTORS:
        # The sizes of maps go with those of the images, if not of all of them.
        if 2 * factor**2 >= needed / max(memory, 0.1):
            offered = [r for r in smaller_input(site, (first,), factor**2) if site.cures(r)]
            if offered:
                yield offered[0]
                break


def weights_too_large(site: Site) -> Iterator[Repair]:
    """Give the block fewer inputs or fewer units, until they fit."""
    yield from fewer_inputs(site)
    yield from _first_that_cures(site, _fewer_units)
    yield from _first_that_cures(site, _fewer_filters)


def _first_that_cures(site: Site, make: _Maker) -> Iterator[Repair]:
    for factor in _FACTORS:
        for repair in make(site, factor):
            if site.cures(repair):
                yield repair
                return


def _gigabytes(site: Site) -> tuple[float, ...]:
    """Return what training needs, what there is, and what the block's own output takes."""
    details = site.problem.details
    named = (str(details.get(name, 0)) for name in ("needed", "memory", "own"))
    return tuple(float(text.replace(",", "")) for text in named)


def _may_relieve(site: Site, factor: int) -> bool:
    """Return whether dividing the block's own output could be enough; trying takes longer."""
    needed, memory, own = _gigabytes(site)
    return needed - own * (1 - 1 / factor) <= memory * _SLACK + 0.1


def _fewer_filters(site: Site, factor: int) -> Iterator[Repair]:
    filters = getattr(site.node.block, "filters", 0)
    weighty = site.problem.code == "weights_too_large"
    if filters // factor >= 1 and (weighty or _may_relieve(site, factor)):
        yield from site.change(filters=filters // factor)


def _fewer_units(site: Site, factor: int) -> Iterator[Repair]:
    units = getattr(site.node.block, "units", 0)
    if units // factor >= 1:
        yield from site.change(units=units // factor)


def _pooled(site: Site, factor: int) -> Iterator[Repair]:
    fits = len(site.received) == 3 and factor <= min(site.received[:2])
    if fits and _may_relieve(site, factor**2):
        pool = MaxPooling2D(pool_size=(factor, factor), padding="same")
        yield from site.insert_before(pool)


def _classes(site: Site) -> int:
    return site.dataset.classes if site.dataset is not None else _USUAL_CLASSES


def _classifier(site: Site) -> Dense:
    return Dense(units=_classes(site), activation=SOFTMAX)


def _last_layer(site: Site, base: Path, *, through: tuple[str, ...]) -> Path | None:
    """Return the path of the layer the network's output comes out of, None if lanes make it.

    Args:
        site: the problem.
        base: the start of the paths of the list to look in.
        through: parameters of which the layer must have one; layers before which have none, and
            leave the shape's last axis alone, are passed.
    """
    row = site.network.nodes if not base else site.network.siblings((*base, 0))
    for index in reversed(range(len(row))):
        node, path = row[index], (*base, index)
        if node.muted:
            continue
        if isinstance(node.block, Group | Repeat):
            found = _last_layer(site, (*path, 0), through=through)
            if found is not None or any(not inner.muted for inner in node.lanes[0]):
                return found
            continue
        if node.is_container:
            return None
        if not through or any(_has(node.block, name) for name in through):
            return path
    return None


def _has(block: Block, name: str) -> bool:
    if name == "activation":
        return bool(getattr(block, name, None))
    return isinstance(fields_of(type(block)).get(name), Integer)
