"""Code that finds labelled files in a folder or a table, and reads them as images or texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.file_names import (
    IMAGE_COLUMNS,
    IMAGE_ENDINGS,
    LABEL_COLUMNS,
    PART_COLUMNS,
    TEXT_COLUMNS,
    TEXT_ENDINGS,
    WORD,
)
from cnnstudio.core.data.sources import ImageFolder, ImageTable, Texts
from cnnstudio.core.data.splits import PART_NAMES, TEST, TRAIN, VALIDATION
from cnnstudio.core.i18n import N_
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.source.image_files import NUMPY, fitting, in_range, opening
from cnnstudio.core.source.layout import STEP, laid_out
from cnnstudio.core.source.literals import plain_literal
from cnnstudio.core.source.template import Piece, piece

PATH = "from pathlib import Path"
_TABLES = (".csv", ".tsv", ".txt")
_PARTS = {TRAIN: "train", VALIDATION: "val", TEST: "test"}

_FOLDER = """
    def labelled():
        #0
        names = glob.glob("**/*", root_dir=FOLDER, recursive=True)
        paths = [path for path in sorted(map(Path, names)) if len(path.parts) > 1]
        paths = [path for path in paths if path.suffix.lower() in ENDINGS]
        tops = {path.parts[0].lower() for path in paths}
        #1
        above = int(tops <= set(PARTS) and any(len(path.parts) > 2 for path in paths))
        for path in paths:
            if len(path.parts) > above + 1:
                part = PARTS[path.parts[0].lower()] if above else "train"
                yield FOLDER / path, path.parts[above], part
"""
_TABLE = """
    def labelled():
        #0
        csv.field_size_limit(10_000_000)
        text = TABLE.read_text("utf-8-sig")
        mark = max(",;\\t", key=text.partition("\\n")[0].count)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=mark) if row]
        head = [name.strip().lower() for name in rows[0]]
        what = head.index(next(name for name in COLUMNS if name in head))
        label = head.index(next(name for name in LABELS if name in head))
        part = next((place for place, name in enumerate(head) if name in SETS), None)
        for row in rows[1:]:
            if len(row) > max(what, label):
                said = row[part].strip().lower() if part in range(len(row)) else ""
                $path
                yield $content, row[label].strip(), PARTS.get(said, "train")
"""
_NUMBERED = """
    def numbered(labels):
        #0
        try:
            names = sorted(set(labels), key=int)
        except ValueError:
            names = sorted(set(labels))
        return np.array([names.index(label) for label in labels]), names
"""
_IMAGES = """
    def read_data():
        #0
        images, labels, parts = [], [], []
        for path, label, part in labelled():
            try:
                images.append(fitted(opened(path)))
            except Exception as error:
                print(path, "is left out:", error)
                continue
            labels.append(label)
            parts.append(part)
        classes, names = numbered(labels)
        images = np.stack(images)
        return $images, classes, np.array(parts), names
"""
_WORDS = """
    def words_of(text):
        #0
        return re.findall(WORD, text.lower())[:$length]
"""
_TEXTS_OF_FILES = """
    def read_data():
        #0
        texts, labels, parts = [], [], []
        for path, label, part in labelled():
            try:
                text = path.read_text("utf-8-sig")
            except (OSError, UnicodeDecodeError) as error:
                print(path, "is left out:", error)
                continue
            if text.strip():
                texts.append(words_of(text))
                labels.append(label)
                parts.append(part)
"""
_TEXTS_OF_A_TABLE = """
    def read_data():
        #0
        texts, labels, parts = [], [], []
        for text, label, part in labelled():
            texts.append(words_of(text))
            labels.append(label)
            parts.append(part)
"""
_TOKENS = """
        #1
        counts = Counter(word for text in texts for word in text)
        words = sorted(counts, key=lambda word: (-counts[word], word))
        numbers = {word: number for number, word in enumerate(words[:$words], start=2)}
        tokens = np.zeros((len(texts), $input), "int32")
        for row, text in zip(tokens, texts):
            found = [numbers.get(word, 1) for word in text[:$input]]
            row[: len(found)] = found
        classes, names = numbered(labels)
        return tokens, classes, np.array(parts), names
"""


def image_pieces(source: ImageFolder | ImageTable, plan: TrainingPlan, shape: Shape) -> list[Piece]:
    """Return code that reads labelled images for an Input of `shape`."""
    if isinstance(source, ImageFolder):
        found = [_constants(folder=source.path, ENDINGS=IMAGE_ENDINGS), _folder()]
    else:
        columns = _wanted(source.images, IMAGE_COLUMNS), _wanted(source.labels, LABEL_COLUMNS)
        found = [_table_constants(source.path, *columns), _table(is_of_files=True)]
    read = piece(
        _IMAGES,
        N_("All images as the network takes them, their classes by number, which part of the data "
           "each is of, and the names of the classes. Damaged files are left out."),
        imports=(NUMPY,),
        images=in_range("images", plan.pixels),
    )  # fmt: skip
    return [*found, opening(), fitting(shape, plan.resize), numbering(), read]


def text_pieces(source: Texts, shape: Shape) -> list[Piece]:
    """Return code that reads labelled texts as rows of word numbers for an Input of `shape`."""
    is_table = Path(source.path).suffix.lower() in _TABLES
    if is_table:
        columns = _wanted(source.texts, TEXT_COLUMNS), _wanted(source.labels, LABEL_COLUMNS)
        found = [_table_constants(source.path, *columns), _table(is_of_files=False)]
    else:
        found = [_constants(folder=source.path, ENDINGS=TEXT_ENDINGS), _folder()]
    words = piece(
        _WORDS,
        N_("In lower case; each Chinese or Japanese character is a word of its own."),
        imports=("import re",),
        length=source.length,
    )
    read = piece(
        (_TEXTS_OF_A_TABLE if is_table else _TEXTS_OF_FILES) + _TOKENS.lstrip("\n"),
        N_("All texts as rows of word numbers, their classes by number, which part of the data "
           "each is of, and the names of the classes."),
        N_("The most frequent word is number 2; 1 is any rarer word, and 0 fills up."),
        imports=(NUMPY, "from collections import Counter"),
        words=source.words - 2,
        input=shape[0],
    )  # fmt: skip
    constant = Piece((f'WORD = r"{WORD}"',))
    return [*found, constant, words, numbering(), read]


def _folder() -> Piece:
    return piece(
        _FOLDER,
        N_("Each file with the name of its class and its part of the data."),
        N_("Folders may be classes, or parts of the data with the classes in them."),
        imports=("import glob", PATH),
    )


def _table(*, is_of_files: bool) -> Piece:
    return piece(
        _TABLE,
        N_("What each row names, with the name of its class and its part of the data."),
        imports=("import csv", "import io", PATH),
        path="path = TABLE.parent / row[what].strip()" if is_of_files else "",
        content="path" if is_of_files else "row[what]",
    )


def numbering() -> Piece:
    """Return a function `numbered(labels)`: the number of each one’s class, and all classes."""
    return piece(
        _NUMBERED,
        N_("The number of each label’s class, and the names of the classes in order."),
        imports=(NUMPY,),
    )


def _constants(folder: str, **rows: tuple[str, ...]) -> Piece:
    lines = _path("FOLDER", folder)
    for name, row in rows.items():
        lines += _row(name, row)
    return Piece((*lines, *_parts()), frozenset((PATH,)))


def _table_constants(table: str, columns: tuple[str, ...], labels: tuple[str, ...]) -> Piece:
    lines = _path("TABLE", table)
    lines += [*_row("COLUMNS", columns), *_row("LABELS", labels), *_row("SETS", PART_COLUMNS)]
    return Piece((*lines, *_parts()), frozenset((PATH,)))


def _path(name: str, path: str) -> list[str]:
    return laid_out("", f"{name} = Path(", [plain_literal(path)], ")")


def _row(name: str, row: tuple[str, ...]) -> list[str]:
    return laid_out("", f"{name} = [", list(map(plain_literal, row)), "]")


def _parts() -> Iterator[str]:
    yield "PARTS = {"
    for name, part in PART_NAMES.items():
        yield f'{STEP}"{name}": "{_PARTS[part]}",'
    yield "}"


def _wanted(name: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    return (name.lower(),) if name else usual
