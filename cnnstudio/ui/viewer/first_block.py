"""The block that is looked at before one is selected."""

from __future__ import annotations

from cnnstudio.core.network import PlacedBlock
from cnnstudio.ui.open_design import OpenDesign


def first_with_maps(design: OpenDesign) -> PlacedBlock | None:
    """Return the first block after the Input that puts out maps, else the first there is."""
    nodes = [node for _path, node in design.network.walk() if not node.muted]
    facts = design.report.facts
    for node in nodes[1:]:
        shape = facts[node.uid].output_shape
        if shape is not None and len(shape) > 1 and not node.is_container:
            return node
    wrong = next((problem.block for problem in design.report.errors), None)
    return next((node for node in nodes if node.uid == wrong), nodes[0] if nodes else None)
