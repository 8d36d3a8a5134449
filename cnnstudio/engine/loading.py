"""Opens a `.keras` file, of this studio or any other Keras, without running code that is in it."""

from __future__ import annotations

import json
import logging
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import keras

from cnnstudio.core.analysis import analyse
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import FileImage, Probe
from cnnstudio.core.network import Network
from cnnstudio.engine.builder import deep_recursion
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.features import Explorer
from cnnstudio.engine.file_look import FileLook, kernel_of
from cnnstudio.engine.importer import import_model
from cnnstudio.engine.inputs import enter
from cnnstudio.engine.model_files import LARGEST_CONFIG, ModelError
from cnnstudio.engine.notes import read_notes

log = logging.getLogger(__name__)

_SIZE_OF_ANY = 224
"""Rows and columns given to an image whose network takes any size."""


def load_model(path: Path) -> keras.Model:
    """Read a model.

    Raises:
        ModelError: if it is missing, damaged, not of Keras 3, or holds code to be run.
    """
    try:
        check_file(path)
        with zipfile.ZipFile(path) as archive:
            _refuse_code(path, _config(archive))
    except OSError as error:
        raise ModelError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, RecursionError) as error:
        raise ModelError(
            _(
                "{path} is not a model of Keras 3, or is cut short: expected a .keras file as "
                "model.save() writes it"
            ).format(path=path)
        ) from error
    try:
        with deep_recursion():
            return keras.models.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        log.exception("%s was not read", path)
        raise ModelError(
            _("{path} is damaged, or of a Keras that this one ({version}) cannot read").format(
                path=path, version=keras.__version__
            )
        ) from error


def look_of_model(path: Path, file: Path) -> FileLook:
    """Return what every layer of a saved model makes of a file, by the layer's name.

    An image is made to fit and brought to the pixel range as it was in training if this studio
    saved the model; else it is cut to shape and brought to 0 to 1. Numbers enter as they are.

    Raises:
        ModelError: if the model cannot be used.
        ImageError: if the file cannot be used.
    """
    model = load_model(path)
    notes, shape = read_notes(path), _input_shape(path, model)
    network, why_none = _network_of(path, shape)
    source = FileImage(str(file))
    probe = Probe(0, network or Network(), source, notes.pixels, block="", resize=notes.resize)
    entered = enter(probe, shape)
    maps = Explorer(model.inputs, dict(_outputs(model))).maps(entered.values)
    kernels = {layer.name: kernel_of(layer) for layer in model.layers}
    return FileLook(
        maps,
        entered.values,
        {layer.name: type(layer).__name__ for layer in model.layers},
        notes.pixels,
        notes.resize,
        is_loaded=True,
        is_picture=entered.is_picture,
        note=entered.note,
        labels=notes.labels,
        network=network,
        why_none=why_none,
        uids=_uids(network, model),
        kernels={name: kernel for name, kernel in kernels.items() if kernel is not None},
    )


def _network_of(path: Path, shape: tuple[int, ...]) -> tuple[Network | None, str]:
    """Return a model as blocks, as the window opens it; else None, and why there are none."""
    try:
        network = import_model(path).network
    except EngineError as error:
        return None, str(error)
    first = analyse(network).facts[network.nodes[0].uid].output_shape
    if first != shape:
        return None, _("its Input takes images of any size")
    return network, ""


def _uids(network: Network | None, model: Any) -> dict[str, str]:
    """Return the blocks that are layers of a model, by the names of the layers.

    What is in a model inside the model is left out: a layer of the outer one may bear its name.
    """
    if network is None:
        return {}
    inner = {layer.name for layer in model.layers if isinstance(layer, keras.Model)}
    kinds = {layer.name: type(layer).__name__ for layer in model.layers}
    names = {node.uid: node.name for _path, node in network.walk()}
    found = {}
    for place, node in network.walk():
        around = {names[network.at(place[:end]).uid] for end in range(1, len(place), 2)}
        is_layer = node.is_container or kinds.get(node.name) == node.block.kind
        if node.name in kinds and is_layer and not around & inner:
            found[node.name] = node.uid
    return found


def _config(archive: zipfile.ZipFile) -> Any:
    member = archive.getinfo("config.json")
    if member.file_size > LARGEST_CONFIG:
        raise ValueError(member.file_size)
    archive.getinfo("model.weights.h5")
    return json.loads(archive.read(member))


def _refuse_code(path: Path, config: Any) -> None:
    """Refuse a model with anything but Keras's own layers and functions."""
    for entry in _entries(config):
        name, module = entry.get("class_name"), entry.get("module")
        registered = entry.get("registered_name")
        if name in ("Lambda", "__lambda__"):
            raise _foreign(path, name)
        if isinstance(module, str) and module.partition(".")[0] != "keras" and name != "function":
            raise _foreign(path, f"{module}.{name}")
        if module is None and registered and registered != name:
            raise _foreign(path, registered)


def _foreign(path: Path, what: str) -> ModelError:
    return ModelError(
        _(
            "{path} is not opened: it holds {what}, code that is not Keras's own and could do "
            "anything on this computer"
        ).format(path=path, what=what)
    )


def _entries(config: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(config, dict):
        yield config
    children = config.values() if isinstance(config, dict) else config
    if isinstance(config, dict | list):
        for child in children:
            yield from _entries(child)


def _outputs(model: Any) -> Iterator[tuple[str, Any]]:
    for layer in model.layers:
        try:
            output = layer.output
        except (AttributeError, ValueError):
            # Used at several places, so it has no one output.
            continue
        if isinstance(output, keras.KerasTensor):
            yield layer.name, output


def _input_shape(path: Path, model: Any) -> tuple[int, ...]:
    if len(getattr(model, "inputs", None) or ()) != 1:
        raise ModelError(
            _("{path} cannot be looked into: it must have one input, an image").format(path=path)
        )
    _batch, *sizes = model.inputs[0].shape
    return tuple(_SIZE_OF_ANY if size is None else size for size in sizes)
