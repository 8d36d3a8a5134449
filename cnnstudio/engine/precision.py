"""Computing with half as many bits, and computing the same every time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import tensorflow as tf
from tensorflow.python.framework import config as tensorflow_config

from cnnstudio.core.plan import TrainingPlan

HALF = "mixed_float16"
"""Keras's policy: weights of 32 bits, outputs of 16."""


def policy_of(plan: TrainingPlan) -> str | None:
    """Return the policy by which a run computes, None for the usual 32 bits.

    On a processor alone 16 bits are no faster, so there a plan's wish changes nothing.
    """
    has_card = bool(tf.config.list_physical_devices("GPU"))
    return HALF if plan.mixed_precision and has_card else None


@contextmanager
def computing_by(model: Any, policy: str | None) -> Iterator[None]:
    """Have a model's layers compute by a policy what is traced meanwhile.

    The layers that make its outputs keep 32 bits, as Keras advises. The model itself stays as it
    is: it can be looked into and saved as ever.
    """
    if policy is None:
        yield
        return
    inner = [layer for layer in model.layers if layer.name not in model.output_names]
    changed = [(layer, layer.dtype_policy) for layer in inner]
    try:
        for layer, _before in changed:
            layer.dtype_policy = policy
        yield
    finally:
        for layer, before in changed:
            layer.dtype_policy = before


@contextmanager
def repeatable(wanted: bool) -> Iterator[None]:
    """Have TensorFlow compute the same every time, on a graphics card too, if that is wanted."""
    if not wanted:
        yield
        return
    tf.config.experimental.enable_op_determinism()
    try:
        yield
    finally:
        # There is no public way back.
        tensorflow_config.disable_op_determinism()
