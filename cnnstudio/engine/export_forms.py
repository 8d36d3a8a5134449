"""Writes a trained model in the forms that other programs take, each whole or not at all."""

from __future__ import annotations

import contextlib
import importlib.util
import logging
import os
import secrets
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.core.files import atomically
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.source.writing import write_source
from cnnstudio.engine.builder import build, copy_weights
from cnnstudio.engine.errors import EngineError
from cnnstudio.engine.export import save_archive, save_model

log = logging.getLogger(__name__)

KERAS, WEIGHTS, ONNX, LITERT, PYTHON = ".keras", ".weights.h5", ".onnx", ".tflite", ".py"
FOLDER = ""
"""The form of a name without any of these endings: a SavedModel folder."""
FORMS = (KERAS, WEIGHTS, ONNX, LITERT, PYTHON)
_NEEDED = {ONNX: ("tf2onnx", "onnx")}
_EXTRA = {ONNX: "onnx"}


class ExportError(EngineError):
    """A model that cannot be written in a form; the text is for people and says what to do."""


def form_of(path: Path) -> str:
    """Return the form that a file's name asks for: one of `FORMS`, or `FOLDER`.

    Raises:
        ExportError: if it asks for none.
    """
    name = path.name.lower()
    form = next((form for form in FORMS if name.endswith(form) and name != form), None)
    if form is None and path.suffix:
        raise ExportError(
            _(
                "there is no form {received}: expected a name that ends in {known}, or a folder "
                "for a SavedModel"
            ).format(received=path.suffix, known=", ".join(FORMS))
        )
    return form or FOLDER


def export_model(path: Path, network: Network, plan: TrainingPlan, model: Any) -> None:
    """Write a model in the form that the name of the file asks for.

    Args:
        path: of the file or folder; one that is there is replaced once this is complete.
        network: what `model` was built from.
        plan: names optimizer and data; some forms keep them.
        model: has the weights.

    Raises:
        OSError: if it cannot be written.
        EngineError: if the form cannot be, or lacks a library.
    """
    form = form_of(path)
    _check_libraries(form)
    if form == KERAS:
        save_model(path, network, plan, model)
    elif form == PYTHON:
        with atomically(path) as scratch:
            scratch.write_text(write_source(network, plan=plan).text, "utf-8", newline="\n")
    elif form == FOLDER:
        _save_folder(path, _named(network, model))
    else:
        _save_file(path, form, _WRITERS[form], _named(network, model))


def _named(network: Network, model: Any) -> Any:
    """Return the model with the people's names."""
    named = build(network, names="name").model
    copy_weights(model, named)
    return named


def _save_file(path: Path, form: str, write: Callable[[Any, str], None], model: Any) -> None:
    with atomically(path) as scratch:
        # Fails here, with the system's own reason, where the folder cannot be written to.
        scratch.touch()
        with tempfile.TemporaryDirectory(dir=scratch.parent, prefix=".cnnstudio-") as folder:
            made = Path(folder, f"model{form}")
            with _telling_of_form(form):
                write(model, str(made))
            made.replace(scratch)


def _save_folder(path: Path, model: Any) -> None:
    """Write a SavedModel; a folder that is there is replaced only if it is one, or empty."""
    if path.exists() and not _is_replaceable(path):
        raise ExportError(
            _("{path} is there already and is no SavedModel: choose another name").format(path=path)
        )
    target = Path(os.path.realpath(path))
    scratch = target.with_name(f".{target.name[:50]}.{secrets.token_hex(4)}")
    try:
        scratch.mkdir()
        with _telling_of_form(FOLDER):
            model.export(str(scratch), format="tf_saved_model", verbose=False)
        _swap(scratch, target)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _swap(made: Path, target: Path) -> None:
    """Put a folder in the place of another, which stays until then."""
    if not target.exists():
        made.rename(target)
        return
    old = made.with_name(f"{made.name}.old")
    target.rename(old)
    try:
        made.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old)


def _is_replaceable(path: Path) -> bool:
    return path.is_dir() and ((path / "saved_model.pb").is_file() or not any(path.iterdir()))


def _check_libraries(form: str) -> None:
    missing = [name for name in _NEEDED.get(form, ()) if importlib.util.find_spec(name) is None]
    if missing:
        raise ExportError(
            _(
                "to write {form} files the studio needs {libraries}: install them with "
                '“pip install "cnnstudio[{extra}]"”'
            ).format(form=form, libraries=", ".join(missing), extra=_EXTRA[form])
        )


@contextmanager
def _telling_of_form(form: str) -> Iterator[None]:
    """Keep converters quiet, and say which form it is that a model cannot be written in."""
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(None):
            warnings.simplefilter("ignore")
            yield
    except OSError as error:
        if error.errno is not None:
            raise
        raise ExportError(_cannot(form)) from error
    except MemoryError:
        raise
    except Exception as error:
        log.info("a model was not written as %s", form or "SavedModel", exc_info=error)
        raise ExportError(_cannot(form)) from error


def _cannot(form: str) -> str:
    return _(
        "this network cannot be written as {form}: it holds something that this form has no place "
        "for; the details tell more"
    ).format(form=form or "SavedModel")


def _write_weights(model: Any, path: str) -> None:
    """Write the weights that a `.keras` file has inside, which Keras makes in memory.

    To a full disk, the HDF5 library writes with an error that ends the whole process.
    """
    archive = Path(f"{path}{KERAS}")
    save_archive(model, archive)
    with (
        zipfile.ZipFile(archive) as members,
        members.open("model.weights.h5") as source,
        Path(path).open("wb") as file,
    ):
        shutil.copyfileobj(source, file)
    archive.unlink()


def _write_onnx(model: Any, path: str) -> None:
    # Keras asks for a model that has been called once.
    model(np.zeros((1, *model.input_shape[1:]), np.float32), training=False)
    model.export(path, format="onnx", verbose=False)


_WRITERS: dict[str, Callable[[Any, str], None]] = {
    WEIGHTS: _write_weights,
    ONNX: _write_onnx,
    LITERT: lambda model, path: model.export(path, format="litert", verbose=False),
}
