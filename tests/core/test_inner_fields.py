"""What a layer inside a part sees of the image."""

import numpy as np

from cnnstudio.core.blocks import Activation, Block, Conv2D, Flatten, Input, MaxPooling2D, Opaque
from cnnstudio.core.inner_fields import seen_of
from cnnstudio.core.inner_layers import InnerLayer, KerasLayer, KerasMerge, inner_name
from cnnstudio.core.network import network_of
from cnnstudio.core.seen_pixels import Pixels, seen_pixels
from cnnstudio.core.thumbnails import thumbnail

IMAGE = Input(shape=(20, 20, 3))
PART = Opaque(received=(18, 18, 4), output=(18, 18, 4))
NETWORK = network_of(IMAGE, Conv2D(filters=4, kernel_size=(3, 3)), PART, Flatten())
UID = NETWORK.nodes[2].uid


def layer(name: str, block: Block, *reads: str) -> InnerLayer:
    known = tuple(inner_name(UID, read) if read != "x" else NETWORK.nodes[1].uid for read in reads)
    full = inner_name(UID, name)
    return InnerLayer(full, name, block, thumbnail(full, np.zeros((2, 2, 1), np.float32)), known)


LAYERS = (
    layer("wide", Conv2D(filters=4, kernel_size=(5, 5), padding="same"), "x"),
    layer("narrow", Conv2D(filters=4, kernel_size=(1, 1)), "x"),
    layer("both", KerasMerge(merge="Add"), "wide", "narrow"),
    layer("other", KerasMerge(merge="Add"), "both", "narrow"),
    layer("odd", KerasLayer(class_name="GRU"), "other"),
    layer("after", Activation(), "odd"),
    layer("none", Activation()),
)


def field(name: str) -> Pixels | None:
    found = seen_of(NETWORK, inner_name(UID, name), LAYERS)
    return None if found is None else found.of((9, 9, 0))


def test_a_layer_inside_a_part_sees_what_it_would_see_as_a_block() -> None:
    plain = network_of(
        *(node.block for node in NETWORK.nodes[:2]),
        Conv2D(filters=4, kernel_size=(5, 5), padding="same"),
    )
    wide = seen_pixels(plain, plain.nodes[-1].uid)
    assert wide is not None
    assert field("wide") == wide.of((9, 9, 0)) == Pixels((7, 7), (13, 13))
    assert field("narrow") == Pixels((9, 9), (11, 11))
    assert field("both") == Pixels((7, 7), (13, 13))


def test_what_is_not_known_for_sure_is_not_told() -> None:
    assert field("other") is None, "these do not lie in lanes"
    assert field("odd") is None
    assert field("after") is None
    assert field("none") is None
    assert field("nowhere") is None
    assert seen_of(NETWORK, inner_name("gone", "wide"), LAYERS) is None


def test_a_block_sees_what_it_always_saw() -> None:
    network = network_of(IMAGE, MaxPooling2D())
    found = seen_of(network, network.nodes[1].uid)
    assert found is not None
    assert found.of((1, 1, 0)) == Pixels((2, 2), (3, 3))
