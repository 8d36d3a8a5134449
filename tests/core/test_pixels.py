from __future__ import annotations

import pytest

from cnnstudio.core.fields import fields_of
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan


@pytest.mark.parametrize("name", PIXEL_RANGES)
def test_black_and_white_become_the_ends_of_the_range(name: str) -> None:
    pixels = PIXEL_RANGES[name]
    assert 0 * pixels.scale + pixels.offset == pixels.low
    assert 255 * pixels.scale + pixels.offset == pytest.approx(pixels.high)
    assert name == f"{pixels.low:g}..{pixels.high:g}"


@pytest.mark.parametrize("name", PIXEL_RANGES)
def test_a_plan_offers_every_range_by_its_label(name: str) -> None:
    field = fields_of(TrainingPlan)["pixels"]
    assert field.read(name) == name
    assert field.show(name) == PIXEL_RANGES[name].label
