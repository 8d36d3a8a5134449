"""What a figure shows of a network: its layers with what belongs to each, forks, frames, folds."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.blocks import Family, Shape


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer with the activations, normalizations and dropouts that are drawn with it.

    Attributes:
        uids: of all blocks it stands for; the first is the layer's own.
        title: what it is, `Conv 3×3`.
        count: how many channels or units it makes, in words, "" where it does not say.
        before, notes: what is done to its input and to its output, in words.
        family: names its colour.
        shape: what comes out, None if unknown.
        wrong: whether a block of it has an error.
    """

    uids: tuple[str, ...]
    title: str
    count: str
    before: tuple[str, ...]
    notes: tuple[str, ...]
    family: Family
    shape: Shape | None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Folded:
    """A container drawn as one box.

    Attributes:
        uids: of the container and of all that it holds.
        title: its name.
        times: how often its body stands in a row.
        layers: how many layers it comes to, every copy counted.
        family: of most of its weights.
        shape: what comes out.
        wrong: whether a block in it has an error.
    """

    uids: tuple[str, ...]
    title: str
    times: int
    layers: int
    family: Family
    shape: Shape | None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Fork:
    """Lanes side by side and the merge of what comes out of them; an empty lane is the identity.

    Attributes:
        uids: the Parallel's, and those of the activations that follow the merge.
        merge: the name of its Keras layer.
        notes: those activations, in words.
        lanes: what is drawn in each.
        shape: what comes out.
        wrong: whether the Parallel itself has an error.
    """

    uids: tuple[str, ...]
    merge: str
    notes: tuple[str, ...]
    lanes: tuple[Row, ...]
    shape: Shape | None
    wrong: bool = False


@dataclass(frozen=True, slots=True)
class Frame:
    """A body inside a frame: a Repeat, an open Group, or a run of alike blocks drawn once.

    Attributes:
        uids: the container's; none for a run.
        title: a Group's name, else "".
        times: how often the body stands in a row.
        body: what is drawn inside.
        shape: what comes out of the last copy.
    """

    uids: tuple[str, ...]
    title: str
    times: int
    body: Row
    shape: Shape | None


Item = Layer | Folded | Fork | Frame
Row = tuple[Item, ...]
