from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.network import Network, network_of

if TYPE_CHECKING:
    from cnnstudio.engine.run import Trainee

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
    assert models.kept(edited, seed=6) is models.of(edited)


def test_weights_are_carried_over_only_when_training_has_changed_them(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models, dense = Models(), net.nodes[2].uid
    edited = with_another_dense(net)
    trained = models.fresh(net, seed=5)
    looked_at = models.of(edited).built.model.get_layer(dense)
    looked_at.kernel.assign(np.full((16, 16), 3.0))
    assert (weights(models.of(edited), dense) == 3.0).all(), "no step was made since"
    trained.steps += 1
    assert np.array_equal(weights(models.of(edited), dense), weights(trained, dense))


def test_to_train_on_what_was_never_trained_is_to_begin_by_the_plans_seed(net: Network) -> None:
    from cnnstudio.engine.models import Models

    dense = net.nodes[2].uid
    fresh = weights(Models().fresh(net, seed=5), dense)
    models = Models()
    models.of(net)
    assert np.array_equal(weights(models.kept(net, seed=5), dense), fresh)


def test_to_train_on_keeps_what_was_learned_and_draws_the_rest_by_the_plans_seed(
    net: Network,
) -> None:
    from cnnstudio.engine.models import Models

    models, dense = Models(), net.nodes[2].uid
    edited = with_another_dense(net)
    new = edited.nodes[2].uid
    trained = models.fresh(net, seed=5)
    trained.steps = 7
    models.of(edited)
    kept = models.kept(edited, seed=6)
    assert kept.steps == 7
    assert np.array_equal(weights(kept, dense), weights(trained, dense))
    assert np.array_equal(weights(kept, new), weights(Models().fresh(edited, seed=6), new))
    assert models.kept(edited, seed=8) is kept


def test_another_name_is_not_another_model_but_other_parameters_are(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models = Models()
    trained = models.fresh(net, seed=5)
    dense = net.nodes[2]
    assert models.of(net.replaced((2,), replace(dense, name="classes"))) is trained
    assert models.explorer(net) is models.explorer(net)
    assert models.of(net.replaced((2,), replace(dense, block=Dense(units=3)))) is not trained
    assert models.of(net) is trained


def test_another_design_has_not_learned_from_the_batches_of_the_one_before(net: Network) -> None:
    from cnnstudio.engine.models import Models

    models = Models()
    models.fresh(net, seed=5).steps = 7
    other = network_of(Input(shape=(4, 4, 1)), Flatten(), Dense(units=16))
    assert models.of(other).steps == 0
    assert models.kept(other, seed=6).steps == 0


def test_weights_of_a_file_are_told_from_random_ones(net: Network) -> None:
    from cnnstudio.engine.models import Models
    from cnnstudio.engine.weights import weights_of

    models = Models()
    assert not models.of(net).is_loaded
    models.give_instead(weights_of(models.of(net).built.model))
    assert models.of(net).is_loaded
    assert models.kept(net, seed=5).is_loaded
    assert models.of(with_another_dense(net)).is_loaded
    assert not models.fresh(net, seed=5).is_loaded


def test_the_weights_of_the_open_design_stay_however_many_models_are_looked_at(
    net: Network,
) -> None:
    from cnnstudio.engine.models import Models
    from cnnstudio.engine.weights import weights_of

    models = Models()
    own = weights_of(models.of(net).built.model)
    models.give_instead(own)
    for _file in range(5):
        other = network_of(Input(shape=(4, 4, 1)), Flatten(), Dense(units=16))
        models.give(weights_of(models.of(other).built.model), net)
    assert set(models.weights_of(net)) == set(own)
    assert models.of(net).is_loaded
