"""Trains a design without a window."""

from __future__ import annotations

import math
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from rich.console import Console

from cnnstudio.core import document, settings
from cnnstudio.core.data.sources import at_home, from_json, to_text
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.messages import Event, RunFailed, RunFinished
from cnnstudio.core.plan import make_plan
from cnnstudio.core.runs.store import runs_folder
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.engine.keeping import EVERY_SECONDS, Keeping
from cnnstudio.engine.stop_flag import StopFlag
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.folders import make_folder, make_writable, saving_to
from cnnstudio.jobs.resuming import Start
from cnnstudio.jobs.run_progress import RunProgress
from cnnstudio.jobs.workers import HERE, Place

_LEAST_MINUTES, _MOST_MINUTES = 0.1, 1440.0


def train_job(
    start: Start,
    changes: Mapping[str, Any],
    out: Path | None,
    console: Console,
    *,
    every_minutes: float | None = None,
    place: Place = HERE,
    tensorboard: Path | None = None,
) -> dict[str, object]:
    """Train a design, and write it, its weights, `model.keras` and `metrics.csv` to a folder.

    The run is kept in the run store in any case.

    Args:
        start: the design, or the kept run that goes on.
        changes: settings of the plan.
        out: the folder; None for none.
        console: for progress and messages.
        every_minutes: of training that may be lost, the usual ones if left out.
        place: where it learns; of several workers this is the first.
        tensorboard: folder for its event files; None for none.

    Raises:
        UsageError: if a change of the plan is out of range.
        JobError: if the network cannot learn, or a file cannot be written.
    """
    design = planned(start.design, changes)
    if every_minutes is not None and not _LEAST_MINUTES <= every_minutes <= _MOST_MINUTES:
        raise UsageError(
            _("minutes between checkpoints must be from {low} to {high}, not {received}").format(
                low=_LEAST_MINUTES, high=_MOST_MINUTES, received=every_minutes
            )
        )
    if out is not None:
        make_folder(out)
    if tensorboard is not None:
        make_writable(tensorboard)
    every = EVERY_SECONDS if every_minutes is None else every_minutes * 60
    with stop_on_interrupt(console) as stop:
        place.meet(design, console, stop)
        model, progress = run_of(
            design, place, console, stop, start=start, every=every, tensorboard=tensorboard
        )
    if out is not None:
        _write(design, model, progress, out)
    return result_of(out, progress)


def planned(design: Design, changes: Mapping[str, Any]) -> Design:
    """Return a design with other settings in its plan.

    Raises:
        UsageError: if one is out of range.
    """
    try:
        # A design that is saved elsewhere finds its data all the same.
        data = to_text(at_home(from_json(changes.get("data", design.plan.data))))
        plan = make_plan({**design.plan.params(), **changes, "data": data})
    except ValueError as error:
        raise UsageError(str(error)) from error
    return replace(design, plan=plan)


def run_of(
    design: Design,
    place: Place,
    console: Console,
    stop: StopFlag,
    *,
    start: Start | None = None,
    every: float = EVERY_SECONDS,
    tensorboard: Path | None = None,
) -> tuple[Any, RunProgress]:
    """Carry out a run in this process; return the model, and how it went.

    Args:
        design: its network and plan.
        place: where it learns.
        console: for progress and messages.
        stop: may be set meanwhile.
        start: the kept run that goes on, where there is one.
        every: seconds of training that may be lost.
        tensorboard: folder for its event files; None for none.

    Raises:
        JobError: if it fails, or is stopped before it has begun.
    """
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import training  # reads TensorFlow
    from cnnstudio.engine.tensorboard import EventFiles  # likewise

    start = start or Start(design)
    budget = settings.load().run_disk_bytes
    keeping = Keeping(runs_folder(), "command line", every, budget)
    distribution = place.distribution()
    board = EventFiles(tensorboard) if tensorboard else None
    with RunProgress(console, start.done) as progress:

        def take(event: Event) -> None:
            progress.take(event)
            if board is not None:
                board.take(event)

        model = training.train_design(design, take, stop, keeping, start.run, distribution)
    if board is not None and board.failure:
        console.print(sentence(board.failure), style="yellow", markup=False)
    if isinstance(progress.end, RunFailed):
        raise JobError(progress.end.message)
    if model is None:
        raise JobError(_("stopped before training began: nothing was saved"))
    return model, progress


def _write(design: Design, model: Any, progress: RunProgress, out: Path) -> None:
    from cnnstudio.engine import export, weights  # read Keras
    from cnnstudio.engine.errors import EngineError  # with its package

    try:
        with saving_to(out):
            export.save_model(out / "model.keras", design.network, design.plan, model)
            export.write_metrics(out / "metrics.csv", progress.done)
            document.save(design, out / "design.cnn.json")
            weights.save_weights(weights_beside(out / "design.cnn.json"), weights.weights_of(model))
    except (DesignError, EngineError) as error:
        raise JobError(str(error)) from error


@contextmanager
def stop_on_interrupt(console: Console) -> Iterator[StopFlag]:
    """Give an event that the first Ctrl+C, or a polite end, sets; the second ends the program.

    A cluster asks a job politely before it ends it: the run then goes on another time.
    """
    stop = StopFlag()
    words = _("stopping after this batch; what was learned is saved")
    # Ctrl+C may come in the middle of a print, and no thread can print within its own print.
    answer = threading.Thread(target=console.print, args=(words,), daemon=True)

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        restore()
        answer.start()
        stop.set()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    before = {
        number: signal.signal(number, interrupted) for number in (signal.SIGINT, signal.SIGTERM)
    }
    try:
        yield stop
    finally:
        restore()
        if answer.is_alive():
            answer.join()


def result_of(out: Path | None, progress: RunProgress) -> dict[str, object]:
    """Return what a program wants to know of a run, and of the folder that it was written to."""
    epochs, end = progress.done, progress.end
    stopped = isinstance(end, RunFinished) and end.stopped
    result: dict[str, object] = {}
    if out is not None:
        result |= {
            "model": str(out / "model.keras"),
            "metrics": str(out / "metrics.csv"),
            "design": str(out / "design.cnn.json"),
        }
    result |= {"run": progress.id, "epochs": len(epochs), "stopped": stopped}
    if progress.left_out:
        result["left_out"] = progress.left_out
    if epochs:
        last = epochs[-1]
        result |= {
            "loss": round(last.loss, 6),
            "accuracy": round(last.accuracy, 6),
        }
        if last.val_loss is not None and last.val_accuracy is not None:
            result |= {
                "val_loss": round(last.val_loss, 6),
                "val_accuracy": round(last.val_accuracy, 6),
            }
        # JSON knows no NaN.
        told = ((name, round(value, 6)) for name, value in last.metrics)
        result |= {name: value if math.isfinite(value) else None for name, value in told}
    return result
