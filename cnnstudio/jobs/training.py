"""The jobs of the command line that need Keras, done in this process by the engine's own code."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cnnstudio.core import document, mosaic
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
)
from cnnstudio.core.plan import make_plan
from cnnstudio.engine.stop_flag import StopFlag


class JobError(Exception):
    """A job that failed; the text is for people."""


class UsageError(Exception):
    """An option that cannot be; the text is for people."""


class RunProgress:
    """A progress bar on a console that follows a run's events."""

    def __init__(self, console: Console) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f}%"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[numbers]}"),
            console=console,
        )
        self._console = console
        self._task = self._bar.add_task(_("starting"), total=None, numbers="")
        self._epochs = self._batches = 0
        self.events: list[Event] = []

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def take(self, event: Event) -> None:
        """Show an event, and keep those that tell how a run went."""
        match event:
            case RunStarted():
                self._epochs, self._batches = event.epochs, event.batches
                self._bar.update(self._task, total=event.epochs * event.batches)
            case BatchDone():
                self._show_batch(event)
            case EpochDone():
                self.events.append(event)
                self._console.print(_epoch_text(event, self._epochs), markup=False)
            case RunFinished() | RunFailed():
                self.events.append(event)
            case _other:
                pass

    def _show_batch(self, event: BatchDone) -> None:
        self._bar.update(
            self._task,
            description=_("epoch {epoch} of {epochs}").format(
                epoch=event.epoch + 1, epochs=self._epochs
            ),
            completed=event.epoch * self._batches + event.batch + 1,
            numbers=_("loss {loss:.3f}  accuracy {accuracy:.1%}").format(
                loss=event.loss, accuracy=event.accuracy
            ),
        )


def train_job(
    design: Design, changes: Mapping[str, Any], out: Path, console: Console
) -> dict[str, object]:
    """Train a design and write `model.keras`, `metrics.csv` and `design.cnn.json` to a folder.

    Raises:
        UsageError: if a change of the plan is out of range.
        JobError: if the network cannot learn, or a file cannot be written.
    """
    try:
        plan = make_plan({**design.plan.params(), **changes})
    except ValueError as error:
        raise UsageError(str(error)) from error
    design = replace(design, plan=plan)
    make_folder(out)

    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import export, training  # reads TensorFlow

    with RunProgress(console) as progress, stop_on_interrupt(console) as stop:
        model = training.train_design(design, progress.take, stop)
    end = progress.events[-1] if progress.events else None
    if isinstance(end, RunFailed):
        raise JobError(end.message)
    epochs = [event for event in progress.events if isinstance(event, EpochDone)]
    try:
        export.save_model(out / "model.keras", design.network, plan, model)
        export.write_metrics(out / "metrics.csv", epochs)
        document.save(design, out / "design.cnn.json")
    except OSError as error:
        raise JobError(_("{path} was not saved: {why}").format(path=out, why=why(error))) from error
    except DesignError as error:
        raise JobError(str(error)) from error
    return _result(out, epochs, stopped=isinstance(end, RunFinished) and end.stopped)


def features_job(
    source: Path, image: Path, block: str | None, out: Path, console: Console
) -> dict[str, object]:
    """Write a picture and the numbers of what every block makes of an image.

    Raises:
        UsageError: if there is no block of that name.
        JobError: if model or image cannot be read, or a file cannot be written.
    """
    make_folder(out)
    with console.status(_("looking")):
        maps = _maps(source, image)
    if block is not None and block not in maps:
        raise UsageError(
            _("there is no block {name!r}: expected one of {known}").format(
                name=block, known=", ".join(maps)
            )
        )
    chosen = maps if block is None else {block: maps[block]}
    try:
        for name, values in chosen.items():
            _write_maps(out, name, values)
    except OSError as error:
        raise JobError(_("{path} was not saved: {why}").format(path=out, why=why(error))) from error
    return {"blocks": ", ".join(chosen), "folder": str(out)}


def make_folder(path: Path) -> None:
    """Make a folder for results, if it is not there yet.

    Raises:
        JobError: if it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobError(
            _("the folder {path} cannot be made: {why}").format(path=path, why=why(error))
        ) from error


@contextmanager
def stop_on_interrupt(console: Console) -> Iterator[StopFlag]:
    """Give an event that the first Ctrl+C sets; the second ends the program as usual."""
    stop = StopFlag()

    def interrupted(_signal: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(signal.SIGINT, before)
        console.print(_("stopping after this batch; what was learned is saved"))

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _maps(source: Path, image: Path) -> dict[str, NDArray[np.float32]]:
    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine import features, loading  # reads TensorFlow
    from cnnstudio.engine.images import ImageError  # with its package

    try:
        if source.suffix == ".keras":
            return loading.maps_of_model(source, image)
        return features.maps_of_design(document.load(source), image)
    except (DesignError, ImageError, loading.ModelError, features.FeatureError) as error:
        raise JobError(str(error)) from error


def _write_maps(out: Path, name: str, values: NDArray[np.float32]) -> None:
    from PIL import Image  # only where pictures are written

    stem = "".join(c if c.isalnum() or c in "-_." else "_" for c in name)
    np.savez_compressed(out / f"{stem}.npz", maps=values)
    Image.fromarray(mosaic.picture(values)).save(out / f"{stem}.png")


def _epoch_text(event: EpochDone, epochs: int) -> str:
    return _(
        "epoch {epoch} of {epochs}: loss {loss:.4f}, accuracy {accuracy:.2%}, "
        "validation loss {val_loss:.4f}, validation accuracy {val_accuracy:.2%}"
    ).format(
        epoch=event.epoch + 1,
        epochs=epochs,
        loss=event.loss,
        accuracy=event.accuracy,
        val_loss=event.val_loss,
        val_accuracy=event.val_accuracy,
    )


def _result(out: Path, epochs: list[EpochDone], *, stopped: bool) -> dict[str, object]:
    result: dict[str, object] = {
        "model": str(out / "model.keras"),
        "metrics": str(out / "metrics.csv"),
        "design": str(out / "design.cnn.json"),
        "epochs": len(epochs),
        "stopped": stopped,
    }
    if epochs:
        last = epochs[-1]
        result |= {
            "loss": round(last.loss, 6),
            "accuracy": round(last.accuracy, 6),
            "val_loss": round(last.val_loss, 6),
            "val_accuracy": round(last.val_accuracy, 6),
        }
    return result
