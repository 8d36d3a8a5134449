"""Opening a ResNet50 as Keras saves it and as code, against Keras's own loading."""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from cnnstudio.core.source.reading import read_source
from cnnstudio.core.source.writing import write_source
from cnnstudio.engine.quiet import silence_tensorflow


def importing(rounds: int = 5) -> dict[str, float]:
    """Return what opening costs.

    The studio's way is all of it: the file is read and structured into blocks, a model is built
    from them and given the weights, so that it can be looked at and trained, as Keras's is.
    """
    silence_tensorflow()
    import keras  # takes seconds

    from cnnstudio.engine.builder import build  # reads TensorFlow
    from cnnstudio.engine.importer import import_model
    from cnnstudio.engine.weights import give_weights

    def open_here(path: Path) -> Any:
        found = import_model(path)
        model = build(found.network).model
        assert give_weights(model, found.weights) == len(found.weights)
        return model

    def open_there(path: Path) -> Any:
        return keras.models.load_model(path, compile=False)

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "resnet50.keras")
        original = keras.applications.ResNet50(weights=None)
        original.save(path)
        assert open_here(path).count_params() == open_there(path).count_params()
        ratios = [_seconds(open_here, path) / _seconds(open_there, path) for _ in range(rounds)]
        network = import_model(path).network
        structured = statistics.median(_seconds(import_model, path) for _ in range(rounds))
    code = write_source(network).text
    assert read_source(code).network is not None
    reading = statistics.median(_seconds(read_source, code) for _ in range(rounds))
    return {
        "open_keras_resnet50_ratio": statistics.median(ratios),
        "structure_keras_resnet50_s": structured,
        "import_resnet50_s": reading,
    }


def _seconds(work: Callable[[Any], object], subject: Any) -> float:
    began = time.perf_counter()
    work(subject)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(json.dumps(importing()))
