"""Reads an exported model back with the program it is for, and compares what it computes."""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.engine import export_forms as forms
from cnnstudio.engine.builder import build, deep_recursion
from cnnstudio.engine.random_input import largest_difference, outputs_of, random_input
from cnnstudio.engine.roundtrip import compare_code

Numbers = NDArray[np.float32]


def exported_difference(path: Path, network: Network, model: Any) -> float:
    """Return the largest difference between the outputs of a model and of what it was exported to.

    Args:
        path: of the exported file or folder.
        network: the design.
        model: built from it, with its weights.

    Raises:
        ExportError: if the program that reads it is not installed.
        EngineError: if the file is not what it should be.
    """
    form = forms.form_of(path)
    if form == forms.PYTHON:
        return compare_code(path.read_text("utf-8"), network, model).difference
    numbers = random_input(network)
    if form == forms.WEIGHTS:
        theirs = _of_weights(path, numbers, network)
    else:
        theirs = _READERS[form](path, numbers)
    return largest_difference(outputs_of(model, numbers), theirs)


def _of_weights(path: Path, numbers: Numbers, network: Network) -> Numbers:
    model = build(network, names="name").model
    model.load_weights(path)
    return outputs_of(model, numbers)


def _of_keras(path: Path, numbers: Numbers) -> Numbers:
    with deep_recursion():
        return outputs_of(keras.models.load_model(path, compile=False, safe_mode=True), numbers)


def _of_folder(path: Path, numbers: Numbers) -> Numbers:
    loaded = tf.saved_model.load(str(path))
    return np.asarray(loaded.serve(tf.constant(numbers)), np.float32)


def _of_litert(path: Path, numbers: Numbers) -> Numbers:
    with warnings.catch_warnings():
        # It is to move into a package of its own, which comes with no TensorFlow.
        warnings.simplefilter("ignore")
        interpreter = tf.lite.Interpreter(str(path))
    entry, end = interpreter.get_input_details()[0], interpreter.get_output_details()[0]
    interpreter.resize_tensor_input(entry["index"], numbers.shape)
    interpreter.allocate_tensors()
    interpreter.set_tensor(entry["index"], numbers)
    interpreter.invoke()
    return np.asarray(interpreter.get_tensor(end["index"]), np.float32)


def _of_onnx(path: Path, numbers: Numbers) -> Numbers:
    if importlib.util.find_spec("onnxruntime") is None:
        raise forms.ExportError(
            _(
                "to check ONNX files the studio needs onnxruntime: install it with "
                '“pip install "cnnstudio[onnx]"”'
            )
        )
    import onnxruntime  # an extra of its own

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    name = session.get_inputs()[0].name
    return np.asarray(session.run(None, {name: numbers})[0], np.float32)


_READERS: dict[str, Callable[[Path, Numbers], Numbers]] = {
    forms.KERAS: _of_keras,
    forms.FOLDER: _of_folder,
    forms.LITERT: _of_litert,
    forms.ONNX: _of_onnx,
}
