"""What a run begins with: a design, or a kept run that goes on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import EpochDone
from cnnstudio.core.runs.epoch_events import event_of
from cnnstudio.core.runs.schema import StoreError
from cnnstudio.core.runs.store import RunStore
from cnnstudio.jobs.errors import JobError, UsageError

MAY_CHANGE = ("epochs",)
"""Settings of the plan that a run which goes on may be given anew."""


@dataclass(frozen=True, slots=True)
class Start:
    """What a run begins with.

    Attributes:
        design: its network and plan.
        run: the id of the kept run that goes on, "" for a new one.
        done: the epochs that this run has completed.
    """

    design: Design
    run: str = ""
    done: tuple[EpochDone, ...] = ()


def resumed(design: Design | None, resume: str | None, changes: Mapping[str, Any]) -> Start:
    """Return what a run begins with.

    Args:
        design: for a new run.
        resume: names a kept run that goes on.
        changes: settings that are to differ from the plan's.

    Raises:
        UsageError: if it is not one of both, or what a run that goes on cannot change.
        JobError: if there is no such run.
    """
    if resume is None:
        if design is None:
            raise UsageError(_("expected a design (*.cnn.json), or --resume with a kept run"))
        return Start(design)
    if design is not None:
        raise UsageError(_("a run that goes on has its own design: give --resume without a file"))
    other = [name for name in changes if name not in MAY_CHANGE]
    if other:
        raise UsageError(
            _(
                "a run that goes on keeps its plan, so {settings} cannot be given; only {may} can"
            ).format(settings=", ".join(other), may=", ".join(MAY_CHANGE))
        )
    try:
        store = RunStore()
        try:
            run = store.find(resume).id
            last = store.last_checkpoint(run)
            # What was learned after its last checkpoint is learned again.
            whole = last.epoch if last is not None else 0
            _check_epochs(changes, whole)
            done = tuple(event_of(row, 0) for row in store.curve(run).epochs if row.epoch < whole)
            return Start(store.design(run), run, done)
        finally:
            store.close()
    except StoreError as error:
        raise JobError(str(error)) from error


def _check_epochs(changes: Mapping[str, Any], whole: int) -> None:
    """Refuse fewer epochs than a run has completed."""
    wanted = changes.get("epochs")
    if isinstance(wanted, int) and wanted < whole:
        raise UsageError(
            _("the run has completed {done} epochs, so it cannot have {received} in all").format(
                done=whole, received=wanted
            )
        )
