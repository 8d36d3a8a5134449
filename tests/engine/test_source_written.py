"""The code of a network, executed, is the model that the studio itself builds."""

from __future__ import annotations

import inspect
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    LAYERS,
    BatchNormalization,
    Block,
    Conv2D,
    Dense,
    Group,
    Input,
    Opaque,
    Parallel,
    Repeat,
)
from cnnstudio.core.network import DEEPEST, Network
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.schedules import rate
from cnnstudio.core.source.layer_names import layer_names
from cnnstudio.core.source.writing import write_source
from cnnstudio.core.templates import TEMPLATES, Template
from tests.core import strategies
from tests.core.build import network, placed

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

_LARGEST = 50_000
"""Numbers that a random network may come to, for the sake of time."""


def executed(net: Network, plan: TrainingPlan | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(compile(write_source(net, plan=plan).text, "<source>", "exec"), found)
    return found


def trained(made: dict[str, Any], images: Any) -> Any:
    """Train with the code, the last fifth of the images kept back, and return the history."""
    classes, border = np.arange(len(images)) % 2, len(images) * 4 // 5
    kept_back = images[border:], classes[border:]
    return made["train"](made["model"], images[:border], classes[:border], kept_back)


def assert_same_model(net: Network) -> None:
    """Hold the model that the code makes against the builder's, with the same weights."""
    from cnnstudio.engine.builder import build, copy_weights

    ours, theirs = build(net, seed=1).model, executed(net)["model"]
    inner = [layer for layer in theirs.layers if type(layer).__name__ != "InputLayer"]
    built = [layer for layer in ours.layers if type(layer).__name__ != "InputLayer"]
    assert list(map(told, inner)) == list(map(told, built))
    assert theirs.count_params() == ours.count_params()
    copy_weights(ours, theirs)
    images = np.random.default_rng(2).random((2, *ours.input_shape[1:]), np.float32)
    one, other = (np.asarray(model(images, training=False)) for model in (ours, theirs))
    assert np.allclose(one, other, rtol=0, atol=1e-5, equal_nan=True)
    given_names = set(layer_names(net).values())
    assert given_names <= {part for layer in theirs.layers for part in name_parts(layer.name)}


def told(layer: Any) -> dict[str, Any]:
    """Return what a layer is, but for its name."""
    config = {key: value for key, value in layer.get_config().items() if key not in _TOLD_ELSEWHERE}
    ranges = {key: getattr(layer, key, None) for key in _RANGES}
    return {"kind": type(layer).__name__, **ranges, **{k: plain(v) for k, v in config.items()}}


def plain(value: Any) -> Any:
    """Return a value for which it makes no difference that one may stand for a row of one."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items() if key not in _TOLD_ELSEWHERE}
    if isinstance(value, list | tuple):
        return plain(value[0]) if len(value) == 1 else [plain(inner) for inner in value]
    return value


_TOLD_ELSEWHERE = {"name", "shared_object_id", "height_factor", "width_factor"}
_RANGES = ("height_lower", "height_upper", "width_lower", "width_upper")
"""What one number, or two, for a range becomes."""


def name_parts(name: str) -> set[str]:
    """Return a layer's name, and the name it has without the number of a loop's round."""
    stem, _dot, rest = name.partition(".")
    end = rest.lstrip("0123456789.")
    return {name, f"{stem}{end}"}


def is_small(net: Network) -> bool:
    report = analyse(net)
    return not report.errors and report.total_weights + report.activations < _LARGEST


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
def test_what_is_always_written_is_what_keras_has_no_default_for(kind: Any) -> None:
    import keras

    theirs = inspect.signature(
        keras.Input if kind is Input else getattr(keras.layers, kind.__name__)
    )
    required = [
        name
        for name, parameter in theirs.parameters.items()
        if parameter.default is inspect.Parameter.empty
        and parameter.kind is not inspect.Parameter.VAR_KEYWORD
    ]
    assert list(kind.required) == required == list(theirs.parameters)[: len(required)]
    assert all(theirs.parameters[name].default is None for name in kind.stated)


@pytest.mark.parametrize("kind", LAYERS, ids=lambda kind: kind.__name__)
@given(blocks=st.data())
@settings(max_examples=4)
def test_every_layer_is_written_with_its_arguments(kind: Any, blocks: Any) -> None:
    if kind is Input:
        assert_same_model(network(Input(shape=blocks.draw(strategies.input_shapes()))))
        return
    net = blocks.draw(strategies.stacks(kind, most_blocks=1))
    assert_same_model(net)


@given(strategies.networks().filter(is_small))
@settings(max_examples=40)
def test_the_code_of_a_network_makes_the_same_model(net: Network) -> None:
    assert_same_model(net)


SMALL_TEMPLATES = [known for known in TEMPLATES if known.weights < 5_000_000]


@pytest.mark.parametrize("known", SMALL_TEMPLATES, ids=lambda known: known.key)
def test_the_code_of_a_known_network_makes_the_same_model(known: Template) -> None:
    shape = known.shape if len(known.shape) == 1 else (48, 48, 3)
    assert_same_model(known.network(shape, 7))


def residual(filters: int, name: str) -> Any:
    lane: list[Any] = [
        placed(Conv2D(filters=filters, padding="same"), name=f"{name}_conv"),
        placed(BatchNormalization(), name=f"{name}_norm"),
        Conv2D(filters=4, kernel_size=(1, filters), padding="same"),
    ]
    return placed(Parallel(merge="Add"), lane, [], name=f"{name}_add")


def test_functions_loops_and_names_make_the_same_model() -> None:
    twice = placed(Group(), [residual(5, "p1_left"), residual(6, "p1_right")], name="pair")
    again = placed(Group(), [residual(7, "p2_left"), residual(8, "p2_right")], name="pair")
    net = network(
        placed(Input(shape=(6, 6, 4)), name="image"),
        residual(2, "a"),
        placed(Repeat(count=2), [residual(3, "b"), placed(Repeat(count=3), [residual(4, "c")])]),
        twice,
        again,
        placed(Dense(units=3), name='it"s a \n 名'),
    )
    assert "def pair(" in write_source(net).text
    assert_same_model(net)


def test_loops_deeper_than_python_allows_make_the_same_model() -> None:
    row: list[Any] = [placed(Dense(units=3), name="core")]
    for level in range(DEEPEST):
        # Seven loops inside one another; Python takes no more than twenty, a page fewer.
        row = [placed(Repeat(count=2 if level % 8 == 0 else 1), row)]
    net = network(Input(shape=(3,)), *row)
    assert_same_model(net)


def test_a_hundred_lanes_make_the_same_model() -> None:
    lanes: list[list[Block]] = [[Dense(units=2)] for _lane in range(99)]
    net = network(Input(shape=(3,)), placed(Parallel(merge="Concatenate"), *lanes, []))
    assert_same_model(net)


def test_the_plan_trains_the_model() -> None:
    net = network(Input(shape=(3,)), placed(Dense(units=2, activation="softmax")))
    plan = TrainingPlan(epochs=2, batch_size=4, optimizer="RMSprop", validation_split=0.5)
    made = executed(net, plan)
    images = np.random.default_rng(3).random((16, 3), np.float32)
    history = trained(made, images)
    assert len(history.history["val_accuracy"]) == 2
    assert type(made["model"].optimizer).__name__ == "RMSprop"


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "SGD", "momentum": 0.9, "nesterov": True, "schedule": "one_cycle"},
        {"optimizer": "AdamW", "schedule": "cosine", "clipping": "global_clipnorm"},
        {"optimizer": "RMSprop", "schedule": "step", "label_smoothing": 0.1, "patience": 1},
        {"optimizer": "Nadam", "schedule": "exponential", "loss": "focal", "keep_best": True},
        {"optimizer": "Lion", "schedule": "plateau", "class_weight": "balanced"},
        {"metrics": ["top_3_accuracy", "precision", "f1_score"]},
        {"metrics": ["top_5_accuracy", "f1_score"], "loss": "focal"},
        {"class_weight": "own", "class_weights": [1.0, 3.0], "mixed_precision": True},
    ],
    ids=str,
)
def test_a_plan_of_any_settings_trains_the_model(settings: dict[str, Any]) -> None:
    net = network(Input(shape=(3,)), placed(Dense(units=2, activation="softmax")))
    made = executed(net, make_plan({"epochs": 2, "batch_size": 4, **settings}))
    images = np.random.default_rng(3).random((20, 3), np.float32)
    history = trained(made, images)
    assert np.isfinite(history.history["val_loss"]).all()
    assert type(made["model"].optimizer).__name__ == settings.get("optimizer", "Adam")


@pytest.mark.parametrize(
    ("activation", "settings", "told"),
    [
        (None, {"loss": "huber", "metrics": ["root_mean_squared_error", "r2_score"]}, 3),
        ("sigmoid", {"metrics": ["precision", "recall", "f1_score", "auc"]}, 5),
        (None, {"metrics": ["precision", "auc"]}, 2),
    ],
)
def test_a_single_output_is_measured_by_the_metrics_of_its_plan(
    activation: str | None, settings: dict[str, Any], told: int
) -> None:
    net = network(Input(shape=(3,)), placed(Dense(units=1, activation=activation)))
    made = executed(net, make_plan({"epochs": 1, "batch_size": 4, **settings}))
    found = trained(made, np.random.default_rng(3).random((20, 3), np.float32)).history
    measured = [name for name in found if name.startswith("val_") and name != "val_loss"]
    assert len(measured) == told
    assert all(np.isfinite(found[name]).all() for name in measured)


@pytest.mark.parametrize("schedule", ["step", "exponential", "cosine", "one_cycle"])
def test_the_code_of_a_schedule_has_the_rates_of_the_plan(keras: Any, schedule: str) -> None:
    net = network(Input(shape=(3,)), placed(Dense(units=2, activation="softmax")))
    plan = make_plan({"epochs": 5, "batch_size": 4, "schedule": schedule, "step_epochs": 1})
    made = executed(net, plan)
    images = np.random.default_rng(3).random((20, 3), np.float32)
    trained(made, images)
    steps = -(-16 // 4)
    said = keras.saving.deserialize_keras_object(
        made["model"].optimizer.get_config()["learning_rate"]
    )
    rates = [float(said(step)) for step in range(5 * steps)]
    assert rates == pytest.approx([rate(plan, step, steps) for step in range(5 * steps)], rel=1e-4)


def test_layers_without_blocks_make_the_same_outputs() -> None:
    import keras

    from cnnstudio.engine.builder import build, copy_weights

    entries = {
        layer.name: {"class_name": type(layer).__name__, "config": layer.get_config()}
        for layer in (
            keras.layers.LSTM(6, return_sequences=True, name="one"),
            keras.layers.Bidirectional(keras.layers.GRU(4), name="both"),
            keras.layers.RepeatVector(2, name="again"),
        )
    }
    calls: list[dict[str, Any]] = []
    before = "x"
    for name in ("one", "one again", "both", "again"):
        layer = "one" if name.startswith("one") else name
        calls.append({"name": name, "layer": layer, "args": [{"from": before}], "kwargs": {}})
        before = name
    part = {"input": "x", "output": before, "layers": entries, "calls": calls}
    block = Opaque(part=json.dumps(part), received=(5, 6), output=(2, 8))
    net = network(Input(shape=(5, 6)), placed(block, name="memory"), Dense(units=3))
    assert "lstm_layer(x)" in write_source(net).text
    ours, theirs = build(net, seed=1).model, executed(net)["model"]
    copy_weights(ours, theirs)
    images = np.random.default_rng(2).random((2, 5, 6), np.float32)
    assert np.allclose(ours(images), theirs(images), rtol=0, atol=1e-5)
