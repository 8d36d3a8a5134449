"""What every block of a design makes of what a file holds, without a studio."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from cnnstudio.core.document import Design
from cnnstudio.core.look_messages import FileImage, Probe
from cnnstudio.engine.builder import build
from cnnstudio.engine.features import check_explorable, explorer_of
from cnnstudio.engine.file_look import FileLook, kernel_of
from cnnstudio.engine.inputs import enter
from cnnstudio.engine.weights import Weights, give_weights


def look_of_design(design: Design, file: Path, weights: Weights = MappingProxyType({})) -> FileLook:
    """Return what every block of a design makes of a file, by the block's name.

    Args:
        design: the design.
        file: an image, or numbers that fit its Input.
        weights: by the uids of blocks; those without start from new ones.

    Raises:
        EngineError: if the network cannot be built or the file cannot be used.
    """
    network, plan = design.network, design.plan
    check_explorable(network)
    built = build(network, seed=plan.seed)
    give_weights(built.model, weights)
    source = FileImage(str(file))
    probe = Probe(0, network, source, plan.pixels, block="", resize=plan.resize)
    entered = enter(probe, tuple(built.model.input_shape[1:]))
    maps = explorer_of(built).maps(entered.values)
    nodes = [node for _path, node in network.walk() if node.uid in maps]
    kernels = {layer.name: kernel_of(layer) for layer in built.model.layers}
    return FileLook(
        {node.name: maps[node.uid] for node in nodes},
        entered.values,
        {node.name: node.block.kind for node in nodes},
        plan.pixels,
        plan.resize,
        is_loaded=bool(weights),
        is_picture=entered.is_picture,
        note=entered.note,
        network=network,
        uids={node.name: node.uid for node in nodes},
        kernels={node.name: kernel for node in nodes if (kernel := kernels.get(node.uid))},
    )
