"""What is written for use outside the studio, and what is read back."""

import csv
import json
import resource
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cnnstudio.core import resources
from cnnstudio.core.blocks import Conv2D, Dense, Flatten, Input, Repeat
from cnnstudio.core.document import Design
from cnnstudio.core.messages import BatchDone, EpochDone, RunFinished
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.errors import EngineError, ImageError
from tests.core.build import network, placed

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

PHOTO = resources.path("images", "astronaut.png")
PLAN = TrainingPlan(pixels="-1..1", optimizer="RMSprop", learning_rate=0.01)


@pytest.fixture
def net() -> Network:
    return network(
        placed(Input(shape=(28, 28, 1)), name="digit"),
        placed(Repeat(), [placed(Conv2D(filters=2, strides=(2, 2)), name="edges")], name="loop"),
        placed(Flatten(), name="flat"),
        placed(Dense(units=10), name="classes"),
    )


@pytest.fixture
def saved(net: Network, tmp_path: Path) -> Path:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export import save_model

    path = tmp_path / "model.keras"
    save_model(path, net, PLAN, build(net, seed=PLAN.seed).model)
    return path


def test_a_saved_model_is_plain_keras_with_peoples_names_and_can_be_trained_on(
    keras: Any, net: Network, saved: Path
) -> None:
    from cnnstudio.engine.builder import build

    model = keras.models.load_model(saved)
    assert [layer.name for layer in model.layers] == [
        "digit",
        "edges",
        "edges.2",
        "flat",
        "classes",
    ]
    original = build(net, seed=PLAN.seed).model
    image = np.random.default_rng(0).random((1, 28, 28, 1), np.float32)
    assert np.allclose(model(image), original(image))
    assert type(model.optimizer) is keras.optimizers.RMSprop
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01)
    assert model.loss.get_config()["from_logits"]
    history = model.fit(np.zeros((4, 28, 28, 1)), np.zeros(4), verbose=0).history
    assert set(history) == {"loss", "accuracy"}


def test_maps_of_a_saved_model_are_those_of_its_design(net: Network, saved: Path) -> None:
    from cnnstudio.engine.design_look import look_of_design
    from cnnstudio.engine.loading import look_of_model

    by_block = look_of_design(Design("d", net, PLAN), PHOTO).maps
    by_layer = look_of_model(saved, PHOTO).maps
    assert list(by_block) == ["digit", "loop", "edges", "flat", "classes"]
    assert by_block["digit"].min() < 0
    assert list(by_layer) == ["digit", "edges", "edges.2", "flat", "classes"]
    for block, layer in {"digit": "digit", "edges": "edges", "loop": "edges.2",
                         "flat": "flat", "classes": "classes"}.items():  # fmt: skip
        assert np.allclose(by_block[block], by_layer[layer], atol=1e-6)


def test_layers_of_a_saved_model_are_known_by_their_places_in_the_image(
    net: Network, saved: Path, keras: Any, tmp_path: Path
) -> None:
    from cnnstudio.core.map_places import image_under
    from cnnstudio.core.seen_pixels import seen_pixels
    from cnnstudio.engine.loading import look_of_model

    look = look_of_model(saved, PHOTO)
    assert look.network is not None
    seen = seen_pixels(look.network, look.uids["edges"])
    assert seen is not None
    assert seen.shape == look.maps["edges"].shape
    assert image_under(seen) is not None

    # The inner model's layer bears the name of the outer one's.
    layers, path = keras.layers, tmp_path / "nested.keras"
    inner = keras.Sequential([layers.Conv2D(3, 3, name="same")], name="inner")
    keras.Sequential(
        [keras.Input((9, 9, 3)), inner, layers.Conv2D(3, 3, padding="same", name="same")]
    ).save(path)
    nested = look_of_model(path, PHOTO)
    assert nested.network is not None
    assert "inner" in nested.maps
    uid = nested.uids.get("same")
    assert uid is None or len(nested.network.find(uid) or ()) == 1

    signal = keras.Input((5, 1))
    keras.Model(signal, layers.Conv1D(2, 3, name="conv")(signal)).save(path)
    (tmp_path / "a.csv").write_text("volts\n1\n2\n3\n4\n5\n")
    along = look_of_model(path, tmp_path / "a.csv")
    assert along.maps["conv"].shape == (3, 2)
    assert along.entered[:, 0].tolist() == [1, 2, 3, 4, 5]
    assert not along.is_picture


def test_what_cannot_be_looked_into_is_refused(net: Network, tmp_path: Path) -> None:
    from cnnstudio.engine.design_look import look_of_design

    with pytest.raises(ImageError):
        look_of_design(Design("d", net), tmp_path / "no.png")
    with pytest.raises(EngineError, match="the network is empty"):
        look_of_design(Design("d", Network()), PHOTO)
    flat = network(Input(shape=(784,)), Dense())
    with pytest.raises(EngineError, match="the Input is 784"):
        look_of_design(Design("d", flat), PHOTO)


@contextmanager
def nearly_full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond a few thousand bytes; nor its own log, so briefly."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_save_that_fails_leaves_what_was_there(net: Network, saved: Path) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export import save_model

    before = saved.read_bytes()
    model = build(net).model
    with nearly_full_disk(), pytest.raises(OSError, match="File too large"):
        save_model(saved, net, PLAN, model)
    assert saved.read_bytes() == before
    assert list(saved.parent.iterdir()) == [saved]


def test_a_model_is_saved_only_where_and_as_it_can_be(net: Network, tmp_path: Path) -> None:
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export import save_model

    model = build(net).model
    with pytest.raises(FileNotFoundError):
        save_model(tmp_path / "nowhere" / "model.keras", net, PLAN, model)
    with pytest.raises(EngineError, match=r"must end in \.keras"):
        save_model(tmp_path / "model.h5", net, PLAN, model)
    assert list(tmp_path.iterdir()) == []


def test_the_table_of_a_run_has_a_row_an_epoch(tmp_path: Path) -> None:
    from cnnstudio.engine.export import write_metrics

    path = tmp_path / "metrics.csv"
    epoch = EpochDone(0, 0, 0.5, 0.75, 0.625, 0.875, 1.25)
    batch = BatchDone(0, 0, 0, 1.0, 1.0, 1.0)
    write_metrics(path, [batch, epoch, replace(epoch, epoch=1), RunFinished(0, 2, stopped=False)])
    with path.open() as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1", "2"]
    assert {name: float(value) for name, value in rows[0].items()} == {
        "epoch": 1, "loss": 0.5, "accuracy": 0.75,
        "val_loss": 0.625, "val_accuracy": 0.875, "seconds": 1.25,
    }  # fmt: skip


def cut_short(saved: Path) -> None:
    saved.write_bytes(saved.read_bytes()[:-2000])


def without_weights(saved: Path) -> None:
    rewrite(saved, {"model.weights.h5": None})


def with_broken_weights(saved: Path) -> None:
    rewrite(saved, {"model.weights.h5": b"not HDF5"})


def with_nonsense_for_a_description(saved: Path) -> None:
    rewrite(saved, {"config.json": b'{"class_name": "Functional", "module": "keras"}'})


def with_a_description_nested_without_end(saved: Path) -> None:
    rewrite(saved, {"config.json": b"[" * 100_000})


def text(saved: Path) -> None:
    saved.write_text("not a model")


def nothing(saved: Path) -> None:
    saved.write_bytes(b"")


def missing(saved: Path) -> None:
    saved.unlink()


def a_folder(saved: Path) -> None:
    saved.unlink()
    saved.mkdir()


def rewrite(path: Path, members: dict[str, bytes | None]) -> None:
    """Replace members of a `.keras` archive, or leave them out."""
    with zipfile.ZipFile(path) as archive:
        content = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in {**content, **members}.items():
            if data is not None:
                archive.writestr(name, data)


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (cut_short, "cut short"),
        (without_weights, "cut short"),
        (with_broken_weights, "is damaged"),
        (with_nonsense_for_a_description, "is damaged"),
        (with_a_description_nested_without_end, "cut short"),
        (text, "is not a model of Keras 3"),
        (nothing, "is not a model of Keras 3"),
        (missing, "does not exist"),
        (a_folder, "it is a folder"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_a_spoilt_model_is_refused_in_one_sentence(
    saved: Path, spoil: Callable[[Path], None], expected: str
) -> None:
    from cnnstudio.engine.loading import load_model
    from cnnstudio.engine.model_files import ModelError

    spoil(saved)
    with pytest.raises(ModelError) as caught:
        load_model(saved)
    assert str(saved) in str(caught.value)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)


def test_code_in_a_model_is_not_run(keras: Any, saved: Path) -> None:
    from cnnstudio.engine.loading import load_model
    from cnnstudio.engine.model_files import ModelError

    entry = keras.Input((28, 28, 1))
    model = keras.Model(entry, keras.layers.Lambda(lambda x: x + 1)(entry))
    model.save(saved)
    with pytest.raises(ModelError, match="Lambda, code that is not Keras's own"):
        load_model(saved)


@pytest.mark.parametrize(
    "foreign",
    [
        {"module": "os", "class_name": "system", "registered_name": None},
        {"module": "builtins", "class_name": "eval", "registered_name": None},
        {"module": None, "class_name": "Own", "registered_name": "package>Own"},
    ],
    ids=str,
)
def test_a_model_with_foreign_code_is_not_opened(saved: Path, foreign: dict[str, Any]) -> None:
    from cnnstudio.engine.loading import load_model
    from cnnstudio.engine.model_files import ModelError

    with zipfile.ZipFile(saved) as archive:
        config = json.loads(archive.read("config.json"))
    config["config"]["layers"][1].update(foreign)
    rewrite(saved, {"config.json": json.dumps(config).encode()})
    with pytest.raises(ModelError, match="not Keras's own"):
        load_model(saved)


def test_models_of_other_makers_are_looked_into_as_far_as_they_take_images(
    keras: Any, tmp_path: Path
) -> None:
    from cnnstudio.engine.loading import look_of_model
    from cnnstudio.engine.model_files import ModelError

    layers, path = keras.layers, tmp_path / "other.keras"
    inner = keras.Sequential([layers.Conv2D(3, 3), layers.ReLU()], name="inner")
    keras.Sequential(
        [keras.Input((None, None, 3)), inner, layers.GlobalMaxPooling2D(name="top")]
    ).save(path)
    maps = look_of_model(path, PHOTO).maps
    assert maps["inner"].shape == (222, 222, 3)
    assert maps["top"].shape == (3,)

    one, other = keras.Input((8, 8, 1)), keras.Input((8, 8, 1))
    shared = layers.Conv2D(1, 3, name="shared")
    keras.Model(one, layers.Add(name="sum")([shared(one), shared(one)])).save(path)
    assert look_of_model(path, PHOTO).maps["sum"].shape == (6, 6, 1)

    keras.Model([one, other], layers.Add()([one, other])).save(path)
    with pytest.raises(ModelError, match="must have one input"):
        look_of_model(path, PHOTO)

    vector = keras.Input((5,))
    keras.Model(vector, layers.Dense(2)(vector)).save(path)
    with pytest.raises(ImageError, match="the Input is 5"):
        look_of_model(path, PHOTO)
