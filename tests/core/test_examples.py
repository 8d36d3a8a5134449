"""The designs that come with the studio: all there, without a problem, ready to train."""

import pytest

from cnnstudio.core import document, resources
from cnnstudio.core.analysis import analyse, training_problems
from cnnstudio.core.blocks import Parallel
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.examples import EXAMPLES, example_file


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_branches_and_can_be_trained_on_the_data_of_its_plan(name: str) -> None:
    design = document.load(example_file(name))
    report = analyse(design.network)
    assert report.problems == ()
    assert training_problems(design.network, report, DATASETS[design.plan.data]) == ()
    assert any(isinstance(node.block, Parallel) for _path, node in design.network.walk())
    assert design.name == name


def test_every_example_that_is_shipped_has_a_name() -> None:
    shipped = {path.name for path in resources.path("designs").iterdir()}
    assert shipped == {example_file(name).name for name in EXAMPLES}


@pytest.mark.tensorflow
def test_keras_builds_the_examples_with_the_weights_that_analysis_counts() -> None:
    from cnnstudio.engine.builder import build

    for name in EXAMPLES:
        design = document.load(example_file(name))
        report = analyse(design.network)
        model = build(design.network).model
        assert model.count_params() == report.total_weights
        assert model.output_shape[1:] == report.output_shape
