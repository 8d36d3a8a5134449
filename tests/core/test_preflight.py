"""What a run will take, and how far off forecasts have been."""

from dataclasses import replace
from pathlib import Path

import pytest

from cnnstudio.core import forecasts, settings
from cnnstudio.core.analysis import analyse
from cnnstudio.core.document import starter_design
from cnnstudio.core.forecasts import MOST_KEPT, PastForecasts
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.preflight import (
    BatchSeconds,
    PreflightDone,
    fitting_batch,
    memory_needed,
    same_pace,
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "data_folder", lambda: tmp_path / "data")
    return tmp_path / "data"


def test_the_first_epoch_counts_once_and_so_does_the_compiling() -> None:
    found = PreflightDone(1, 5.0, BatchSeconds(0.5, 0.25), BatchSeconds(0.25, 0.125), 10, 4)
    assert found.first_epoch == 6.0
    assert found.later_epoch == 3.0
    assert found.seconds(1) == 11.0
    assert found.seconds(3) == 17.0


def test_the_batch_that_is_proposed_fits_and_one_twice_as_large_does_not() -> None:
    report = analyse(starter_design().network)
    plan = TrainingPlan(batch_size=48)
    needed = memory_needed(report, plan)
    for free in (needed - 1, needed // 3):
        batch = fitting_batch(report, plan, free)
        assert batch is not None
        assert memory_needed(report, replace(plan, batch_size=batch)) <= free
        twice = replace(plan, batch_size=2 * batch)
        assert 2 * batch > plan.batch_size or memory_needed(report, twice) > free
    assert fitting_batch(report, plan, 10**12) == 32, "a smaller one is asked for"
    assert fitting_batch(report, plan, report.training_bytes(0)) is None


def test_what_does_not_change_the_pace_leaves_a_forecast_valid() -> None:
    design = starter_design()
    one = design.network, design.plan
    assert same_pace(one, (design.network, replace(design.plan, epochs=3, learning_rate=0.5)))
    assert not same_pace(one, (design.network, replace(design.plan, batch_size=8)))
    shorter = replace(design.network, nodes=design.network.nodes[:-1])
    assert not same_pace(one, (shorter, design.plan))


def test_forecasts_are_remembered_from_start_to_start_and_only_the_last_ones() -> None:
    assert forecasts.load() == PastForecasts()
    assert forecasts.load().error is None
    past = PastForecasts()
    for took in range(1, MOST_KEPT + 6):
        past = past.with_one_more(10.0, float(took))
    forecasts.save(past)
    assert forecasts.load() == past
    assert len(past) == MOST_KEPT
    assert past.ratios[0] == pytest.approx(0.6)


def test_the_usual_error_is_not_moved_by_one_bad_forecast() -> None:
    past = PastForecasts((0.9, 1.1, 1.08, 50.0, 0.95))
    assert past.error == pytest.approx(0.1)
    for forecast, took in ((0.0, 1.0), (1.0, 0.0), (float("nan"), 1.0), (1e-300, 1e300)):
        assert past.with_one_more(forecast, took) == past


@pytest.mark.parametrize(
    ("text", "ratios"),
    [
        ("", ()),
        ("{", ()),
        ("[]", ()),
        ("null", ()),
        ('{"ratios": 3}', ()),
        ('{"ratios": [1.5, "a", null, true, -1, 0, NaN, Infinity, 1e400, [], 2]}', (1.5, 2.0)),
        ('{"ratios": [1' + "0" * 400 + "]}", ()),
        ("[" * 100_000, ()),
        ('{"ratios": [' + "1," * 5000 + "1]}", (1.0,) * MOST_KEPT),
        ("\x00\udcff", ()),
    ],
)
def test_a_damaged_file_counts_for_what_is_whole_in_it(
    folder: Path, text: str, ratios: tuple[float, ...]
) -> None:
    folder.mkdir()
    (folder / "forecasts.json").write_bytes(text.encode(errors="surrogateescape"))
    assert forecasts.load().ratios == ratios


def test_a_folder_that_cannot_be_written_is_no_failure(folder: Path) -> None:
    folder.write_text("a file is in the way")
    forecasts.save(PastForecasts((1.0,)))
    assert forecasts.load() == PastForecasts()
