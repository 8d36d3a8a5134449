from __future__ import annotations

import contextlib
import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import (
    CATALOGUE,
    BatchNormalization,
    Conv2D,
    Conv3D,
    Dense,
    Normalization,
    RandomContrast,
    RandomRotation,
    Softmax,
    make_block,
)
from cnnstudio.core.declared import changed_params
from cnnstudio.core.fields import (
    Choice,
    Field,
    Integer,
    Margins,
    Pair,
    Real,
    Sizes,
    Triple,
    Value,
    defaults_of,
    fields_of,
)
from cnnstudio.core.metrics import MetricChoice
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.real_fields import USUAL_STRENGTH, Interval, Reals, Regularizer
from tests.core.strategies import blocks, json_values, plans, values

KINDS: tuple[type, ...] = (*CATALOGUE.values(), TrainingPlan)
DECLARED = [
    pytest.param(field, id=f"{kind.__name__}.{name}")
    for kind in KINDS
    for name, field in fields_of(kind).items()
]

any_field = st.sampled_from([f for kind in KINDS for f in fields_of(kind).values()])

NONSENSE: list[Any] = [
    math.nan, math.inf, -math.inf, 10**400, -(10**400), 1e308, "", "1", [], {}, [[]], [None],
    [True, True], [1.5, 1.5], [[1, 1], [1, 1], [1, 1]], [10**9] * 9,
]  # fmt: skip


@given(any_field.flatmap(lambda field: st.tuples(st.just(field), values(field))))
def test_what_a_field_accepts_survives_a_file(pair: tuple[Field, Value]) -> None:
    field, value = pair
    assert field.accepts(value)
    assert field.read(value) == value
    assert field.read(json.loads(json.dumps(value))) == value
    assert hash(value) == hash(field.read(value))
    assert field.show(value)


@given(any_field, json_values())
def test_a_field_reads_what_it_accepts_and_refuses_the_rest(field: Field, raw: Any) -> None:
    try:
        value = field.read(raw)
    except ValueError as error:
        refused = str(error)
    else:
        refused = ""
        assert field.accepts(value)
        hash(value)
    assert refused in ("", field.expectation())


SOURCES = "mnist-5k, shapes:2000, keras:cifar10, folder:PATH, csv:FILE, npz:FILE, texts:PATH"


@pytest.mark.parametrize("field", DECLARED)
def test_no_field_takes_nonsense(field: Field) -> None:
    for raw in NONSENSE:
        if raw == [1.5, 1.5] and isinstance(field, Interval | Reals):
            continue
        if raw == [] and isinstance(field, MetricChoice):
            continue
        assert not field.accepts(raw)
        with pytest.raises(ValueError, match=r"\w"):
            field.read(raw)


@pytest.mark.parametrize("field", DECLARED)
def test_true_is_not_a_number(field: Field) -> None:
    if isinstance(field, Integer | Real | Pair | Triple | Margins | Sizes | Interval | Reals):
        assert not field.accepts(True)
        with pytest.raises(ValueError, match=r"number"):
            field.read(True)


def _beyond(field: Field) -> list[Value]:
    match field:
        case Integer():
            return [field.low - 1, field.high + 1]
        case Real():
            return [math.nextafter(field.low, -math.inf), math.nextafter(field.high, math.inf)]
        case Interval():
            return [(field.high, field.low), (field.low, math.nextafter(field.high, math.inf))]
        case Reals():
            return [(), (field.low,) * (field.most + 1), (math.nextafter(field.high, math.inf),)]
        case Regularizer():
            return [("l2", -1e-9), ("l1", math.nextafter(field.high, math.inf)), ("l3", 0.1)]
        case _:
            return _beyond_rows(field)


def _beyond_rows(field: Field) -> list[Value]:
    match field:
        case Pair():
            return [(field.low - 1, field.low), (field.low, field.high + 1)]
        case Triple():
            return [(field.low - 1, field.low, field.low), (field.low,) * 2, (field.high + 1,) * 3]
        case Margins():
            inside = (field.low, field.high)
            return [((field.low - 1, field.low), inside), (inside, (field.low, field.high + 1))]
        case Sizes():
            return [(), (field.low - 1,), (field.high + 1,), (field.low,) * (field.max_rank + 1)]
        case _:
            return []


@pytest.mark.parametrize("field", DECLARED)
def test_the_range_of_a_field_ends_where_it_says(field: Field) -> None:
    assert not any(field.accepts(value) for value in _beyond(field))


@pytest.mark.parametrize("kind", KINDS)
def test_defaults_are_in_range_and_not_saved(kind: type) -> None:
    for name, value in defaults_of(kind).items():
        assert fields_of(kind)[name].accepts(value)
    assert changed_params(kind()) == {}


@given(blocks())
def test_a_block_is_made_again_from_what_differs_from_its_defaults(block: Any) -> None:
    assert make_block(block.kind, json.loads(json.dumps(changed_params(block)))) == block
    assert make_block(block.kind, block.params()) == block


@given(plans())
def test_a_plan_is_made_again_from_what_differs_from_its_defaults(plan: TrainingPlan) -> None:
    assert make_plan(json.loads(json.dumps(changed_params(plan)))) == plan


@given(
    st.sampled_from(sorted(CATALOGUE)),
    st.dictionaries(st.text(max_size=9), json_values(), max_size=4),
)
def test_bad_parameters_are_only_ever_a_value_error(kind: str, params: dict[str, Any]) -> None:
    known = dict(zip(fields_of(CATALOGUE[kind]), params.values(), strict=False))
    for raw in (params, known):
        with contextlib.suppress(ValueError):
            block = make_block(kind, raw)
            assert all(fields_of(type(block))[n].accepts(v) for n, v in block.params().items())


def test_one_number_stands_for_both_axes() -> None:
    assert make_block("Conv2D", {"kernel_size": 5}) == Conv2D(kernel_size=(5, 5))
    padding = fields_of(CATALOGUE["ZeroPadding2D"])["padding"]
    assert padding.read(2) == ((2, 2), (2, 2))
    assert padding.read([1, [2, 3]]) == ((1, 1), (2, 3))


def test_one_number_stands_for_all_three_axes_and_for_a_row_of_one() -> None:
    assert make_block("Conv3D", {"kernel_size": 5}) == Conv3D(kernel_size=(5, 5, 5))
    assert make_block("Softmax", {"axis": 2}) == Softmax(axis=(2,))
    assert make_block("Normalization", {"mean": 1, "variance": 4}) == Normalization(
        mean=(1.0,), variance=(4.0,)
    )


def test_one_number_is_an_interval_about_zero_as_far_as_the_range_goes() -> None:
    assert make_block("RandomRotation", {"factor": 0.2}) == RandomRotation(factor=(-0.2, 0.2))
    assert make_block("RandomContrast", {"factor": 0.2}) == RandomContrast(factor=(0.0, 0.2))


def test_a_regularizer_named_alone_has_the_strength_keras_gives_it() -> None:
    block = make_block("Dense", {"kernel_regularizer": "l2"})
    assert block == Dense(kernel_regularizer=("l2", USUAL_STRENGTH))


def test_a_whole_number_is_read_as_a_real_one() -> None:
    block = make_block("BatchNormalization", {"momentum": 1})
    assert block == BatchNormalization(momentum=1.0)
    assert isinstance(block.params()["momentum"], float)


@pytest.mark.parametrize(
    ("kind", "name", "value", "shown"),
    [
        ("Conv2D", "kernel_size", (3, 5), "3×5"),
        ("Conv2D", "activation", None, "none"),
        ("MaxPooling2D", "strides", None, "as the pool size"),
        ("Dropout", "seed", None, "from the plan"),
        ("Dropout", "rate", 0.25, "0.25"),
        ("Input", "shape", (28, 28, 1), "28×28×1"),
        ("ZeroPadding2D", "padding", ((1, 1), (1, 1)), "1"),
        ("ZeroPadding2D", "padding", ((1, 1), (2, 2)), "1×2"),
        ("ZeroPadding2D", "padding", ((0, 1), (2, 3)), "0, 1 · 2, 3"),
        ("Conv3D", "kernel_size", (1, 2, 3), "1×2×3"),
        ("ReLU", "max_value", None, "none"),
        ("ReLU", "max_value", 6.0, "6"),
        ("GroupNormalization", "groups", -1, "one a channel"),
        ("Reshape", "target_shape", (7, 7, -1), "7×7×rest"),
        ("LayerNormalization", "axis", (1, -1), "1, last"),
        ("PReLU", "shared_axes", None, "none"),
        ("RandomZoom", "height_factor", (-0.1, 0.1), "±0.1"),
        ("RandomZoom", "height_factor", (-0.1, 0.3), "-0.1 … 0.3"),
        ("RandomZoom", "width_factor", None, "as the height"),
        ("Normalization", "mean", (0.5, 0.25), "0.5, 0.25"),
        ("Dense", "kernel_regularizer", None, "none"),
        ("Dense", "kernel_regularizer", ("l2", 1e-4), "l2 0.0001"),
    ],
)
def test_values_are_shown_as_people_write_them(
    kind: str, name: str, value: Value, shown: str
) -> None:
    assert fields_of(CATALOGUE[kind])[name].show(value) == shown


@pytest.mark.parametrize(
    ("kind", "params", "message"),
    [
        ("Conv4D", {}, 'unknown block kind "Conv4D": the nearest are Conv'),
        ("Conv2D", {"filter": 3}, 'Conv2D has no parameter "filter": expected one of filters, '),
        ("Flatten", {"x": 1}, 'Flatten has no parameter "x": expected one of —'),
        ("Conv2D", {"filters": 0}, "filters must be a whole number from 1 to 65536, not 0"),
        ("Conv2D", {"filters": None}, "filters must be a whole number from 1 to 65536, not null"),
        ("Conv2D", {"use_bias": 1}, "Conv2D: use_bias must be true or false, not 1"),
        ("Conv2D", {"padding": "full"}, 'padding must be one of valid, same, not "full"'),
        ("Conv2D", {"activation": "x"}, 'activation must be one of null, relu, sigmoid'),
        ("Conv2D", {"strides": [1]}, "two whole numbers from 1 to 255, [height, width], not [1]"),
        ("Dropout", {"rate": math.nan}, "Dropout: rate must be a number from 0 to 1, not NaN"),
        ("Dense", {"units": [1] * 10**5}, "1, 1…"),
        ("Reshape", {"target_shape": 0}, "numbers from 1 to 2147483647, or -1 (rest)"),
        ("RandomFlip", {"seed": -1}, "seed must be a whole number from 0 to 2147483647, not -1"),
        ("RandomZoom", {"height_factor": [0.2, 0.1]}, "from -0.99 to 1, [lower, upper], not [0.2"),
        ("Normalization", {"mean": []}, "one to 64 numbers from -1e+06 to 1e+06, not []"),
        ("Dense", {"bias_regularizer": ["l2", -1]}, 'a number from 0 to 10], not ["l2", -1]'),
        ("Conv2D", {"filters": 10**9}, "a whole number from 1 to 65536, not 1000000000"),
        ("Input", {"shape": [28, 0, 1]}, "one to 4 whole numbers from 1 to 65536, not [28, 0, 1]"),
    ],
)  # fmt: skip
def test_a_bad_parameter_is_told_in_one_short_sentence(
    kind: str, params: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make_block(kind, params)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"epoch": 3}, 'the training plan has no parameter "epoch": expected one of epochs,'),
        ({"epochs": 0}, "the training plan: epochs must be a whole number from 1 to 100000, not"),
        ({"epochs": 2.5}, "epochs must be a whole number from 1 to 100000, not 2.5"),
        ({"learning_rate": 0}, "learning_rate must be a number from 1e-08 to 100, not 0"),
        ({"data": "cifar"}, f'data must be one of {SOURCES}, not "cifar"'),
        ({"data": None}, f"data must be one of {SOURCES}, not null"),
        ({"validation_split": 1}, "validation_split must be a number from 0.01 to 0.9, not 1"),
        ({"seed": "x" * 10**6}, "xxx…"),
    ],
)  # fmt: skip
def test_a_bad_setting_of_the_plan_is_told_in_one_short_sentence(
    values: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=r"\w") as caught:
        make_plan(values)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize("field", DECLARED)
def test_every_choice_has_a_text_and_every_expectation_is_filled_in(field: Field) -> None:
    assert "{" not in field.expectation()
    if isinstance(field, Choice):
        assert len(set(field.options)) == len(field.options)
        assert set(field.labels) <= {*field.options, None}
        assert all(field.show(option) not in ("", "None") for option in field.options)
    if getattr(field, "optional", False):
        assert field.show(None) not in ("", "None")
    if getattr(field, "minus_one", ""):
        assert "-1" not in field.show(field.read(-1))
        assert "-1" in field.expectation()
