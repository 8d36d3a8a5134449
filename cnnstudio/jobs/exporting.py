"""Writes a design or model in a form for other programs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from rich.console import Console

from cnnstudio.core.i18n import _
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.folders import saving_to
from cnnstudio.jobs.opening import Opened, opened_source, read_weights

FIGURES = (".svg", ".pdf", ".png")
_CLOSE_ENOUGH = 1e-4
"""The largest difference of outputs that other programs' ways of computing make."""


def export_job(
    source: Path, to: Path, weights: Path | None, console: Console, *, verify: bool
) -> dict[str, Any]:
    """Write what `to` asks for; with `verify`, read it back and compare the outputs.

    Raises:
        UsageError: if the name asks for no form there is.
        JobError: if the source or the weights cannot be read, the network cannot be built or
            written, or what was written computes something else.
    """
    opened = opened_source(source)
    with console.status(_("writing {path}").format(path=to)):
        if to.suffix.lower() in FIGURES:
            return _drawn(opened, to)
        return _exported(opened, to, weights, verify=verify)


def _drawn(opened: Opened, to: Path) -> dict[str, Any]:
    """Write the architecture as a figure, which needs Qt but no display, and no Keras."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from cnnstudio.ui.diagram.figure_files import FigureError, export_figure  # reads Qt

    try:
        with saving_to(to):
            export_figure(opened.design.network, to, title=opened.design.name)
    except FigureError as error:
        raise JobError(str(error)) from error
    return {"file": str(to), "form": to.suffix.lstrip("."), "remarks": list(opened.remarks)}


def _exported(opened: Opened, to: Path, weights: Path | None, *, verify: bool) -> dict[str, Any]:
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import export_forms, reading_back  # reads TensorFlow
    from cnnstudio.engine.errors import EngineError  # with its package

    try:
        form = export_forms.form_of(to)
    except EngineError as error:
        raise UsageError(str(error)) from error
    network, plan = opened.design.network, opened.design.plan
    try:
        with saving_to(to):
            model = _model(opened, weights)
            export_forms.export_model(to, network, plan, model)
            result = {
                "file": str(to),
                "form": form.lstrip(".") or "SavedModel",
                "weights": model.count_params(),
                "remarks": list(opened.remarks),
            }
            if verify:
                result["difference"] = _checked(
                    reading_back.exported_difference(to, network, model), to
                )
    except EngineError as error:
        raise JobError(str(error)) from error
    return result


def _checked(difference: float, to: Path) -> float:
    if not difference <= _CLOSE_ENOUGH:
        raise JobError(
            _(
                "{path} is written but computes something else: the largest difference of the "
                "outputs is {difference:.2g}"
            ).format(path=to, difference=difference)
        )
    return difference


def _model(opened: Opened, weights: Path | None) -> Any:
    """Return the model with its weights: those named, else those that came with it."""
    from cnnstudio.engine.builder import build, copy_weights  # reads TensorFlow
    from cnnstudio.engine.weights import give_weights

    network = opened.design.network
    model = build(network, seed=opened.design.plan.seed).model
    if weights is None:
        give_weights(model, opened.weights)
    elif weights.suffix == ".npz":
        if not give_weights(model, read_weights(weights)):
            raise JobError(
                _("{path} has no weights for the blocks of this design").format(path=weights)
            )
    else:
        named = build(network, names="name").model
        _load_keras(named, weights)
        copy_weights(named, model)
    return model


def _load_keras(model: Any, path: Path) -> None:
    if not path.is_file():
        raise JobError(_("{path} cannot be opened: there is no such file").format(path=path))
    try:
        model.load_weights(path)
    except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
        raise JobError(
            _("{path} has no weights that fit this design, layer by layer").format(path=path)
        ) from error
