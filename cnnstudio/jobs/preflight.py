"""Says what a run would take, without a window and without the run."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console

from cnnstudio.core import forecasts
from cnnstudio.core.analysis import analyse
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.messages import Event, RunFailed
from cnnstudio.core.preflight import PreflightDone, fitting_batch, memory_needed
from cnnstudio.jobs.errors import JobError
from cnnstudio.jobs.training import planned, stop_on_interrupt


def preflight_job(
    design: Design, changes: Mapping[str, Any], console: Console
) -> dict[str, object]:
    """Take a few steps by a design's plan and return what a run would take; nothing is kept.

    Bytes and seconds; `forecasts_off_by` is how far off, as a share, such forecasts usually were.

    Raises:
        UsageError: if a change of the plan is out of range.
        JobError: if the network cannot learn, or if it is stopped.
    """
    design = planned(design, changes)
    plan, report = design.plan, analyse(design.network)

    from cnnstudio.engine.quiet import silence_tensorflow  # before TensorFlow

    silence_tensorflow()
    from cnnstudio.engine.builder import build  # reads TensorFlow
    from cnnstudio.engine.fitted_images import FittedImages  # with its package
    from cnnstudio.engine.memory import free_memory  # with its package
    from cnnstudio.engine.preflight import try_steps  # with its package
    from cnnstudio.engine.run import Run, Trainee  # with its package
    from cnnstudio.engine.training import check_trainable  # with its package

    events: list[Event] = []
    free = free_memory()
    with stop_on_interrupt(console) as stop:
        run = Run(0, plan, events.append, stop, FittedImages())

        def trainee() -> Trainee:
            check_trainable(design.network, plan, run.images)
            return Trainee(build(design.network, seed=plan.seed))

        console.print(_("trying a few steps"), markup=False)
        try_steps(run, trainee)
    if isinstance(events[-1], RunFailed):
        raise JobError(events[-1].message)
    found = next((event for event in events if isinstance(event, PreflightDone)), None)
    if found is None:
        raise JobError(_("stopped before a few steps were done"))
    needed = memory_needed(report, plan)
    result: dict[str, object] = {
        "weights": report.total_weights,
        "macs": report.macs,
        "parts_without_macs": report.uncounted,
        "memory": needed,
        "memory_free": free,
        "batches": found.batches,
        "starting_seconds": round(found.starting, 3),
        "first_epoch_seconds": round(found.first_epoch, 3),
        "later_epoch_seconds": round(found.later_epoch, 3),
        "run_seconds": round(found.seconds(plan.epochs), 3),
        "forecasts_off_by": forecasts.load().error,
    }
    if needed > free:
        text = _("training will probably not fit into the memory of this machine")
        console.print(sentence(text), style="yellow", markup=False)
        result["fitting_batch_size"] = fitting_batch(report, plan, free)
    return result
