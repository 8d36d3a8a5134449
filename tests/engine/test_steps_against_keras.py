"""What a batch teaches by a plan, against Keras's own `train_on_batch`."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cnnstudio.core.blocks import BatchNormalization, Block, Conv2D, Dense, Flatten, Input
from cnnstudio.core.datasets import read
from cnnstudio.core.network import network_of
from cnnstudio.core.objective import class_weights_of, objective_of
from cnnstudio.core.optimizers import OPTIMIZERS
from cnnstudio.core.plan import TrainingPlan, make_plan

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

LAYERS = (
    Input(shape=(28, 28, 1)),
    BatchNormalization(momentum=0.5),
    Conv2D(filters=2, strides=(3, 3)),
    Flatten(),
)
SIZE, IMAGES = 50, 330
NUMBERS = tuple(float(digit) for digit in range(10))


@dataclass(frozen=True)
class Case:
    """A plan's settings, and the network's end that they are for."""

    settings: dict[str, object] = field(default_factory=dict)
    units: int = 10
    activation: str | None = "softmax"

    @property
    def layers(self) -> tuple[Block, ...]:
        """Those before its end; Lion sees signs alone, which rounding decides where nothing else
        does: so for it nothing is normalized in another order of operations than Keras's."""
        is_lion = self.settings.get("optimizer") == "Lion"
        return tuple(
            layer for layer in LAYERS if not (is_lion and isinstance(layer, BatchNormalization))
        )

    @property
    def plan(self) -> TrainingPlan:
        return make_plan(self.settings)

    def __str__(self) -> str:
        said = " ".join(str(value) for value in self.settings.values())
        return f"{said} {self.units} {self.activation}"


USUAL = [Case({"optimizer": name}) for name in OPTIMIZERS]
SETTINGS = [
    Case({"optimizer": "SGD", "momentum": 0.9}),
    Case({"optimizer": "SGD", "momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
    Case({"optimizer": "Adam", "amsgrad": True, "beta_1": 0.5, "beta_2": 0.9}),
    Case({"optimizer": "AdamW", "weight_decay": 0.5, "epsilon": 0.01}),
    Case({"optimizer": "RMSprop", "centered": True, "momentum": 0.5, "rho": 0.5}),
    Case({"optimizer": "Adagrad", "initial_accumulator_value": 1.0}),
    Case({"optimizer": "Lion", "beta_2": 0.5}),
    Case({"optimizer": "SGD", "clipping": "clipnorm", "clip": 0.01, "learning_rate": 0.1}),
    Case({"optimizer": "SGD", "clipping": "global_clipnorm", "clip": 0.01, "learning_rate": 0.1}),
    Case({"optimizer": "SGD", "clipping": "clipvalue", "clip": 0.001, "learning_rate": 0.1}),
]
LOSSES = [
    Case(activation=None),
    Case({"label_smoothing": 0.2}),
    Case({"label_smoothing": 0.2}, activation=None),
    Case({"loss": "focal"}),
    Case({"loss": "focal"}, activation=None),
    Case({"class_weight": "own", "class_weights": NUMBERS}),
    Case({"class_weight": "own", "class_weights": NUMBERS, "label_smoothing": 0.1}),
    Case(units=1, activation="sigmoid"),
    Case(units=1, activation=None),
    Case({"label_smoothing": 0.1, "class_weight": "own", "class_weights": (1.0, 3.0)}, 1, None),
    Case({"loss": "focal"}, 1, "sigmoid"),
    Case({"loss": "mean_squared_error"}, 1, None),
    Case({"loss": "mean_absolute_error"}, 1, None),
    Case({"loss": "huber"}, 1, None),
]


def batch(case: Case) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    images, classes = read("mnist-5k")
    order = np.random.default_rng(0).permutation(len(images))[:IMAGES]
    x, y = (images[order] / 255).astype(np.float32), classes[order].astype(np.int64)
    is_binary = case.units == 1 and "loss" not in case.settings
    return x, y % 2 if is_binary or case.settings.get("loss") == "focal" else y


def model_and_steps(case: Case) -> tuple[Any, Any, Any]:
    """Return our model and its steps, and Keras's model with the same weights."""
    from cnnstudio.engine.builder import build, copy_weights
    from cnnstudio.engine.losses import Marks, keras_loss, keras_metric
    from cnnstudio.engine.optimizers import optimizer_of, portable_optimizer_of
    from cnnstudio.engine.steps import Steps

    net = network_of(*case.layers, Dense(units=case.units, activation=case.activation))
    ours, theirs = build(net, seed=0).model, build(net, seed=1).model
    copy_weights(ours, theirs)
    objective = objective_of(case.plan, case.activation or "linear", case.units)
    theirs.compile(
        portable_optimizer_of(case.plan), keras_loss(objective), metrics=[keras_metric(objective)]
    )
    marks = Marks(objective, numbers=NUMBERS, weights=class_weights_of(case.plan, ()))
    return ours, Steps(ours, optimizer_of(case.plan), marks), theirs


def targets(case: Case, classes: NDArray[np.int64]) -> Any:
    """Return the classes as Keras's loss takes them."""
    smooth = case.settings.get("label_smoothing") or case.settings.get("loss") == "focal"
    if case.units > 1 and smooth:
        return np.eye(case.units, dtype=np.float32)[classes]
    return classes.astype(np.float32)[:, None] if case.units == 1 else classes


@pytest.mark.parametrize("case", [*USUAL, *SETTINGS, *LOSSES], ids=str)
def test_every_batch_teaches_what_it_teaches_in_keras(case: Case) -> None:
    import tensorflow as tf

    ours, steps, theirs = model_and_steps(case)
    x, y = batch(case)
    aims = targets(case, y)
    weights = dict(enumerate(class_weights_of(case.plan, ()) or ())) or None
    stream = tf.data.Dataset.from_tensor_slices((x, y)).batch(SIZE)
    iterator = iter(stream)
    # The rate falls, for it is told with every batch.
    rates = np.linspace(case.plan.learning_rate, case.plan.learning_rate / 2, 7, dtype=np.float32)
    taken = [rates[:1], rates[1:5], rates[5:]]
    learned = np.concatenate([steps.learn(iterator, some)[0] for some in taken])
    expected = []
    for rate, at in zip(rates, range(0, IMAGES, SIZE), strict=True):
        theirs.optimizer.learning_rate = rate
        some = slice(at, at + SIZE)
        expected.append(theirs.train_on_batch(x[some], aims[some], class_weight=weights))
    is_number = case.settings.get("loss") not in (None, "focal")
    columns = 1 if is_number or weights else 2
    assert np.allclose(learned[:, :columns], np.array(expected)[:, :columns], atol=1e-4, rtol=1e-3)
    for one, other in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        assert np.allclose(one, other, atol=1e-4)
    measured, _ends = steps.measure(iter(stream), 7)
    sizes = [SIZE] * 6 + [IMAGES - 6 * SIZE]
    theirs_measured = theirs.evaluate(x, aims, verbose=0)
    means = np.average(measured, axis=0, weights=sizes)
    columns = 1 if is_number else 2
    assert np.allclose(means[:columns], theirs_measured[:columns], atol=1e-4, rtol=1e-3)


@pytest.mark.parametrize("case", [*USUAL, *SETTINGS], ids=str)
def test_an_optimizer_remembers_as_many_numbers_of_a_weight_as_its_plan_says(
    keras: Any, case: Case
) -> None:
    from cnnstudio.engine.optimizers import optimizer_of

    weights, made = keras.Variable(np.zeros((3, 5), "float32")), optimizer_of(case.plan)
    made.build([weights])
    kept = [variable for variable in made.variables if variable.shape == weights.shape]
    assert len(kept) == case.plan.optimizer_slots


def test_a_number_is_right_where_it_is_nearest() -> None:
    from cnnstudio.engine.losses import Marks

    objective = objective_of(make_plan({"loss": "huber"}), "linear", 1)
    marks = Marks(objective, numbers=(1.0, 10.0, 100.0))
    outputs = np.array([[3.0], [30.0], [300.0], [2.0]], np.float32)
    assert float(marks.accuracy(np.array([0, 1, 2, 1]), outputs)) == 0.75


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16"])
def test_with_half_the_bits_a_network_learns_alike_and_stays_as_it_is(
    keras: Any, policy: str
) -> None:
    import tensorflow as tf

    from cnnstudio.engine.builder import build
    from cnnstudio.engine.losses import Marks
    from cnnstudio.engine.optimizers import optimizer_of
    from cnnstudio.engine.steps import Steps

    case = Case({"learning_rate": 0.01})
    net = network_of(*LAYERS, Dense(units=10, activation="softmax"))
    x, y = batch(case)
    stream = tf.data.Dataset.from_tensor_slices((x, y)).batch(SIZE).repeat()
    ends = []
    for chosen in (None, policy):
        model = build(net, seed=0).model
        marks = Marks(objective_of(case.plan, "softmax", 10))
        steps = Steps(model, optimizer_of(case.plan, policy=chosen), marks, policy=chosen)
        losses = steps.learn(iter(stream), np.full(40, 0.01, np.float32))[0][:, 0]
        ends.append(losses[-7:].mean())
        assert losses[-7:].mean() < 0.5 * losses[0]
        assert {layer.compute_dtype for layer in model.layers} == {"float32"}
        assert all(weight.dtype == "float32" for weight in model.trainable_weights)
    assert ends[1] == pytest.approx(ends[0], rel=0.3)
    assert ends[1] != ends[0]
