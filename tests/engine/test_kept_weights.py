"""What is said of the weights that a changed network keeps, against what the engine does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import (
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Flatten,
    Input,
    MaxPooling2D,
    Repeat,
)
from cnnstudio.core.kept_weights import fresh_blocks
from cnnstudio.core.network import Network, network_of

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]


def network() -> Network:
    return network_of(
        Input(shape=(12, 12, 1)),
        Conv2D(filters=3, padding="same"),
        BatchNormalization(),
        MaxPooling2D(),
        Flatten(),
        Dense(units=4),
        Dense(units=5),
    )


def changed(before: Network, index: int, **params: Any) -> Network:
    node = before.nodes[index]
    block: Any = node.block
    return before.replaced((index,), replace(node, block=replace(block, **params)))


def with_added(before: Network, index: int, block: Block) -> Network:
    return before.inserted((index,), before.placed(block))


def repeated(count: int) -> Network:
    conv = Conv2D(filters=1, padding="same")
    plain = network_of(Input(shape=(6, 6, 1)), Repeat(count=count), Flatten(), Dense(units=2))
    inner = replace(plain.placed(conv), uid="conv")
    nodes = [replace(node, uid=str(index)) for index, node in enumerate(plain.nodes)]
    nodes[1] = replace(nodes[1], lanes=((inner,),))
    return Network(tuple(nodes))


BEFORE = network()
CASES = {
    "nothing": (BEFORE, BEFORE),
    "a rate": (BEFORE, changed(BEFORE, 2, momentum=0.5)),
    "filters": (BEFORE, changed(BEFORE, 1, filters=4)),
    "a pool": (BEFORE, changed(BEFORE, 3, pool_size=(3, 3))),
    "a new block": (BEFORE, with_added(BEFORE, 2, Conv2D(filters=3, padding="same"))),
    "the last layer": (BEFORE, changed(BEFORE, 6, units=7)),
    "unmuted": (BEFORE.replaced((2,), replace(BEFORE.nodes[2], muted=True)), BEFORE),
    "more copies": (repeated(2), repeated(3)),
    "fewer copies": (repeated(3), repeated(2)),
}


@pytest.mark.parametrize("case", CASES)
def test_the_blocks_said_to_be_fresh_are_those_whose_layers_get_new_weights(case: str) -> None:
    from cnnstudio.engine.builder import build, carry_weights

    before, after = CASES[case]
    old, new = build(before, seed=0).model, build(after, seed=1).model
    for model, number in ((old, 1.0), (new, 2.0)):
        for weight in model.weights:
            weight.assign(np.full(weight.shape, number))
    carry_weights(old, new)
    fresh = {
        layer.name.partition(".")[0]
        for layer in new.layers
        if any((weight.numpy() == 2).any() for weight in layer.weights)
    }
    assert {node.uid for node in fresh_blocks(before, after)} == fresh
