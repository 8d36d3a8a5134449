"""Names that people gave to blocks, as far as Keras and Python can bear them."""

from __future__ import annotations

import builtins
import keyword
import re
from collections.abc import Sequence
from functools import cache
from itertools import takewhile

from cnnstudio.core.blocks import CATALOGUE, Opaque, Parallel
from cnnstudio.core.blocks.containers import MERGES
from cnnstudio.core.fields import fields_of
from cnnstudio.core.names import Names, snake
from cnnstudio.core.network import Network, PlacedBlock

LONGEST = 40
"""Characters of a layer's name."""
_LONGEST_FUNCTION = 30
_NUMBER = re.compile(r"_?\d+$")


def is_given(node: PlacedBlock) -> bool:
    """Return whether a person named a block, rather than the studio."""
    stem = node.block.stem
    return not (node.name.startswith(stem) and re.fullmatch(r"(_\d+)?", node.name[len(stem) :]))


def layer_names(network: Network) -> dict[str, str]:
    """Return the names of layers, by uid, where a person gave one that Keras can bear.

    They are made of ASCII letters, digits, `_` and `-`. Those that Keras might give to a layer
    without a name are left out: two layers would have the same.
    """
    names = Names()
    found: dict[str, str] = {}
    for _path, node in network.walk():
        makes_layer = not node.is_container or isinstance(node.block, Parallel)
        if node.muted or not makes_layer or isinstance(node.block, Opaque):
            continue
        if is_given(node):
            safe = re.sub(r"[^A-Za-z0-9_-]+", "_", node.name).strip("_-")[:LONGEST]
            if safe and _NUMBER.sub("", safe) not in _automatic():
                found[node.uid] = names.take(safe)
    return found


def function_name(nodes: Sequence[PlacedBlock], usual: str) -> str:
    """Return a name for the function that stands for blocks: what their names have in common.

    Args:
        nodes: the blocks.
        usual: the name where that is nothing, or a person gave no names.
    """
    names = [node.name.lower() for node in nodes if is_given(node)]
    stem = names[0] if len(nodes) == 1 and names else ""
    if len(names) == len(nodes) > 1:
        stems = [_NUMBER.sub("", name) for name in names]
        stem = stems[0] if len(set(stems)) == 1 else _NUMBER.sub("", _prefix(names))
    name = re.sub(r"[^a-z0-9_]+", "_", stem).strip("_")[:_LONGEST_FUNCTION]
    if not name:
        return usual
    if name.isidentifier() and name not in _reserved() and not _VARIABLE.fullmatch(name):
        return name
    return f"{name}_block" if name[0].isalpha() else f"block_{name}"


_VARIABLE = re.compile(r"(branch|residual)(_\d+)*|x|i|j|k|inputs|outputs|model|train|_.*")
"""Names of variables in the code."""


def prefixes_of(rows: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return what the names of each row start with, if they go on alike in all rows.

    Args:
        rows: the names of layers, as many in each.

    Returns:
        `("conv2_block1", "conv2_block2")` for two rows of names such as `conv2_block1_bn`; none if
        there is no such prefix.
    """
    if not rows or not rows[0]:
        return ()
    prefixes = tuple(map(_prefix, rows))
    ends = {tuple(n[len(p) :] for n in row) for p, row in zip(prefixes, rows, strict=True)}
    return prefixes if all(prefixes) and len(ends) == 1 else ()


def _prefix(names: Sequence[str]) -> str:
    first, last = min(names), max(names)
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    common = first[: sum(1 for _pair in alike)]
    if all(name == common or name[len(common)] == "_" for name in names):
        return common
    return common.rpartition("_")[0]


_OF_THE_PLAN = (
    "arrays", "class_names", "csv", "datasets", "eight_bits", "fitted", "glob", "io", "labelled",
    "np", "numbered", "opened", "re", "read_data", "split", "tf", "words_of",
)  # fmt: skip
"""Names in the code that reads a plan's data."""


@cache
def _automatic() -> frozenset[str]:
    """Return the names, without their number, that Keras gives to layers."""
    return frozenset((*map(snake, (*CATALOGUE, *MERGES)), "input_layer", "functional"))


@cache
def _reserved() -> frozenset[str]:
    """Return what a function may not be called: words of Python, and arguments' names."""
    python = (*keyword.kwlist, *keyword.softkwlist, *dir(builtins))
    params = (name for kind in CATALOGUE.values() for name in fields_of(kind))
    return frozenset((*python, *params, *_OF_THE_PLAN, "keras", "layers", "name", "repeats"))
