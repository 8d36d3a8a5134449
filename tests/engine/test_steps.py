"""Several batches in one compiled call, and how it is halted."""

import itertools
import time
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.network import network_of
from cnnstudio.core.objective import Objective, Task

pytestmark = pytest.mark.tensorflow

LOGITS = Objective(Task.CLASSES, "crossentropy", from_logits=True)


def numbers_learned(halt_at: int, count: int) -> int:
    """Return how many batches a call learns from if it is halted while batch `halt_at` is read."""
    import keras
    import tensorflow as tf

    from cnnstudio.engine.builder import build
    from cnnstudio.engine.losses import Marks
    from cnnstudio.engine.steps import Steps

    built = build(network_of(Input((4, 4, 1)), Flatten(), Dense(units=3)), seed=0)
    steps = Steps(built.model, keras.optimizers.SGD(0.1), Marks(LOGITS))

    def batches() -> Iterator[tuple[object, object]]:
        for number in itertools.count(1):
            if number == halt_at:
                steps.halt()
            yield np.ones((2, 4, 4, 1), np.float32), np.zeros(2, np.int64)

    signature = (tf.TensorSpec((2, 4, 4, 1), tf.float32), tf.TensorSpec((2,), tf.int64))
    source: Callable[[], Iterator[tuple[object, object]]] = batches
    options = tf.data.Options()
    # Else batches may be read ahead.
    options.experimental_optimization.apply_default_optimizations = False
    stream = tf.data.Dataset.from_generator(source, output_signature=signature)
    stream = stream.with_options(options)
    began = time.monotonic()
    results, ends = steps.learn(iter(stream), np.full(count, 0.1, np.float32))
    in_order = [began, *ends, time.monotonic()]
    assert in_order == sorted(in_order), "each batch ended within the call, after the one before"
    assert (results[:, 0] > 0).all(), "every result is a loss that was computed"
    return len(results)


def test_a_halt_in_the_midst_of_the_tracing_of_a_step_acts_and_is_no_part_of_it() -> None:
    import keras
    import tensorflow as tf

    from cnnstudio.engine.builder import build
    from cnnstudio.engine.losses import Marks
    from cnnstudio.engine.steps import Steps

    built = build(network_of(Input((4, 4, 1)), Flatten(), Dense(units=3)), seed=0)
    steps = Steps(built.model, keras.optimizers.SGD(0.1), Marks(LOGITS))
    # As Ctrl+C does it, which Python attends to wherever the main thread is.
    traced = tf.function(steps.halt, autograph=False).get_concrete_function()
    assert [op.type for op in traced.graph.get_operations()] == []
    batch = np.ones((2, 4, 4, 1), np.float32), np.zeros(2, np.int64)
    stream = iter(tf.data.Dataset.from_tensors(batch))
    assert len(steps.learn(stream, np.full(1, 0.1, np.float32))[0]) == 0


def test_a_call_learns_from_as_many_batches_as_it_is_told() -> None:
    assert numbers_learned(halt_at=99, count=7) == 7


def test_a_halted_call_ends_with_the_batch_it_is_at() -> None:
    assert numbers_learned(halt_at=5, count=64) == 5
