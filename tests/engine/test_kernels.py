"""A block's weights as the engine shows them."""

from typing import Any

import numpy as np
import pytest

from cnnstudio.core.blocks import BatchNormalization, Conv2D, Dense, Flatten, Input
from cnnstudio.core.kernel_messages import KernelsFailed, KernelsShown, ShowKernels
from cnnstudio.core.messages import RunFinished
from cnnstudio.core.network import network_of
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation

pytestmark = pytest.mark.tensorflow

QUICK = TrainingPlan(epochs=1, batch_size=100, learning_rate=0.01, seed=7)


def test_kernels_are_those_of_the_network_now_and_before_training(
    talk: Conversation, keras: Any
) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.weights import weights_of

    network = network_of(
        Input(shape=(28, 28, 1)),
        Conv2D(filters=2, strides=(4, 4)),
        BatchNormalization(),
        Flatten(),
        Dense(units=10, activation="softmax"),
    )
    conv, norm, flat, dense = (network.nodes[i].uid for i in range(1, 5))
    numbers = iter(range(1, 99))

    def shown(block: str, *, before: bool) -> KernelsShown:
        talk.ask(ShowKernels(number := next(numbers), network, block, QUICK.seed, before))
        answer = talk.until(KernelsShown)
        assert (answer.number, answer.block) == (number, block)
        return answer

    untrained = shown(conv, before=True)
    assert untrained.step == 0
    kernel, bias = untrained.weights
    assert (kernel.name, kernel.shape, bias.name, bias.shape) == (
        "kernel",
        (3, 3, 1, 2),
        "bias",
        (2,),
    )
    assert kernel.before is None, "nothing has been learned"
    assert kernel.histogram.counts.sum() == 18

    assert isinstance(talk.end_of(talk.train(network, QUICK)), RunFinished)
    first = weights_of(build(network, seed=QUICK.seed).model)
    for block in (conv, norm, dense):
        answer = shown(block, before=True)
        assert answer.step > 0
        for weight, was in zip(answer.weights, first[block], strict=True):
            assert weight.before is not None
            assert np.array_equal(weight.before, was), f"{weight.name} is what the run began with"
            assert not np.array_equal(weight.values, was), f"{weight.name} has learned"
            assert weight.mean == pytest.approx(weight.values.mean(), abs=1e-6)
            assert weight.histogram_before is not None
    assert [weight.name for weight in shown(norm, before=False).weights] == [
        "gamma",
        "beta",
        "moving_mean",
        "moving_variance",
    ]
    assert shown(conv, before=False).weights[0].before is None
    assert shown(flat, before=True).weights == ()

    talk.ask(ShowKernels(next(numbers), network, "nowhere", 0))
    assert "not in the network" in talk.until(KernelsFailed).message
    wrong = network_of(Input(shape=(4, 4, 1)), Conv2D(kernel_size=(7, 7)))
    talk.ask(ShowKernels(next(numbers), wrong, wrong.nodes[1].uid, 0))
    assert "does not fit" in talk.until(KernelsFailed).message


def test_weights_too_large_to_be_seen_whole_are_means_of_neighbours(keras: Any) -> None:
    from cnnstudio.core.kernel_messages import ShowKernels as Ask
    from cnnstudio.engine.kernels import MOST, kernels
    from cnnstudio.engine.models import Models

    network = network_of(Input(shape=(2100,)), Dense(units=2000))
    answer = kernels(Ask(1, network, network.nodes[1].uid, 0), Models())
    assert isinstance(answer, KernelsShown)
    kernel = answer.weights[0]
    assert not kernel.is_whole
    assert (kernel.shape, kernel.values.shape) == ((2100, 2000), (1024, 1024))
    assert kernel.histogram.counts.sum() == 4_200_000 > MOST
    assert kernel.values.mean() == pytest.approx(kernel.mean, abs=1e-4)
