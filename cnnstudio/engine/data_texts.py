"""Texts as rows of word numbers, for networks along one axis."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path, PurePosixPath

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.analysis import Report
from cnnstudio.core.blocks import Embedding
from cnnstudio.core.data.file_names import TEXT_ENDINGS, WORD
from cnnstudio.core.data.sources import Texts, to_text
from cnnstudio.core.data.splits import PART_NAMES, TRAIN
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.engine.data_collections import (
    FIRST,
    PADDING,
    RARE,
    DataError,
    LeftOut,
    TokenTexts,
    Watch,
)
from cnnstudio.engine.data_files import FoundFile, unreadable
from cnnstudio.engine.data_folder import found_files
from cnnstudio.engine.data_labels import numbered
from cnnstudio.engine.data_table import Row, text_rows

LARGEST_TEXT = 10 * 2**20
"""Bytes of a file that holds one text."""
_WORD = re.compile(WORD)
_AT_ONCE = 256


def read_texts(source: Texts, path: Path, watch: Watch) -> TokenTexts:
    """Read texts from a folder with a sub-folder a class, or from a CSV table.

    The vocabulary is made from all of them.

    Raises:
        DataError: if there are none of two classes.
    """
    left_out: list[LeftOut] = []
    if path.is_dir():
        rows = _of_folder(path, left_out, watch)
    else:
        rows = text_rows(path, source.texts, source.labels)
    known, classes = numbered(str(path), [row.label for row in rows])
    split = []
    for number, row in enumerate(rows):
        if not number % _AT_ONCE:
            watch(number, len(rows))
        split.append(words_of(row.content)[: source.length])
    vocabulary = vocabulary_of(split, source.words)
    dataset = Dataset(to_text(source), str(path), (source.length,), known)
    parts = np.array([row.part for row in rows], np.uint8)
    return TokenTexts(
        dataset,
        classes,
        tokens_of(split, vocabulary, source.length),
        vocabulary,
        parts if len(np.unique(parts)) > 1 else None,
        left_out,
    )


def check_texts(network: Network, report: Report, texts: TokenTexts) -> None:
    """Refuse a network that does not take the rows of word numbers that texts become.

    Raises:
        DataError: if its Input is no row, or one of its Embeddings has too few words.
    """
    entry = next(node for node in network.nodes if not node.muted)
    shape = report.facts[entry.uid].output_shape or ()
    if len(shape) != 1:
        raise DataError(
            _(
                "{block}: the Input is {shape}, but texts are rows of word numbers: give it the "
                "shape {wanted}"
            ).format(block=entry.name, shape=times(shape), wanted=texts.tokens.shape[1])
        )
    words = len(texts.vocabulary) + FIRST
    for _path, node in network.walk():
        if isinstance(node.block, Embedding) and not node.muted and node.block.input_dim < words:
            raise DataError(
                _(
                    "{block} has {received:,} words, but the texts have {wanted:,}: set input_dim "
                    "to {wanted}, or the option words of the data to {received}"
                ).format(block=node.name, received=node.block.input_dim, wanted=words)
            )


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case; each Chinese or Japanese character is one."""
    return _WORD.findall(text.lower())


def vocabulary_of(texts: list[list[str]], words: int) -> tuple[str, ...]:
    """Return the words that get a number of their own, most frequent first, equals by letters.

    Args:
        texts: the words of each text.
        words: how many numbers there are, with the two that are no words.
    """
    counts = Counter(word for text in texts for word in text)
    ordered = sorted(counts, key=lambda word: (-counts[word], word))
    return tuple(ordered[: words - FIRST])


def tokens_of(
    texts: list[list[str]], vocabulary: tuple[str, ...], length: int
) -> NDArray[np.int32]:
    """Return texts as word numbers, `(texts, length)`."""
    numbers = {word: number for number, word in enumerate(vocabulary, start=FIRST)}
    tokens = np.full((len(texts), length), PADDING, np.int32)
    for row, text in zip(tokens, texts, strict=True):
        found = [numbers.get(word, RARE) for word in text[:length]]
        row[: len(found)] = found
    return tokens


def _of_folder(root: Path, left_out: list[LeftOut], watch: Watch) -> list[Row]:
    found, unread, _signature = found_files(root, watch)
    left_out += unread
    files = [file for file in found if file.name.lower().endswith(TEXT_ENDINGS)]
    tops = {file.name.partition("/")[0].lower() for file in files if "/" in file.name}
    has_parts = tops <= PART_NAMES.keys() and any(file.name.count("/") > 1 for file in files)
    rows = []
    for number, file in enumerate(files):
        if not number % _AT_ONCE:
            watch(number, len(files))
        folders = PurePosixPath(file.name).parts[:-1]
        text = _text(root, file)
        if isinstance(text, LeftOut):
            left_out.append(text)
        elif len(folders) > has_parts:
            part = PART_NAMES[folders[0].lower()] if has_parts else TRAIN
            rows.append(Row(text, folders[has_parts], part))
    if not rows:
        raise DataError(
            _(
                "{path} has no texts in sub-folders: expected a folder for each class, named "
                "after it, with .txt files in it"
            ).format(path=root)
        )
    return rows


def _text(root: Path, file: FoundFile) -> str | LeftOut:
    path = root / file.name
    if file.size > LARGEST_TEXT:
        limit = LARGEST_TEXT // 2**20
        text = _("{path} is too large for one text: at most {limit} MB")
        return LeftOut(str(path), text.format(path=path, limit=limit))
    try:
        content = path.read_text("utf-8-sig")
    except OSError as error:
        return unreadable(path, error)
    except UnicodeDecodeError:
        return LeftOut(str(path), _("{path} is not text in UTF-8").format(path=path))
    if not content.strip():
        return LeftOut(str(path), _("{path} holds no words").format(path=path))
    return content
