"""The designs that come with the studio: without a problem, ready to train on the digits."""

import pytest

from cnnstudio.core.analysis import analyse, training_problems
from cnnstudio.core.blocks import Parallel
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.examples import EXAMPLES, example_design
from cnnstudio.core.templates import template


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_has_branches_and_can_be_trained_on_the_data_of_its_plan(name: str) -> None:
    design = example_design(name)
    report = analyse(design.network)
    assert report.problems == ()
    assert training_problems(design.network, report, DATASETS[design.plan.data]) == ()
    assert any(isinstance(node.block, Parallel) for _path, node in design.network.walk())
    assert design.name == name


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_bears_the_title_of_its_template(name: str) -> None:
    assert template(name).title == EXAMPLES[name]
