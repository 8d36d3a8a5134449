"""Networks whose Input is no image: examples that are made, files of numbers, texts of the data."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cnnstudio.core import resources
from cnnstudio.core.blocks import (
    Conv1D,
    Conv2D,
    Conv3D,
    Dense,
    Embedding,
    Flatten,
    GlobalAveragePooling1D,
    Input,
    MaxPooling1D,
)
from cnnstudio.core.blocks.block import Block
from cnnstudio.core.data_messages import SamplesShown, ShowSamples
from cnnstudio.core.explain_messages import Explain, Explained
from cnnstudio.core.look_messages import (
    DatasetImage,
    FileImage,
    ImageSource,
    MadeInput,
    Maps,
    Probed,
    ProbeFailed,
    Show,
)
from cnnstudio.core.made_inputs import Made, kinds, make
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.outcomes import Numbers, Picture, Segmentation
from cnnstudio.core.path_messages import PathShown
from cnnstudio.core.plan import TrainingPlan
from tests.engine.conversation import Conversation
from tests.engine.data_on_disk import shape_folder

pytestmark = pytest.mark.tensorflow

SIGNAL = network_of(
    Input(shape=(128, 1)),
    Conv1D(filters=6, kernel_size=5, activation="relu"),
    MaxPooling1D(pool_size=2),
    Flatten(),
    Dense(units=3, activation="softmax"),
)
WORDS = network_of(
    Input(shape=(12,)),
    Embedding(input_dim=50, output_dim=4),
    Conv1D(filters=3, kernel_size=3),
    GlobalAveragePooling1D(),
    Dense(units=2, activation="softmax"),
)
VOLUME = network_of(
    Input(shape=(6, 10, 12, 2)), Conv3D(filters=3, kernel_size=(3, 3, 3)), Flatten(), Dense(units=1)
)


def looked(talk: Conversation, network: Network, source: ImageSource) -> Probed:
    talk.probe(network, network.nodes[1].uid, source)
    return answered(talk)


def answered(talk: Conversation) -> Probed:
    answer = either(talk)
    assert isinstance(answer, Probed), answer
    # The last that is said of a look, which is not to be heard in the next one.
    talk.until(PathShown)
    return answer


def either(talk: Conversation) -> Probed | ProbeFailed:
    while not isinstance(event := talk.next(), Probed | ProbeFailed):
        pass
    return event


def refused(talk: Conversation, network: Network, source: ImageSource) -> str:
    talk.probe(network, network.nodes[1].uid, source)
    answer = either(talk)
    assert isinstance(answer, ProbeFailed), answer
    return answer.message


@pytest.mark.parametrize("network", [SIGNAL, WORDS, VOLUME], ids=["signal", "words", "volume"])
def test_every_made_example_enters_a_network_of_any_shape(
    network: Network, talk: Conversation
) -> None:
    block = network.nodes[0].block
    assert isinstance(block, Input)
    words = 50 if network is WORDS else None
    for kind, seed in kinds(words):
        answer = looked(talk, network, MadeInput(kind, seed))
        assert not answer.is_picture
        assert np.array_equal(answer.entered, make(kind, seed, block.shape, words))


def test_a_made_image_is_an_image_and_enters_in_the_range_of_the_plan(talk: Conversation) -> None:
    network = network_of(Input(shape=(20, 30, 3)), Conv2D(filters=2), Flatten(), Dense(units=2))
    talk.probe(network, network.nodes[1].uid, MadeInput(Made.RAMP), "-1..1")
    answer = answered(talk)
    assert answer.is_picture
    assert answer.size == (20, 30)
    assert (answer.entered.min(), answer.entered.max()) == (-1, 1)
    assert answer.picture[0, 0].tolist() == [0, 0, 0]
    assert answer.picture[0, -1].tolist() == [255, 255, 255]


def test_images_of_two_channels_and_volumes_enter_in_the_range_of_the_plan(
    talk: Conversation,
) -> None:
    network = network_of(Input(shape=(9, 9, 2)), Conv2D(filters=2))
    talk.probe(network, network.nodes[1].uid, MadeInput(Made.IMPULSE), "-1..1")
    answer = answered(talk)
    assert not answer.is_picture
    assert answer.entered[4, 4].tolist() == [1, 1]
    assert np.count_nonzero(answer.entered == -1) == answer.entered.size - 2


def test_numbers_of_the_input_itself_are_explained_as_they_are(talk: Conversation) -> None:
    look = talk.probe(SIGNAL, SIGNAL.nodes[0].uid, MadeInput(Made.SINE))
    entered = answered(talk).entered
    talk.ask(Explain(look, SIGNAL.nodes[0].uid, (40, 0)))
    told = talk.until(Explained).explanation
    assert told.value == entered[40, 0]
    assert told.agrees


def explained(talk: Conversation, network: Network, source: ImageSource) -> None:
    """Explain the middle number of every block's maps."""
    generation = talk.probe(network, network.nodes[0].uid, source)
    answered(talk)
    for node in network.nodes:
        talk.ask(Show(generation, node.uid))
        shown = talk.maps(generation, node.uid)
        assert isinstance(shown, Maps), shown
        values = shown.values
        index = tuple(size // 2 for size in values.shape)
        talk.ask(Explain(generation, node.uid, index))
        told = talk.until(Explained).explanation
        assert told.agrees, (node.name, told)
        assert told.computed == pytest.approx(float(values[index]), rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("network", [SIGNAL, WORDS, VOLUME], ids=["signal", "words", "volume"])
def test_numbers_of_sequences_texts_and_volumes_are_explained(
    network: Network, talk: Conversation
) -> None:
    explained(talk, network, MadeInput(Made.NOISE, 1))


@pytest.mark.parametrize("name", ["a.npy", "row.npy", "batch.npy", "a.csv", "row.txt", "head.csv"])
def test_a_file_of_numbers_enters_an_input_that_it_fits(
    name: str, talk: Conversation, tmp_path: Path
) -> None:
    signal = np.linspace(-3, 5, 128, dtype=np.float32)
    path = tmp_path / name
    match name:
        case "a.npy":
            np.save(path, signal[:, np.newaxis])
        case "row.npy":
            np.save(path, signal)
        case "batch.npy":
            np.save(path, np.stack([signal, signal + 1, signal + 2])[..., np.newaxis])
        case "a.csv":
            path.write_text("".join(f"{x:.9g}\n" for x in signal))
        case "row.txt":
            path.write_text("# a signal\n" + " ".join(f"{x:.9g}" for x in signal))
        case _:
            path.write_text("volts\n" + "".join(f"{x:.9g};\n" for x in signal).replace(".", ","))
    answer = looked(talk, SIGNAL, FileImage(str(path)))
    assert np.allclose(answer.entered[:, 0], signal)
    assert answer.note == ("The first of 3 examples in the file" if name == "batch.npy" else "")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "1,2,3\n4,5,6\n", "expected 128×1 numbers, received 2×3; save it in that shape"),
        ("a.csv", "1,2,3\n4,x,6\n", "line 2: expected 3 numbers as in the lines before, received "),
        ("a.csv", "1,2,3\n4,5\n", "line 2: expected 3 numbers"),
        ("a.csv", ",0,1\n0,5,6\n1,7,8\n", "expected 128×1 numbers, received 2×3"),
        ("a.csv", "5\n6,7\n", "line 2: expected 1 number as in the lines before, received “6,7”"),
        ("a.csv", "volts,what\n1,ramp\n", "line 2: expected nothing but numbers, received “1,ra"),
        ("a.txt", "once upon a time", "holds no numbers"),
        ("a.npy", "nonsense", "is damaged, or no array of numbers"),
        ("a.npy", None, "does not exist"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_in_one_sentence(
    name: str, content: str | None, said: str, talk: Conversation, tmp_path: Path
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_text(content)
    message = refused(talk, SIGNAL, FileImage(str(path)))
    assert str(path) in message
    assert said in message


def test_an_array_of_objects_is_refused_and_nothing_in_it_is_run(
    talk: Conversation, tmp_path: Path
) -> None:
    np.save(tmp_path / "evil.npy", np.array([{"a": 1}], object), allow_pickle=True)
    assert "no array of numbers" in refused(talk, SIGNAL, FileImage(str(tmp_path / "evil.npy")))
    np.save(tmp_path / "text.npy", np.array(["a"]))
    assert "not numbers" in refused(talk, SIGNAL, FileImage(str(tmp_path / "text.npy")))


def test_bytes_in_an_array_are_the_pixels_of_an_image_of_any_size(
    talk: Conversation, small: Network, tmp_path: Path
) -> None:
    np.save(tmp_path / "grey.npy", np.full((40, 60), 51, np.uint8))
    answer = looked(talk, small, FileImage(str(tmp_path / "grey.npy")))
    assert answer.size == (40, 60)
    assert answer.entered == pytest.approx(0.2)
    np.save(tmp_path / "exact.npy", np.full((28, 28), 0.25, np.float32))
    exact = looked(talk, small, FileImage(str(tmp_path / "exact.npy")))
    assert exact.is_picture
    assert exact.entered == pytest.approx(0.25)


def test_a_text_is_refused_that_would_take_gigabytes_as_numbers(
    talk: Conversation, tmp_path: Path
) -> None:
    path = tmp_path / "long.csv"
    with path.open("wb") as file:
        file.truncate(33 * 2**20)
    assert "it has 33 MB, and 32 MB can be read" in refused(talk, SIGNAL, FileImage(str(path)))


def test_an_image_file_is_refused_where_the_input_takes_none(talk: Conversation) -> None:
    image = FileImage(str(resources.path("images", "coffee.png")))
    assert "the Input is 128×1, but images are height × width" in refused(talk, SIGNAL, image)


def test_word_numbers_that_the_embedding_does_not_know_are_refused(
    talk: Conversation, tmp_path: Path
) -> None:
    (tmp_path / "a.csv").write_text(",".join(["50"] * 12))
    message = refused(talk, WORDS, FileImage(str(tmp_path / "a.csv")))
    assert "expects whole numbers from 0 to 49, received 50" in message


def test_a_text_of_the_data_enters_with_its_words_and_class(
    talk: Conversation, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text("text,label\n" + "good film,yes\nbad film,no\n" * 4)
    data = f"texts:{path}?words=30&length=12"
    talk.ask(ShowSamples(1, TrainingPlan(data=data), (), lists=True))
    listing = talk.until(SamplesShown).listing
    assert listing is not None
    assert [listing.dataset.labels[n] for n in listing.classes[:2]] == ["yes", "no"]
    answer = looked(talk, WORDS, DatasetImage(data, 1))
    assert answer.label == "no"
    assert answer.words[:3] == ("bad", "film", "")
    assert answer.entered[2:].tolist() == [0] * 10
    assert answer.labels == listing.dataset.labels


def test_all_images_of_a_folder_are_listed_with_their_classes(
    talk: Conversation, tmp_path: Path
) -> None:
    root = shape_folder(tmp_path / "shapes", 12)
    plan = TrainingPlan(data=f"folder:{root}")
    talk.ask(ShowSamples(7, plan, (), lists=True))
    shown = talk.until(SamplesShown)
    assert shown.images == ()
    assert shown.listing is not None
    assert len(shown.listing.classes) == 12
    assert set(shown.listing.classes) == set(range(len(shown.listing.dataset.labels)))


def ending(*blocks: Block) -> Network:
    return network_of(Input(shape=(16, 16, 3)), *blocks)


def test_what_comes_out_is_told_whatever_it_is(talk: Conversation) -> None:
    noise = MadeInput(Made.NOISE)
    parts = ending(Conv2D(filters=5, kernel_size=(1, 1), activation="softmax"))
    answer = looked(talk, parts, noise)
    assert answer.labels == ()
    assert isinstance(answer.outcome, Segmentation)
    assert answer.outcome.classes.shape == (16, 16)
    assert sum(share for _n, share in answer.outcome.shares) == pytest.approx(1)
    copy = ending(Conv2D(filters=3, kernel_size=(1, 1), activation="sigmoid"))
    picture = looked(talk, copy, noise).outcome
    assert isinstance(picture, Picture)
    assert picture.pixels.shape == (16, 16, 3)
    number = looked(talk, VOLUME, noise)
    assert number.labels == ()
    assert isinstance(number.outcome, Numbers)
    assert number.outcome.count == 1


def test_a_look_in_training_mode_says_so(talk: Conversation, small: Network) -> None:
    talk.probe(small, small.nodes[0].uid, trains=True)
    assert answered(talk).trains
