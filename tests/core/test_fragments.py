"""Some blocks as text: what the clipboard and the files of one's own blocks hold."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.document import (
    Design,
    DesignError,
    fragment_from_text,
    fragment_text,
    read_fragment,
    to_text,
)
from cnnstudio.core.network import Network
from tests.core.strategies import designs, json_values, networks


@given(networks(modest=False), st.text(max_size=20))
def test_blocks_are_read_back_as_they_were_written(network: Network, name: str) -> None:
    read = fragment_from_text(fragment_text(network.nodes, name))
    assert (read.name, read.nodes) == (name, network.nodes)


@given(designs())
def test_the_text_of_a_design_gives_its_blocks(design: Design) -> None:
    assert read_fragment(to_text(design)) == design.network.nodes


@given(json_values() | st.text())
def test_anything_else_is_refused_with_a_sentence(value: object) -> None:
    with pytest.raises(DesignError, match="design"):
        read_fragment(value if isinstance(value, str) else str(value))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"format": "cnnstudio-blocks", "version": 99}', "newer CNN Studio"),
        ('{"format": "cnnstudio-blocks", "version": 1, "plan": {}}', "unknown"),
        ('{"format": "cnnstudio-blocks", "version": 1, "blocks": [{"kind": "Lambda"}]}', "Lambda"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_wrong_is_said(text: str, told: str) -> None:
    with pytest.raises(DesignError, match=told):
        read_fragment(text)
