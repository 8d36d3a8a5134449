"""The written code reads, fits and splits data as the studio does, and trains when it is run."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from cnnstudio.core.blocks import Dense, Embedding, Flatten, GlobalAveragePooling2D, Input
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.source.writing import write_source
from tests.engine.data_on_disk import bad_files, odd_images, shape_folder

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

TEXTS = {
    "good": ["A great, GREAT film", "好看的电影 great", "so good", "it was fine"],
    "bad": ["poor film", "no. no! film", "难看", "it was poor poor"],
}


def images_of(shape: tuple[int, int, int]) -> Network:
    return network_of(Input(shape), GlobalAveragePooling2D(), Dense(units=6, activation="softmax"))


def texts_of(length: int) -> Network:
    return network_of(
        Input((length,)), Embedding(input_dim=30), Flatten(), Dense(units=2, activation="softmax")
    )


def of_the_studio(network: Network, plan: TrainingPlan) -> tuple[Any, ...]:
    """Return images, classes, and the numbers of those learned from and of those kept back."""
    from cnnstudio.engine.data_collections import TokenTexts
    from cnnstudio.engine.datasets import prepare, split_of
    from cnnstudio.engine.evaluation import fitted_texts
    from cnnstudio.engine.images import prepare as prepared

    data = prepare(plan.data)
    shape = network.nodes[0].block.params()["shape"]
    if isinstance(data, TokenTexts):
        entered = fitted_texts(data.tokens, shape[0])
    else:
        every = map(data.pixels, range(len(data.classes)))
        entered = np.stack([prepared(p, shape, plan.pixels, plan.resize) for p in every])
    split = split_of(plan)
    return entered, data.classes, split.training, split.validation


def of_the_code(network: Network, plan: TrainingPlan) -> tuple[Any, ...]:
    found: dict[str, Any] = {"__name__": "imported"}
    exec(compile(write_source(network, plan=plan).text, "<source>", "exec"), found)
    images, classes, parts, _names = found["read_data"]()
    return images, classes, *found["split"](classes, parts)


def assert_same(network: Network, settings: dict[str, Any]) -> None:
    plan = make_plan({"epochs": 1, **settings})
    ours, theirs = of_the_studio(network, plan), of_the_code(network, plan)
    assert ours[0].shape == theirs[0].shape
    whole = 255 / {"0..1": 255, "-1..1": 127.5, "0..255": 1}[plan.pixels]
    assert np.abs(ours[0] - theirs[0]).max() <= whole / 255 + 1e-6
    assert np.abs(ours[0] - theirs[0]).mean() < whole / 255 / 100
    for one, other in zip(ours[1:], theirs[1:], strict=True):
        assert np.array_equal(one, other)


@pytest.mark.parametrize(
    ("shape", "settings"),
    [
        ((20, 12, 3), {"resize": "crop"}),
        ((12, 25, 1), {"resize": "fit", "pixels": "-1..1", "split": "random", "seed": 9}),
        ((13, 13, 3), {"resize": "stretch", "pixels": "0..255", "split": "stratified"}),
    ],
    ids=str,
)
def test_a_folder_is_read_as_the_studio_reads_it(
    tmp_path: Path, shape: tuple[int, int, int], settings: dict[str, Any]
) -> None:
    folder = shape_folder(tmp_path / "photos [a]", 40)
    bad_files(folder / "star")
    odd_images(folder / "ring")
    clear = Image.fromarray(np.random.default_rng(0).integers(0, 256, (9, 31, 4), np.uint8), "RGBA")
    clear.save(folder / "ring" / "clear.png")
    (folder / "ring.b").mkdir()
    clear.convert("RGB").resize((7, 40)).save(folder / "ring.b" / "tall.png")
    (folder / ".hidden").mkdir()
    clear.save(folder / ".hidden" / "a.png")
    assert_same(images_of(shape), {"data": f"folder:{folder}", **settings})


@pytest.mark.parametrize("split", ["auto", "stratified", "random"])
def test_given_parts_are_used_as_the_studio_uses_them(tmp_path: Path, split: str) -> None:
    for part, count in (("train", 30), ("Test", 12)):
        shape_folder(tmp_path / "photos" / part, count)
    settings = {"data": f"folder:{tmp_path / 'photos'}", "split": split}
    assert_same(images_of((8, 8, 3)), settings)
    shape_folder(tmp_path / "photos" / "val", 12, start=30)
    assert_same(images_of((8, 8, 3)), settings)


def test_tables_and_arrays_are_read_as_the_studio_reads_them(tmp_path: Path) -> None:
    folder = shape_folder(tmp_path / "photos", 24)
    lines = ["Image_Path;Class;set"]
    for number, path in enumerate(sorted(folder.rglob("*.png"))):
        part = "val" if number % 5 == 0 else "train"
        lines.append(f"{path.relative_to(tmp_path)};{path.parent.name};{part}")
    (tmp_path / "t.csv").write_text("\n".join([*lines, "photos/gone.png;ring;train", "x"]))
    assert_same(images_of((8, 10, 3)), {"data": f"csv:{tmp_path / 't.csv'}", "split": "auto"})
    generator = np.random.default_rng(4)
    grey, colour = generator.random((20, 9, 9)), generator.integers(0, 256, (20, 4, 9, 9), np.uint8)
    labels = np.arange(20) % 3
    np.savez(tmp_path / "a.npz", x_train=grey, y_train=labels, x_test=grey[:5], y_test=labels[:5])
    np.savez(tmp_path / "b.npz", pictures=colour, what=np.eye(3)[labels])
    np.savez(tmp_path / "c.npz", images=grey * 2 - 1, labels=np.array(["a", "b", "c"])[labels])
    np.save(tmp_path / "x.npy", (grey * 65535).astype(np.uint16))
    np.save(tmp_path / "y.npy", labels.astype(np.float32))
    for source in ("a.npz", "b.npz?images=pictures&labels=what", "c.npz", "x.npy"):
        assert_same(images_of((9, 9, 1)), {"data": f"npz:{tmp_path / source}"})
    for data in ("shapes:30?seed=5", "mnist-5k"):
        assert_same(images_of((32, 32, 3)), {"data": data, "resize": "fit"})


@pytest.mark.parametrize("is_table", [False, True])
def test_texts_become_the_same_numbers(tmp_path: Path, is_table: bool) -> None:
    source = tmp_path / ("t.csv" if is_table else "texts")
    lines = ["review,sentiment"]
    for label, texts in TEXTS.items():
        (tmp_path / "texts" / label).mkdir(parents=True)
        for number, text in enumerate(texts):
            (tmp_path / "texts" / label / f"{number}.txt").write_text(text, "utf-8")
            lines.append(f'"{text}",{label}')
    (tmp_path / "texts" / "bad" / "blank.txt").write_text(" ")
    (tmp_path / "texts" / "bad" / "odd.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "t.csv").write_text("\n".join(lines), "utf-8")
    for length in (5, 3, 9):
        assert_same(texts_of(length), {"data": f"texts:{source}?length=5&words=12"})


def program(folder: Path, network: Network, plan: TrainingPlan) -> dict[str, Any]:
    """Run the code as a person does; return what it read and how it split that."""
    text = write_source(network, plan=plan).text
    kept = "images=images, labels=labels, training=training, validation=validation"
    (folder / "run.py").write_text(f'{text}    np.savez("entered.npz", {kept})\n', "utf-8")
    done = subprocess.run(
        [sys.executable, "run.py"], cwd=folder, capture_output=True, text=True, check=False,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""}, timeout=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    with np.load(folder / "entered.npz") as entered:
        return dict(entered)


def test_the_code_runs_as_a_program_and_its_model_is_worth_the_same_in_the_studio(
    tmp_path: Path,
) -> None:
    import keras

    from cnnstudio.jobs.evaluating import evaluate_job

    folder = shape_folder(tmp_path / "photos", 60)
    settings = {
        "data": f"folder:{folder}", "resize": "fit", "pixels": "-1..1", "epochs": 2, "seed": 3,
        "label_smoothing": 0.1, "keep_best": True, "patience": 1, "schedule": "cosine",
        "class_weight": "balanced",
    }  # fmt: skip
    network, plan = images_of((16, 20, 3)), make_plan(settings)
    theirs = program(tmp_path, network, plan)
    ours = of_the_studio(network, plan)
    names = ("images", "labels", "training", "validation")
    for name, array in zip(names, ours, strict=True):
        assert np.allclose(theirs[name], array, rtol=0, atol=1 / 127.5)
    model = keras.models.load_model(tmp_path / "model.keras")
    kept = theirs["validation"]
    classes = keras.utils.to_categorical(theirs["labels"][kept], 6)
    said = model.evaluate(theirs["images"][kept], classes, verbose=0, return_dict=True)
    quiet = Console(file=io.StringIO())
    found = evaluate_job(tmp_path / "model.keras", settings, "validation", quiet).found
    assert found.loss == pytest.approx(said["loss"], rel=1e-3)
    assert found.accuracy == pytest.approx(said["accuracy"], abs=1e-6)


def test_the_code_for_texts_runs_as_a_program(tmp_path: Path) -> None:
    for label, texts in TEXTS.items():
        (tmp_path / "texts" / label).mkdir(parents=True)
        for number, text in enumerate(texts):
            (tmp_path / "texts" / label / f"{number}.txt").write_text(text, "utf-8")
    plan = TrainingPlan(data=f"texts:{tmp_path / 'texts'}?length=6", epochs=1)
    theirs = program(tmp_path, texts_of(6), plan)
    ours = of_the_studio(texts_of(6), plan)
    for name, array in zip(("images", "labels", "training", "validation"), ours, strict=True):
        assert np.array_equal(theirs[name], array)
    assert (tmp_path / "model.keras").is_file()


@pytest.mark.parametrize("name", ["mnist", "cifar10"])
def test_a_set_of_keras_is_split_as_the_studio_splits_it(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    import keras

    from cnnstudio.core.data.splits import split

    colour = () if name == "mnist" else (3,)
    side = 28 if name == "mnist" else 32
    generator = np.random.default_rng(1)

    def some(count: int) -> Any:
        labels = (np.arange(count) % 10).reshape(-1, *([1] if colour else []))
        return generator.integers(0, 256, (count, side, side, *colour), np.uint8), labels

    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: (some(40), some(20)))
    for rule in ("auto", "stratified", "random"):
        plan = make_plan({"data": f"keras:{name}", "split": rule, "seed": 2})
        images, classes, training, validation = of_the_code(images_of((16, 16, 3)), plan)
        parts = np.repeat(np.array([0, 2], np.uint8), [40, 20])
        wanted = split(classes, parts, rule=rule, share=0.2, seed=2)
        assert images.shape == (60, 16, 16, 3)
        assert np.array_equal(training, wanted.training)
        assert np.array_equal(validation, wanted.validation)
