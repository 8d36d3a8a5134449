"""Why a number of a map is what it is: the parts of each sort of arithmetic, as frozen values.

Every sort of parts has `result`, what its numbers come to before an activation, computed from the
float32 inputs and weights in float64, and `magnitude`, the sum of the sizes of what is added up:
what rounding in float32 is measured by.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.explained_scaling import Normalized as Normalized
from cnnstudio.core.explained_scaling import Scaled as Scaled
from cnnstudio.core.explained_scaling import ToUnitLength as ToUnitLength

Numbers = NDArray[np.float32]
Index = tuple[int, ...]
"""A place in an output, channels last, without the batch: `(row, column, channel)`, `(unit,)` …"""

ROUNDING = 1e-5
"""By which share a float32 sum may differ from the exact one, of the sizes of its terms."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The places of an input that a kernel or window lies on.

    Attributes:
        places: along each spatial axis, the input's places, those on padding too.
        sizes: of the input, along each spatial axis.
        first: the number of the first input channel that is looked at.
    """

    places: tuple[tuple[int, ...], ...]
    sizes: tuple[int, ...]
    first: int = 0

    @property
    def inside(self) -> NDArray[np.bool_]:
        """Which places are in the input and not on padding, one axis of taps a spatial axis."""
        found: NDArray[np.bool_] = np.ones((), bool)
        for axis, size in zip(self.places, self.sizes, strict=True):
            along = np.array([0 <= place < size for place in axis], bool)
            found = found[..., np.newaxis] & along
        return found


@dataclass(frozen=True, slots=True)
class WeightedSum:
    """A convolution's or a Dense unit's sum.

    Attributes:
        inputs: what is seen, `(taps …, channels)`; 0 on padding.
        weights: the kernel on it, likewise.
        bias: what is added, None where there is none.
        seen: where the inputs are.
    """

    inputs: Numbers
    weights: Numbers
    bias: float | None
    seen: Seen

    @property
    def is_flat(self) -> bool:
        """Whether one place alone is seen, as by a Dense unit or a kernel of 1 × 1."""
        return bool(self.inputs.size == self.inputs.shape[-1])

    @property
    def products(self) -> NDArray[np.float64]:
        """Each input times its weight, as large as `inputs`."""
        return self.inputs.astype(np.float64) * self.weights.astype(np.float64)

    @property
    def channel_sums(self) -> NDArray[np.float64]:
        """The sum of the products of each input channel, `(channels,)`."""
        products = self.products
        return np.asarray(products.reshape(-1, products.shape[-1]).sum(axis=0))

    @property
    def result(self) -> float:
        """All products and the bias, added up."""
        return float(self.products.sum()) + (self.bias or 0.0)

    @property
    def magnitude(self) -> float:
        """The sizes of all products and of the bias, added up."""
        return float(np.abs(self.products).sum()) + abs(self.bias or 0.0)


@dataclass(frozen=True, slots=True)
class SeparableSum:
    """A separable convolution's sum: each channel by itself first, then one weight for each.

    Attributes:
        inputs: what is seen, `(taps …, channels)`; 0 on padding.
        depthwise: the kernels, `(taps …, channels, multiplier)`.
        pointwise: what each of their sums is multiplied with, `(channels, multiplier)`.
        bias: what is added, None where there is none.
        seen: where the inputs are.
    """

    inputs: Numbers
    depthwise: Numbers
    pointwise: Numbers
    bias: float | None
    seen: Seen

    @property
    def depthwise_sums(self) -> NDArray[np.float64]:
        """What every kernel makes of its channel, `(channels, multiplier)`."""
        products = self.inputs[..., np.newaxis].astype(np.float64) * self.depthwise
        return np.asarray(products.reshape(-1, *products.shape[-2:]).sum(axis=0))

    @property
    def products(self) -> NDArray[np.float64]:
        """Those times their weights, `(channels, multiplier)`."""
        return np.asarray(self.depthwise_sums * self.pointwise)

    @property
    def channel_sums(self) -> NDArray[np.float64]:
        """What each input channel adds, `(channels,)`."""
        return np.asarray(self.products.sum(axis=-1))

    @property
    def result(self) -> float:
        """All products and the bias, added up."""
        return float(self.products.sum()) + (self.bias or 0.0)

    @property
    def magnitude(self) -> float:
        """The sizes of all that is added up on the way."""
        sizes = np.abs(self.inputs[..., np.newaxis].astype(np.float64) * self.depthwise)
        sums = sizes.reshape(-1, *sizes.shape[-2:]).sum(axis=0) * np.abs(self.pointwise)
        return float(sums.sum()) + abs(self.bias or 0.0)


@dataclass(frozen=True, slots=True)
class Pooled:
    """A window's largest number or mean.

    Attributes:
        values: in the window, one axis of taps a spatial axis; 0 on padding, which does not count.
        seen: where they are; `first` is their channel.
        is_max: whether the largest is kept, else their mean is.
    """

    values: Numbers
    seen: Seen
    is_max: bool

    @property
    def count(self) -> int:
        """How many values there are that are not on padding."""
        return int(self.seen.inside.sum())

    @property
    def winners(self) -> NDArray[np.bool_]:
        """Which values are the largest; several if they are equal, none of a mean or of NaN."""
        if not self.is_max:
            return np.zeros(self.values.shape, bool)
        return np.asarray(self.seen.inside & (self.values == self.result))

    @property
    def result(self) -> float:
        """The largest value, or the mean."""
        counted = self.values[self.seen.inside].astype(np.float64)
        return float(counted.max() if self.is_max else counted.mean())

    @property
    def magnitude(self) -> float:
        """The mean of the sizes."""
        if self.is_max:
            return abs(self.result)
        return float(np.abs(self.values[self.seen.inside].astype(np.float64)).mean())


@dataclass(frozen=True, slots=True)
class Passed:
    """One number of the input, as it is.

    Attributes:
        x: the number; 0 where zeros were added.
        index: its place in the input, None where zeros were added.
        lane: of which lane of a Concatenate, None elsewhere.
    """

    x: float
    index: Index | None
    lane: int | None = None

    @property
    def result(self) -> float:
        """The number."""
        return self.x

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.x)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Neighbours, each times its share: how maps are scaled.

    Attributes:
        values: of the input, `(rows, columns)`.
        shares: of each, likewise; they sum to 1.
        seen: where they are; `first` is their channel.
    """

    values: Numbers
    shares: NDArray[np.float64]
    seen: Seen

    @property
    def result(self) -> float:
        """The products, added up."""
        return float((self.values * self.shares).sum())

    @property
    def magnitude(self) -> float:
        """The largest of them, for the shares are themselves rounded."""
        return float(np.abs(self.values).max())


@dataclass(frozen=True, slots=True)
class Merged:
    """The lanes' numbers at one place, and how they become one.

    Attributes:
        merge: "Add", "Multiply", "Average", "Maximum" or "Subtract".
        values: one a lane.
        lanes: the names of what each lane ends in, "" of an empty lane.
    """

    merge: str
    values: tuple[float, ...]
    lanes: tuple[str, ...]

    @property
    def result(self) -> float:
        """What they become."""
        match self.merge:
            case "Multiply":
                return math.prod(self.values)
            case "Maximum":
                return max(self.values)
            case "Subtract":
                return self.values[0] - self.values[1]
            case "Average":
                return sum(self.values) / len(self.values)
            case _:
                return sum(self.values)

    @property
    def magnitude(self) -> float:
        """The size of the product, or the sizes of the terms added up."""
        if self.merge == "Multiply":
            return abs(self.result)
        return sum(map(abs, self.values))


@dataclass(frozen=True, slots=True)
class LookedUp:
    """A number of a table.

    Attributes:
        word: the row, which is what the input holds.
        x: the number there.
    """

    word: int
    x: float

    @property
    def result(self) -> float:
        """The number."""
        return self.x

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.x)


@dataclass(frozen=True, slots=True)
class Untold:
    """Arithmetic that is not taken apart here.

    Attributes:
        x: the number that the map has.
        inputs: the input's numbers at the same place, or its first ones.
        shape: of the whole input.
    """

    x: float
    inputs: Numbers
    shape: tuple[int, ...]

    @property
    def result(self) -> float:
        """The number of the map."""
        return self.x

    @property
    def magnitude(self) -> float:
        """Its size."""
        return abs(self.x)


Parts = (
    WeightedSum
    | SeparableSum
    | Pooled
    | Normalized
    | Scaled
    | ToUnitLength
    | Passed
    | Mixture
    | Merged
    | LookedUp
    | Untold
)


@dataclass(frozen=True, slots=True)
class Activated:
    """What an activation makes of the result of the parts.

    Attributes:
        name: as Keras spells it.
        before: the number that goes in.
        after: the number that comes out.
        beside: of an activation that looks at several numbers (softmax), all of them, `before`
            among them.
        settings: what it is set to, by Keras's names.
    """

    name: str
    before: float
    after: float
    beside: NDArray[np.float64] | None = None
    settings: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a number is what it is.

    Attributes:
        block: the uid of the block whose arithmetic it is: of a Group or Repeat its last one.
        index: the place in the output.
        value: what the map has there.
        parts: what it is made from.
        total: what the parts come to.
        activation: what is applied to that, None for none.
        margin: by how much float32's rounding may have moved the value.
        source: the name of the block that the inputs come from, "" for none.
        flattened: where the inputs were lined up from maps, the shape of those.
    """

    block: str
    index: Index
    value: float
    parts: Parts
    total: float
    activation: Activated | None = None
    margin: float = 0.0
    source: str = ""
    flattened: tuple[int, ...] = field(default=())

    @property
    def computed(self) -> float:
        """What the explanation comes to."""
        return self.activation.after if self.activation else self.total

    @property
    def agrees(self) -> bool:
        """Whether that is what the map has, to the rounding of float32; NaN is only itself."""
        if not math.isfinite(self.value) or not math.isfinite(self.computed):
            with np.errstate(over="ignore"):
                return str(self.value) == str(np.float32(self.computed).item())
        return abs(self.computed - self.value) <= self.margin
