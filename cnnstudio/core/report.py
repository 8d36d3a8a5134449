"""What analysis tells: the facts of every block, and the totals and problems of a network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from cnnstudio.core.blocks import Shape
from cnnstudio.core.problems import Problem, Severity

MOST_LAYERS = 10_000
"""How many layers a network may come to, every copy of a Repeat and every merge counted."""
BYTES_A_NUMBER = 4
"""Weights and activations are float32."""
ADAM_SLOTS = 2
"""Numbers that Adam remembers of every weight: means of the gradient and of its square."""


class BlockFacts(NamedTuple):
    """What analysis knows of one block; shapes are None where they cannot be known.

    A container's numbers are the sums over all it holds. For a block inside a Repeat these are the
    facts of its first copy. Made for every block at every edit, so it is a tuple, the quickest of
    all.

    Attributes:
        input_shape: what the block receives, None for the Input.
        output_shape: what it puts out.
        weights: numbers in its weights, trained or not.
        trainable: those of them that training changes.
        macs: multiply-accumulates for one image.
        activations: numbers an image in its output.
        uncounted: parts whose multiply-accumulates are not known, and not in `macs`.
    """

    input_shape: Shape | None = None
    output_shape: Shape | None = None
    weights: int = 0
    trainable: int = 0
    macs: int = 0
    activations: int = 0
    uncounted: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What analysis knows of a network.

    Attributes:
        facts: by uid, for every block, those inside a muted container too.
        problems: in the order of the blocks, those of one block by how much they matter.
        total_weights: numbers in all weights, trained or not.
        trainable_weights: numbers that training changes.
        macs: multiply-accumulates for one image.
        activations: numbers an image in all outputs together.
        uncounted: parts whose multiply-accumulates are not known, and not in `macs`.
        output_shape: what comes out at the end, None if unknown.
    """

    facts: Mapping[str, BlockFacts]
    problems: tuple[Problem, ...]
    total_weights: int
    trainable_weights: int
    macs: int
    activations: int
    uncounted: int
    output_shape: Shape | None
    _by_block: Mapping[str | None, tuple[Problem, ...]] = field(repr=False, default_factory=dict)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the network from being built."""
        return tuple(p for p in self.problems if p.severity is Severity.ERROR)

    def problems_of(self, uid: str | None) -> tuple[Problem, ...]:
        """Return the problems of one block, or of the whole network for None."""
        return self._by_block.get(uid, ())

    @property
    def weight_bytes(self) -> int:
        """Bytes of the numbers in a weights file; its table of contents adds some kB a layer."""
        return self.total_weights * BYTES_A_NUMBER

    def activation_bytes(self, batch_size: int) -> int:
        """Return the bytes of the outputs of all blocks together, for one batch.

        Training holds most of them until the gradients are known. Outputs that share their memory,
        such as a Flatten's with its input, are counted twice.
        """
        return self.activations * batch_size * BYTES_A_NUMBER

    def training_bytes(self, batch_size: int, slots: int = ADAM_SLOTS) -> int:
        """Return an estimate of the bytes that training takes.

        Counted are the weights, a gradient and the optimizer's numbers for each trained one, and
        the outputs of one batch. Not counted are the data, the program itself (some 600 MB with
        TensorFlow), the scratch memory of convolutions and the gradients of outputs, each of which
        is given back as soon as the block before has used it: real use is larger for a small
        network, and within a factor of two for a large one.

        Args:
            batch_size: images a step.
            slots: numbers that the optimizer remembers of every weight: 2 for Adam, 1 for RMSprop,
                0 for SGD.
        """
        numbers = self.total_weights + self.trainable_weights * (1 + slots)
        return numbers * BYTES_A_NUMBER + self.activation_bytes(batch_size)
