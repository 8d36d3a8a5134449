"""The list of a Sequential model."""

from __future__ import annotations

from collections.abc import Sequence

from typing_extensions import override

from cnnstudio.core.source.layout import laid_out
from cnnstudio.core.source.scope import Column, Scope


class ListScope(Scope):
    """Lines that hold one layer each, to stand in a list; for layers, and Groups of them."""

    def entry(self, column: Column) -> None:
        """Write the Input."""
        self._layer(column, "", "")
        self._mark(column, 0)

    @override
    def _assign(self, target: str, called: str, items: Sequence[str], source: str) -> None:
        self.lines += laid_out(self._indent, f"{called}(", items, "),")

    @override
    def _container(self, column: Column, source: str, target: str) -> None:
        self._told(column[0])
        self.inline(column, source, target)
