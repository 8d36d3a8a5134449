"""A block said in a few typed words: `conv 64 3x3 relu`, `maxpool 3 /2 same`, `全连接 10 softmax`.

Everything is read against the catalogue's declarations, so that a new kind is understood as soon
as it is declared. Reading never raises. Of any text it reads a bounded number of characters, parts
and words, looks for the kind among a part's first words only, and keeps what it read: at a key the
part that changed is read anew, the others of the line are not.
"""

from __future__ import annotations

import difflib
import itertools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cnnstudio.core.blocks import Block
from cnnstudio.core.fields import Value
from cnnstudio.core.i18n import _, language
from cnnstudio.core.quick_add_params import ParamReader
from cnnstudio.core.quick_add_words import (
    ALIKE,
    BEGINS,
    EXACT,
    INSIDE,
    Meaning,
    catalogue_in_order,
    plain_word,
    vocabulary,
    words_of,
)

LONGEST = 2000
"""Characters of a line that are read."""
MOST_PARTS = 32
"""Blocks that one line may say."""
MOST_WORDS = 20
"""Words of one block that are read."""
MOST_SUGGESTIONS = 8
_KIND_STARTS = 4
"""Words of a block at which its kind may begin: `6@5x5 conv` has two before it."""
_LONGEST_KIND = 4
"""Words that the name of a kind may have: `global average pooling 2d`."""
_LONGEST_WORD = 40
_KEPT = 8 * MOST_PARTS
"""Parts of which the reading is kept."""
_ALIKE = 0.78
"""How alike a mistyped word must be, 0 to 1, as `difflib` reckons it."""

_BETWEEN = re.compile(r"[;；\n\r\v\f\u2028\u2029↵→⟶➜➔]|[-=]>")
_WORDS = re.compile(r"[\s,，、()（）\[\]@·]+")
_SCRIPTS = re.compile(r"(?<=[\u3400-\u9fff])(?=[^\u3400-\u9fff])|(?<=[^\u3400-\u9fff])(?=[\u3400-\u9fff])")  # fmt: skip # noqa: E501 - one pattern


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A block that typed words may mean.

    Attributes:
        block: with the parameters that were understood.
        complaints: what was not understood, a sentence each, in the active language.
        fit: `EXACT` to `ALIKE`.
    """

    block: Block
    complaints: tuple[str, ...] = ()
    fit: int = EXACT


@dataclass(frozen=True, slots=True)
class Line:
    """What a whole line says, block by block."""

    parts: tuple[str, ...]
    readings: tuple[tuple[Suggestion, ...], ...] = field(repr=False)


def split_line(text: str) -> tuple[str, ...]:
    """Return what a line says of each block: parts between `;`, line breaks and arrows."""
    parts = (part.strip() for part in _BETWEEN.split(text[:LONGEST]))
    return tuple(itertools.islice((part for part in parts if part), MOST_PARTS))


def read_line(text: str) -> Line:
    """Read a line of one or more blocks."""
    parts = split_line(text)
    return Line(parts, tuple(suggestions(part) for part in parts))


def suggestions(part: str) -> tuple[Suggestion, ...]:
    """Return the blocks that a part of a line may mean, the likeliest first."""
    return _suggestions(part[:LONGEST], language())


@lru_cache(maxsize=_KEPT)
def _suggestions(part: str, _language: str) -> tuple[Suggestion, ...]:
    words = _split_words(part)
    best: dict[type[Block], tuple[tuple[int, int, int, int], Suggestion]] = {}
    for order, (fit, meaning, start, stop) in enumerate(_meanings(words)):
        found = _read(meaning, [*words[:start], *words[stop:]], fit)
        rank = (fit, len(found.complaints), start - stop, order)
        if meaning.kind not in best or rank < best[meaning.kind][0]:
            best[meaning.kind] = (rank, found)
    ranked = [found for _rank, found in sorted(best.values(), key=lambda pair: pair[0])]
    # In `conv relu` the second word names a kind too, but then the first says nothing.
    fewest = len(ranked[0].complaints) if ranked else 0
    return tuple(found for found in ranked if len(found.complaints) <= fewest)[:MOST_SUGGESTIONS]


def ranked_kinds(text: str) -> tuple[tuple[type[Block], int], ...]:
    """Return the kinds whose words fit a search, with how well: `EXACT`, `BEGINS` or `INSIDE`."""
    wanted = plain_word(text[:_LONGEST_WORD])
    if not wanted:
        return ()
    found = {meaning.kind: place for place, meaning in enumerate(vocabulary().get(wanted, ()))}
    fits = [(kind, EXACT) for kind in sorted(found, key=lambda kind: found[kind])]
    for kind in catalogue_in_order():
        if kind in found:
            continue
        words = words_of(kind)
        if any(word.startswith(wanted) for word in words):
            fits.append((kind, BEGINS))
        elif any(wanted in word for word in words):
            fits.append((kind, INSIDE))
    return tuple(sorted(fits, key=lambda pair: pair[1]))


def unknown(part: str) -> str:
    """Say that no kind is meant by a part, in the active language."""
    words = _split_words(part)
    named = next((word for word in words if not word[0].isdigit()), part[:_LONGEST_WORD])
    return _("no block is called “{word}”: try conv, pool, dense or bn").format(
        word=named[:_LONGEST_WORD]
    )


def _split_words(part: str) -> list[str]:
    text = unicodedata.normalize("NFKC", part[:LONGEST])
    pieces = (piece for word in _WORDS.split(text) for piece in _SCRIPTS.split(word))
    words = (piece[:_LONGEST_WORD] for piece in pieces if piece)
    return list(itertools.islice(words, MOST_WORDS))


def _meanings(words: list[str]) -> Iterator[tuple[int, Meaning, int, int]]:
    """Yield what may be meant: how well it fits, and the words from start to stop that say it."""
    known, exact = vocabulary(), False
    for start in range(min(len(words), _KIND_STARTS)):
        for stop in range(min(len(words), start + _LONGEST_KIND), start, -1):
            for meaning in known.get(plain_word("".join(words[start:stop])), ()):
                exact = exact or start == 0
                yield EXACT, meaning, start, stop
    if not words:
        return
    loose = list(_loose(words))
    yield from loose
    if not exact and not loose:
        yield from _mistyped(words)


def _loose(words: list[str]) -> Iterator[tuple[int, Meaning, int, int]]:
    """Yield kinds of which a word begins with, or holds, the first words."""
    for stop in range(min(len(words), _LONGEST_KIND), 0, -1):
        wanted = plain_word("".join(words[:stop]))
        if not wanted or wanted[0].isdigit():
            continue
        for kind in catalogue_in_order():
            found = words_of(kind)
            if any(word.startswith(wanted) for word in found):
                yield BEGINS, Meaning(kind, {}), 0, stop
            elif len(wanted) > 1 and any(wanted in word for word in found):
                yield INSIDE, Meaning(kind, {}), 0, stop


def _mistyped(words: list[str]) -> Iterator[tuple[int, Meaning, int, int]]:
    """Yield kinds whose word is nearly the first one; a wrong number is not a slip of the hand."""
    wanted = plain_word(words[0])
    if len(wanted) < 3 or wanted[0].isdigit():
        return
    known = vocabulary()
    figures = _figures(wanted)
    alike = [word for word in known if _figures(word) == figures]
    for word in difflib.get_close_matches(wanted, alike, n=4, cutoff=_ALIKE):
        for meaning in known[word]:
            yield ALIKE, meaning, 0, 1


def _figures(word: str) -> str:
    return "".join(filter(str.isdigit, word))


def _read(meaning: Meaning, words: list[str], fit: int) -> Suggestion:
    reader = ParamReader(meaning.kind)
    reader.read(words)
    values: dict[str, Value] = {**meaning.params, **reader.values}
    block = meaning.kind(**values)
    return Suggestion(block, tuple(reader.complaints), fit)
