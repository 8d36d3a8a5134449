"""A Keras model, as a file of this or another program, becomes a network with its weights.

What the catalogue has blocks for is editable; the rest becomes opaque parts, as small as they can
be. Nothing in the file is run: layers that are not Keras's own are kept, unbuilt.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cnnstudio.core.blocks import Block, Opaque, Shape
from cnnstudio.core.blocks.opaque import foreign_layers
from cnnstudio.core.i18n import N_, _
from cnnstudio.core.network import Network, PlacedBlock, Row
from cnnstudio.core.structure import (
    BrokenGraphError,
    NotSeriesParallel,
    Region,
    Structure,
    region_around,
    structure,
)
from cnnstudio.engine.inner_models import grouped
from cnnstudio.engine.keras_calls import Call
from cnnstudio.engine.keras_graph import KerasGraph, graph_of
from cnnstudio.engine.model_ends import Head, ends_of
from cnnstudio.engine.model_files import ModelError, opened_model
from cnnstudio.engine.model_nodes import Node, Nodes, Remarks, in_order, part_of
from cnnstudio.engine.stored_weights import StoredWeights, WrongShapesError
from cnnstudio.engine.weights import Arrays, Weights

log = logging.getLogger(__name__)

_WITH_HEADS = N_("other outputs of the model are made from what it puts out")
_MOST_PARTS = 200
"""Opaque parts of a model; Keras takes some hundredths of a second to build each of them."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What has come out of a model file.

    Attributes:
        name: the model's own, "" if it has none.
        network: the model as blocks.
        weights: by the uids of the blocks for which the file has fitting ones, in the order of
            their Keras layers.
        remarks: what is not as it was, in sentences.
    """

    name: str
    network: Network
    weights: Weights
    remarks: tuple[str, ...]


def import_model(path: Path) -> Imported:
    """Read a `.keras`, `.h5` or `.hdf5` file, or the JSON of `model.to_json()`.

    Raises:
        ModelError: if it cannot be read, or no part of it can be a design.
    """
    with opened_model(path) as file:
        return _Import(graph_of(file.description), StoredWeights(file)).result()


class _Import:
    """The state of one import."""

    def __init__(self, graph: KerasGraph, stored: StoredWeights) -> None:
        self._graph = graph
        self._stored = stored
        self._remarks = Remarks()
        if not graph.calls:
            raise ModelError(_("the model has no layers"))
        ordered = in_order(graph.calls)
        ends = ends_of(graph, ordered)
        made = Nodes(ordered, ends, self._remarks)
        self._names = made.names
        self._nodes = {node.name: node for node in made.by_key.values()}
        self._output = made.by_key[ends.output].name
        self._heads = ends.heads
        self._stands_for: dict[str, str] = {}

    def result(self) -> Imported:
        try:
            for head in self._heads:
                self._keep(head)
            found = self._structure()
        except NotSeriesParallel as error:
            raise ModelError(str(error)) from error
        except BrokenGraphError as error:
            raise ModelError(str(error)) from error
        self._check_count(sum(1 for node in self._nodes.values() if node.is_opaque))
        for name in found.unused:
            self._remarks.add(_("it does not lead to the output and is left out"), name)
        weights, blocks = self._weights(found.uids)
        network = Network(_with_blocks(found.network.nodes, blocks))
        network = grouped(network, self._models(found.uids))
        return Imported(self._graph.name, network, weights, self._remarks.told())

    def _models(self, uids: Mapping[str, str]) -> dict[str, str]:
        """Return the model inside the model that each block comes from, by its uid."""
        found = {}
        for name, uid in uids.items():
            calls = self._nodes[name].calls
            outer = {call.place.names[0] for call in calls if len(call.place.names) > 1}
            if len(outer) == 1:
                found[uid] = outer.pop()
        return found

    def _keep(self, head: Head) -> None:
        """Keep what leads to other outputs of the model in a part, if there is a place for it."""
        names = [self._names[key] for key, _index in head.ends]
        if not head.calls:
            text = _("it is an output of its own too, but a design has one: it is a block like any")
            for name in names:
                self._remarks.add(text, name)
            return
        for call in head.calls:
            del self._nodes[self._names[call.key]]
        foreign = foreign_layers(part_of(head.calls, "", self._names))
        if foreign:
            text = _("this output is left out, for {layers} is code that is not Keras’s own")
            for name in names:
                self._remarks.add(text.format(layers=", ".join(foreign)), name)
            return
        home = self._nodes[self._home_of(head)]
        if not home.is_opaque:
            home = self._after(home, self._names[head.ends[0][0]])
        home.heads += head.calls
        home.ends += head.ends
        text = _(
            "a design has one output, the first: this one is kept to be looked at, and a model "
            "that is saved does not put it out"
        )
        for name in names:
            self._remarks.add(text, name)

    def _home_of(self, head: Head) -> str:
        """Return the node that all of what a head reads is in, made opaque where it must be."""
        shared = [
            node.name
            for node in self._nodes.values()
            if node.calls[0].layer in {call.layer for call in head.calls}
            and self._has_weights(node)
        ]
        names = (*(self._names[key] for key, _index in head.reads), *shared)
        homes = self._homes(names)
        if len(homes) == 1:
            home = self._nodes[homes[0]]
            if shared and home.inputs:
                home.block, home.merge, home.why = Opaque(), None, _(_WITH_HEADS)
            return home.name
        if any(not self._nodes[name].inputs for name in homes):
            # No part holds the Input, but one may begin right after it.
            first = next(name for name in homes if not self._nodes[name].inputs)
            homes = [name for name in homes if name != first]
            homes += [node.name for node in self._nodes.values() if first in node.inputs]
        region = self._around(homes, _(_WITH_HEADS))
        self._collapse(region)
        return region.end

    def _after(self, home: Node, name: str) -> Node:
        """Return a new node that hands on what a node puts out, in which heads can be kept."""
        for node in self._nodes.values():
            node.inputs = tuple(name if read == home.name else read for read in node.inputs)
        if self._output == home.name:
            self._output = name
        why, shape = _(_WITH_HEADS), home.shape
        made = Node(name, (), (home.name,), Opaque(), None, why, shape)
        self._stands_for[name] = self._stands_for.get(home.name, home.name)
        self._nodes[name] = made
        return made

    def _structure(self) -> Structure:
        """Return the model as blocks, parts that are no network made opaque.

        Raises:
            NotSeriesParallel: if the whole is none.
            BrokenGraphError: if it is no graph.
        """
        bound = self._bound_together()
        self._check_count(len(bound))
        for names, why in bound:
            homes = self._homes(names)
            if len(homes) > 1:
                self._collapse(self._around(homes, why))
        # Each turn leaves fewer nodes, or makes one opaque that was not.
        for _turn in range(2 * len(self._nodes)):
            nodes = [node.as_graph_node() for node in self._nodes.values()]
            try:
                return structure(nodes, self._output)
            except NotSeriesParallel as error:
                if not error.regions:
                    raise
                for region in error.regions:
                    self._collapse(region)
        raise ModelError(_("the layers of the model cannot be put in an order"))

    def _check_count(self, count: int) -> None:
        if count > _MOST_PARTS:
            raise ModelError(
                _(
                    "the model has {count:,} parts that there are no blocks for, at most {limit:,} "
                    "are opened"
                ).format(count=count, limit=_MOST_PARTS)
            )

    def _bound_together(self) -> list[tuple[tuple[str, ...], str]]:
        """Return the nodes that cannot be apart, with the reason.

        Those are several calls of one layer, and a layer of several outputs with what reads them.
        """
        by_layer: dict[str, list[str]] = {}
        found = []
        for node in self._nodes.values():
            if not node.calls:
                continue
            call = node.calls[0]
            by_layer.setdefault(call.layer, []).append(node.name)
            sources = [self._names[t.key[0]] for t in call.tensors() if t.key[1]]
            if sources:
                found.append(((node.name, *sources), node.why))
        for names in by_layer.values():
            if len(names) > 1 and self._has_weights(self._nodes[names[0]]):
                why = _("{layer} is used at {count} places with the same weights").format(
                    layer=names[0], count=len(names)
                )
                found.append((tuple(names), why))
        return found

    def _has_weights(self, node: Node) -> bool:
        if node.merge is not None:
            return False
        shape = self._received(node)
        return node.is_opaque or shape is None or bool(node.block and node.block.weights(shape))

    def _homes(self, names: tuple[str, ...]) -> list[str]:
        """Return the nodes that some calls are in; those collapsed since are one."""
        homes = {self._names[c.key]: n.name for n in self._nodes.values() for c in n.calls}
        return list(dict.fromkeys(homes[name] for name in names))

    def _around(self, names: list[str], why: str) -> Region:
        nodes = [node.as_graph_node() for node in self._nodes.values()]
        return region_around(nodes, self._output, names, why)

    def _collapse(self, region: Region) -> None:
        """Make one opaque node of a part of the graph."""
        parts = [self._nodes[name] for name in region.nodes]
        end = self._nodes[region.end]
        for name in region.nodes:
            del self._nodes[name]
        calls = tuple(call for part in parts for call in part.calls)
        self._nodes[region.end] = Node(
            region.end, calls, (region.start,), Opaque(), None, region.why, end.shape,
            heads=tuple(call for part in parts for call in part.heads),
            ends=tuple(end for part in parts for end in part.ends),
        )  # fmt: skip

    def _received(self, node: Node) -> Shape | None:
        return self._nodes[node.inputs[0]].shape if node.inputs else None

    def _weights(
        self, uids: Mapping[str, str]
    ) -> tuple[dict[str, Arrays], dict[str, Block]]:  # fmt: skip
        """Return the weights by uid, and the opaque parts by uid, built as far as they can be."""
        weights: dict[str, Arrays] = {}
        blocks: dict[str, Block] = {}
        missing: Counter[str] = Counter()
        for name, uid in uids.items():
            node = self._nodes.get(name)
            if node is None or node.block is None:
                continue
            if node.is_opaque:
                blocks[uid], found = self._opaque(node)
            else:
                found = self._arrays(node)
            if found is None:
                missing[name] += 1
            elif found:
                weights[uid] = found
        self._tell_missing(missing)
        return weights, blocks

    def _arrays(self, node: Node) -> Arrays | None:
        """Return the weights of a block, None if the file has no fitting ones."""
        shape = self._received(node)
        if not node.inputs or node.block is None:
            return ()
        if shape is None:
            return self._arrays_as_they_are(node)
        shapes = [weight.shape for weight in node.block.weights(shape)]
        if not shapes:
            return ()
        try:
            return self._stored.arrays(node.calls[0].place, shapes)
        except WrongShapesError:
            return None

    def _arrays_as_they_are(self, node: Node) -> Arrays:
        """Return what the file has for a block behind a part that cannot be built.

        Once that has given way, the block takes them if they fit.
        """
        try:
            return self._stored.arrays(node.calls[0].place, None)
        except WrongShapesError:
            return ()

    def _opaque(self, node: Node) -> tuple[Opaque, Arrays | None]:
        if not node.inputs:
            raise ModelError(
                _("{layer} reads nothing, and a design begins with an Input").format(
                    layer=node.name
                )
            )
        start = self._stands_for.get(node.inputs[0], node.inputs[0])
        output = self._stands_for.get(node.name, node.name)
        calls = (*node.calls, *node.heads)
        part = part_of(calls, start, self._names, output, node.ends)
        received = self._received(node)
        block = Opaque(why=node.why, received=received, output=node.shape, part=part)
        if node.calls and not _is_made(node.calls[-1]):
            self._remarks.add(_("it is kept as it came: {why}").format(why=node.why), node.name)
        foreign = foreign_layers(part)
        if foreign:
            self._remarks.add(
                _(
                    "{layers}, code that is not Keras’s own, was not run (safe mode): the design "
                    "can be built once blocks of yours stand in its place"
                ).format(layers=", ".join(foreign)),
                node.name,
            )
            return block, self._kept_arrays(calls)
        if received is None:
            return replace(block, output=None), ()
        from cnnstudio.engine import opaque_weights  # reads TensorFlow, only for what needs it

        found = opaque_weights.measured(block, calls, self._stored)
        if found[0].output is not None or not node.ends:
            return found
        for key, _index in node.ends:
            self._remarks.add(_("this output is left out: it cannot be built"), self._names[key])
        node.heads, node.ends = (), ()
        return self._opaque(node)

    def _kept_arrays(self, calls: tuple[Call, ...]) -> Arrays | None:
        """Return all weights of a part that is not built, None if some are no numbers."""
        places = {call.layer: call.place for call in calls}
        try:
            rows = [self._stored.all_arrays(place) for place in places.values()]
        except WrongShapesError:
            return None
        return tuple(array for row in rows for array in row)

    def _tell_missing(self, missing: Counter[str]) -> None:
        if not self._stored.are_there:
            self._remarks.add(_("the file has no weights: it starts from new ones"), "")
            return
        for name in missing:
            self._remarks.add(_("its weights are not in the file: it starts from new ones"), name)


def _is_made(call: Call) -> bool:
    """Return whether a call is of nothing in the file, but was put in the place of an input."""
    return not call.place.names


def _with_blocks(row: Row, blocks: Mapping[str, Block]) -> Row:
    return tuple(_with_block(node, blocks) for node in row)


def _with_block(node: PlacedBlock, blocks: Mapping[str, Block]) -> PlacedBlock:
    lanes = tuple(_with_blocks(lane, blocks) for lane in node.lanes)
    return replace(node, block=blocks.get(node.uid, node.block), lanes=lanes)
