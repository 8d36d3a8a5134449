from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Dropout, Group, Input, Parallel, Repeat
from cnnstudio.core.document import (
    LONGEST_NAME,
    Design,
    DesignError,
    from_text,
    starter_design,
    to_text,
)
from cnnstudio.core.network import DEEPEST, Network, PlacedBlock
from cnnstudio.core.plan import TrainingPlan
from tests.core import build
from tests.core.strategies import designs, json_values

RICH = Design(
    "rich",
    build.network(
        Input(shape=(8, 8, 3)),
        build.placed(Parallel(merge="Concatenate"), [Conv2D(padding="same"), Dropout()], []),
        build.placed(Repeat(count=3), [build.placed(Group(), [Conv2D(filters=4)])], muted=True),
    ),
    TrainingPlan(epochs=3, learning_rate=0.01),
)

WRITTEN = """{
 "format": "cnnstudio-design",
 "version": 1,
 "name": "边缘 \\"x\\"",
 "plan": {"epochs": 12},
 "blocks": [
  {"uid": "1f0c9a3e", "name": "input_1", "kind": "Input"},
  {"uid": "9be2041d", "name": "parallel_1", "kind": "Parallel", "lanes": [
   [
    {"uid": "77ac5b10", "name": "conv_1", "kind": "Conv2D", "params": {"padding": "same"}}
   ],
   []
  ]},
  {"uid": "00000001", "name": "dropout_1", "kind": "Dropout", "muted": true}
 ]
}
"""


def read(*blocks: Any, **entries: Any) -> Design:
    """Read a design with these blocks, as JSON has them, and other entries at its top."""
    head = {"format": "cnnstudio-design", "version": 1, "blocks": list(blocks)}
    return from_text(json.dumps(head | entries))


def nested(levels: int) -> dict[str, Any]:
    block: dict[str, Any] = {"kind": "Dropout"}
    for _level in range(levels):
        block = {"kind": "Group", "lanes": [[block]]}
    return block


@given(designs())
def test_a_design_is_read_back_as_it_was_saved(design: Design) -> None:
    text = to_text(design)
    assert from_text(text) == design
    assert to_text(from_text(text)) == text


@given(designs())
def test_every_block_has_a_line_of_its_own(design: Design) -> None:
    lines = [line for line in to_text(design).split("\n") if '"kind": ' in line]
    uids = [node.uid for _path, node in design.network.walk()]
    assert len(lines) == len(uids)
    assert all(f'{{"uid": "{uid}", ' in line for uid, line in zip(uids, lines, strict=True))


def test_a_design_is_written_as_the_format_says() -> None:
    design = from_text(WRITTEN)
    assert to_text(design) == WRITTEN
    assert design.name == '边缘 "x"'
    assert design.plan == TrainingPlan(epochs=12)
    assert design.network.at((1, 0, 0)).block == Conv2D(padding="same")
    assert design.network.nodes[2].muted


def test_one_changed_parameter_changes_one_line() -> None:
    before = starter_design()
    node = before.network.nodes[1]
    changed = before.network.replaced((1,), replace(node, block=Conv2D(filters=5)))
    lines = zip(
        to_text(before).splitlines(),
        to_text(replace(before, network=changed)).splitlines(),
        strict=True,
    )
    assert sum(old != new for old, new in lines) == 1


def test_a_file_written_by_hand_needs_neither_uids_nor_names() -> None:
    design = read({"kind": "Input"}, {"kind": "Conv2D"}, {"kind": "Conv2D", "name": ""})
    nodes = design.network.nodes
    assert [node.name for node in nodes] == ["input_1", "conv_1", "conv_2"]
    assert len({node.uid for node in nodes}) == 3
    assert design.name == "untitled"
    assert design.plan == TrainingPlan()


@pytest.mark.parametrize("uid", ["twin", None, 7, "", "a b", "a/b", "x" * 65, "é", ["twin"]])
def test_a_uid_that_is_no_layer_name_or_not_the_only_one_is_made_anew(uid: Any) -> None:
    nodes = read({"kind": "Dropout", "uid": "twin"}, {"kind": "Dropout", "uid": uid}).network.nodes
    assert nodes[0].uid == "twin"
    assert nodes[1].uid not in ("twin", uid)
    assert nodes[1].uid.isalnum()


def test_a_name_that_is_there_twice_is_counted_up() -> None:
    group = {"kind": "Group", "name": "a", "lanes": [[{"kind": "Dropout", "name": "a"}]]}
    design = read({"kind": "Input", "name": "a"}, group, {"kind": "Flatten", "name": "a_1"})
    assert list(design.network.names()) == ["a", "a_1", "a_2", "a_3"]


def test_a_very_long_name_is_cut() -> None:
    design = read({"kind": "Input", "name": "n" * 1000}, name="d" * 1000)
    assert design.name == "d" * LONGEST_NAME
    assert design.network.nodes[0].name == "n" * LONGEST_NAME


@pytest.mark.parametrize("levels", [1, DEEPEST])
def test_containers_may_lie_in_one_another_as_deep_as_analysis_allows(levels: int) -> None:
    design = read({"kind": "Input"}, nested(levels))
    assert analyse(design.network).errors == ()
    assert from_text(to_text(design)) == design


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        (" \n", "it is empty"),
        ("hello", "not valid JSON from line 1, column 1 on"),
        (WRITTEN[:150], "not valid JSON from line 7, column 42 on"),
        (WRITTEN + "}", "not valid JSON from line 17, column 1 on"),
        ("[" * 100_000, "nested too deep"),
        ('{"a":' * 100_000, "nested too deep"),
        ("9" * 5000, "a number in it is too long"),
        ("[]", 'has the entry "format": "cnnstudio-design", this one has []'),
        ("null", 'has the entry "format": "cnnstudio-design", this one has null'),
        ("{}", 'has the entry "format": "cnnstudio-design", this one has null'),
        ('{"format": "keras"}', 'has the entry "format": "cnnstudio-design", this one has "keras"'),
        (json.dumps({"format": "x" * 10**6}), 'this one has "xxx'),
    ],
)  # fmt: skip
def test_what_is_no_design_is_told_so(text: str, message: str) -> None:
    with pytest.raises(DesignError) as caught:
        from_text(text)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ({"version": 2}, "has version 2, but this CNN Studio reads versions up to 1: open it with"),
        ({"version": 10**3000}, "has version 1000"),
        ({"version": "x"}, 'version must be a whole number from 1, not "x"'),
        ({"version": None}, "version must be a whole number from 1, not null"),
        ({"version": True}, "version must be a whole number from 1, not true"),
        ({"version": 0}, "version must be a whole number from 1, not 0"),
        ({"version": 1.0}, "version must be a whole number from 1, not 1.0"),
        ({"version": "v" * 10**6}, "version must be a whole number"),
        ({"name": 3}, 'the entry "name" must be a text, not 3'),
        ({"blocks": {}}, 'the entry "blocks" must be a list, not {}'),
        ({"block": []}, 'the entry "block" is unknown: expected one of format, version, name'),
        ({"plan": []}, 'the entry "plan" must be an object, not []'),
        ({"plan": {"epochs": 0}}, "the training plan: epochs must be a whole number from 1"),
        ({"plan": {"nonsense": 0}}, 'the training plan has no parameter "nonsense"'),
    ],
)
def test_a_bad_entry_is_told_in_one_short_sentence(entries: dict[str, Any], message: str) -> None:
    with pytest.raises(DesignError) as caught:
        read(**entries)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 250


@pytest.mark.parametrize(
    ("block", "message"),
    [
        (3, 'the entry "block" must be an object, not 3'),
        ({}, 'the entry "kind" must be a text, not null'),
        ({"kind": ["Conv2D"]}, 'the entry "kind" must be a text, not ["Conv2D"]'),
        ({"kind": "Conv9D"}, 'unknown block kind "Conv9D": the nearest are Conv'),
        ({"kind": "Container"}, 'unknown block kind "Container"'),
        ({"kind": "k" * 10**6}, 'unknown block kind "kkk'),
        ({"kind": "Conv2D", "filters": 3}, 'the entry "filters" is unknown: expected one of uid'),
        ({"kind": "Conv2D", "params": []}, 'the entry "params" must be an object, not []'),
        ({"kind": "Conv2D", "params": {"filter": 3}}, 'Conv2D has no parameter "filter"'),
        ({"kind": "Conv2D", "params": {"filters": 65537}}, "from 1 to 65536, not 65537"),
        ({"kind": "Conv2D", "params": {"filters": True}}, "from 1 to 65536, not true"),
        ({"kind": "Conv2D", "params": {"filters": 10**3000}}, "from 1 to 65536, not 1000"),
        ({"kind": "Conv2D", "params": {"filters": "3"}}, 'from 1 to 65536, not "3"'),
        ({"kind": "Dropout", "params": {"rate": float("nan")}}, "from 0 to 1, not NaN"),
        ({"kind": "Rescaling", "params": {"scale": 10**400}}, "to 1e+06, not 1000"),
        ({"kind": "Dropout", "muted": 1}, 'the entry "muted" must be true or false, not 1'),
        ({"kind": "Dropout", "lanes": [[]]}, "Dropout cannot have lanes"),
        ({"kind": "Group", "lanes": {}}, 'the entry "lanes" must be a list, not {}'),
        ({"kind": "Group", "lanes": [{}]}, 'the entry "lanes" must be a list, not {}'),
        ({"kind": "Group"}, "Group must have one lane, not 0"),
        ({"kind": "Repeat", "lanes": [[], []]}, "Repeat must have one lane, not 2"),
        (
            {"kind": "Parallel", "lanes": [[]] * 20_000},
            "Parallel may have at most 100 lanes, not 20,000",
        ),
        (nested(DEEPEST + 1), "containers are nested deeper than 50 levels"),
        (nested(100), "containers are nested deeper than 50 levels"),
    ],
)
def test_a_bad_block_is_told_in_one_short_sentence(block: Any, message: str) -> None:
    with pytest.raises(DesignError) as caught:
        read({"kind": "Input"}, block)
    assert message in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_number_beyond_all_floats_is_refused() -> None:
    text = to_text(starter_design()).replace('"rate": 0.25', '"rate": 1e400')
    with pytest.raises(DesignError, match=r"Dropout: rate must be .* from 0 to 1, not Infinity"):
        from_text(text)


@pytest.mark.parametrize("depth", [100, 400, 900])
def test_a_parameter_of_nothing_but_brackets_is_refused(depth: int) -> None:
    text = to_text(starter_design()).replace("0.25", "[" * depth + "]" * depth)
    with pytest.raises(DesignError):
        from_text(text)


def _only_design_errors(text: str) -> None:
    try:
        design = from_text(text)
    except DesignError as error:
        problem = str(error)
    else:
        problem = "none"
        # What could be read must be good for everything that follows.
        assert from_text(to_text(design)) == design
        analyse(design.network)
    assert 0 < len(problem) < 1000


@given(
    st.sampled_from([WRITTEN, to_text(RICH), to_text(starter_design())]),
    st.lists(
        st.tuples(
            st.integers(0, 2000),
            st.integers(0, 12),
            st.text(max_size=4) | st.sampled_from(['"', "{", "]", "null", "1e999", "-", "\\ud800"]),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_a_file_with_damaged_letters_is_read_or_refused(
    text: str, wounds: list[tuple[int, int, str]]
) -> None:
    for start, length, new in wounds:
        at = start % len(text)
        text = text[:at] + new + text[at + length :]
    _only_design_errors(text)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in parsed JSON: what holds it, and its key there."""
    keys: list[Any] = list(value) if isinstance(value, dict) else []
    keys = list(range(len(value))) if isinstance(value, list) else keys
    return [place for key in keys for place in [(value, key), *_places(value[key])]]


@given(st.sampled_from([WRITTEN, to_text(RICH)]), st.data())
def test_a_file_with_damaged_values_is_read_or_refused(text: str, data: st.DataObject) -> None:
    raw = json.loads(text)
    for _turn in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(_places(raw)))
        match data.draw(st.sampled_from(["change", "leave out", "add", "repeat"])):
            case "leave out":
                del holder[key]
            case "add" if isinstance(holder, dict):
                holder[data.draw(st.text(max_size=4))] = data.draw(json_values())
            case "repeat" if isinstance(holder, list):
                holder.insert(key, json.loads(json.dumps(holder[key])))
            case _:
                holder[key] = data.draw(json_values())
        if not _places(raw):
            break
    _only_design_errors(json.dumps(raw))


def test_half_a_character_in_a_name_can_be_read_and_written_again() -> None:
    design = from_text(WRITTEN.replace("input_1", "\\ud800"))
    assert design.network.nodes[0].name == "\ud800"
    assert from_text(to_text(design)) == design


def test_a_design_is_a_value() -> None:
    assert Design() == Design("untitled", Network(), TrainingPlan())
    node = PlacedBlock("u", "n", Dropout())
    assert hash(Network((node,))) == hash(Network((replace(node),)))
