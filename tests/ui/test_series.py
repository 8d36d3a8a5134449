"""Rows of numbers: many at once come to the same as one after the other."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.ui.training.series import Metric, Smoothed


@pytest.mark.parametrize("span", [8, 100, 10_000])
def test_many_values_at_once_come_to_the_same_as_one_after_the_other(span: int) -> None:
    draw = np.random.default_rng(span)
    values = draw.normal(size=5_000).astype(np.float32)
    values[[0, 1, 700, 701, 4_999]] = np.nan
    single, many = Metric(), Metric()
    for metric in (single, many):
        metric.smooth.set_span(span, last_share=0.25)
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


def test_a_last_batch_of_one_image_hardly_moves_the_smoothed_curve() -> None:
    """Of 193 images in batches of 32 the last one has a single image."""
    fair, alike = Smoothed(), Smoothed()
    fair.set_span(7, last_share=1 / 32)
    alike.set_span(7)
    for _epoch in range(20):
        for value in [0.1] * 6 + [5.0]:
            fair.append(value)
            alike.append(value)
    assert fair.series.last < 0.4
    assert alike.series.last > 1.5
    before = fair.series.values.copy()
    values = np.array(([0.1] * 6 + [5.0]) * 20, np.float32)
    fair.smooth_anew(values, 1.0)
    assert np.allclose(fair.series.values, before, atol=1e-5)
