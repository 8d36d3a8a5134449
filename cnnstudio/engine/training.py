"""A training run: events out, stop in, one final event."""

from __future__ import annotations

import logging
import platform
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import keras
import tensorflow as tf

from cnnstudio import __version__
from cnnstudio.core.analysis import analyse, training_problems
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import Event, RunFailed, RunFinished
from cnnstudio.core.network import Network
from cnnstudio.core.objective import objections
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.checkpoint import packed, unpacked
from cnnstudio.core.runs.writing import RunHead
from cnnstudio.engine.builder import build, check
from cnnstudio.engine.data_collections import TokenTexts
from cnnstudio.engine.data_progress import RunData
from cnnstudio.engine.data_texts import check_texts
from cnnstudio.engine.datasets import collection
from cnnstudio.engine.distribution import ALONE, Distribution
from cnnstudio.engine.epochs import Epochs
from cnnstudio.engine.errors import cause_of, details, explain
from cnnstudio.engine.fitted_images import FittedImages
from cnnstudio.engine.keeping import Keeper, Keeping
from cnnstudio.engine.memory import check_memory
from cnnstudio.engine.precision import repeatable
from cnnstudio.engine.run import Run, Trainee, TrainingError
from cnnstudio.engine.stop_flag import StopFlag, StoppedError

log = logging.getLogger(__name__)


def train_design(
    design: Design,
    emit: Callable[[Event], None],
    stop: StopFlag,
    keeping: Keeping | None = None,
    resume: str = "",
    distribution: Distribution = ALONE,
) -> keras.Model | None:
    """Train a design's network in this process, from new weights or where a run ended.

    Args:
        design: its network and plan; a run that goes on has as many epochs as the plan says.
        emit: takes the run's events, of which the last is a `RunFinished` or a `RunFailed`.
        stop: may be set by another thread or by `emit`.
        keeping: how the run is kept, not at all if left out.
        resume: the kept run that goes on, "" for a new one.
        distribution: on which devices it learns. Of several workers only the chief keeps the run
            and looks for the one that goes on.

    Returns:
        The model, None if the run failed.
    """
    run = Run(0, design.plan, emit, stop, FittedImages(), distribution=distribution)
    keeping = keeping if keeping and run.is_chief else Keeping()
    with kept(run, keeping):

        def trainee() -> Trainee:
            check_trainable(design.network, design.plan, run.images)
            take_up(run, design, resume)
            share_state(run)
            with distribution.scope():
                return Trainee(build(design.network, seed=design.plan.seed))

        trained = carry_out(run, trainee)
    return trained.built.model if trained else None


@contextmanager
def kept(run: Run, keeping: Keeping) -> Iterator[None]:
    """Have a run keep itself, once it has begun, and wait in the end until that is done."""
    if keeping.folder is None:
        yield
        return
    tell, keeper = run.emit, Keeper(keeping, run.emit)

    def emit(event: Event) -> None:
        keeper.take(event)
        tell(event)

    run.emit, run.keeper = emit, keeper
    yield
    keeper.settle()


def take_up(run: Run, design: Design, resume: str) -> None:
    """Begin to keep a run, or read the state it goes on from.

    Args:
        run: the run.
        design: its network and plan, and the name it is kept by.
        resume: the kept run that goes on, "" for a new one.

    Raises:
        StoreError: if the kept run cannot go on.
        CheckpointError: likewise, for its file is damaged.
        TrainingError: if its data has changed.
    """
    if run.keeper is None:
        return
    fingerprint = collection(run.plan.data).fingerprint()
    if not resume:
        head = RunHead(design, run.keeper.origin, versions(), fingerprint)
        run.keeper.begin(run.number, head)
        return
    run.resumed = run.keeper.resume(run.number, resume, fingerprint)
    # It may have been given more epochs than its plan has.
    epochs = max(run.plan.epochs, run.resumed.progress.epochs)
    run.plan = replace(run.plan, epochs=epochs)


def share_state(run: Run) -> None:
    """Give all workers the state that the chief goes on from, where there are several.

    Raises:
        WorkerGoneError: if a worker is gone.
    """
    if run.distribution.cluster is None:
        return
    content = run.distribution.from_chief(packed(run.resumed) if run.resumed else b"")
    if content and run.resumed is None:
        run.resumed = unpacked(content)
        epochs = max(run.plan.epochs, run.resumed.progress.epochs)
        run.plan = replace(run.plan, epochs=epochs)


def versions() -> dict[str, str]:
    """Return the versions of the programs that a run is made with."""
    return {
        "cnnstudio": __version__,
        "python": platform.python_version(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }


def carry_out(run: Run, trainee: Callable[[], Trainee]) -> Trainee | None:
    """Train what `trainee` makes, and tell in one final event how it went, whatever happens.

    Returns:
        What was trained, None if the run failed, or was stopped while its data was read.
    """
    subjects: list[Trainee] = []

    def work() -> RunFinished:
        subjects.append(trainee())
        with repeatable(run.plan.deterministic):
            return _train(run, subjects[0])

    return subjects[0] if concluded(run, work) else None


def concluded(run: Run, work: Callable[[], RunFinished]) -> bool:
    """Do the work of a run and tell its one final event, whatever happens; return whether it went.

    Args:
        run: the run.
        work: returns the final event of a run that did not fail.
    """
    final: Event = RunFailed(run.number, _("the run was broken off"))
    try:
        data = RunData(run)
        final = work()
        data.tell_left_out()
    except StoppedError:
        # While the data was read: there is no model yet.
        final = RunFinished(run.number, 0, stopped=True)
        return False
    except Exception as caught:  # noqa: BLE001 - told in the final event, whatever it is
        error = run.images.failure or caught
        final = RunFailed(run.number, explain(error), details(error), cause_of(error))
        log.error("run %s failed: %s\n%s", run.number, final.message, final.details)
        return False
    finally:
        run.emit(final)
    return True


def check_trainable(network: Network, plan: TrainingPlan, images: FittedImages) -> None:
    """Refuse what cannot be trained.

    Raises:
        UnbuildableError: if the network has a problem.
        TrainingError: if it cannot learn the plan's data.
        DataError: if that data cannot be used, or not by this network.
        MemoryShortageError: if that takes more memory than this machine has.
    """
    check(network)
    report = analyse(network)
    data = collection(plan.data)
    if isinstance(data, TokenTexts):
        check_texts(network, report, data)
    dataset = data.dataset
    problems = training_problems(network, report, dataset, loss=plan.loss)
    unfit = objections(plan, dataset.labels, report.output_shape)
    said = [*unfit, *(network.said(problem) for problem in problems)]
    if said:
        raise TrainingError(said[0])
    entry = next(node for node in network.nodes if not node.muted)
    shape = report.facts[entry.uid].output_shape or ()
    check_memory(report, plan, images.growth(plan.data, shape))


def _train(run: Run, trainee: Trainee) -> RunFinished:
    """Train and tell how it ended."""
    return Epochs(run, trainee).train()
