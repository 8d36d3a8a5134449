"""Rows of numbers: many at once come to the same as one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.ui.training.series import Metric


@pytest.mark.parametrize("span", [8, 100, 10_000])
def test_many_values_at_once_come_to_the_same_as_one_after_the_other(span: int) -> None:
    draw = np.random.default_rng(span)
    values = draw.normal(size=5_000).astype(np.float32)
    values[[0, 1, 700, 701, 4_999]] = np.nan
    single, many = Metric(), Metric()
    for metric in (single, many):
        metric.smooth.set_span(span)
    for value in values:
        single.add_batch(float(value))
    many.extend(values[:1_000])
    many.add_batch(float(values[1_000]))
    many.extend(values[1_001:])
    assert np.array_equal(many.batch.values, single.batch.values, equal_nan=True)
    assert np.allclose(
        many.smooth.series.values, single.smooth.series.values, atol=1e-6, equal_nan=True
    )
    assert many.largest == single.largest
    assert many.is_finite == single.is_finite
