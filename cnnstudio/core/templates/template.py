"""What a template is: a network that is known by name, made for any data it can be made for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cnnstudio.core.blocks import Block, Input, Resizing, Shape, ZeroPadding2D
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.templates.kit import Item, Items, named, network_of_items

Builder = Callable[[Shape, int], Items]
"""Returns what follows the Input, for the shape that it receives and a number of classes."""


@dataclass(frozen=True, slots=True)
class Paper:
    """Where a network was published."""

    title: str
    authors: str
    year: int

    def line(self) -> str:
        """Return the paper in a line, in the active language."""
        return _("{authors} ({year}): {title}").format(
            authors=self.authors, year=self.year, title=self.title
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A network of the gallery.

    Attributes:
        key: how it is called in files, settings and tests.
        title: its name for people, marked for translation unless it is a proper name.
        about: what it is and what it is for, in a sentence marked for translation.
        paper: where it was published, None if it was not.
        shape: the input it was published for.
        classes: the classes it was published for.
        weights: numbers in all its weights, trained or not, at that shape and with those classes.
        build: makes what follows the Input.
        least: the height and width from which on all of its blocks have something to work on.
        grid: what height and width are multiples of.
        padded: whether smaller images get a margin of zeros rather than being enlarged.
        learning_rate: at which it learns with Adam; the usual one unless it is too fast.
        pixels: the range of pixels it expects, as a training plan names it.
        ready_small: whether it trains on small images within minutes, even without a GPU.
    """

    key: str
    title: str
    about: str
    paper: Paper | None
    shape: Shape
    classes: int
    weights: int
    build: Builder
    least: int = 1
    grid: int = 1
    padded: bool = False
    learning_rate: float = 0.001
    pixels: str = "0..1"
    ready_small: bool = False

    def obstacle(self, input_shape: Shape) -> str | None:
        """Say why there is none for an input of a shape, in the active language; None if there is.

        Sizes are no obstacle: images that are too small are enlarged.
        """
        if len(input_shape) == len(self.shape):
            return None
        if len(self.shape) == 1:
            return _("works on texts, rows of word numbers, but the data is {received}").format(
                received=times(input_shape)
            )
        return _("works on images of height × width × channels, but the data is {received}").format(
            received=times(input_shape)
        )

    def change_of_size(self, input_shape: Shape) -> str | None:
        """Say what is done to images that do not fit as they are, None if nothing is.

        Args:
            input_shape: one for which there is no obstacle.
        """
        size = self._size(input_shape)
        if size == input_shape[:2]:
            return None
        if self.padded:
            return _("pads images of {received} with zeros to {size}").format(
                received=times(input_shape[:2]), size=times(size)
            )
        return _("scales images of {received} to {size}").format(
            received=times(input_shape[:2]), size=times(size)
        )

    def network(self, input_shape: Shape, classes: int) -> Network:
        """Return the network for an input and a number of classes, with fresh uids.

        Images that are too small for it, or no multiple of `grid`, are brought to size by a block
        of their own after the Input.

        Args:
            input_shape: `(height, width, channels)`, or `(length,)` of a text.
            classes: how many probabilities come out.

        Raises:
            ValueError: if there is an obstacle; the text says which.
        """
        obstacle = self.obstacle(input_shape)
        if obstacle is not None:
            raise ValueError(obstacle)
        row: list[Item] = [Input(shape=input_shape)]
        size = self._size(input_shape)
        if size != input_shape[:2]:
            row.append(named("to_size", self._resized(input_shape, size)))
            input_shape = (*size, input_shape[2])
        return network_of_items([*row, *self.build(input_shape, classes)])

    def plan(self, plan: TrainingPlan) -> TrainingPlan:
        """Return a plan with the pixels and the rate that the network learns with.

        Data, length and batches stay; the optimizer is Adam, which the rate is for.
        """
        return replace(plan, optimizer="Adam", learning_rate=self.learning_rate, pixels=self.pixels)

    def published(self) -> Network:
        """Return the network as it was published."""
        return self.network(self.shape, self.classes)

    def _size(self, input_shape: Shape) -> Shape:
        """Return the height and width that the images need to have, of a text its length."""
        if len(input_shape) == 1:
            return input_shape
        return tuple(-(-max(size, self.least) // self.grid) * self.grid for size in input_shape[:2])

    def _resized(self, input_shape: Shape, size: Shape) -> Block:
        if not self.padded:
            return Resizing(height=size[0], width=size[1])
        rows, columns = (new - old for new, old in zip(size, input_shape, strict=False))
        return ZeroPadding2D(
            padding=((rows // 2, rows - rows // 2), (columns // 2, columns - columns // 2))
        )
