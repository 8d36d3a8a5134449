"""How code is laid out on lines: as ruff and black would, at most 88 columns."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

WIDTH = 88
"""Columns of the longest line."""
STEP = "    "
_BRACKETS = ("(", "[")
_DIRECTIVE = re.compile(r"^\W|[:=#]|^(noqa|type|fmt|yapf|isort|pragma|pylint|mypy|ruff)\b", re.I)
"""What a tool that reads comments might take for an order."""


def laid_out(indent: str, opening: str, items: Sequence[str], closing: str) -> list[str]:
    """Return the lines of something in brackets.

    On one line if it fits; else the items on a line of their own; else each on its own.

    Args:
        indent: the spaces before it.
        opening: all up to the opening bracket: `x = layers.Conv2D(`.
        items: what stands in the brackets; of these, rows of numbers or names are broken too.
        closing: all from the closing bracket on: `)(x)`.
    """
    inner = ", ".join(items)
    whole = f"{indent}{opening}{inner}{closing}"
    if len(whole) <= WIDTH or not items:
        return [whole]
    deeper = indent + STEP
    _before, bracket, last = closing.rpartition("(")
    if bracket and len(whole) - len(last) <= WIDTH:
        # Only what the layer is put on does not fit: its brackets are opened.
        return [whole[: -len(last)], deeper + last[:-1], indent + ")"]
    if opening[-1] == "(" and len(deeper) + len(inner) <= WIDTH:
        return [indent + opening, deeper + inner, indent + closing]
    # A lone item takes no comma after it, unless it is in a list.
    comma = "," if len(items) > 1 or opening[-1] == "[" else ""
    lines = [indent + opening]
    for item in items:
        lines += _item(deeper, item, comma)
    return [*lines, indent + closing]


def commented(indent: str, text: str) -> list[str]:
    """Return a text as lines of a comment, whatever characters it brings."""
    lines: list[str] = []
    line = ""
    room = WIDTH - len(indent) - 2
    for word in plain(text).split():
        for piece in _pieces(word, room):
            longer = f"{line} {piece}" if line else piece
            if line and _columns(longer) > room:
                lines.append(line)
                longer = piece
            line = longer
    return [f"{indent}# {line}" for line in ([*lines, line] if line else [])]


def remark(indent: str, name: str) -> list[str]:
    """Return a name as a comment that no tool takes for an order to itself."""
    text = plain(name)
    return commented(indent, f"“{text}”" if _DIRECTIVE.search(text) else text)


def plain(text: str) -> str:
    """Return a text on one line, without characters that do not show."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _item(indent: str, item: str, comma: str) -> list[str]:
    if len(indent) + len(item) + len(comma) <= WIDTH:
        return [indent + item + comma]
    bracket = min((item.find(b) for b in _BRACKETS if b in item), default=-1)
    if bracket < 0 or item[-1] not in ")]":
        return [indent + item + comma]
    lines = [indent + item[: bracket + 1]]
    lines += [f"{indent}{STEP}{part}," for part in item[bracket + 1 : -1].split(", ")]
    return [*lines, indent + item[-1] + comma]


def _pieces(word: str, room: int) -> list[str]:
    """Cut a word that is longer than a line, as texts without spaces are."""
    if _columns(word) <= room:
        return [word]
    half = len(word) // 2
    return [*_pieces(word[:half], room), *_pieces(word[half:], room)]


def _columns(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)
