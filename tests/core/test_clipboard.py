from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.blocks import Conv2D, Dropout, Flatten, Input, Parallel
from cnnstudio.core.clipboard import LARGEST_TEXT, PasteError, blocks_text, read_blocks
from cnnstudio.core.document import starter_design, to_text
from cnnstudio.core.network import Network
from tests.core import build
from tests.core.strategies import json_values, networks


@given(networks(modest=False))
def test_what_is_copied_is_pasted_with_names_and_uids_of_its_own(network: Network) -> None:
    if not network.nodes:
        return
    pasted = Network(read_blocks(blocks_text(network.nodes), network))
    assert [n.block for _p, n in pasted.walk()] == [n.block for _p, n in network.walk()]
    assert [n.muted for _p, n in pasted.walk()] == [n.muted for _p, n in network.walk()]
    assert {n.uid for _p, n in pasted.walk()}.isdisjoint(n.uid for _p, n in network.walk())
    assert set(pasted.names()).isdisjoint(network.names())


def test_the_text_has_a_block_a_line_and_survives_what_mails_do_to_it() -> None:
    lanes = build.placed(Parallel(), [Conv2D(filters=7), Dropout()], [])
    text = blocks_text(build.network(lanes).nodes)
    assert sum('"kind"' in line for line in text.splitlines()) == 3
    mailed = "\ufeff\r\n  " + text.replace("\n", "\r\n") + "\r\n"
    assert [n.block.kind for n in read_blocks(mailed, Network())] == ["Parallel"]


def test_a_whole_design_can_be_pasted() -> None:
    pasted = read_blocks(to_text(starter_design()), Network())
    assert [node.name for node in pasted][:2] == ["input_1", "conv_1"]


@pytest.mark.parametrize(
    "text",
    ["", " \n", "hello", "7", "[]", "{}", "{", "[" * 100_000, '{"format": "cnnstudio-design"}',
     '{"format": "cnnstudio-design", "version": 1, "blocks": [{"kind": "Lambda"}]}',
     '{"format": "cnnstudio-design", "version": 1, "blocks": []}', "\x00" * 50, "9" * 10_000],
)  # fmt: skip
def test_rubbish_is_refused_in_words_that_say_what_to_do(text: str) -> None:
    with pytest.raises(PasteError, match=r"(?i)copy (the )?blocks"):
        read_blocks(text, Network())


@given(json_values())
def test_any_json_is_read_or_refused(value: object) -> None:
    with pytest.raises(PasteError) as refused:
        read_blocks(json.dumps(value), Network())
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize("text", ["x" * (LARGEST_TEXT + 1), '"kind"' * 20_000])
def test_what_is_too_large_is_refused_before_it_is_read(text: str) -> None:
    with pytest.raises(PasteError, match="too much"):
        read_blocks(text, Network())


def test_a_parallel_of_very_many_lanes_is_not_pasted() -> None:
    text = blocks_text([build.placed(Parallel(), *([] for _lane in range(20_000)))])
    with pytest.raises(PasteError, match="at most 100 lanes, not 20,000"):
        read_blocks(text, Network())


@given(st.text(max_size=300))
def test_the_message_repeats_only_the_beginning_of_what_was_received(text: str) -> None:
    with pytest.raises(PasteError) as refused:
        read_blocks(text, build.network(Input(), Flatten()))
    assert len(str(refused.value)) < 500
