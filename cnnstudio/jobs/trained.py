"""Opens a trained network: a model, or a design with its weights beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnstudio.core import document
from cnnstudio.core.data.sources import at_home, from_json, to_text
from cnnstudio.core.document import DesignError
from cnnstudio.core.i18n import _
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.opening import MODELS, opened_source

if TYPE_CHECKING:
    from cnnstudio.engine.learned import Learned

_OF_A_RUN = "model", "design"
"""The stems of the files that `cnnstudio train` writes."""
DATA = ("data", "split", "validation_split", "seed")
"""Settings that say what a network is shown, not what it is."""


def opened_trained(path: Path, changes: Mapping[str, Any]) -> tuple[Learned, bool]:
    """Open a trained network.

    Args:
        path: a `.keras`, `.h5` or `.hdf5` file, or a design with its weights beside it.
        changes: settings that are to be other than in the plan it was trained by.

    Returns:
        The network, and whether the plan it was trained by is known.

    Raises:
        UsageError: if a change is out of range.
        JobError: if it cannot be read, or has not been trained.
    """
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine.errors import EngineError  # with its package
    from cnnstudio.engine.learned import learned  # reads TensorFlow
    from cnnstudio.engine.notes import Notes, read_notes

    opened = opened_source(path)
    is_model = path.suffix.lower() in MODELS
    notes = read_notes(path) if is_model else Notes(opened.design.plan)
    plan = notes.plan or _plan_beside(path)
    usual = plan or TrainingPlan(pixels=notes.pixels, resize=notes.resize)
    own = {name: value for name, value in changes.items() if name not in DATA}
    try:
        subject = learned(
            opened.design.network,
            opened.weights,
            changed_plan(usual, own),
            labels=notes.labels,
            vocabulary=notes.vocabulary,
        )
    except EngineError as error:
        raise JobError(_("{path}: {problem}").format(path=path, problem=error)) from error
    return subject, plan is not None


def changed_plan(plan: TrainingPlan, changes: Mapping[str, Any]) -> TrainingPlan:
    """Return a plan with some settings changed; its data is found from any folder.

    Raises:
        UsageError: if one of them is unknown or out of range.
    """
    try:
        changed = make_plan({**plan.params(), **changes})
        return replace(changed, data=to_text(at_home(from_json(changed.data))))
    except ValueError as error:
        raise UsageError(str(error)) from error


def _plan_beside(path: Path) -> TrainingPlan | None:
    """Return the plan of the design that a model lies beside, None if there is none."""
    stems = [path.stem] + ([_OF_A_RUN[1]] if path.stem == _OF_A_RUN[0] else [])
    for stem in stems:
        design = path.with_name(stem + document.SUFFIX)
        if design.is_file():
            try:
                return document.load(design).plan
            except DesignError:
                # It is the model that was asked for.
                continue
    return None
