"""The layer calls of a model as its code is read: a graph that grows."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.analysis import MOST_LAYERS
from cnnstudio.core.blocks import Block, Group, Input, Parallel, Shape
from cnnstudio.core.source.values import Loops

DEEPEST_MODELS = 40
"""How many models may lie inside one another."""


class TooMuch(Exception):  # noqa: N818 - reading ends there, and what has been read is kept
    """More work than reading may be; `line` is where it had come to."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


@dataclass(frozen=True, slots=True)
class Call:
    """One layer call.

    Attributes:
        block: what it computes; None for a merge. A Group stands for a model inside the model.
        merge: the merge's name in Keras.
        inputs: the numbers of the calls that it reads.
        name: what the code calls it.
        shape: what it puts out, None if that is not known.
        line: where it is.
        loops: in which it is made.
        inner: where the model inside begins and ends, for a Group.
        size: how many layers it comes to.
        depth: how many models lie inside one another in it.
        is_missing: whether it stands for an input that the code does not tell of.
    """

    block: Block | None
    merge: str | None
    inputs: tuple[int, ...]
    name: str | None
    shape: Shape | None
    line: int
    loops: Loops = ()
    inner: tuple[int, int] | None = None
    size: int = 1
    depth: int = 0
    is_missing: bool = False


class Calls:
    """All layer calls that have been read, by their numbers."""

    def __init__(self) -> None:
        self.all: list[Call] = []
        self._missing: int | None = None
        self._size = 0
        self._sizes: dict[tuple[int, int], tuple[int, int]] = {}

    def __getitem__(self, number: int) -> Call:
        return self.all[number]

    def add(self, call: Call) -> int:
        """Note a call; return its number.

        Raises:
            TooMuch: if there are more than a network may have.
        """
        self._size += call.size
        if self._size > MOST_LAYERS or call.depth > DEEPEST_MODELS:
            raise TooMuch(call.line)
        self.all.append(call)
        return len(self.all) - 1

    def entry(self, block: Input, name: str | None, line: int) -> int:
        """Note an Input."""
        return self.add(Call(block, None, (), name, block.shape, line))

    def missing(self, line: int) -> int:
        """Return the input that stands for all that the code does not tell of."""
        if self._missing is None:
            self._missing = self.add(Call(Input(), None, (), None, None, line, is_missing=True))
        return self._missing

    def layer(self, block: Block, read: int, name: str | None, line: int, loops: Loops) -> int:
        """Note that a layer is put on what a call puts out."""
        shape = self.all[read].shape
        after = None if shape is None or block.fault(shape) else block.output_shape(shape)
        return self.add(Call(block, None, (read,), name, after, line, loops))

    def merge(
        self, merge: str, reads: tuple[int, ...], name: str | None, line: int, loops: Loops
    ) -> int:
        """Note that what several calls put out becomes one."""
        shapes = [shape for read in reads if (shape := self.all[read].shape) is not None]
        known = len(shapes) == len(reads)
        after = Parallel(merge=merge).merged_shape(shapes) if known and shapes else None
        return self.add(Call(None, merge, reads, name, after, line, loops))

    def group(
        self, inner: tuple[int, int], read: int, name: str | None, line: int, loops: Loops
    ) -> int:
        """Note that a whole model is put on what a call puts out."""
        after = self.all[inner[1]].shape
        size, depth = self._measured(inner)
        return self.add(Call(Group(), None, (read,), name, after, line, loops, inner, size, depth))

    def leading_to(self, end: int, start: int | None = None) -> list[int]:
        """Return the calls that lead from one to another, both included, in their order.

        Without a start, these are all that lead to the end.
        """
        found, pending = {end}, [end]
        while pending:
            number = pending.pop()
            for read in self.all[number].inputs if number != start else ():
                if read not in found:
                    found.add(read)
                    pending.append(read)
        return sorted(found)

    def _measured(self, inner: tuple[int, int]) -> tuple[int, int]:
        """Return how many layers a model comes to, and how many models lie inside one another."""
        if inner not in self._sizes:
            calls = [self.all[number] for number in self.leading_to(inner[1], inner[0])]
            size = sum(call.size for call in calls)
            self._sizes[inner] = size, 1 + max(call.depth for call in calls)
        return self._sizes[inner]
