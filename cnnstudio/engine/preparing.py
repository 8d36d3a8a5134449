"""What a run needs before its first batch: its data, and the compiled steps on its model."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.metrics import measured
from cnnstudio.core.objective import Task, class_weights_of, numbers_of, objective_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.batches import LabelledBatches, batches_of
from cnnstudio.engine.datasets import dataset_of
from cnnstudio.engine.losses import Marks
from cnnstudio.engine.metrics import Tallies
from cnnstudio.engine.precision import policy_of
from cnnstudio.engine.run import Run, Trainee
from cnnstudio.engine.steps import Steps


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run's data and steps, and what its metrics are made of."""

    training: LabelledBatches
    validation: LabelledBatches
    steps: Steps
    tallies: Tallies


def prepared(run: Run, trainee: Trainee) -> Prepared:
    """Prepare a run on a model, and let others have their turn meanwhile.

    Raises:
        ImageError: if the Input does not take images.
        StoppedError: if the run is stopped before its data is there.
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
    )
    policy = policy_of(plan)
    marks = _marks(plan, trainee, training.class_counts)
    steps = Steps(model, trainee.optimizer_for(plan, policy), marks, policy=policy)
    return Prepared(training, validation, steps, marks.tallies)


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
