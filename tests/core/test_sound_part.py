"""Of a network with errors, what comes before the first of them can be looked at."""

from hypothesis import given

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import (
    Activation,
    Conv2D,
    Dense,
    Flatten,
    Group,
    Input,
    MaxPooling2D,
    Parallel,
    Repeat,
)
from cnnstudio.core.network import Network
from cnnstudio.core.sound_part import sound_part
from tests.core.build import network, placed
from tests.core.strategies import networks

IMAGE = Input(shape=(8, 8, 3))
WRONG = Conv2D(kernel_size=(99, 99))


def kinds(found: Network | None) -> list[str]:
    return [] if found is None else [node.block.kind for _path, node in found.walk()]


def part_of(whole: Network) -> Network | None:
    return sound_part(whole, analyse(whole))


def test_a_sound_network_is_all_of_itself() -> None:
    whole = network(IMAGE, Conv2D(), Flatten(), Dense())
    assert part_of(whole) is whole


def test_blocks_from_the_first_error_on_are_left_away() -> None:
    whole = network(IMAGE, Conv2D(), WRONG, MaxPooling2D(), WRONG)
    found = part_of(whole)
    assert kinds(found) == ["Input", "Conv2D"]
    assert found is not None
    assert found.nodes == whole.nodes[:2], "they keep their uids"


def test_in_a_container_the_blocks_before_the_error_are_there_without_it() -> None:
    inner = placed(Group(), [Activation(), WRONG, Activation()])
    assert kinds(part_of(network(IMAGE, inner, Flatten()))) == ["Input", "Activation"]
    loop = placed(Repeat(count=2), [placed(Group(), [Conv2D(), WRONG])])
    assert kinds(part_of(network(IMAGE, loop))) == ["Input", "Conv2D"]
    lanes = placed(Parallel(), [Activation()], [Conv2D(), WRONG])
    assert kinds(part_of(network(IMAGE, lanes, Flatten()))) == ["Input", "Conv2D"]


def test_lanes_that_do_not_fit_together_end_what_can_be_seen() -> None:
    lanes = placed(Parallel(merge="Add"), [Conv2D(filters=3)], [Conv2D(filters=5)])
    assert kinds(part_of(network(IMAGE, Activation(), lanes))) == ["Input", "Activation"]


def test_a_muted_block_with_an_error_is_in_nobodys_way() -> None:
    whole = network(IMAGE, placed(WRONG, muted=True), Flatten())
    assert part_of(whole) is whole


def test_without_an_input_there_is_nothing() -> None:
    assert part_of(network(Conv2D(), Flatten())) is None
    assert part_of(Network()) is None


@given(networks(modest=False) | networks())
def test_what_is_left_of_any_network_can_be_built(whole: Network) -> None:
    found = part_of(whole)
    if found is None:
        return
    report, before = analyse(found), analyse(whole)
    assert report.errors == ()
    assert before.errors or found is whole
    for uid, facts in report.facts.items():
        assert facts.output_shape == before.facts[uid].output_shape
