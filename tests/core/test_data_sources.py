from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.core.data.choice import DATA
from cnnstudio.core.data.shapes import LABELS, draw
from cnnstudio.core.data.sources import (
    BUNDLED,
    KERAS_SETS,
    Arrays,
    Bundled,
    DataSource,
    ImageFolder,
    ImageTable,
    KerasSet,
    Shapes,
    SourceError,
    Texts,
    at_home,
    from_json,
    from_text,
    path_of,
    to_json,
    to_text,
)
from cnnstudio.core.data.splits import AUTO, RANDOM, STRATIFIED, split
from cnnstudio.core.datasets import DATASETS, known, title_of
from cnnstudio.core.document import Design
from cnnstudio.core.document import from_text as design_from_text
from cnnstudio.core.document import to_text as design_text
from cnnstudio.core.plan import TrainingPlan, make_plan

PATHS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
SOURCES = st.one_of(
    st.builds(Bundled, st.sampled_from(BUNDLED)),
    st.builds(Shapes, st.integers(1, 1_000_000), st.integers(0, 2**31 - 1)),
    st.builds(KerasSet, st.sampled_from(KERAS_SETS)),
    st.builds(ImageFolder, PATHS),
    st.builds(ImageTable, PATHS, NAMES, NAMES),
    st.builds(Arrays, PATHS, NAMES, NAMES),
    st.builds(Texts, PATHS, st.integers(1, 100_000), st.integers(3, 1_000_000), NAMES, NAMES),
)


@given(SOURCES)
def test_a_source_is_read_back_from_its_text_and_from_its_json(source: DataSource) -> None:
    assert from_text(to_text(source)) == source
    assert from_json(json.loads(json.dumps(to_json(source)))) == source
    assert from_json(to_text(source)) == source


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("mnist-5k", Bundled("mnist-5k")),
        ("shapes", Shapes()),
        ("shapes:2000", Shapes(2000)),
        ("shapes:2000?seed=7", Shapes(2000, 7)),
        ("shapes?seed=7", Shapes(seed=7)),
        ("keras:cifar10", KerasSet("cifar10")),
        ("folder:/home/me/my photos", ImageFolder("/home/me/my photos")),
        ("folder:C:\\photos", ImageFolder("C:\\photos")),
        ("folder:/odd?name?", ImageFolder("/odd?name")),
        ("csv:labels.csv?images=file+name", ImageTable("labels.csv", images="file name")),
        ("npy:/data/x.npy", Arrays("/data/x.npy")),
        ("texts:/reviews?length=20&words=100", Texts("/reviews", 20, 100)),
    ],
)
def test_a_source_is_written_in_a_few_words(text: str, source: DataSource) -> None:
    assert from_text(text) == source


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected one of mnist-5k"),
        ("minst", "no data 'minst'"),
        ("bundled:mnist-5k", "no data"),
        ("folder:", "needs a path: folder:PATH"),
        ("folder", "needs a path"),
        ("folder:/odd?name", "put another one at the end"),
        ("folder:/a?colour=grey", "no option 'colour': expected one of path"),
        ("shapes:many", "whole number from 1 to 1000000, not many"),
        ("shapes:0", "not 0"),
        ("shapes:99999999999999999999", "whole number"),
        ("shapes:10?seed=-1", "not -1"),
        ("keras:imdb", "expected one of mnist, fashion_mnist"),
        ("texts:/a?length=0", "from 1 to 100000"),
        ("folder:/a\0b", "short text"),
    ],
)
def test_a_text_that_names_no_source_is_told_what_is_expected(text: str, said: str) -> None:
    with pytest.raises(SourceError, match=None) as caught:
        from_text(text)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        None, 3, [], {}, {"kind": "x"}, {"kind": []}, {"kind": "folder"},
        {"kind": "folder", "path": 3}, {"kind": "shapes", "count": True},
        {"kind": "shapes", "count": 2.5}, {"kind": "csv", "path": "a", "x": 1},
    ],
)  # fmt: skip
def test_plain_values_that_are_no_source_are_refused(raw: object) -> None:
    with pytest.raises(SourceError):
        from_json(raw)


def test_a_relative_path_is_made_absolute_for_the_saved_design(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", "/home/me")
    assert at_home(ImageFolder("photos")) == ImageFolder(str(tmp_path / "photos"))
    assert at_home(Texts("~/t", 5)) == Texts("/home/me/t", 5)
    assert at_home(Shapes(5)) == Shapes(5)
    assert path_of(KerasSet()) is None


def test_a_plan_keeps_any_source_and_takes_its_json_too() -> None:
    plan = make_plan({"data": {"kind": "folder", "path": "/photos"}, "resize": "fit"})
    assert plan.data == "folder:/photos"
    design = Design("photos", plan=plan)
    assert design_from_text(design_text(design)).plan == plan
    for data in ("nothing", 3, {"kind": "folder"}):
        with pytest.raises(ValueError, match="data must be"):
            make_plan({"data": data})
    assert not DATA.accepts("shapes:3000"), "it has a shorter form"
    assert DATA.show("folder:/photos") == "photos (folder)"
    assert TrainingPlan().resize == "crop"


def test_what_is_known_before_reading_is_the_classes_of_all_but_files() -> None:
    for name, dataset in DATASETS.items():
        assert known(name) is dataset
    shapes = known("shapes:70")
    assert shapes is not None
    assert (shapes.name, shapes.labels, shapes.shape) == ("shapes:70", LABELS, (32, 32, 3))
    assert [getattr(known(f"keras:{name}"), "classes", 0) for name in KERAS_SETS] == [
        10,
        10,
        10,
        100,
    ]
    assert known("folder:/photos") is None
    assert known("no such data") is None
    assert title_of("folder:/photos") == "folder:/photos"


def test_shapes_are_the_same_for_a_seed_and_a_larger_set_begins_with_a_smaller() -> None:
    images, classes = draw(700, 3)
    few, few_classes = draw(100, 3)
    assert np.array_equal(images[:100], few)
    assert np.array_equal(classes[:100], few_classes)
    assert not np.array_equal(draw(100, 4)[0], few)
    assert np.bincount(draw(600, 0)[1]).tolist() == [100] * 6


def test_neither_colour_nor_place_nor_size_gives_a_shape_away() -> None:
    images, classes = draw(1800, 0)
    pixels = images.astype(float)
    edges = np.concatenate([pixels[:, 0], pixels[:, -1]], axis=1).mean(axis=1)
    for values in (pixels.mean((1, 2, 3)), edges.mean(-1), edges[:, 0] - edges[:, 2]):
        means = np.array([values[classes == label].mean() for label in range(6)])
        assert np.ptp(means) < values.std() * 0.5
    assert len(np.unique(images[0], axis=0)) > 1, "there is noise"


def test_parts_of_the_data_decide_the_split_unless_another_rule_is_chosen() -> None:
    classes = np.repeat(np.arange(4), 25)
    parts = np.tile(np.array([0, 0, 0, 1, 2], np.uint8), 20)
    given_parts = split(classes, parts, rule=AUTO, share=0.5, seed=0)
    for members, part in zip(
        (given_parts.training, given_parts.validation, given_parts.test), range(3), strict=True
    ):
        assert np.array_equal(members, np.flatnonzero(parts == part))
    for rule in (STRATIFIED, RANDOM):
        again = split(classes, parts, rule=rule, share=0.25, seed=0)
        assert np.array_equal(again.test, np.flatnonzero(parts == 2))
        assert len(again.validation) == 20
        everything = np.concatenate([again.training, again.validation, again.test])
        assert sorted(everything) == list(range(100))
    alike = split(classes, None, rule=STRATIFIED, share=0.2, seed=0)
    assert np.bincount(classes[alike.validation]).tolist() == [5] * 4
    other = split(classes, None, rule=RANDOM, share=0.2, seed=0)
    assert np.bincount(classes[other.validation]).tolist() != [5] * 4
    assert len(other.validation) == 20


def test_a_test_part_measures_where_there_is_no_part_for_that() -> None:
    parts = np.array([0, 0, 2, 2], np.uint8)
    found = split(np.array([0, 1, 0, 1]), parts, rule=AUTO, share=0.5, seed=0)
    assert (found.training.tolist(), found.validation.tolist()) == ([0, 1], [2, 3])
    assert len(found.test) == 0


def test_data_that_comes_in_one_part_only_is_split_by_share() -> None:
    found = split(np.arange(40) % 2, np.full(40, 2, np.uint8), rule=AUTO, share=0.5, seed=0)
    assert (len(found.training), len(found.validation), len(found.test)) == (20, 20, 0)
