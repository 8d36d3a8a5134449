"""A block said in a few words, read against the catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.core import i18n, quick_add
from cnnstudio.core.blocks import (
    CATALOGUE,
    Activation,
    AveragePooling2D,
    BatchNormalization,
    Block,
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    MaxPooling2D,
    Parallel,
    RandomRotation,
    Repeat,
    Reshape,
    Resizing,
    SeparableConv2D,
    ZeroPadding2D,
)
from cnnstudio.core.fields import fields_of
from cnnstudio.core.quick_add import (
    LONGEST,
    MOST_PARTS,
    ranked_kinds,
    read_line,
    split_line,
    suggestions,
    unknown,
)
from cnnstudio.core.quick_add_params import ParamReader
from cnnstudio.core.quick_add_words import ALIKE, SAID, vocabulary, words_of
from tests.core.strategies import blocks


def read(text: str) -> Block:
    """Return the block that some words mean, all of them understood."""
    found = suggestions(text)[0]
    assert found.complaints == ()
    return found.block


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("conv 64 3x3 relu", Conv2D(filters=64, kernel_size=(3, 3), activation="relu")),
        ("pool", MaxPooling2D()),
        (
            "maxpool 3 /2 same",
            MaxPooling2D(pool_size=(3, 3), strides=(2, 2), padding="same"),
        ),
        ("avg pool", AveragePooling2D()),
        ("dense 10 softmax", Dense(units=10, activation="softmax")),
        ("fc 128 relu", Dense(units=128, activation="relu")),
        ("bn", BatchNormalization()),
        ("batch norm", BatchNormalization()),
        ("dropout 0.3", Dropout(rate=0.3)),
        ("dropout 30%", Dropout(rate=0.3)),
        ("gap", GlobalAveragePooling2D()),
        (
            "conv 32 5x5 s2 same",
            Conv2D(filters=32, kernel_size=(5, 5), strides=(2, 2), padding="same"),
        ),
        ("flatten", Flatten()),
        ("residual", Parallel(merge="Add")),
        ("parallel concat", Parallel(merge="Concatenate")),
        ("repeat 3", Repeat(count=3)),
        ("repeat ×3", Repeat(count=3)),
        ("dense 10 l2", Dense(units=10, kernel_regularizer=("l2", 0.01))),
        ("conv 8 l1 0.1 relu", Conv2D(filters=8, activation="relu",
                                      kernel_regularizer=("l1", 0.1))),
        ("conv 8 l2=0.5", Conv2D(filters=8, kernel_regularizer=("l2", 0.5))),
        ("resize 64x48", Resizing(height=64, width=48)),
        ("rotate 0.2", RandomRotation(factor=(-0.2, 0.2))),
        ("reshape 7 7 64", Reshape(target_shape=(7, 7, 64))),
        ("tanh", Activation(activation="tanh")),
        ("sep conv 128", SeparableConv2D(filters=128)),
        ("conv1d 64 5 relu", Conv1D(filters=64, kernel_size=5, activation="relu")),
        ("conv3d 8 3x3x3", Conv3D(filters=8, kernel_size=(3, 3, 3))),
        ("input 32 32 3", Input(shape=(32, 32, 3))),
        ("input 224x224x3", Input(shape=(224, 224, 3))),
        ("pad 1x2", ZeroPadding2D(padding=((1, 1), (2, 2)))),
        ("3x3 conv, 64", Conv2D(filters=64, kernel_size=(3, 3))),
        ("6@5x5 conv tanh", Conv2D(filters=6, kernel_size=(5, 5), activation="tanh")),
        ("conv 64 no bias", Conv2D(filters=64, use_bias=False)),
        ("conv 64 bias=false", Conv2D(filters=64, use_bias=False)),
        (
            "conv filters 8 kernel 7 stride 2 padding same",
            Conv2D(filters=8, kernel_size=(7, 7), strides=(2, 2), padding="same"),
        ),
        ("conv k=1x7 d2 swish", Conv2D(kernel_size=(1, 7), dilation_rate=(2, 2),
                                       activation="silu")),
        ("CONV 16 He", Conv2D(filters=16, kernel_initializer="he_normal")),
        ("卷积64 3×3 步长2", Conv2D(filters=64, kernel_size=(3, 3), strides=(2, 2))),
        ("最大池化 2", MaxPooling2D(pool_size=(2, 2))),
        ("全连接10 softmax", Dense(units=10, activation="softmax")),
        ("展平", Flatten()),
        ("批归一化", BatchNormalization()),
        ("丢弃0.3", Dropout(rate=0.3)),
        ("残差", Parallel(merge="Add")),
        ("ＣＯＮＶ　６４", Conv2D(filters=64)),  # noqa: RUF001 - what a Chinese keyboard types
    ],
)  # fmt: skip
def test_words_of_the_field_mean_a_block(text: str, block: Block) -> None:
    assert read(text) == block


def test_chinese_labels_name_parameters_in_a_chinese_studio() -> None:
    i18n.use_language("zh_CN")
    try:
        assert read("conv 卷积核大小 5") == Conv2D(kernel_size=(5, 5))
    finally:
        i18n.use_language("en")


def test_what_was_not_understood_is_said_and_the_rest_is_kept() -> None:
    found = suggestions("conv 64 banana relu")[0]
    assert found.block == Conv2D(filters=64, activation="relu")
    assert found.complaints == ("no parameter of Conv2D takes “banana”",)


@pytest.mark.parametrize("text", ["dropout 5", "dropout rate=5", "dropout rate 5", "dropout r5"])
def test_a_value_out_of_range_is_answered_with_the_range(text: str) -> None:
    found = suggestions(text)[0]
    assert found.block == Dropout()
    assert found.complaints == ("Dropout: rate must be a number from 0 to 1, not 5",)


def test_a_slip_of_the_hand_is_forgiven_but_another_number_is_another_kind() -> None:
    found = suggestions("denes 10")[0]
    assert (found.block, found.fit) == (Dense(units=10), ALIKE)
    assert all(found.block.kind != "Conv2D" for found in suggestions("conv9d 64"))


def test_an_unknown_block_is_named() -> None:
    assert suggestions("xyzzy 3") == ()
    assert "“xyzzy”" in unknown("3 xyzzy")


def test_the_start_of_a_word_offers_every_kind_that_begins_so() -> None:
    kinds = {found.block.kind for found in suggestions("max")}
    assert "MaxPooling2D" in kinds
    assert suggestions("con")[0].block == Conv2D()


def test_several_blocks_of_one_line_are_read_in_order() -> None:
    line = read_line("conv 8; pool → bn\nflatten -> dense 10")
    assert [found[0].block.kind for found in line.readings] == [
        "Conv2D", "MaxPooling2D", "BatchNormalization", "Flatten", "Dense",
    ]  # fmt: skip
    assert not any(found[0].complaints for found in line.readings)
    assert read_line("pool; xyzzy").readings[1] == ()


@pytest.mark.parametrize("kind", CATALOGUE.values(), ids=lambda kind: kind.__name__)
def test_every_kind_is_found_by_its_keras_name_and_by_its_own_words(kind: type[Block]) -> None:
    assert suggestions(kind.__name__)[0].block == kind()
    for word in SAID.get(kind.__name__, ()):
        assert isinstance(suggestions(word)[0].block, kind), word
    assert kind in dict(ranked_kinds(kind.__name__[:5]))


@settings(max_examples=60)
@given(blocks())
def test_a_block_written_out_by_its_parameters_is_read_back(block: Block) -> None:
    words = [block.kind]
    for name, field in fields_of(type(block)).items():
        value = getattr(block, name)
        written = _written(value)
        if written is not None and field.accepts(value):
            words.append(f"{name}={written}")
    found = suggestions(" ".join(words))[0]
    assert found.complaints == ()
    for word in words[1:]:
        name = word.partition("=")[0]
        assert getattr(found.block, name) == getattr(block, name)


def _written(value: Any) -> str | None:
    match value:
        case bool() | str() | int():
            return str(value).lower() if isinstance(value, bool) else str(value)
        case (int(), *_rest) if len(value) > 1 and all(isinstance(size, int) for size in value):
            return "x".join(map(str, value))
        case _:
            return None


_WORDS = st.sampled_from(
    ["conv", "pool", "64", "3x3", "/2", "=", "k", "s2", "no", "x", "1e9", "rate", "同", "步长", "-",
     "0.3", "softmax", ";", "→", "none", "²", "1" * 30, "input", "28", "%"]
)  # fmt: skip


@settings(max_examples=400)
@given(st.text(max_size=60) | st.lists(_WORDS, max_size=12).map(" ".join))
def test_reading_never_fails_and_what_it_offers_can_be_inserted(text: str) -> None:
    line = read_line(text)
    assert len(line.parts) == len(line.readings)
    for found in line.readings:
        for suggestion in found:
            block = suggestion.block
            fields = fields_of(type(block)).items()
            assert all(field.accepts(getattr(block, name)) for name, field in fields)
            assert all(suggestion.complaints)


@pytest.mark.parametrize(
    "rubbish",
    ["a" * 10**6, "conv " * 10**5, ";" * 10**6, "conv;" * 10**5, "9" * 10**6, "x=" * 10**5,
     "1x" * 10**5, "卷a" * 10**5, "/" * 10**5, "no " * 10**5],
)  # fmt: skip
def test_a_very_long_line_is_read_no_further_than_a_person_types(rubbish: str) -> None:
    line = read_line(rubbish)
    assert len(line.parts) <= MOST_PARTS
    assert sum(map(len, line.parts)) <= LONGEST
    told = [text for found in line.readings for each in found for text in each.complaints]
    assert all(len(text) < 400 for text in [*told, *map(unknown, line.parts)])
    assert split_line(rubbish) == line.parts


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """Return the words that were read as parameters of some kind, from now on."""
    quick_add._suggestions.cache_clear()  # noqa: SLF001 - nobody else needs to forget
    found: list[tuple[str, ...]] = []
    read = ParamReader.read

    def noted(reader: ParamReader, words: Sequence[str]) -> None:
        found.append(tuple(words))
        read(reader, words)

    monkeypatch.setattr(ParamReader, "read", noted)
    return found


def test_at_a_key_only_the_part_that_changed_is_read_anew(tries: list[tuple[str, ...]]) -> None:
    before = read_line("conv 8; pool 2; dense 1")
    tries.clear()
    after = read_line("conv 8; pool 2; dense 10")
    assert tries
    assert set(tries) == {("10",)}
    assert after.readings[:2] == before.readings[:2]
    tries.clear()
    assert read_line("conv 8; pool 2; dense 10") == after
    assert tries == []


def test_a_kind_is_looked_for_among_the_first_words_only(tries: list[tuple[str, ...]]) -> None:
    assert read("1 2 3 input") == Input(shape=(1, 2, 3))
    tries.clear()
    suggestions("3x3 1 2 3 conv")
    assert tries == []


def test_what_was_read_in_one_language_is_not_said_in_another() -> None:
    english = suggestions("conv banana")[0].complaints
    i18n.use_language("zh_CN")
    try:
        assert suggestions("conv banana")[0].complaints != english
    finally:
        i18n.use_language("en")
    assert suggestions("conv banana")[0].complaints == english


def test_no_word_said_for_a_kind_is_lost_to_another() -> None:
    for name, words in SAID.items():
        if name in CATALOGUE:
            for word in words:
                meant = vocabulary()[word.replace(" ", "").replace("-", "").casefold()]
                assert meant[0].kind is CATALOGUE[name], word
    assert all(words_of(kind)[0] == kind.__name__.casefold() for kind in CATALOGUE.values())
