"""What a test does to an open design, by the names of its blocks."""

from dataclasses import replace
from typing import Any

from cnnstudio.core.edits import Replace, Step
from cnnstudio.ui.open_design import OpenDesign


def uid(design: OpenDesign, name: str) -> str:
    return next(node.uid for _path, node in design.network.walk() if node.name == name)


def retune(design: OpenDesign, name: str, **params: object) -> None:
    path = design.network.find(uid(design, name))
    assert path is not None
    node = design.network.at(path)
    block: Any = node.block
    tuned = replace(node, block=replace(block, **params))
    design.push(Step("Change", (Replace(path, node, tuned),)))


def mute(design: OpenDesign, name: str) -> None:
    path = design.network.find(uid(design, name))
    assert path is not None
    node = design.network.at(path)
    design.push(Step("Mute", (Replace(path, node, replace(node, muted=True)),)))
