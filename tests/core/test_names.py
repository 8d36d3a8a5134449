from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.names import Names

names = st.text(max_size=4) | st.from_regex(r"[abA]_?[0-9²]{0,12}", fullmatch=True)


@given(st.sets(names, max_size=30), names)
def test_a_name_is_free_and_is_the_wanted_one_if_it_can_be(taken: set[str], wanted: str) -> None:
    given_names = Names(taken)
    found = given_names.take(wanted)
    assert found not in taken
    assert found == wanted or wanted in taken
    assert given_names.take(wanted) not in taken | {found}


@pytest.mark.parametrize(
    ("taken", "wanted", "found"),
    [
        (["conv_1"], "conv_1", "conv_2"),
        (["conv_1", "conv_2", "conv_4"], "conv_1", "conv_3"),
        (["conv_9"], "conv_9", "conv_10"),
        (["edges"], "edges", "edges_1"),
        (["edges", "edges_1"], "edges", "edges_2"),
        (["_1"], "_1", "_1_1"),
        (["a_²"], "a_²", "a_²_1"),
        (["a_" + "9" * 5000], "a_" + "9" * 5000, "a_" + "9" * 5000 + "_1"),
    ],
)
def test_a_taken_name_is_counted_up(taken: list[str], wanted: str, found: str) -> None:
    assert Names(taken).take(wanted) == found


@given(st.lists(names, max_size=40))
def test_names_taken_one_after_another_are_all_different(wanted: list[str]) -> None:
    given_names = Names(["a_1"])
    assert len({"a_1", *(given_names.take(name) for name in wanted)}) == len(wanted) + 1


@given(st.lists(names, max_size=40))
def test_names_that_ignore_case_differ_in_more_than_case(wanted: list[str]) -> None:
    given_names = Names(["A_1"], ignore_case=True)
    taken = [given_names.take(name) for name in wanted]
    assert len({"a_1", *(name.casefold() for name in taken)}) == len(wanted) + 1


def test_a_hundred_thousand_blocks_of_one_name_are_named_at_once() -> None:
    start = time.process_time()
    given_names = Names()
    for _turn in range(100_000):
        given_names.take("conv_1")
    assert time.process_time() - start < 5
