"""Training plans from files and words, as the command line takes them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cnnstudio.core import document
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.fields import fields_of
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.plans import assigned, changes_of, plan_data, plan_in
from tests.test_cli import run


def written(path: Path, value: Any) -> Path:
    path.write_text(value if isinstance(value, str) else json.dumps(value), "utf-8")
    return path


def test_a_setting_is_said_in_words_and_reads_as_what_it_is() -> None:
    found = assigned(
        ["momentum=0.9", "patience = 3", "nesterov=true", "beta_2=null", "class_weights=1,3.5",
         "clipping=clipnorm", "data=folder:/a=b/c,d", "pixels=-1..1", "metrics=precision"]
    )  # fmt: skip
    assert found == {
        "momentum": 0.9, "patience": 3, "nesterov": True, "beta_2": None,
        "class_weights": [1, 3.5], "clipping": "clipnorm", "data": "folder:/a=b/c,d",
        "pixels": "-1..1", "metrics": "precision",
    }  # fmt: skip
    assert make_plan(found).class_weights == (1.0, 3.5)


def test_options_go_before_the_plan_of_a_file(tmp_path: Path) -> None:
    file = written(tmp_path / "plan.json", {"epochs": 20, "optimizer": "SGD", "seed": 4})
    assert changes_of(file, ["optimizer=Lion"], {"epochs": 2}) == {
        "epochs": 2, "optimizer": "Lion", "seed": 4,
    }  # fmt: skip
    assert changes_of(None, (), {}) == {}


def test_a_design_gives_its_whole_plan_and_what_is_printed_is_read_again(tmp_path: Path) -> None:
    plan = TrainingPlan(epochs=3, class_weights=(1.0, 2.0), data="shapes:60?seed=1")
    document.save(Design("d", starter_design().network, plan), tmp_path / "d.cnn.json")
    assert make_plan(plan_in(tmp_path / "d.cnn.json")) == plan
    printed = json.loads(json.dumps(plan_data(plan)))
    assert make_plan(plan_in(written(tmp_path / "p.json", printed))) == plan
    assert set(printed["settings"]) == set(fields_of(TrainingPlan))
    assert all(known["expected"] and known["help"] for known in printed["settings"].values())
    assert not printed["settings"]["momentum"]["applies"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"epoch": 3}, 'p.json: the training plan has no parameter "epoch": expected one of'),
        ({"epochs": 0}, "epochs must be a whole number from 1 to 100000, not 0"),
        ({"plan": {"rho": "much"}}, 'rho must be a number from 0 to 1, not "much"'),
        ([1, 2], 'expected JSON such as {"epochs": 12}, or a design; received [1, 2]'),
        ({"plan": 3}, "received 3"),
        ("{", "is no plan: expected JSON"),
        ("[" * 100_000, "is no plan: expected JSON"),
        ({"format": "cnnstudio-blocks"}, "this is not a design of CNN Studio"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_plan_is_told_with_what_was_expected(
    tmp_path: Path, content: Any, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        plan_in(written(tmp_path / "p.json", content))
    assert said in str(caught.value)


def test_what_cannot_be_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match='needs name=value, not "momentum"'):
        assigned(["momentum"])
    with pytest.raises(UsageError, match="momentum is said twice"):
        assigned(["momentum=1", "momentum=2"])
    with pytest.raises(UsageError, match="either --batch-size or --set batch_size="):
        changes_of(None, ["batch_size=1"], {"batch_size": 2})
    with pytest.raises(JobError, match="does not exist"):
        plan_in(Path("/nowhere/plan.json"))


def test_the_settings_are_listed_with_range_and_meaning(tmp_path: Path) -> None:
    path = tmp_path / "d.cnn.json"
    document.save(Design("d", starter_design().network, TrainingPlan(optimizer="Lion")), path)
    code, out, err = run("plan", path, COLUMNS="200")
    assert (code, err) == (0, "")
    assert all(f" {name} " in out for name in fields_of(TrainingPlan))
    for text in ("Lion", "a whole number from 1 to 65536", "Length of a step", "or null"):
        assert text in out
    code, out, _err = run("plan", "--json")
    assert make_plan(json.loads(out)["plan"]) == TrainingPlan()


def test_a_plan_that_cannot_be_is_wrong_usage_of_train(tmp_path: Path) -> None:
    path = tmp_path / "d.cnn.json"
    document.save(starter_design(), path)
    out = tmp_path / "out"
    code, printed, _err = run("train", path, "--set", "momentum=2", "--out", out, "--json")
    assert code == 2
    error = json.loads(printed)["error"]
    assert error == "the training plan: momentum must be a number from 0 to 1, not 2"
    for wrong, said in (("data=5", "data must have a kind"), ("dat=5", "has no parameter")):
        code, printed, _err = run("train", path, "--set", wrong, "--out", out, "--json")
        assert (code, said in json.loads(printed)["error"]) == (2, True)
    assert not out.exists()
    code, printed, _err = run("train", "--help")
    assert "cnnstudio plan" in " ".join(printed.split())
