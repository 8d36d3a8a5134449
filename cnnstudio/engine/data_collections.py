"""Labelled data that has been read, whatever it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.datasets import Dataset
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import NO_DATA
from cnnstudio.engine.errors import EngineError, ImageError
from cnnstudio.engine.images import open_image

MOST_CLASSES = 10_000
"""Classes that data may have; more of them are numbers that were taken for classes."""

PADDING, RARE, FIRST = 0, 1, 2
"""What fills up a text, what stands for a rare word, and the most frequent word's number."""

Watch = Callable[[int, int], object]
"""Called while data is read, with how much is done and how much there is, 0 if that is not known;
what it raises ends the work."""


class DataError(EngineError):
    """Data that cannot be used; the text is for people and says what to do."""

    cause = NO_DATA


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no part of the data.

    Attributes:
        path: of it.
        why: what is wrong with it, a sentence for people that names the file.
    """

    path: str
    why: str


class Collection(Protocol):
    """Labelled images, or texts, by number.

    Attributes:
        dataset: what is known of them.
        classes: of them, `(count,)`.
        parts: `TRAIN`, `VALIDATION` or `TEST`, `(count,)`; None if the data does not come in parts.
        left_out: files that cannot be used. More may come to it while images are decoded.
    """

    dataset: Dataset
    classes: NDArray[np.int64]
    parts: NDArray[np.uint8] | None
    left_out: list[LeftOut]

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Return an image, `(height, width, 1 or 3)`.

        Raises:
            ImageError: if it cannot be read.
        """

    def fingerprint(self) -> str:
        """Return a text that another collection only has if it holds the same."""


@dataclass(slots=True)
class ImageArrays:
    """Images in memory, `(count, height, width, 1 or 3)`."""

    dataset: Dataset
    classes: NDArray[np.int64]
    images: NDArray[np.uint8]
    parts: NDArray[np.uint8] | None = None
    left_out: list[LeftOut] = field(default_factory=list)

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Return an image."""
        image: NDArray[np.uint8] = self.images[index]
        return image

    def fingerprint(self) -> str:
        """Return a text made from all pixels and classes."""
        return _digest(self.images, self.classes, self.parts, repr(self.dataset.labels))


@dataclass(slots=True)
class ImageFiles:
    """Images in files, which are read when they are wanted.

    Attributes:
        root: the folder that the names count from.
        names: of the files.
        signature: made from the names, sizes and times of all files, also those left out.
    """

    dataset: Dataset
    classes: NDArray[np.int64]
    root: Path
    names: list[str]
    signature: str
    parts: NDArray[np.uint8] | None = None
    left_out: list[LeftOut] = field(default_factory=list)

    def path(self, index: int) -> Path:
        """Return where an image is."""
        return self.root / self.names[index]

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Read an image.

        Raises:
            ImageError: if it cannot be read.
        """
        return open_image(self.path(index)).pixels

    def fingerprint(self) -> str:
        """Return a text made from the names, sizes and times of the files."""
        return _digest(self.classes, self.parts, repr(self.dataset.labels), self.signature)


@dataclass(slots=True)
class TokenTexts:
    """Texts as rows of word numbers, `(count, words)`.

    Attributes:
        tokens: the numbers; 0 fills up, 1 is a word that is not in the vocabulary.
        vocabulary: the words from number 2 on, the most frequent one first.
    """

    dataset: Dataset
    classes: NDArray[np.int64]
    tokens: NDArray[np.int32]
    vocabulary: tuple[str, ...]
    parts: NDArray[np.uint8] | None = None
    left_out: list[LeftOut] = field(default_factory=list)

    def pixels(self, index: int) -> NDArray[np.uint8]:
        """Refuse: a text has no pixels.

        Raises:
            ImageError: always.
        """
        raise ImageError(
            _("{name} holds texts, not images: choose an image file to look at").format(
                name=self.dataset.title
            )
        )

    def words(self, index: int, most: int) -> str:
        """Return the first words of a text, a rarer one as □."""
        return " ".join(self._word(number) for number in self._first(index, most))

    def numbers(self, index: int, most: int) -> str:
        """Return the first word numbers of a text, as they enter a network."""
        return " ".join(map(str, self._first(index, most)))

    def _first(self, index: int, most: int) -> list[int]:
        row = self.tokens[index]
        return [int(number) for number in row[row != PADDING][:most]]

    def _word(self, number: int) -> str:
        return "□" if number < FIRST else self.vocabulary[number - FIRST]

    def fingerprint(self) -> str:
        """Return a text made from all word numbers and classes."""
        return _digest(
            self.tokens, self.classes, self.parts, repr((self.dataset.labels, self.vocabulary))
        )


def _digest(*contents: NDArray[np.generic] | str | None) -> str:
    digest = hashlib.sha256()
    for content in contents:
        match content:
            case str():
                digest.update(content.encode(errors="surrogatepass"))
            case None:
                digest.update(b"-")
            case _:
                digest.update(repr((content.shape, content.dtype.str)).encode())
                digest.update(np.ascontiguousarray(content).data)
    return digest.hexdigest()
