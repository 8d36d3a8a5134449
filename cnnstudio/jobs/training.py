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

from cnnstudio.core import document
from cnnstudio.core.data.sources import at_home, from_json, to_text
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import EpochDone, RunFailed, RunFinished
from cnnstudio.core.plan import make_plan
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.engine.stop_flag import StopFlag
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.folders import make_folder, saving_to
from cnnstudio.jobs.run_progress import RunProgress


def train_job(
    design: Design, changes: Mapping[str, Any], out: Path, console: Console
) -> dict[str, object]:
    """Train a design and write it, its weights, `model.keras` and `metrics.csv` to a folder.

    Raises:
        UsageError: if a change of the plan is out of range.
        JobError: if the network cannot learn, or a file cannot be written.
    """
    try:
        # A design that is saved elsewhere finds its data all the same.
        data = to_text(at_home(from_json(changes.get("data", design.plan.data))))
        plan = make_plan({**design.plan.params(), **changes, "data": data})
    except ValueError as error:
        raise UsageError(str(error)) from error
    design = replace(design, plan=plan)
    make_folder(out)

    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import export, training, weights  # reads TensorFlow
    from cnnstudio.engine.errors import EngineError  # with its package

    with RunProgress(console) as progress, stop_on_interrupt(console) as stop:
        model = training.train_design(design, progress.take, stop)
    end = progress.end
    if isinstance(end, RunFailed):
        raise JobError(end.message)
    if model is None:
        raise JobError(_("stopped before training began: nothing was saved"))
    try:
        with saving_to(out):
            export.save_model(out / "model.keras", design.network, plan, model)
            export.write_metrics(out / "metrics.csv", progress.done)
            document.save(design, out / "design.cnn.json")
            weights.save_weights(weights_beside(out / "design.cnn.json"), weights.weights_of(model))
    except (DesignError, EngineError) as error:
        raise JobError(str(error)) from error
    stopped = isinstance(end, RunFinished) and end.stopped
    return _result(out, progress.done, progress.left_out, stopped=stopped)


@contextmanager
def stop_on_interrupt(console: Console) -> Iterator[StopFlag]:
    """Give an event that the first Ctrl+C sets; the second ends the program as usual."""
    stop = StopFlag()
    words = _("stopping after this batch; what was learned is saved")
    # Ctrl+C may come in the middle of a print, and no thread can print within its own print.
    answer = threading.Thread(target=console.print, args=(words,), daemon=True)

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, before)
        answer.start()
        stop.set()

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)
        if answer.is_alive():
            answer.join()


def _result(
    out: Path, epochs: list[EpochDone], left_out: int, *, stopped: bool
) -> dict[str, object]:
    result: dict[str, object] = {
        "model": str(out / "model.keras"),
        "metrics": str(out / "metrics.csv"),
        "design": str(out / "design.cnn.json"),
        "epochs": len(epochs),
        "stopped": stopped,
    }
    if left_out:
        result["left_out"] = left_out
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
