"""The whole main job through the real window: design, train, look inside, save.

Where there is no display Qt draws offscreen. Pictures of the three workspaces, the trained model
and the design are left in a folder.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication
from rich.console import Console

from cnnstudio.app import Studio, make_application
from cnnstudio.core import document
from cnnstudio.core.display import has_display
from cnnstudio.core.document import DesignError, starter_design
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import DatasetImage, ProbeFailed
from cnnstudio.core.messages import BatchDone, EpochDone, RunFailed, SaveFailed, SaveModel
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.folders import make_folder
from cnnstudio.jobs.run_progress import RunProgress
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.workspaces import LOOK, TRAIN

LONGEST_ANSWER = 180
"""Seconds the engine may take to start, or to answer, before the demo gives up."""
LONGEST_RUN = 24 * 3600
DIGIT = 1723
"""The digit that is looked at, a 3."""


def run_demo(out: Path, epochs: int, console: Console) -> dict[str, object]:
    """Do the main job and leave its results in `out`.

    Raises:
        JobError: if a file cannot be written or a step fails.
    """
    make_folder(out)
    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        console.print(_("no display: the window is drawn offscreen"))
    make_application()
    # While Qt waits, Python would not come to hear of Ctrl+C.
    before = signal.signal(signal.SIGINT, signal.SIG_DFL)
    design = starter_design()
    studio = Studio(replace(design, plan=replace(design.plan, epochs=epochs)))
    try:
        return _do_the_job(studio, out, console)
    finally:
        studio.close()
        signal.signal(signal.SIGINT, before)


def _do_the_job(studio: Studio, out: Path, console: Console) -> dict[str, object]:
    window, trainer = studio.window, studio.trainer
    window.resize(1280, 800)
    studio.show()
    conv, *_others, dense = (node.uid for node in window.design.network.nodes[1:])
    with console.status(_("the engine is loading TensorFlow")):
        _wait_until_ready(trainer)
    window.stack.select([conv])
    pictures = [_picture(studio, out / "editor.png")]

    last = _train(studio, console)
    pictures.append(_picture(studio, out / "curves.png"))

    with console.status(_("looking at a digit")):
        window.show_workspace(LOOK)
        window.pages.viewer.set_image(DatasetImage("mnist-5k", DIGIT))
        for name, uid in (("feature-maps", conv), ("classes", dense)):
            shown_or_not = (window.pages.viewer.painted, trainer.probe_failed)
            answer = wait_for(shown_or_not, LONGEST_ANSWER, partial(window.stack.select, [uid]))
            if isinstance(answer, ProbeFailed):
                raise JobError(answer.message)
            pictures.append(_picture(studio, out / f"{name}.png"))
    model = save(studio.design, trainer, out)
    return {
        "validation_accuracy": last.val_accuracy and round(last.val_accuracy, 4),
        "epochs": last.epoch + 1,
        "model": str(model),
        "pictures": ", ".join(pictures),
        "folder": str(out),
    }


def _wait_until_ready(trainer: Trainer) -> None:
    while trainer.state is not EngineState.READY:
        if trainer.state is EngineState.BROKEN:
            raise JobError(
                _("the engine does not start: run “cnnstudio doctor” to see what is wrong")
            )
        wait_for((trainer.state_changed,), LONGEST_ANSWER)


def _train(studio: Studio, console: Console) -> EpochDone:
    """Train through the window's own action, and return the last epoch."""
    trainer = studio.trainer
    with RunProgress(console) as progress, _followed(trainer, progress):
        train = studio.window.actions_["train"].trigger
        ended = wait_for((trainer.run_ended,), LONGEST_RUN, train)
    if isinstance(ended, RunFailed):
        raise JobError(ended.message)
    if not progress.done:
        raise JobError(_("the run ended before its first epoch"))
    studio.window.show_workspace(TRAIN)
    return progress.done[-1]


@contextmanager
def _followed(trainer: Trainer, progress: RunProgress) -> Iterator[None]:
    """Let a progress bar follow the trainer within this block."""

    def take_newest(batches: list[BatchDone]) -> None:
        progress.take(batches[-1])

    slots: tuple[tuple[SignalInstance, Callable[..., None]], ...] = (
        (trainer.run_started, progress.take),
        (trainer.batches, take_newest),
        (trainer.epoch_done, progress.take),
    )
    for told, slot in slots:
        told.connect(slot)
    try:
        yield
    finally:
        for told, slot in slots:
            told.disconnect(slot)


def save(design: OpenDesign, trainer: Trainer, out: Path) -> Path:
    """Save design and trained model to a folder, and return the model's file.

    Raises:
        JobError: if one of them is not saved.
    """
    try:
        document.save(design.design, out / "design.cnn.json")
    except DesignError as error:
        raise JobError(str(error)) from error
    model = out / "model.keras"
    ask = partial(trainer.do, SaveModel(str(model), design.network, design.plan))
    answer = wait_for((trainer.model_saved, trainer.save_failed), LONGEST_ANSWER, ask)
    if isinstance(answer, SaveFailed):
        raise JobError(answer.message)
    return model


def _picture(studio: Studio, path: Path) -> str:
    """Save what the window shows, and return the picture's name."""
    QApplication.processEvents()
    if not studio.window.grab().save(str(path)):
        raise JobError(_("{path} was not saved; choose another folder").format(path=path))
    return path.name


def wait_for(
    signals: tuple[SignalInstance, ...], seconds: int, ask: Callable[[], object] | None = None
) -> object:
    """Wait for the first of some signals, which `ask` brings about; return what it carries.

    Raises:
        JobError: if none comes in time.
    """
    loop = QEventLoop()
    timer = QTimer(loop, singleShot=True)
    timer.timeout.connect(loop.quit)
    carried: list[object] = []

    def arrived(*values: object) -> None:
        carried.append(values[0] if values else None)
        loop.quit()

    for awaited in signals:
        awaited.connect(arrived)
    try:
        timer.start(seconds * 1000)
        if ask is not None:
            ask()
        if not carried:
            loop.exec()
    finally:
        for awaited in signals:
            awaited.disconnect(arrived)
    if not carried:
        raise JobError(_("the engine did not answer in time; run “cnnstudio doctor”"))
    return carried[0]
