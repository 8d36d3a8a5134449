"""Names of blocks, and of whatever else must be told apart."""

from __future__ import annotations

import re
from collections.abc import Iterable

LONGEST_GIVEN = 200
"""Characters that are kept of a name a person gives; a number may still follow."""


class Names:
    """The names in use while many things are named, quick however many ask for the same one."""

    def __init__(self, taken: Iterable[str] = (), *, ignore_case: bool = False) -> None:
        """Start with the names that are `taken`.

        Args:
            taken: names that are in use.
            ignore_case: whether `Conv` and `conv` are the same, as names of files may be.
        """
        self._form = str.casefold if ignore_case else str
        self._taken = {self._form(name) for name in taken}
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """Return `wanted`, or with its number counted up until it is free; it is in use then."""
        name = wanted if self._is_free(wanted) else self._counted_up(wanted)
        self._taken.add(self._form(name))
        return name

    def _is_free(self, name: str) -> bool:
        return self._form(name) not in self._taken

    def _counted_up(self, wanted: str) -> str:
        stem, _bar, number = wanted.rpartition("_")
        # Only ASCII: "²" is a digit too, but not one that int() reads.
        if not (stem and number.isdigit() and number.isascii() and len(number) <= 9):
            stem, number = wanted, "1"
        count = max(int(number), self._next.get(self._form(stem), 0))
        while not self._is_free(f"{stem}_{count}"):
            count += 1
        self._next[self._form(stem)] = count + 1
        return f"{stem}_{count}"


def snake(class_name: str) -> str:
    """Return a class's name as Keras makes names from it: `max_pooling2d`, `re_lu`.

    Layers without a name are called so, and the groups of their weights in files.
    """
    name = re.sub(r"\W+", "", class_name)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
