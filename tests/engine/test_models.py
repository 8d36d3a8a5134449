from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.network import Network, network_of

if TYPE_CHECKING:
    from cnnstudio.engine.training import Trainee

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]


@pytest.fixture
def net() -> Network:
    return network_of(Input(shape=(4, 4, 1)), Flatten(), Dense(units=16))


def with_another_dense(net: Network) -> Network:
    """Insert one before the last, whose first weights would so be drawn second."""
    return net.inserted((2,), net.placed(Dense(units=16)))


def weights(trainee: Trainee, uid: str) -> np.ndarray:
    return np.asarray(trainee.built.model.get_layer(uid).kernel)


def test_weights_that_were_never_trained_stay_through_edits_too(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models, dense = Models(), net.nodes[2].uid
    first = weights(models.of(net), dense)
    assert np.array_equal(weights(models.of(with_another_dense(net)), dense), first)


def test_what_is_looked_at_has_the_weights_that_training_gave_since(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models, dense = Models(), net.nodes[2].uid
    edited = with_another_dense(net)
    trained = models.fresh(net, seed=5)
    models.of(edited)
    trained.built.model.get_layer(dense).kernel.assign_add(np.ones((16, 16)))
    trained.steps = 7
    assert np.array_equal(weights(models.of(edited), dense), weights(trained, dense))
    assert models.of(edited).steps == 7
    assert models.kept(edited) is models.of(edited)


def test_another_name_is_not_another_model_but_other_parameters_are(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models = Models()
    trained = models.fresh(net, seed=5)
    dense = net.nodes[2]
    assert models.of(net.replaced((2,), replace(dense, name="classes"))) is trained
    assert models.explorer(net) is models.explorer(net)
    assert models.of(net.replaced((2,), replace(dense, block=Dense(units=3)))) is not trained
    assert models.of(net) is trained
