"""Reads the weights of a model file again, for the network that it was opened as before."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.engine.importer import import_model
from cnnstudio.engine.model_files import ModelError
from cnnstudio.engine.weights import Weights

MODEL_SUFFIXES = (".keras", ".h5", ".hdf5")
"""The ends of the names of files that hold a model, and not weights alone."""


def weights_again(path: Path, network: Network) -> Weights:
    """Return the weights in a model file by the uids that its blocks were given when it was opened.

    Args:
        path: a `.keras`, `.h5` or `.hdf5` file.
        network: what opening it came to; each opening makes uids of its own.

    Raises:
        ModelError: if it cannot be read, or holds another model by now.
    """
    found = import_model(path)
    if _outline(found.network) != _outline(network):
        raise ModelError(
            _("{path} holds another model than when it was opened: open it anew").format(path=path)
        )
    pairs = zip(found.network.walk(), network.walk(), strict=True)
    before = {now.uid: then.uid for (_at, now), (_as, then) in pairs}
    renamed = {}
    for name, arrays in found.weights.items():
        uid, dot, copy = name.partition(".")
        renamed[before[uid] + dot + copy] = arrays
    return renamed


def _outline(network: Network) -> list[tuple[tuple[int, ...], type]]:
    return [(tuple(path), type(node.block)) for path, node in network.walk()]
