"""Where a network's data comes from, as values that have a short text and a JSON form.

The text names a source on the command line and in a plan: `mnist-5k`, `shapes:2000?seed=1`,
`keras:cifar10`, `folder:/home/me/photos`, `csv:/data/labels.csv`, `npz:/data/all.npz?images=x`,
`texts:/data/reviews?length=100`. What follows the last `?` are options; a path that holds a `?`
itself has another one at its end.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from cnnstudio.core.i18n import _

BUNDLED = ("mnist-5k",)
"""What ships with the studio as files."""
KERAS_SETS = ("mnist", "fashion_mnist", "cifar10", "cifar100")
"""What `keras.datasets` has that is labelled images, by its names there."""
MOST_SHAPES = 1_000_000
USUAL_SHAPES = 3_000
LONGEST_TEXT = 100_000
"""Words of a text that a network may be given."""
MOST_WORDS = 1_000_000
LONGEST_SEED = 2**31 - 1
_LONGEST_NAME = 4096


@dataclass(frozen=True, slots=True)
class Bundled:
    """Images that ship with the studio; `name` is one of `BUNDLED`."""

    KIND: ClassVar[str] = "bundled"
    name: str = "mnist-5k"


@dataclass(frozen=True, slots=True)
class Shapes:
    """Generated coloured shapes: `count` of them, the same ones for the same `seed`."""

    KIND: ClassVar[str] = "shapes"
    count: int = USUAL_SHAPES
    seed: int = 0


@dataclass(frozen=True, slots=True)
class KerasSet:
    """Images that Keras downloads; `name` is one of `KERAS_SETS`."""

    KIND: ClassVar[str] = "keras"
    name: str = "mnist"


@dataclass(frozen=True, slots=True)
class ImageFolder:
    """A folder with a sub-folder a class, or with `train`, `val` and `test` above those."""

    KIND: ClassVar[str] = "folder"
    path: str = ""


@dataclass(frozen=True, slots=True)
class ImageTable:
    """A CSV table of image files and their classes.

    Attributes:
        path: of the table.
        images: name of the column of paths, "" for the one that looks like it. Paths are taken
            from the table's folder.
        labels: name of the column of classes, "" likewise.
    """

    KIND: ClassVar[str] = "csv"
    path: str = ""
    images: str = ""
    labels: str = ""


@dataclass(frozen=True, slots=True)
class Arrays:
    """NumPy arrays: an `.npz`, or an `.npy` of images with one of classes beside it.

    Attributes:
        path: of the file.
        images: name of the array of images, "" for the one that looks like it.
        labels: name of the array of classes, "" likewise.
    """

    KIND: ClassVar[str] = "npz"
    path: str = ""
    images: str = ""
    labels: str = ""


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts as rows of word numbers: a folder with a sub-folder a class, or a CSV table.

    Attributes:
        path: of the folder or table.
        length: words of each text; longer ones are cut, shorter ones filled up with 0.
        words: how many different numbers there are; 0 fills up, 1 is any rarer word.
        texts: name of a table's column of texts, "" for the one that looks like it.
        labels: name of a table's column of classes, "" likewise.
    """

    KIND: ClassVar[str] = "texts"
    path: str = ""
    length: int = 100
    words: int = 5_000
    texts: str = ""
    labels: str = ""


DataSource = Bundled | Shapes | KerasSet | ImageFolder | ImageTable | Arrays | Texts
_KINDS: dict[str, type[DataSource]] = {
    kind.KIND: kind for kind in (Bundled, Shapes, KerasSet, ImageFolder, ImageTable, Arrays, Texts)
}
_ALIASES = {"npy": "npz", "manifest": "csv"}
_RANGES = {
    "count": (1, MOST_SHAPES),
    "seed": (0, LONGEST_SEED),
    "length": (1, LONGEST_TEXT),
    "words": (3, MOST_WORDS),
}
_NAMES = {Bundled: BUNDLED, KerasSet: KERAS_SETS}
EXAMPLES = "mnist-5k, shapes:2000, keras:cifar10, folder:PATH, csv:FILE, npz:FILE, texts:PATH"
"""How sources are written, for messages."""


class SourceError(ValueError):
    """A text that names no source; its own text says what, expected and received."""


def from_text(text: str) -> DataSource:
    """Read a source from its text form.

    Raises:
        SourceError: if it names none.
    """
    if text in BUNDLED:
        return Bundled(text)
    kind, _colon, rest = text.partition(":")
    if "?" in kind:
        # Options alone: the first parameter is at its default.
        kind, _mark, rest = text.partition("?")
        rest = f"?{rest}"
    found = _KINDS.get(_ALIASES.get(kind, kind))
    if found is None or found is Bundled:
        raise SourceError(
            _("there is no data {received!r}: expected one of {examples}").format(
                received=text[:200], examples=EXAMPLES
            )
        )
    main, mark, options = rest.rpartition("?")
    main = main if mark else rest
    values: dict[str, Any] = dict(_options(text, options if mark else ""))
    first = _field_names(found)[0]
    if main:
        values[first] = main
    return _made(found, {name: _number(name, value) for name, value in values.items()})


def to_text(source: DataSource) -> str:
    """Return the text form of a source; options at their defaults are left out."""
    if isinstance(source, Bundled):
        return source.name
    first, *others = _field_names(type(source))
    changed = {n: getattr(source, n) for n in others if getattr(source, n) != _default(source, n)}
    main = getattr(source, first)
    text = source.KIND
    if main != _default(source, first):
        text += f":{main}"
    if changed or "?" in str(main):
        text += f"?{urlencode(changed)}"
    return text


def to_json(source: DataSource) -> dict[str, Any]:
    """Return a source as plain values: `{"kind": "folder", "path": "/home/me/photos"}`."""
    return {"kind": source.KIND, **dataclasses.asdict(source)}


def from_json(raw: Any) -> DataSource:
    """Read a source from plain values, or from its text form.

    Raises:
        SourceError: if they are none.
    """
    if isinstance(raw, str):
        return from_text(raw)
    kind = raw.get("kind") if isinstance(raw, Mapping) else None
    found = _KINDS.get(kind) if isinstance(kind, str) else None
    if found is None:
        raise SourceError(
            _("data must have a kind, one of {known}").format(known=", ".join(_KINDS))
        )
    return _made(found, {name: value for name, value in raw.items() if name != "kind"})


def path_of(source: DataSource) -> Path | None:
    """Return where a source's files are, None if it has none of its own."""
    match source:
        case ImageFolder() | ImageTable() | Arrays() | Texts():
            return Path(source.path)
        case _:
            return None


def at_home(source: DataSource) -> DataSource:
    """Return a source with its path made absolute, so that it is found from any folder."""
    match source:
        case ImageFolder() | ImageTable() | Arrays() | Texts():
            return replace(source, path=str(Path(source.path).expanduser().absolute()))
        case _:
            return source


def _options(text: str, options: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(options, keep_blank_values=True, strict_parsing=True) if options else []
    except ValueError as error:
        raise SourceError(
            _(
                "{received!r} has no options after its last “?”: expected name=value; if the “?” "
                "is part of the path, put another one at the end"
            ).format(received=text[:200])
        ) from error


def _made(kind: type[DataSource], values: Mapping[str, Any]) -> DataSource:
    known = _field_names(kind)
    for name, value in values.items():
        if name not in known:
            raise SourceError(
                _("the data {kind!r} has no option {received!r}: expected one of {known}").format(
                    kind=kind.KIND, received=name, known=", ".join(known)
                )
            )
        _check(kind, name, value)
    source = kind(**values)
    path = path_of(source)
    if path is not None and not getattr(source, "path", ""):
        raise SourceError(_("the data {kind!r} needs a path: {kind}:PATH").format(kind=kind.KIND))
    return source


def _check(kind: type[DataSource], name: str, value: Any) -> None:
    if name in _RANGES:
        low, high = _RANGES[name]
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise SourceError(
                _("{name} must be a whole number from {low} to {high}, not {received}").format(
                    name=name, low=low, high=high, received=str(value)[:200]
                )
            )
    elif not isinstance(value, str) or len(value) > _LONGEST_NAME or "\0" in value:
        raise SourceError(
            _("{name} must be a short text, not {received}").format(
                name=name, received=repr(value)[:200]
            )
        )
    elif value not in (names := _NAMES.get(kind, (value,))):
        raise SourceError(
            _("there is no data {received!r}: expected one of {known}").format(
                received=value[:200], known=", ".join(names)
            )
        )


def _number(name: str, value: str) -> Any:
    """Return the number that an option is, or its text where it is none."""
    digits = name in _RANGES and value.isascii() and value.removeprefix("-").isdigit()
    return int(value) if digits and len(value) < len(str(LONGEST_SEED)) + 2 else value


def _field_names(kind: type[DataSource]) -> list[str]:
    return [field.name for field in dataclasses.fields(kind)]


def _default(source: DataSource, name: str) -> Any:
    return next(f.default for f in dataclasses.fields(source) if f.name == name)
