"""What a plan measures beside the loss, as Keras's metrics."""

from __future__ import annotations

from cnnstudio.core.metrics import MEAN_ABSOLUTE_ERROR, measured
from cnnstudio.core.objective import Objective, Task
from cnnstudio.core.plan import TrainingPlan

_KERAS = "keras.metrics."
_OF_NUMBERS = {
    MEAN_ABSOLUTE_ERROR: f'"{MEAN_ABSOLUTE_ERROR}"',
    "root_mean_squared_error": f"{_KERAS}RootMeanSquaredError()",
    "r2_score": f"{_KERAS}R2Score()",
}
_OF_PROBABILITIES = {
    "precision": f"{_KERAS}Precision()",
    "recall": f"{_KERAS}Recall()",
    "f1_score": f"{_KERAS}F1Score(threshold=0.5)",
    "auc": f"{_KERAS}AUC()",
}
_OF_LOGITS = {"auc": f"{_KERAS}AUC(from_logits=True)"}


def metric_calls(
    plan: TrainingPlan, objective: Objective, *, is_sparse: bool
) -> tuple[list[str], list[str]]:
    """Return Keras's metrics for what a plan measures, and the names of those it has not.

    Args:
        plan: names the metrics.
        objective: what the network learns.
        is_sparse: whether the targets are numbers of classes, not a row a class.
    """
    calls, known = _usual(objective, is_sparse=is_sparse)
    names = measured(plan.metrics, objective.task)
    found = [known[name] for name in names if name in known]
    return calls + found, [name for name in names if name not in known]


def _usual(objective: Objective, *, is_sparse: bool) -> tuple[list[str], dict[str, str]]:
    """Return the accuracy, and Keras's metrics by the plan's names."""
    if objective.task is Task.NUMBER:
        return [], _OF_NUMBERS
    if objective.task is Task.CLASSES:
        return ['"accuracy"'], _of_classes(is_sparse=is_sparse)
    if objective.from_logits:
        return [f'{_KERAS}BinaryAccuracy("accuracy", threshold=0.0)'], _OF_LOGITS
    return ['"accuracy"'], _OF_PROBABILITIES


def _of_classes(*, is_sparse: bool) -> dict[str, str]:
    sparse = "Sparse" if is_sparse else ""
    found = {
        f"top_{k}_accuracy": f'{_KERAS}{sparse}TopKCategoricalAccuracy({k}, "top_{k}_accuracy")'
        for k in (3, 5)
    }
    return found if is_sparse else {**found, "f1_score": f'{_KERAS}F1Score("macro")'}
