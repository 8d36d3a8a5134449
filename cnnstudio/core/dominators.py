"""Which nodes of a graph every path to, or from, a node has to pass."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce


class Ancestry:
    """A growing tree that finds the nearest common ancestor of two nodes in logarithmic time.

    Every node keeps its parent and one ancestor further up to jump to, after Myers, "An applicative
    random-access stack", 1983.
    """

    def __init__(self, root: int, size: int) -> None:
        """Start with a root, in a tree of nodes numbered from 0 to below `size`."""
        self.parents = [root] * size
        self._jumps = [root] * size
        self._depths = [0] * size

    def add(self, node: int, parent: int) -> None:
        """Add a node below one that is there."""
        jump = self._jumps[parent]
        far = self._jumps[jump]
        even = self._depths[parent] - self._depths[jump] == self._depths[jump] - self._depths[far]
        self.parents[node] = parent
        self._depths[node] = self._depths[parent] + 1
        self._jumps[node] = far if even else parent

    def meet(self, one: int, other: int) -> int:
        """Return the nearest ancestor of both; a node counts as an ancestor of itself."""
        one, other = self._lifted(one, other), self._lifted(other, one)
        while one != other:
            if self._jumps[one] != self._jumps[other]:
                one, other = self._jumps[one], self._jumps[other]
            else:
                one, other = self.parents[one], self.parents[other]
        return one

    def _lifted(self, node: int, level: int) -> int:
        """Return the ancestor of `node` that is no deeper than the node `level`."""
        depth = self._depths[level]
        while self._depths[node] > depth:
            jump = self._jumps[node]
            node = jump if self._depths[jump] >= depth else self.parents[node]
        return node


def dominators(order: Iterable[int], before: Sequence[Sequence[int]]) -> Ancestry:
    """Return the tree in which a node's ancestors are what every path to it passes.

    Read against the edges it is the tree of postdominators. After Cooper, Harvey and Kennedy, "A
    simple, fast dominance algorithm", 2001; in a graph without cycles one pass is enough.

    Args:
        order: all nodes, each after those it comes after; the first is where all paths start.
        before: by node, the nodes it comes directly after; of none but the first it is empty.
    """
    nodes = iter(order)
    tree = Ancestry(next(nodes), len(before))
    for node in nodes:
        tree.add(node, reduce(tree.meet, before[node]))
    return tree
