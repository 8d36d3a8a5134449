"""The training plan as code: a function that compiles and fits the model."""

from __future__ import annotations

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.declared import changed_params
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.objective import (
    BALANCED,
    FOCAL,
    OWN,
    Objective,
    Task,
    objective_of,
)
from cnnstudio.core.optimizers import arguments_of
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.schedules import COSINE, EXPONENTIAL, ONE_CYCLE, PLATEAU
from cnnstudio.core.schedules import STEP as STEPWISE
from cnnstudio.core.source.layout import STEP, commented, laid_out
from cnnstudio.core.source.literals import number, plain_literal
from cnnstudio.core.source.metrics import metric_calls

_DEEPER = STEP * 2
_COLUMNS = ("F1Score", "R2Score")
"""Metrics of Keras that take no plain row of labels."""
_SCHEDULED = (STEPWISE, EXPONENTIAL, COSINE, ONE_CYCLE)


def training_lines(network: Network, plan: TrainingPlan, outputs: int = 0) -> list[str]:
    """Return a function `train(model, images, labels, validation)` that does what a plan says.

    Args:
        network: the network.
        plan: the plan.
        outputs: numbers in the network's output, 0 if that is not known.
    """
    objective = objective_of(plan, output_activation(network), outputs)
    calls, unmeasured = metric_calls(plan, objective, is_sparse=_is_sparse(objective))
    return [
        "def train(model, images, labels, validation):",
        *commented(STEP, _images_text(plan, objective)),
        *commented(STEP, _("validation: a pair of such images and labels, which are kept back")),
        *_unmeasured(unmeasured),
        *_repeatable(plan),
        f"{STEP}keras.utils.set_random_seed({plan.seed})",
        *_counts(plan),
        *_rate(plan),
        *_weights(plan),
        *_targets(objective, outputs, calls),
        *_optimizer(plan),
        f"{STEP}model.compile(",
        *_compiled_optimizer(plan),
        *_loss(objective),
        *_metrics(calls),
        f"{STEP})",
        f"{STEP}return model.fit(",
        f"{_DEEPER}images,",
        f"{_DEEPER}labels,",
        f"{_DEEPER}batch_size={plan.batch_size},",
        f"{_DEEPER}epochs={plan.epochs},",
        f"{_DEEPER}validation_data=validation,",
        *_class_weight(plan),
        *_callbacks(plan),
        f"{STEP})",
    ]


def _images_text(plan: TrainingPlan, objective: Objective) -> str:
    pixels = PIXEL_RANGES[plan.pixels]
    if objective.task is Task.NUMBER:
        text = _("images: pixels from {low:g} to {high:g}; labels: the number to guess for each")
    else:
        text = _(
            "images: pixels from {low:g} to {high:g}; labels: the number of each image's class"
        )
    return text.format(low=pixels.low, high=pixels.high)


def _repeatable(plan: TrainingPlan) -> list[str]:
    if not plan.deterministic:
        return []
    return [
        f"{STEP}import tensorflow as tf",
        "",
        f"{STEP}tf.config.experimental.enable_op_determinism()",
    ]


def _counts(plan: TrainingPlan) -> list[str]:
    """Return the line that counts the steps an epoch, where they are needed."""
    needed = plan.schedule in _SCHEDULED
    return [f"{STEP}steps = -(-len(images) // {plan.batch_size})"] if needed else []


def _rate(plan: TrainingPlan) -> list[str]:
    """Return the lines that make `rate`, where it is not one number."""
    full = number(plan.learning_rate)
    if plan.schedule == STEPWISE:
        steps = "steps" if plan.step_epochs == 1 else f"{plan.step_epochs} * steps"
        items = [full, steps, number(plan.step_factor), "staircase=True"]
        return _schedule("ExponentialDecay", items)
    if plan.schedule == EXPONENTIAL:
        return _schedule("ExponentialDecay", [full, "steps", number(plan.exponential_factor)])
    if plan.schedule not in (COSINE, ONE_CYCLE):
        return []
    if plan.schedule == ONE_CYCLE:
        rise, start = f"{number(plan.rise)} * total", plan.learning_rate * plan.start_share
    else:
        rise, start = f"{number(plan.warmup_epochs)} * steps", 0.0
    items = [
        number(start),
        "total - rise",
        number(plan.final_share),
        f"warmup_target={full}",
        "warmup_steps=rise",
    ]
    return [
        f"{STEP}total = {plan.epochs} * steps",
        f"{STEP}rise = min(round({rise}), total - 1)",
        *_schedule("CosineDecay", items),
    ]


def _schedule(name: str, items: list[str]) -> list[str]:
    return laid_out(STEP, f"rate = keras.optimizers.schedules.{name}(", items, ")")


def _weights(plan: TrainingPlan) -> list[str]:
    """Return the lines that make `weights` of classes, where they are not all alike."""
    if plan.class_weight == OWN:
        return laid_out(STEP, "weights = [", [number(w) for w in plan.class_weights], "]")
    if plan.class_weight != BALANCED:
        return []
    bins = "keras.ops.bincount(labels)"
    return [
        f"{STEP}counts = keras.ops.convert_to_numpy({bins})",
        f"{STEP}share = len(images) / (counts > 0).sum()",
        f"{STEP}weights = {{k: share / n for k, n in enumerate(counts) if n}}",
    ]


def _targets(objective: Objective, outputs: int, calls: list[str]) -> list[str]:
    """Return the lines that make labels what loss and metrics take, where they are not."""
    if objective.task is Task.CLASSES and not _is_sparse(objective):
        made = f"keras.utils.to_categorical({{labels}}, {outputs})"
    elif objective.task is not Task.CLASSES and any(name in c for c in calls for name in _COLUMNS):
        made = "{labels}[:, None]"
    else:
        return []
    return [
        f"{STEP}labels = {made.format(labels='labels')}",
        f"{STEP}validation = validation[0], {made.format(labels='validation[1]')}",
    ]


def _is_sparse(objective: Objective) -> bool:
    return objective.loss != FOCAL and not objective.label_smoothing


def _optimizer_call(plan: TrainingPlan) -> tuple[str, list[str]]:
    """Return the opening of the optimizer's call, and its arguments that are not Keras's own."""
    changed = changed_params(plan)
    rate = "rate" if plan.schedule in _SCHEDULED else number(plan.learning_rate)
    items = [f"learning_rate={rate}"]
    for name, value in arguments_of(plan).items():
        if name in changed or name == plan.clipping:
            items.append(f"{name}={plain_literal(value)}")
    return f"keras.optimizers.{plan.optimizer}(", items


def _optimizer(plan: TrainingPlan) -> list[str]:
    """Return the lines that make `optimizer`, where it depends on the machine."""
    if not plan.mixed_precision:
        return []
    opening, items = _optimizer_call(plan)
    return [
        *laid_out(STEP, f"optimizer = {opening}", items, ")"),
        f'{STEP}if keras.distribution.list_devices("gpu"):',
        *commented(_DEEPER, _("Half as many bits, but for the outputs.")),
        f"{_DEEPER}for layer in model.layers:",
        f"{_DEEPER}{STEP}if layer.name not in model.output_names:",
        f'{_DEEPER}{STEP * 2}layer.dtype_policy = "mixed_float16"',
        f"{_DEEPER}optimizer = keras.optimizers.LossScaleOptimizer(optimizer)",
    ]


def _compiled_optimizer(plan: TrainingPlan) -> list[str]:
    if plan.mixed_precision:
        return [f"{_DEEPER}optimizer=optimizer,"]
    opening, items = _optimizer_call(plan)
    return laid_out(_DEEPER, f"optimizer={opening}", items, "),")


def _loss(objective: Objective) -> list[str]:
    if objective.task is Task.NUMBER:
        return [f'{_DEEPER}loss="{objective.loss}",']
    more = [f"label_smoothing={number(objective.label_smoothing)}"]
    items = ["from_logits=True"] if objective.from_logits else []
    items += more if objective.label_smoothing else []
    focal = "Focal" if objective.loss == FOCAL else ""
    if objective.task is Task.BINARY:
        name = f"Binary{focal}Crossentropy"
    elif _is_sparse(objective):
        name = "SparseCategoricalCrossentropy"
    else:
        name = f"Categorical{focal}Crossentropy"
    if not items:
        return [f'{_DEEPER}loss="{_PLAIN[name]}",']
    return laid_out(_DEEPER, f"loss=keras.losses.{name}(", items, "),")


_PLAIN = {
    "BinaryCrossentropy": "binary_crossentropy",
    "BinaryFocalCrossentropy": "binary_focal_crossentropy",
    "CategoricalCrossentropy": "categorical_crossentropy",
    "CategoricalFocalCrossentropy": "categorical_focal_crossentropy",
    "SparseCategoricalCrossentropy": "sparse_categorical_crossentropy",
}
"""Keras's short names of losses, for those with all settings as usual."""


def _metrics(calls: list[str]) -> list[str]:
    return laid_out(_DEEPER, "metrics=[", calls, "],")


def _unmeasured(names: list[str]) -> list[str]:
    if not names:
        return []
    text = _("Keras has no metric for such outputs that is: {metrics}; CNN Studio has")
    return commented(STEP, text.format(metrics=", ".join(names)))


def _class_weight(plan: TrainingPlan) -> list[str]:
    if plan.class_weight == BALANCED:
        return [f"{_DEEPER}class_weight=weights,"]
    if plan.class_weight == OWN:
        return [f"{_DEEPER}class_weight=dict(enumerate(weights)),"]
    return []


def _callbacks(plan: TrainingPlan) -> list[str]:
    calls = []
    if plan.patience is not None or plan.keep_best:
        calls.append(("EarlyStopping(", _stopping(plan)))
    if plan.schedule == PLATEAU:
        calls.append(("ReduceLROnPlateau(", _plateau(plan)))
    if not calls:
        return []
    lines = [f"{_DEEPER}callbacks=["]
    for opening, items in calls:
        lines += laid_out(_DEEPER + STEP, f"keras.callbacks.{opening}", items, "),")
    return [*lines, f"{_DEEPER}],"]


def _stopping(plan: TrainingPlan) -> list[str]:
    items = [f'"{plan.monitor}"']
    if plan.min_delta:
        items.append(f"min_delta={number(plan.min_delta)}")
    items.append(f"patience={plan.epochs if plan.patience is None else plan.patience}")
    return [*items, "restore_best_weights=True"] if plan.keep_best else items


def _plateau(plan: TrainingPlan) -> list[str]:
    items = [f'"{plan.monitor}"', f"factor={number(plan.plateau_factor)}"]
    items.append(f"patience={plan.plateau_patience}")
    return [*items, f"min_lr={number(plan.lowest_rate)}"] if plan.lowest_rate else items
