"""A trained network held against labelled data that it is shown once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

from cnnstudio.core import evaluation as parts
from cnnstudio.core.analysis import analyse
from cnnstudio.core.data import splits
from cnnstudio.core.data.sources import MOST_WORDS, Arrays, Texts, from_text, to_text
from cnnstudio.core.evaluation import Evaluation
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.objective import Task, numbers_of, objections
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.data_collections import (
    FIRST,
    RARE,
    Collection,
    DataError,
    TokenTexts,
    Watch,
)
from cnnstudio.engine.data_reading import nobody
from cnnstudio.engine.data_texts import check_texts
from cnnstudio.engine.datasets import prepare
from cnnstudio.engine.errors import EngineError, ImageError
from cnnstudio.engine.images import check_shape
from cnnstudio.engine.images import prepare as prepared
from cnnstudio.engine.learned import Learned, labels_of, vocabulary_of
from cnnstudio.engine.losses import Marks

Batch = tuple[NDArray[np.float32], NDArray[np.int64]]
"""Images or texts as they enter the network, and their classes."""


class EvaluationError(EngineError):
    """Data that says nothing about a network; the text is for people and says what to do."""


def evaluate(
    subject: Learned, plan: TrainingPlan, part: str = parts.VALIDATION, watch: Watch = nobody
) -> Evaluation:
    """Show a network labelled data and count what it takes for what.

    Args:
        subject: the network, with the plan it was trained by.
        plan: names the data, how it is split and how images enter the network.
        part: which of the data, a key of `PARTS`.
        watch: called while data is read and after every batch; what it raises ends the work, such
            as the `StoppedError` of a stop flag.

    Raises:
        DataError: if the data cannot be read, or is not what the network takes.
        ImageError: if the Input does not take images.
        EvaluationError: if its classes are not those of the network, or the part is empty.
    """
    data = _data(subject, plan, watch)
    labels, numbers = _classes(subject, plan, data.dataset.labels)
    members = _members(plan, data, part)
    left_out = [left.why for left in data.left_out]
    tally = _Tally(subject, labels)
    done = 0
    for batch in _batches(subject, plan, data, members, left_out):
        watch(done, len(members))
        done += plan.batch_size
        tally.add(batch[0], numbers[batch[1]])
    # What a run has found damaged before is told already.
    return tally.result(part, tuple(dict.fromkeys(left_out)))


class _Tally:
    """The sums over all batches.

    Args:
        subject: the network.
        labels: names of the classes; of numbers, if it guesses one.
    """

    def __init__(self, subject: Learned, labels: Sequence[str]) -> None:
        self._model = subject.model
        self._labels = tuple(labels)
        self._objective = subject.objective
        is_number = self._objective.task is Task.NUMBER
        self._numbers = numbers_of(labels) if is_number else None
        self._marks = Marks(self._objective, numbers=self._numbers or ())
        shape = (None, *subject.input_shape)
        self._pass = tf.function(
            self._forward,
            autograph=False,
            input_signature=[tf.TensorSpec(shape, tf.float32), tf.TensorSpec((None,), tf.int64)],
        )
        self._confusion = np.zeros((len(labels), len(labels)), np.int64)
        self._loss = self._error = 0.0

    def add(self, entered: NDArray[np.float32], classes: NDArray[np.int64]) -> None:
        """Count a batch.

        Raises:
            EvaluationError: if the network's outputs are no numbers.
        """
        found, loss = self._pass(tf.constant(entered), tf.constant(classes))
        outputs = found.numpy().astype(np.float64)
        if not np.isfinite(outputs).all():
            raise EvaluationError(
                _("the network’s outputs are no finite numbers: its weights have blown up")
            )
        self._loss += float(loss) * len(classes)
        np.add.at(self._confusion, (classes, self._guesses(outputs)), 1)
        if self._numbers is not None:
            wanted = np.array(self._numbers)[classes]
            self._error += float(np.abs(outputs[:, 0] - wanted).sum())

    def result(self, part: str, left_out: tuple[str, ...]) -> Evaluation:
        """Return what it comes to.

        Raises:
            EvaluationError: if nothing was counted.
        """
        images = int(self._confusion.sum())
        if not images:
            raise EvaluationError(
                _("none of the images can be read; the first one: {why}").format(why=left_out[0])
            )
        return Evaluation(
            part=part,
            labels=self._labels,
            confusion=self._confusion,
            loss=self._loss / images,
            penalty=float(sum(map(float, self._model.losses))),
            mean_absolute_error=None if self._numbers is None else self._error / images,
            left_out=left_out,
        )

    def _forward(self, entered: Any, classes: Any) -> tuple[Any, Any]:
        outputs = self._model(entered, training=False)
        return outputs, self._marks.loss(classes, outputs)

    def _guesses(self, outputs: NDArray[np.float64]) -> NDArray[np.int64]:
        if self._numbers is not None:
            guesses = np.abs(outputs - np.array(self._numbers)).argmin(axis=1)
        elif self._objective.task is Task.BINARY:
            guesses = outputs[:, 0] > (0.0 if self._objective.from_logits else 0.5)
        else:
            guesses = outputs.argmax(axis=1)
        return np.asarray(guesses, np.int64)


def _data(subject: Learned, plan: TrainingPlan, watch: Watch) -> Collection:
    """Read the data; texts with the numbers that the network knows their words by."""
    source = from_text(plan.data)
    if not isinstance(source, Texts):
        return prepare(plan.data, watch)
    known = vocabulary_of(subject)
    # All words get a number first, for those that are rare here may be frequent there.
    data = prepare(to_text(replace(source, words=MOST_WORDS)), watch)
    if not isinstance(data, TokenTexts) or not known:
        raise DataError(
            _("the words that the network has learned are not known: its own data is {data}")
            .format(data=subject.plan.data)
        )  # fmt: skip
    numbers = {word: number for number, word in enumerate(known, start=FIRST)}
    table = np.array([0, RARE, *(numbers.get(word, RARE) for word in data.vocabulary)], np.int32)
    data = replace(data, tokens=table[data.tokens], vocabulary=known)
    check_texts(subject.network, analyse(subject.network), data)
    return data


def _classes(
    subject: Learned, plan: TrainingPlan, given: tuple[str, ...]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Return the classes that are counted, and of each class of the data which of those it is.

    Raises:
        EvaluationError: if they are not the network's.
    """
    shape = tuple(subject.model.output_shape[1:])
    same = np.arange(len(given))
    if len(shape) != 1:
        raise EvaluationError(
            _(
                "the network puts out {shape}, not a number for each class: only a network that "
                "tells classes apart, or guesses a number, can be evaluated"
            ).format(shape=times(shape))
        )
    if subject.objective.task is Task.NUMBER:
        said = objections(replace(plan, class_weight=None), given, shape)
        if said:
            raise EvaluationError(said[0])
        return given, same
    wanted = 2 if subject.objective.task is Task.BINARY else shape[0]
    known = _known(subject)
    if not known and len(given) == wanted:
        return given, same
    if not known:
        raise EvaluationError(
            _(
                "the network tells {wanted:,} classes apart, but the data has {received:,}: "
                "{labels}"
            ).format(wanted=wanted, received=len(given), labels=_some(given))
        )
    return known, _places(known, given, by_number=isinstance(from_text(plan.data), Arrays))


def _known(subject: Learned) -> tuple[str, ...]:
    """Return the names of the network's classes, none if its own data is gone."""
    try:
        return labels_of(subject)
    except DataError:
        return ()


def _places(
    known: tuple[str, ...], given: tuple[str, ...], *, by_number: bool
) -> NDArray[np.int64]:
    """Return which of the network's classes each class of the data is.

    Args:
        known: names of the network's classes.
        given: of the data's.
        by_number: whether the data may as well have numbers for names.

    Raises:
        EvaluationError: if one of them is none of the network's.
    """
    places = {label: number for number, label in enumerate(known)}
    if all(label in places for label in given):
        return np.array([places[label] for label in given])
    numbers = {str(number): number for number in range(len(known))}
    if by_number and all(label in numbers for label in given):
        return np.array([numbers[label] for label in given])
    strange = [label for label in given if label not in places]
    raise EvaluationError(
        _(
            "the data has classes that the network has not learned: expected {expected}, received "
            "{received}"
        ).format(expected=_some(known), received=_some(strange))
    )


def _some(labels: Sequence[str]) -> str:
    most = 10
    return ", ".join(labels[:most]) + (" …" if len(labels) > most else "")


def _members(plan: TrainingPlan, data: Collection, part: str) -> NDArray[np.int64]:
    """Return the numbers of the images of a part.

    Raises:
        EvaluationError: if there are none.
    """
    if part == parts.ALL:
        members = np.arange(len(data.classes))
    elif part == parts.TEST:
        members = np.flatnonzero([] if data.parts is None else data.parts == splits.TEST)
    else:
        share, rule = plan.validation_split, plan.split
        split = splits.split(data.classes, data.parts, rule=rule, share=share, seed=plan.seed)
        members = split.training if part == parts.TRAINING else split.validation
    if not len(members):
        raise EvaluationError(
            _("{data} has no images for the part “{part}”: choose another, such as “{all}”").format(
                data=plan.data, part=part, all=parts.ALL
            )
        )
    return members


def _batches(
    subject: Learned,
    plan: TrainingPlan,
    data: Collection,
    members: NDArray[np.int64],
    left_out: list[str],
) -> Iterator[Batch]:
    """Yield all images, a few at a time; what cannot be read is added to `left_out`."""
    shape = subject.input_shape
    groups = np.split(members, range(plan.batch_size, len(members), plan.batch_size))
    if isinstance(data, TokenTexts):
        for group in groups:
            yield fitted_texts(data.tokens[group], shape[0]), data.classes[group]
        return

    check_shape(shape)

    def entered(number: int) -> NDArray[np.float32] | ImageError:
        try:
            pixels = data.pixels(number)
        except ImageError as error:
            return error
        return prepared(pixels, shape, plan.pixels, plan.resize)

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        coming = pool.map(entered, groups[0])
        for group, later in zip(groups, [*groups[1:], groups[0][:0]], strict=True):
            # The next are decoded while the network looks at these.
            found, coming = list(coming), pool.map(entered, later)
            left_out += [str(image) for image in found if isinstance(image, ImageError)]
            fine = {n: i for n, i in zip(group, found, strict=True) if isinstance(i, np.ndarray)}
            if fine:
                yield np.stack(list(fine.values())), data.classes[list(fine)]


def fitted_texts(tokens: NDArray[np.int32], length: int) -> NDArray[np.float32]:
    """Return texts of the Input's length, filled up with 0."""
    result = np.zeros((len(tokens), length), np.float32)
    kept = min(tokens.shape[1], length)
    result[:, :kept] = tokens[:, :kept]
    return result
