"""A run of training as a progress bar on a terminal."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cnnstudio.core.data_messages import DataProgress, FilesLeftOut
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.messages import (
    BatchDone,
    EpochDone,
    Event,
    RunFailed,
    RunFinished,
    RunStarted,
)
from cnnstudio.core.run_messages import KeepingFailed, RunKept

_MOST_NAMED = 10
"""Files that are named when they are left out of the data; all are counted."""


class RunProgress:
    """A progress bar on a console that follows a run's events.

    Args:
        console: for it, and for what there is to be told.
        done: epochs that the run has completed before.

    Attributes:
        done: all epochs that are complete.
        id: of the kept run, "" if it is not kept.
        end: how it ended, None before that.
        left_out: files that are no part of its data.
    """

    def __init__(self, console: Console, done: Iterable[EpochDone] = ()) -> None:
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
        self.done = list(done)
        self.id = ""
        self.end: RunFinished | RunFailed | None = None
        self.left_out = 0

    def __enter__(self) -> RunProgress:
        self._bar.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bar.stop()

    def take(self, event: Event) -> None:
        """Show an event, and keep those that tell how the run went in `done` and `end`."""
        match event:
            case DataProgress():
                self._bar.update(
                    self._task,
                    description=_("reading the data"),
                    total=event.total or None,
                    completed=event.done,
                )
            case FilesLeftOut():
                self._tell_left_out(event)
            case RunKept() | KeepingFailed():
                self._tell_keeping(event)
            case RunStarted():
                self._epochs, self._batches = event.epochs, event.batches
                total = event.epochs * event.batches
                self._bar.reset(self._task, total=total, description=_("starting"), numbers="")
            case BatchDone():
                self._show_batch(event)
            case EpochDone():
                self.done.append(event)
                self._console.print(_epoch_text(event, self._epochs), markup=False)
            case RunFinished() | RunFailed():
                self.end = event
            case _other:
                pass

    def _tell_keeping(self, event: RunKept | KeepingFailed) -> None:
        if isinstance(event, RunKept):
            self.id = event.id
            self._console.print(_("kept as {run}").format(run=event.id), style="dim")
        else:
            self._console.print(sentence(event.message), style="yellow", markup=False)

    def _tell_left_out(self, event: FilesLeftOut) -> None:
        """Name the first few files that have not been named yet, and count all."""
        new = event.reasons[self.left_out : self.left_out + _MOST_NAMED]
        self.left_out = event.count
        for reason in new:
            self._console.print(sentence(reason), style="yellow", markup=False)
        text = ngettext(
            "{count:,} file is left out of the data", "{count:,} files are left out of the data",
            event.count,
        )  # fmt: skip
        self._console.print(sentence(text.format(count=event.count)), style="yellow", markup=False)

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


def _epoch_text(event: EpochDone, epochs: int) -> str:
    if event.val_loss is None:
        text = _(
            "epoch {epoch} of {epochs}: loss {loss:.4f}, accuracy {accuracy:.2%}, no images kept "
            "back for validation"
        )
    else:
        text = _(
            "epoch {epoch} of {epochs}: loss {loss:.4f}, accuracy {accuracy:.2%}, "
            "validation loss {val_loss:.4f}, validation accuracy {val_accuracy:.2%}"
        )
    return text.format(
        epoch=event.epoch + 1,
        epochs=epochs,
        loss=event.loss,
        accuracy=event.accuracy,
        val_loss=event.val_loss,
        val_accuracy=event.val_accuracy,
    ) + "".join(f", {name} {value:.4g}" for name, value in event.metrics)
