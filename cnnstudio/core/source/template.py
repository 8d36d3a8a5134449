"""Pieces of code that stand ready, with gaps for values and for comments in the active language."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from string import Template
from textwrap import dedent

from cnnstudio.core.i18n import _
from cnnstudio.core.source.layout import commented

_REMARK = "#"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some code that stands apart from other code.

    Attributes:
        lines: of it.
        imports: statements that it needs.
    """

    lines: tuple[str, ...]
    imports: frozenset[str] = field(default_factory=frozenset)


def import_lines(statements: Iterable[str]) -> list[str]:
    """Return imports in ruff's order: Python's own, then others.

    Of two from one module, of which one begins with the other, the shorter one is left out.
    """
    wanted = set(statements)
    wanted -= {one for one in wanted if any(other.startswith(f"{one},") for other in wanted)}
    groups = [sorted((s for s in wanted if _is_own(s) == own), key=_order) for own in (True, False)]
    first, second = groups
    return [*first, *([""] if first else []), *second]


def _is_own(statement: str) -> bool:
    return statement.split()[1].partition(".")[0] in sys.stdlib_module_names


def _order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from"), statement.lower()


def piece(text: str, *remarks: str, imports: tuple[str, ...] = (), **values: object) -> Piece:
    """Fill in a piece of code.

    Args:
        text: the code, indented as a whole. A line `#0` becomes the first of the remarks, a line
            `#1` the second; `$name` becomes the value of that name.
        remarks: marked for translation.
        imports: statements that the code needs.
        values: code by the names of the gaps; a line of nothing but an empty value is left out.
    """
    lines: list[str] = []
    for line in dedent(text).strip("\n").splitlines():
        bare = line.strip()
        indent = line[: len(line) - len(bare)]
        filled = Template(line).substitute(values)
        if bare.startswith(_REMARK) and bare[1:].isdigit():
            lines += commented(indent, _(remarks[int(bare[1:])]))
        elif filled.strip() or not bare:
            lines.append(filled.rstrip())
    return Piece(tuple(lines), frozenset(imports))
