"""Pieces that templates are written with: blocks in a row, and rows that have a name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Container,
    Conv2D,
    Dense,
    Group,
    MaxPooling2D,
    Parallel,
    Repeat,
    ZeroPadding2D,
)
from cnnstudio.core.names import Names
from cnnstudio.core.network import Network, PlacedBlock

Item = Block | PlacedBlock
"""A block that is named by its kind, or one that is placed under a name or with lanes."""
Items = Sequence[Item]


def network_of_items(items: Items) -> Network:
    """Return a network of items, with fresh uids and with numbers where names are the same."""
    names = Names()
    return Network(tuple(_placed(item).renewed(names) for item in items))


def named(name: str, block: Block) -> PlacedBlock:
    """Return a block under a name."""
    return PlacedBlock("", name, block)


def group(name: str, *items: Item) -> PlacedBlock:
    """Return items that belong together under one name."""
    return _container(name, Group(), items)


def repeat(name: str, count: int, *items: Item) -> PlacedBlock:
    """Return items that stand several times in a row."""
    return _container(name, Repeat(count=count), items)


def add(name: str, *lanes: Items) -> PlacedBlock:
    """Return lanes whose outputs are added up."""
    return _container(name, Parallel(), *lanes)


def concatenate(name: str, *lanes: Items) -> PlacedBlock:
    """Return lanes whose maps are laid side by side."""
    return _container(name, Parallel(merge="Concatenate"), *lanes)


def multiply(name: str, *lanes: Items) -> PlacedBlock:
    """Return lanes whose outputs are multiplied."""
    return _container(name, Parallel(merge="Multiply"), *lanes)


def conv(
    filters: int,
    size: int,
    strides: int = 1,
    *,
    padding: str = "same",
    activation: str | None = None,
    use_bias: bool = True,
    kernel_initializer: str = "glorot_uniform",
) -> Conv2D:
    """Return a convolution with square kernels."""
    return Conv2D(
        filters=filters,
        kernel_size=(size, size),
        strides=(strides, strides),
        padding=padding,
        activation=activation,
        use_bias=use_bias,
        kernel_initializer=kernel_initializer,
    )


def he_conv(
    filters: int, size: int, strides: int = 1, *, padding: str = "same", groups: int = 1
) -> Conv2D:
    """Return a convolution with ReLU whose kernels start out as He et al. 2015 drew them.

    Deep networks without normalization do not begin to learn from other starts.
    """
    return Conv2D(
        filters=filters,
        kernel_size=(size, size),
        strides=(strides, strides),
        padding=padding,
        activation="relu",
        groups=groups,
        kernel_initializer="he_uniform",
    )


def he_dense(units: int) -> Dense:
    """Return a Dense with ReLU that starts out as `he_conv` does."""
    return Dense(units=units, activation="relu", kernel_initializer="he_uniform")


def pool(size: int, strides: int, *, padding: str = "valid") -> MaxPooling2D:
    """Return max pooling with a square window; strides of the window's size are left to it."""
    own = None if strides == size else (strides, strides)
    return MaxPooling2D(pool_size=(size, size), strides=own, padding=padding)


def pad(before: int, after: int) -> ZeroPadding2D:
    """Return zeros before the first and after the last row and column."""
    return ZeroPadding2D(padding=((before, after), (before, after)))


def normed(
    convolution: Item, *, epsilon: float = 0.001, activation: str | None = "relu"
) -> list[Item]:
    """Return a convolution, the normalization of its maps, and an activation if there is one."""
    row: list[Item] = [convolution, BatchNormalization(epsilon=epsilon)]
    return [*row, Activation(activation=activation)] if activation else row


def predictions(classes: int) -> PlacedBlock:
    """Return the last layer of a classifier: one probability a class."""
    return named("predictions", Dense(units=classes, activation="softmax"))


def _placed(item: Item) -> PlacedBlock:
    return PlacedBlock("", f"{item.stem}_1", item) if isinstance(item, Block) else item


def _container(name: str, block: Container, *lanes: Items) -> PlacedBlock:
    placed = PlacedBlock("", name, block)
    return replace(placed, lanes=tuple(tuple(map(_placed, lane)) for lane in lanes))
