"""The training plan: which settings count, how the rate goes, when a run ends, what is learned."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.declared import changed_params
from cnnstudio.core.fields import fields_of
from cnnstudio.core.metrics import METRICS, fitting, measured
from cnnstudio.core.objective import (
    Objective,
    Task,
    class_weights_of,
    is_single,
    numbers_of,
    objections,
    objective_of,
)
from cnnstudio.core.optimizers import OPTIMIZERS, arguments_of
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.schedules import rate, rise_and_fall
from cnnstudio.core.stopping import Watch
from tests.core.strategies import plans

OLD = {
    "data": "mnist-5k", "epochs": 12, "batch_size": 16, "optimizer": "SGD", "learning_rate": 0.01,
    "validation_split": 0.3, "pixels": "-1..1", "seed": 4,
}  # fmt: skip
"""All that a plan could say when there were three optimizers."""


def test_a_plan_of_before_reads_as_it_was_and_nothing_more_is_written() -> None:
    plan = make_plan(OLD)
    assert changed_params(plan) == {name: v for name, v in OLD.items() if name != "data"}
    assert arguments_of(plan) == {"momentum": 0.0, "nesterov": False}
    assert (plan.schedule, plan.patience, plan.loss) == ("constant", None, "auto")


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_of_the_settings_only_those_of_the_chosen_optimizer_count(optimizer: str) -> None:
    applying = TrainingPlan(optimizer=optimizer).applying
    for other in OPTIMIZERS.values():
        for name in other.settings:
            assert (name in applying) is (name in OPTIMIZERS[optimizer].settings)


def test_a_choice_brings_its_own_settings_and_takes_those_of_others_away() -> None:
    usual = TrainingPlan().applying
    assert not {"momentum", "clip", "step_epochs", "min_delta", "class_weights"} & usual
    assert {"data", "epochs", "optimizer", "schedule", "loss", "patience", "seed"} <= usual
    assert {"step_epochs", "step_factor"} <= TrainingPlan(schedule="step").applying
    assert {"monitor", "plateau_factor"} <= TrainingPlan(schedule="plateau").applying
    assert {"monitor", "min_delta"} <= TrainingPlan(patience=3).applying
    assert "clip" in TrainingPlan(clipping="clipnorm").applying
    assert "class_weights" in TrainingPlan(class_weight="own").applying
    assert "label_smoothing" not in TrainingPlan(loss="huber").applying
    assert {name for name in usual if name not in fields_of(TrainingPlan)} == set()


def test_gradients_are_clipped_in_one_way_at_most() -> None:
    assert arguments_of(TrainingPlan(optimizer="Lion", clipping="clipvalue", clip=0.5)) == {
        "beta_1": 0.9,
        "clipvalue": 0.5,
    }
    assert "clip" not in arguments_of(TrainingPlan(clip=0.5))


@given(plans(), st.integers(1, 300))
def test_a_rate_is_never_above_the_plans_and_never_below_zero(plan: TrainingPlan, an: int) -> None:
    total = plan.epochs * an
    for step in (0, 1, total // 3, total // 2, total - 1, total, 2 * total):
        value = rate(plan, step, an)
        assert math.isfinite(value)
        assert 0.0 <= value <= plan.learning_rate * (1 + 1e-12)


@given(plans(), st.integers(1, 300))
def test_a_rise_leaves_room_for_a_fall(plan: TrainingPlan, an: int) -> None:
    rise, fall = rise_and_fall(plan, an)
    assert rise >= 0
    assert fall >= 1
    assert rise + fall == plan.epochs * an


def rates(steps: tuple[int, ...], **settings: object) -> list[float]:
    plan = make_plan({"learning_rate": 0.1, "epochs": 10, **settings})
    return [round(rate(plan, step, 20), 9) for step in steps]


def test_every_schedule_goes_as_its_name_says() -> None:
    assert rates((0, 199), schedule="constant") == [0.1, 0.1]
    assert rates((0, 59, 60, 120), schedule="step") == [0.1, 0.1, 0.05, 0.025]
    assert rates((0, 20, 40), schedule="exponential") == [0.1, 0.09, 0.081]
    assert rates((0, 10, 20, 110, 200), schedule="cosine") == [0.0, 0.05, 0.1, 0.05, 0.0]
    assert rates((0, 60, 200), schedule="one_cycle") == [0.004, 0.1, 0.0]
    assert rates((0, 200), schedule="cosine", warmup_epochs=0, final_share=0.2) == [0.1, 0.02]
    assert rates((0, 199), schedule="plateau") == [0.1, 0.1]


def test_beyond_its_end_a_plan_stays_at_its_last_rate() -> None:
    for schedule in ("cosine", "one_cycle"):
        assert rates((200, 1000), schedule=schedule, final_share=0.5) == [0.05, 0.05]


def test_a_watch_waits_until_something_is_better_by_the_least_gain() -> None:
    falling = Watch("val_loss", 0.1)
    assert [falling.take(value) for value in (1.0, 0.95, 0.85, 0.85)] == [True, False, True, False]
    assert falling.waited == 1
    falling.rest()
    assert falling.waited == 0
    rising = Watch("accuracy")
    assert [rising.take(value) for value in (0.1, 0.2, 0.2)] == [True, True, False]


def test_a_number_that_is_none_is_never_better() -> None:
    watch = Watch("loss")
    assert not watch.take(math.nan)
    assert watch.take(3.0)


def test_the_task_follows_from_the_output_and_the_loss() -> None:
    smooth = TrainingPlan(label_smoothing=0.1)
    assert objective_of(smooth, "softmax", 10) == Objective(
        Task.CLASSES, "crossentropy", False, 0.1
    )
    assert objective_of(TrainingPlan(), "linear", 10).from_logits
    assert objective_of(TrainingPlan(loss="focal"), "sigmoid", 1) == Objective(Task.BINARY, "focal")
    assert objective_of(TrainingPlan(), "linear", 1) == Objective(Task.BINARY, "crossentropy", True)
    number = objective_of(TrainingPlan(loss="huber", label_smoothing=0.1), "linear", 1)
    assert number == Objective(Task.NUMBER, "huber")


def test_a_single_output_is_enough_for_two_classes_and_for_numbers() -> None:
    assert is_single("auto", ("cat", "dog"), (1,), "sigmoid")
    assert is_single("auto", ("cat", "dog"), (1,), "linear")
    assert not is_single("auto", ("cat", "dog"), (1,), "softmax")
    assert not is_single("auto", ("cat", "dog"), (2,), "softmax")
    assert not is_single("auto", tuple("0123"), (1,), "linear")
    assert is_single("huber", tuple("0123"), (1,), "linear")
    assert not is_single("huber", ("cat", "dog"), (1,), "linear")
    assert numbers_of(("-1", "2.5")) == (-1.0, 2.5)
    assert numbers_of(("1", "nan")) is None


def test_what_in_a_plan_does_not_fit_is_said_with_a_way_out() -> None:
    numbers = TrainingPlan(loss="huber")
    assert objections(TrainingPlan(), ("cat", "dog"), (2,)) == []
    assert "not named by numbers" in objections(numbers, ("cat", "dog"), (1,))[0]
    assert "Dense of 1 unit" in objections(numbers, ("1", "2"), (2,))[0]
    assert objections(numbers, ("1", "2"), (1,)) == []
    own = TrainingPlan(class_weight="own", class_weights=(1.0, 2.0, 3.0))
    assert objections(own, ("cat", "dog"), (2,)) == [
        "the plan has 3 class weights, but the data has 2 classes: give one for each"
    ]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any))
def test_balanced_weights_have_a_mean_of_one_over_all_images(counts: list[int]) -> None:
    weights = class_weights_of(TrainingPlan(class_weight="balanced"), counts)
    assert weights is not None
    total = sum(w * count for w, count in zip(weights, counts, strict=True))
    assert math.isclose(total, sum(counts))
    shares = {round(w * n, 9) for w, n in zip(weights, counts, strict=True) if n}
    assert len(shares) == 1, "every class counts as much as any other"


def test_weights_of_ones_own_are_taken_as_they_are_and_else_there_are_none() -> None:
    own = TrainingPlan(class_weight="own", class_weights=(1.0, 2.0))
    assert class_weights_of(own, (5, 5)) == (1.0, 2.0)
    assert class_weights_of(TrainingPlan(class_weights=(1.0, 2.0)), (5, 5)) is None


@given(plans())
def test_every_plan_survives_json(plan: TrainingPlan) -> None:
    assert make_plan(json.loads(json.dumps(plan.params()))) == plan


def test_metrics_are_kept_once_each_in_their_own_order() -> None:
    plan = make_plan({"metrics": ["recall", "precision", "recall"]})
    assert plan.metrics == ("precision", "recall")
    assert make_plan({"metrics": "auc"}).metrics == ("auc",)
    assert make_plan({"metrics": []}).metrics == ()
    for wrong in ("accurracy", ["precision", 3], None, [["auc"]]):
        with pytest.raises(ValueError, match="a list of any of top_3_accuracy, "):
            make_plan({"metrics": wrong})


def test_of_the_metrics_chosen_a_run_measures_those_that_fit_its_task() -> None:
    every = tuple(METRICS)
    assert {name for task in Task for name in fitting(task)} == set(every)
    assert measured(("precision", "auc", "r2_score"), Task.CLASSES) == ("precision",)
    assert measured(("precision", "auc", "r2_score"), Task.BINARY) == ("precision", "auc")
    assert measured((), Task.CLASSES) == ()
    assert measured(every, Task.NUMBER) == fitting(Task.NUMBER)


def test_where_a_number_is_guessed_the_mean_absolute_error_is_measured_unasked() -> None:
    assert measured(("precision",), Task.NUMBER) == ("mean_absolute_error",)
