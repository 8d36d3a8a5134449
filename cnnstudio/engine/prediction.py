"""What a trained network says of a person's own files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.analysis import output_activation
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import FileImage, Probe
from cnnstudio.core.objective import NUMBER_LOSSES, SIGMOID
from cnnstudio.engine.data_collections import DataError
from cnnstudio.engine.data_texts import LARGEST_TEXT, tokens_of, words_of
from cnnstudio.engine.errors import ImageError
from cnnstudio.engine.features import class_labels, class_probabilities
from cnnstudio.engine.inputs import enter
from cnnstudio.engine.learned import Learned, labels_of, vocabulary_of

_ARRAY = ".npy"
"""Of files of numbers those that are never a text."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a network says of one image.

    One of the three is there: the classes, a number, or that the output is neither.

    Attributes:
        classes: names and probabilities, the likeliest first.
        number: what is guessed, where it is a number.
        shape: of an output that is neither.
        low: its smallest number.
        high: its largest one.
        note: a sentence that has to be said of what entered, "" for none.
    """

    classes: tuple[tuple[str, float], ...] = ()
    number: float | None = None
    shape: tuple[int, ...] = ()
    low: float = 0.0
    high: float = 0.0
    note: str = ""


class Predictor:
    """Asks a network about one file after another.

    Attributes:
        doubt: why the classes have no names, "" if they have.

    Raises:
        DataError: if those words cannot be read.
    """

    def __init__(self, subject: Learned) -> None:
        self._subject = subject
        self.doubt = ""
        self._vocabulary: tuple[str, ...] = ()
        if subject.takes_texts:
            self._vocabulary = vocabulary_of(subject)
        try:
            self._labels = labels_of(subject)
        except DataError as error:
            self._labels, self.doubt = (), str(error)

    def predict(self, path: Path) -> Prediction:
        """Return what the network says of a file.

        Raises:
            ImageError: if it cannot be used.
        """
        entered, note = self._entered(path)
        output = np.asarray(self._subject.model(entered[np.newaxis], training=False), np.float32)[0]
        return replace(self._prediction(output), note=note)

    def _prediction(self, output: NDArray[np.float32]) -> Prediction:
        if not np.isfinite(output).all():
            raise ImageError(
                _("the network’s outputs are no finite numbers: its weights have blown up")
            )
        if self._subject.plan.loss in NUMBER_LOSSES and output.shape == (1,):
            return Prediction(number=float(output[0]))
        chances = self._chances(output)
        if len(chances):
            return Prediction(self._named(chances))
        if output.shape == (1,):
            return Prediction(number=float(output[0]))
        return Prediction(shape=output.shape, low=float(output.min()), high=float(output.max()))

    def _entered(self, path: Path) -> tuple[NDArray[np.float32], str]:
        """Return what enters, and what has to be said of it."""
        plan, shape = self._subject.plan, self._subject.input_shape
        if path.is_dir():
            raise ImageError(
                _("{path} is a folder: name the files in it, such as {path}/*.png").format(
                    path=path
                )
            )
        if self._vocabulary and path.suffix.lower() != _ARRAY:
            tokens = tokens_of([words_of(_text_in(path))], self._vocabulary, shape[0])
            return np.asarray(tokens[0], np.float32), ""
        source = FileImage(str(path))
        probe = Probe(0, self._subject.network, source, plan.pixels, block="", resize=plan.resize)
        entered = enter(probe, shape)
        return entered.values, entered.note

    def _chances(self, output: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the probability of each class; none if the output does not tell classes apart."""
        if output.ndim == 1 and len(output) > 1 and self._activation == SIGMOID:
            # Each of them is a probability by itself.
            return output
        return class_probabilities(self._subject.network, output)

    @property
    def _activation(self) -> str:
        return output_activation(self._subject.network)

    def _named(self, chances: NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
        labels = self._labels or class_labels(len(chances), None)
        order = np.argsort(-chances, kind="stable")
        return tuple((labels[index], float(chances[index])) for index in order)


def _text_in(path: Path) -> str:
    try:
        check_file(path)
        if path.stat().st_size > LARGEST_TEXT:
            raise ImageError(
                _("{path} is too large for one text: at most {limit} MB").format(
                    path=path, limit=LARGEST_TEXT // 2**20
                )
            )
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise ImageError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise ImageError(_("{path} is not text in UTF-8").format(path=path)) from error
