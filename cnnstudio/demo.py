"""The whole main job through the real window: design, train, look inside, save.

Where there is no display Qt draws offscreen. Pictures of the three workspaces, the trained model
and the design are left in a folder.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer, SignalInstance
from PySide6.QtWidgets import QApplication
from rich.console import Console

from cnnstudio.app import Studio, make_application
from cnnstudio.core import document
from cnnstudio.core.document import DesignError, starter_design
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import DatasetImage, EpochDone, RunFailed, SaveFailed
from cnnstudio.doctor import has_display
from cnnstudio.jobs import JobError, RunProgress, make_folder
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
    design = starter_design()
    studio = Studio(replace(design, plan=replace(design.plan, epochs=epochs)))
    try:
        return _do_the_job(studio, out, console)
    finally:
        studio.close()


def _do_the_job(studio: Studio, out: Path, console: Console) -> dict[str, object]:
    window, trainer = studio.window, studio.trainer
    window.resize(1280, 800)
    studio.show()
    conv, *_others, dense = (node.uid for node in window.design.network.nodes[1:])
    with console.status(_("the engine is loading TensorFlow")):
        _wait(trainer.ready, LONGEST_ANSWER)
    window.stack.select([conv])
    _picture(studio, out / "editor.png")

    last = _train(studio, console)
    _picture(studio, out / "curves.png")

    with console.status(_("looking at a digit")):
        window.show_workspace(LOOK)
        window.pages.viewer.set_image(DatasetImage("mnist-5k", DIGIT))
        for name, uid in (("feature-maps", conv), ("classes", dense)):
            _wait(window.pages.viewer.painted, LONGEST_ANSWER, partial(window.stack.select, [uid]))
            _picture(studio, out / f"{name}.png")
    model = out / "model.keras"
    _save(studio, out, model)
    return {
        "validation_accuracy": round(last.val_accuracy, 4),
        "epochs": last.epoch + 1,
        "model": str(model),
        "pictures": ", ".join(sorted(path.name for path in out.glob("*.png"))),
        "folder": str(out),
    }


def _train(studio: Studio, console: Console) -> EpochDone:
    """Train through the window's own action, and return the last epoch."""
    trainer = studio.trainer
    with RunProgress(console) as progress:
        trainer.run_started.connect(progress.take)
        trainer.batches.connect(lambda batches: progress.take(batches[-1]))
        trainer.epoch_done.connect(progress.take)
        ended = _wait(trainer.run_ended, LONGEST_RUN, studio.window.actions_["train"].trigger)
    if isinstance(ended, RunFailed):
        raise JobError(ended.message)
    epochs = [event for event in progress.events if isinstance(event, EpochDone)]
    if not epochs:
        raise JobError(_("the run ended before its first epoch"))
    studio.window.show_workspace(TRAIN)
    return epochs[-1]


def _save(studio: Studio, out: Path, model: Path) -> None:
    design = studio.design
    try:
        document.save(design.design, out / "design.cnn.json")
    except DesignError as error:
        raise JobError(str(error)) from error
    failures: list[SaveFailed] = []
    studio.trainer.save_failed.connect(failures.append)
    loop = QEventLoop()
    studio.trainer.model_saved.connect(loop.quit)
    studio.trainer.save_failed.connect(loop.quit)
    studio.trainer.save_model(str(model), design.network, design.plan)
    QTimer.singleShot(LONGEST_ANSWER * 1000, loop.quit)
    loop.exec()
    if failures or not model.exists():
        raise JobError(failures[0].message if failures else _("the model was not saved in time"))


def _picture(studio: Studio, path: Path) -> None:
    """Save what the window shows."""
    QApplication.processEvents()
    if not studio.window.grab().save(str(path)):
        raise JobError(_("{path} was not saved; choose another folder").format(path=path))


def _wait(signal: SignalInstance, seconds: int, ask: Callable[[], object] | None = None) -> object:
    """Wait for a signal, which `ask` brings about, and return what it carries.

    Raises:
        JobError: if it does not come in time.
    """
    loop = QEventLoop()
    carried: list[object] = []

    def arrived(*values: object) -> None:
        carried.append(values[0] if values else None)
        loop.quit()

    signal.connect(arrived)
    QTimer.singleShot(seconds * 1000, loop.quit)
    if ask is not None:
        ask()
    if not carried:
        loop.exec()
    signal.disconnect(arrived)
    if not carried:
        raise JobError(_("the engine did not answer in time; run “cnnstudio doctor”"))
    return carried[0]
