"""What a run needs before its first batch: its data, and the compiled steps on its model."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.metrics import measured
from cnnstudio.core.objective import Task, class_weights_of, numbers_of, objective_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.batches import LabelledBatches, batches_of
from cnnstudio.engine.datasets import collection, dataset_of, split_of
from cnnstudio.engine.losses import Marks
from cnnstudio.engine.metrics import Tallies
from cnnstudio.engine.precision import policy_of
from cnnstudio.engine.run import Run, Trainee
from cnnstudio.engine.shared_steps import SharedSteps
from cnnstudio.engine.steps import Steps


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run's data and steps, and what its metrics are made of."""

    training: LabelledBatches
    validation: LabelledBatches
    steps: Steps | SharedSteps
    tallies: Tallies


def prepared(run: Run, trainee: Trainee) -> Prepared:
    """Prepare a run on a model, and let others have their turn meanwhile.

    Raises:
        ImageError: if the Input does not take images.
        StoppedError: if the run is stopped before its data is there.
        DevicesError: if workers do not have the same data.
        WorkerGoneError: if another worker is gone.
    """

    def between() -> None:
        run.stop.check()
        run.between()

    plan, model = run.plan, trainee.built.model
    training, validation = batches_of(
        plan,
        tuple(model.input_shape[1:]),
        run.images,
        between,
        shuffle_seed=shuffle_seed(run, trainee),
        part=run.distribution.part,
    )
    if run.distribution.cluster is not None:
        run.distribution.check_alike(_mark_of(plan))
    marks = _marks(plan, trainee, training.class_counts)
    return Prepared(training, validation, _steps(run, trainee, marks), marks.tallies)


def _steps(run: Run, trainee: Trainee, marks: Marks) -> Steps | SharedSteps:
    model, policy, distribution = trainee.built.model, policy_of(run.plan), run.distribution
    with distribution.scope():
        optimizer = trainee.optimizer_for(run.plan, policy)
    if distribution.strategy is None:
        return Steps(model, optimizer, marks, policy=policy)
    return SharedSteps(model, optimizer, marks, distribution, policy=policy)


def _mark_of(plan: TrainingPlan) -> int:
    """Return a number that stands for the data: for each image's class, and in which part it is."""
    classes, split = collection(plan.data).classes, split_of(plan)
    parts = classes[split.training], classes[split.validation]
    return zlib.crc32(b"".join(part.astype(np.int64).tobytes() for part in parts)) >> 1


def shuffle_seed(run: Run, trainee: Trainee) -> int:
    """Return what decides the order of a run's images."""
    if run.resumed is not None:
        return run.resumed.progress.shuffle_seed
    return run.plan.seed + trainee.steps


def _marks(plan: TrainingPlan, trainee: Trainee, counts: tuple[int, ...]) -> Marks:
    outputs = trainee.built.model.output_shape[-1]
    objective = objective_of(plan, output_activation(trainee.built.network), outputs)
    labels = dataset_of(plan.data).labels
    numbers = numbers_of(labels) if objective.task is Task.NUMBER else None
    return Marks(
        objective,
        numbers=numbers or (),
        weights=class_weights_of(plan, counts),
        metrics=measured(plan.metrics, objective.task),
        outputs=outputs,
    )
