"""Trained networks held against data, and asked about files: the numbers are Keras's own."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from cnnstudio.core import document
from cnnstudio.core.blocks import Conv2D, Dense, Embedding, Flatten, Input
from cnnstudio.core.document import Design
from cnnstudio.core.evaluation import Evaluation
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.core.weights_name import weights_beside
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.evaluating import evaluate_job, evaluation_data, show_evaluation
from cnnstudio.jobs.predicting import predict_job, prediction_data, prediction_text
from tests.engine.data_on_disk import bad_files, cut_short, shape_folder
from tests.test_cli import run

pytestmark = [pytest.mark.tensorflow, pytest.mark.usefixtures("keras")]

QUIET = Console(file=io.StringIO())


def ended(*last: Any) -> Network:
    return network_of(Input((16, 16, 3)), Conv2D(filters=4, kernel_size=(5, 5)), Flatten(), *last)


def saved(folder: Path, network: Network, plan: TrainingPlan) -> Path:
    """Write a network as if it had been trained, as a model and as a design; return the model."""
    from cnnstudio.engine.builder import build
    from cnnstudio.engine.export import save_model
    from cnnstudio.engine.weights import save_weights, weights_of

    model = build(network, seed=3).model
    save_model(folder / "model.keras", network, plan, model)
    document.save(Design("d", network, plan), folder / "design.cnn.json")
    save_weights(weights_beside(folder / "design.cnn.json"), weights_of(model))
    return folder / "model.keras"


def told_by_keras(model: Path, images: Any, targets: Any) -> dict[str, float]:
    import keras

    loaded = keras.models.load_model(model)
    result: dict[str, float] = loaded.evaluate(images, targets, verbose=0, return_dict=True)
    return result


@pytest.mark.parametrize(
    ("last", "settings"),
    [
        (Dense(units=6, activation="softmax", kernel_regularizer=("l2", 0.1)), {}),
        (Dense(units=6), {"pixels": "-1..1", "batch_size": 7}),
        (
            Dense(units=6, activation="softmax"),
            {"label_smoothing": 0.2, "class_weight": "balanced"},
        ),
        (Dense(units=6, activation="softmax"), {"loss": "focal"}),
    ],
    ids=str,
)
def test_loss_and_accuracy_are_those_of_keras_on_the_same_arrays(
    tmp_path: Path, last: Any, settings: dict[str, Any]
) -> None:
    import keras

    from cnnstudio.core.data.shapes import draw
    from cnnstudio.engine.images import prepare

    plan = make_plan({"data": "shapes:90?seed=2", **settings})
    model = saved(tmp_path, ended(last), plan)
    found = evaluate_job(model, {}, "all", QUIET).found
    images, classes = draw(90, 2)
    entered = np.stack([prepare(image, (16, 16, 3), plan.pixels) for image in images])
    is_row = "label_smoothing" in settings or "loss" in settings
    targets = keras.utils.to_categorical(classes, 6) if is_row else classes
    theirs = told_by_keras(model, entered, targets)
    assert found.loss + found.penalty == pytest.approx(theirs["loss"], rel=1e-5)
    assert found.accuracy == pytest.approx(theirs["accuracy"], abs=1e-6)
    assert (found.penalty > 0) == (last.kernel_regularizer is not None)
    guesses = keras.models.load_model(model)(entered).numpy().argmax(axis=1)
    for row in range(6):
        for column in range(6):
            there = int(((classes == row) & (guesses == column)).sum())
            assert found.confusion[row, column] == there
    assert found.images == 90


def test_two_classes_and_numbers_are_evaluated_as_keras_does(tmp_path: Path) -> None:
    generator = np.random.default_rng(5)
    images = generator.integers(0, 256, (40, 16, 16, 3), np.uint8)
    entered = images.astype(np.float32) / 255
    twos, numbers = np.arange(40) % 2, np.array([1.5, 4, 10])[np.arange(40) % 3]
    np.savez(tmp_path / "two.npz", x=images, y=twos)
    np.savez(tmp_path / "numbers.npz", x=images, y=numbers.astype(str))
    for activation in ("sigmoid", None):
        network = ended(Dense(units=1, activation=activation))
        model = saved(tmp_path, network, TrainingPlan(data=f"npz:{tmp_path / 'two.npz'}"))
        found = evaluate_job(model, {}, "all", QUIET).found
        theirs = told_by_keras(model, entered, twos)
        assert found.loss == pytest.approx(theirs["loss"], rel=1e-5)
        assert found.accuracy == pytest.approx(theirs["accuracy"], abs=1e-6)
    plan = TrainingPlan(data=f"npz:{tmp_path / 'numbers.npz'}", loss="huber")
    model = saved(tmp_path, ended(Dense(units=1)), plan)
    found = evaluate_job(model, {}, "all", QUIET).found
    theirs = told_by_keras(model, entered, numbers)
    assert found.loss == pytest.approx(theirs["loss"], rel=1e-5)
    assert found.mean_absolute_error == pytest.approx(theirs["mean_absolute_error"], rel=1e-5)
    assert found.labels == ("1.5", "10.0", "4.0")
    (predicted,) = predict_job(model, [_image(tmp_path)], {}).of_files
    assert "number" in prediction_data(predicted, 3)


def test_a_model_knows_its_data_its_split_and_what_an_image_has_to_be(tmp_path: Path) -> None:
    from cnnstudio.engine.training import train_design

    folder = shape_folder(tmp_path / "photos", 60)
    reasons = bad_files(folder / "star")
    cut_short(folder / "ring" / "000005.png")
    plan = TrainingPlan(data=f"folder:{folder}", resize="fit", pixels="-1..1", epochs=1, seed=4)
    network = ended(Dense(units=6, activation="softmax"))
    epochs: list[Any] = []
    from cnnstudio.core.messages import EpochDone
    from cnnstudio.engine.export import save_model
    from cnnstudio.engine.stop_flag import StopFlag

    trained = train_design(Design("d", network, plan), epochs.append, StopFlag())
    save_model(tmp_path / "model.keras", network, plan, trained)
    (epoch,) = [event for event in epochs if isinstance(event, EpochDone)]
    whole = evaluate_job(tmp_path / "model.keras", {}, None, QUIET)
    assert whole.found.part == "validation"
    assert whole.found.loss == pytest.approx(epoch.val_loss, rel=1e-4)
    assert whole.found.accuracy == pytest.approx(epoch.val_accuracy, abs=1e-6)
    every = evaluate_job(tmp_path / "model.keras", {}, "all", QUIET)
    assert every.found.images == 59
    assert len(every.found.left_out) == len(reasons) + 1
    assert any("000005.png is damaged" in reason for reason in every.found.left_out)
    # Some of the classes, by their names, however they are numbered there.
    for name in ("circle", "ring", "cross"):
        (folder / name).rename(tmp_path / name)
    other = evaluate_job(tmp_path / "model.keras", {"data": f"folder:{folder}"}, "all", QUIET)
    counts = {marks.label: marks.count for marks in other.found.classes}
    assert counts == {"circle": 0, "cross": 0, "ring": 0, "square": 10, "star": 10, "triangle": 10}
    elsewhere = {"data": "shapes:60"}
    assert evaluate_job(tmp_path / "model.keras", elsewhere, None, QUIET).found.part == "all"


def test_what_cannot_be_evaluated_is_told_with_what_was_expected(tmp_path: Path) -> None:
    plan = TrainingPlan(data="shapes:60")
    model = saved(tmp_path, ended(Dense(units=6, activation="softmax")), plan)

    def refused(kind: type[Exception], changes: dict[str, Any], part: str | None = None) -> str:
        with pytest.raises(kind) as caught:
            evaluate_job(model, changes, part, QUIET)
        return str(caught.value)

    said = refused(JobError, {"data": "mnist-5k"})
    assert "expected circle, square, triangle, star, cross, ring, received 0, 1, 2" in said
    assert "no images for the part “test”" in refused(JobError, {}, "test")
    assert "expected one of validation, training, test, all" in refused(UsageError, {}, "some")
    assert "split must be one of" in refused(UsageError, {"split": "odd"})
    # A model of another program says nothing of its data, and has no names for its classes.
    document.save(Design("new", ended(Dense(units=6))), tmp_path / "new.cnn.json")
    with pytest.raises(JobError, match="there are no weights for conv_1, dense_1"):
        evaluate_job(tmp_path / "new.cnn.json", {}, None, QUIET)
    import keras

    keras.models.load_model(model).save(tmp_path / "foreign.h5")
    with pytest.raises(UsageError, match="name the data with --data"):
        evaluate_job(tmp_path / "foreign.h5", {}, None, QUIET)
    with pytest.raises(JobError, match="tells 6 classes apart, but the data has 10"):
        evaluate_job(tmp_path / "foreign.h5", {"data": "mnist-5k"}, None, QUIET)
    ours = evaluate_job(model, {"data": "shapes:60"}, "all", QUIET).found
    theirs = evaluate_job(tmp_path / "foreign.h5", {"data": "shapes:60"}, None, QUIET).found
    assert theirs.loss == pytest.approx(ours.loss, rel=1e-5)
    assert np.array_equal(theirs.confusion, ours.confusion)
    maps = saved(tmp_path, network_of(Input((16, 16, 3)), Conv2D()), plan)
    with pytest.raises(JobError, match="puts out 14×14×32, not a number for each class"):
        evaluate_job(maps, {}, None, QUIET)
    (predicted,) = predict_job(maps, [_image(tmp_path)], {}).of_files
    assert prediction_data(predicted, 3)["shape"] == [14, 14, 32]
    assert "neither classes nor one number" in prediction_text(predicted, 3)


def test_texts_keep_the_words_that_the_network_has_learned(tmp_path: Path) -> None:
    for folder, words in (("a", ("good film", "bad film")), ("b", ("so so bad", "good good"))):
        for label, text in zip(("no", "yes"), words, strict=True):
            (tmp_path / folder / label).mkdir(parents=True)
            (tmp_path / folder / label / "1.txt").write_text(text)
    network = network_of(
        Input((4,)), Embedding(input_dim=8), Flatten(), Dense(units=2, activation="softmax")
    )
    plan = TrainingPlan(data=f"texts:{tmp_path / 'a'}?length=4&words=8")
    model = saved(tmp_path, network, plan)
    import keras

    # film 2, bad 3, good 4; the rest is rare.
    rows = np.array([[1, 1, 3, 0], [4, 4, 0, 0]])
    theirs = told_by_keras(model, rows, np.array([0, 1]))
    for source in (model, tmp_path / "design.cnn.json"):
        found = evaluate_job(source, {"data": f"texts:{tmp_path / 'b'}"}, None, QUIET).found
        assert found.loss == pytest.approx(theirs["loss"], rel=1e-5)
        (predicted,) = predict_job(source, [tmp_path / "b" / "no" / "1.txt"], {}).of_files
        chances = keras.models.load_model(model)(rows).numpy()[0]
        said = {c["label"]: c["probability"] for c in prediction_data(predicted, 2)["classes"]}
        assert said == pytest.approx({"no": chances[0], "yes": chances[1]}, rel=1e-5)


def test_numbers_enter_a_network_that_takes_no_images(tmp_path: Path) -> None:
    network = network_of(Input((6, 1)), Flatten(), Dense(units=2, activation="softmax"))
    model = saved(tmp_path, network, TrainingPlan())
    rows = np.arange(12, dtype=np.float32).reshape(2, 6)
    files = [tmp_path / "one.csv", tmp_path / "two.npy", _image(tmp_path)]
    files[0].write_text("".join(f"{x}\n" for x in rows[0]))
    np.save(files[1], rows)
    import keras

    chances = keras.models.load_model(model)(rows[:1, :, np.newaxis]).numpy()[0]
    *fine, wrong = predict_job(model, files, {}).of_files
    for predicted in fine:
        told = prediction_data(predicted, 2)["classes"]
        assert sorted(c["probability"] for c in told) == pytest.approx(sorted(chances), rel=1e-5)
    assert "The first of 2 examples in the file" in prediction_text(fine[1], 2)
    assert "the Input is 6×1, but images are" in wrong.error


def test_several_sigmoid_outputs_are_a_probability_each(tmp_path: Path) -> None:
    plan = TrainingPlan(data="shapes:60")
    model = saved(tmp_path, ended(Dense(units=6, activation="sigmoid")), plan)
    (predicted,) = predict_job(model, [_image(tmp_path)], {}).of_files
    chances = [entry["probability"] for entry in prediction_data(predicted, 6)["classes"]]
    assert chances == sorted(chances, reverse=True)
    assert sum(chances) != pytest.approx(1.0, abs=1e-3)


def test_evaluate_and_predict_as_a_person_and_as_a_program_use_them(tmp_path: Path) -> None:
    plan = TrainingPlan(data="shapes:60")
    saved(tmp_path, ended(Dense(units=6, activation="softmax")), plan)
    design, image = tmp_path / "design.cnn.json", _image(tmp_path)
    code, out, err = run("evaluate", design, "--part", "all", "--json")
    assert code == 0, err
    told = json.loads(out)
    assert told == evaluation_data(evaluate_job(design, {}, "all", QUIET))
    assert np.array(told["confusion"]).sum() == told["images"] == 60
    (tmp_path / "empty.png").touch()
    code, out, err = run("predict", design, image, tmp_path / "empty.png", image, "--top", "2")
    assert code == 1
    assert "empty.png is empty" in err.replace("\n", "")
    assert [line.count("%") for line in out.splitlines()] == [2, 2]
    code, out, _err = run("predict", design, tmp_path, image, "--json")
    wrong, fine = json.loads(out)["images"]
    assert code == 1
    assert "is a folder: name the files in it" in wrong["error"]
    assert len(fine["classes"]) == 3
    (predicted,) = predict_job(tmp_path / "model.keras", [image], {}).of_files
    again = prediction_data(predicted, 3)["classes"]
    assert [entry["label"] for entry in again] == [entry["label"] for entry in fine["classes"]]


def test_a_terminal_shows_what_is_taken_for_what_of_a_few_classes() -> None:
    def shown(count: int) -> str:
        labels = tuple(f"class-{number}" for number in range(count))
        found = Evaluation("all", labels, np.eye(count, dtype=np.int64) * 7, 0.5)
        console = Console(file=io.StringIO(), record=True, width=200)
        from cnnstudio.jobs.evaluating import Evaluated

        show_evaluation(Evaluated("m", "d", found), console)
        return console.export_text()

    assert "[7]" in shown(12)
    assert "of 13 classes, is in the output of --json" in shown(13)
    found = Evaluation("all", ("a", "b", "c"), np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]), 0.1)
    first, second, third = found.classes
    assert (first.count, first.precision, first.recall) == (4, 0.6, 0.75)
    assert first.f1 == pytest.approx(2 * 0.6 * 0.75 / 1.35)
    assert second.precision == 0.8
    assert (third.precision, third.recall, third.f1) == (None, None, None)
    assert found.accuracy == 0.7
    assert replace(found, part="test").images == 10


def _image(folder: Path) -> Path:
    path = folder / "image.png"
    pixels = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    Image.fromarray(pixels).save(path)
    return path
