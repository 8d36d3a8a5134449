"""What can be wrong with a network, as data, and how to say it in plain words.

A block that cannot work yields a `Fault`; analysis places it as a `Problem` at its block. Neither
is an exception: a person's mistake is ordinary.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from cnnstudio.core.i18n import N_, _


class Severity(StrEnum):
    """How much a problem matters: an error keeps the network from being built."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


TEMPLATES: dict[str, tuple[Severity, str]] = {
    "no_blocks": (
        Severity.ERROR,
        N_("the network is empty: add an Input block, then the layers that follow it"),
    ),
    "no_input": (
        Severity.ERROR,
        N_("the network has no Input: put an Input block first, it says how large the images are"),
    ),
    "input_not_first": (
        Severity.ERROR,
        N_("an Input stands in the middle of the network: only the first block can be an Input"),
    ),
    "vector_received": (
        Severity.ERROR,
        N_(
            "expects maps of height × width × channels, but receives a vector of {count:,} "
            "numbers: move it above the block that makes the vector, Flatten for example"
        ),
    ),
    "wrong_rank": (
        Severity.ERROR,
        N_("expects maps of height × width × channels, but receives {received}"),
    ),
    "sequence_expected": (
        Severity.ERROR,
        N_("expects a sequence of length × channels, but receives {received}"),
    ),
    "volume_expected": (
        Severity.ERROR,
        N_("expects a volume of depth × height × width × channels, but receives {received}"),
    ),
    "kernel_too_large": (
        Severity.ERROR,
        N_(
            "a {kernel} kernel does not fit a {size} input: make it smaller, or set padding to same"
        ),
    ),
    "kernel_too_large_dilated": (
        Severity.ERROR,
        N_(
            "a {kernel} kernel with dilation {dilation} spans {span} and does not fit a {size} "
            "input: make it smaller, or set padding to same"
        ),
    ),
    "window_too_large": (
        Severity.ERROR,
        N_(
            "a {kernel} window does not fit a {size} input: make it smaller, or set padding to same"
        ),
    ),
    "strides_and_dilation": (
        Severity.ERROR,
        N_(
            "strides {strides} and dilation {dilation} cannot go together: one of the two must be 1"
        ),
    ),
    "groups_channels": (
        Severity.ERROR,
        N_("{channels} input channels cannot be divided into {groups} groups"),
    ),
    "groups_filters": (
        Severity.ERROR,
        N_("{filters} filters cannot be divided into {groups} groups"),
    ),
    "output_padding_too_large": (
        Severity.ERROR,
        N_("the output padding {padding} must be smaller than the strides {strides}"),
    ),
    "output_padding_too_small": (
        Severity.ERROR,
        N_(
            "with “same” padding and an even kernel, an output padding of 0 is too small: leave it "
            "to the strides, or make it at least 1"
        ),
    ),
    "axis_missing": (
        Severity.ERROR,
        N_("there is no axis {axis} in an input of {received}: the last axis is -1"),
    ),
    "axes_twice": (Severity.ERROR, N_("the axes {axes} name one of them twice")),
    "means_and_variances": (
        Severity.ERROR,
        N_(
            "there must be as many variances as means, but there are {variances} variances and "
            "{means} means"
        ),
    ),
    "means_channels": (
        Severity.ERROR,
        N_("{count} means for {channels} channels: give one for all, or one for each channel"),
    ),
    "reshape_rests": (
        Severity.ERROR,
        N_("only one axis of the target shape can be the rest: set the others to numbers"),
    ),
    "reshape_count": (
        Severity.ERROR,
        N_("the {count:,} numbers of {received} do not fill a shape of {target}"),
    ),
    "permute_axes": (
        Severity.ERROR,
        N_(
            "the order {dims} does not fit an input of {rank} axes: it must name each axis from 1 "
            "to {rank} once"
        ),
    ),
    "cropped_away": (
        Severity.ERROR,
        N_("cropping {cropping} leaves nothing of a {size} input: crop less"),
    ),
    "crop_and_pad": (
        Severity.ERROR,
        N_("an image can be cropped or padded to its new proportions, not both: switch one off"),
    ),
    "opaque_foreign": (
        Severity.ERROR,
        N_(
            "holds {layers}, which is no layer of Keras itself: code that comes with a model is "
            "never run here, so put blocks that do the same in its place, or leave it out"
        ),
    ),
    "opaque_unbuilt": (
        Severity.ERROR,
        N_(
            "this Keras cannot build the layers it came with: put blocks that do the same in its "
            "place, or leave it out"
        ),
    ),
    "opaque_input": (
        Severity.ERROR,
        N_(
            "was made for an input of {expected} and cannot take one of {received}: put it where "
            "it was, or change what comes before it back"
        ),
    ),
    "too_large": (
        Severity.ERROR,
        N_("its output would hold {count:,} numbers an image, more than the {limit:,} allowed"),
    ),
    "too_many_weights": (
        Severity.ERROR,
        N_("it would have {count:,} weights, more than the {limit:,} allowed"),
    ),
    "lanes_differ": (
        Severity.ERROR,
        N_(
            "{merge} needs lanes of the same shape, but they differ in {axis}: they end in {shapes}"
        ),
    ),
    "lanes_differ_in_rank": (
        Severity.ERROR,
        N_("{merge} cannot join maps with vectors: its lanes end in {shapes}"),
    ),
    "lanes_differ_on_axis": (
        Severity.ERROR,
        N_(
            "Concatenate needs lanes of the same height and width, but they differ in {axis}: "
            "they end in {shapes}"
        ),
    ),
    "no_lanes": (Severity.ERROR, N_("needs at least one lane")),
    "lanes_too_few": (Severity.ERROR, N_("{merge} needs two lanes or more, but there is {count}")),
    "lanes_not_two": (
        Severity.ERROR,
        N_("Subtract needs exactly two lanes, but there are {count}"),
    ),
    "too_deep": (Severity.ERROR, N_("containers are nested deeper than {limit} levels")),
    "too_many_layers": (
        Severity.ERROR,
        N_("the network comes to more than {limit:,} layers: lower the counts of its Repeats"),
    ),
    "output_rank": (
        Severity.WARNING,
        N_(
            "the network ends in {received}, but to learn {data} it must end in {classes} numbers: "
            "add Flatten or GlobalAveragePooling2D, then Dense {classes} with softmax"
        ),
    ),
    "output_classes": (
        Severity.WARNING,
        N_(
            "the network ends in {received}, but {data} has {classes} classes: end with "
            "Dense {classes} and softmax"
        ),
    ),
    "output_activation": (
        Severity.WARNING,
        N_(
            "the last activation is {activation}: to learn {classes} classes use softmax, "
            "or linear, which is trained from logits"
        ),
    ),
    "input_not_image": (
        Severity.WARNING,
        N_(
            "the Input is {received}, but {data} holds images: it must be height × width × "
            "channels with 1 or 3 channels"
        ),
    ),
    "empty_output": (
        Severity.ERROR,
        N_("its output would be {size}, which holds nothing: every size must be 1 or more"),
    ),
    "softmax_of_one": (
        Severity.WARNING,
        N_(
            "softmax over a single number is always 1: use as many units as there are classes, or "
            "sigmoid"
        ),
    ),
    "softmax_axis": (
        Severity.WARNING,
        N_(
            "axis {axis} is the last one of what it receives, but training takes its output for "
            "probabilities only if the axis is written as -1: set it to -1"
        ),
    ),
    "softmax_twice": (
        Severity.WARNING,
        N_("softmax of what is softmax already: the classes get hard to tell apart, one is enough"),
    ),
    "flatten_missing": (
        Severity.WARNING,
        N_(
            "receives maps of {received} and works on every place by itself, so that the network "
            "never sees its whole input: put Flatten or {pooling} before it"
        ),
    ),
    "dropout_everything": (
        Severity.WARNING,
        N_("a rate of 1 drops everything, so that nothing can be learned: 0.25 to 0.5 is usual"),
    ),
    "maps_too_large": (
        Severity.WARNING,
        N_(
            "training needs about {needed} GB of memory, more than the {memory} GB of this "
            "machine; the output of this block alone takes {own} GB with {batch_size} images a step"
        ),
    ),
    "weights_too_large": (
        Severity.WARNING,
        N_(
            "training needs about {needed} GB of memory, more than the {memory} GB of this "
            "machine; most of it for the {count:,} weights of this block"
        ),
    ),
    "dense_on_map": (
        Severity.HINT,
        N_(
            "receives maps of {received} and works on every place by itself, as a convolution of "
            "kernel size {kernel} does: put Flatten before it if it is to see all of them"
        ),
    ),
    "places_dropped": (
        Severity.HINT,
        N_(
            "its steps do not come out even on a {size} input: left out at the end are rows: "
            "{rows}, columns: {columns}; padding same leaves nothing out"
        ),
    ),
    "steps_dropped": (
        Severity.HINT,
        N_(
            "its steps do not come out even on an input of length {size}: left out at the end are "
            "{left}; padding same leaves nothing out"
        ),
    ),
    "activation_twice": (
        Severity.HINT,
        N_("{activation} of what is {activation} already changes nothing"),
    ),
    "two_activations": (
        Severity.HINT,
        N_("{then} right after {first}: two activations in a row are seldom meant"),
    ),
    "useless_bias": (
        Severity.HINT,
        N_(
            "its bias does nothing, for the BatchNormalization after it takes every mean away and "
            "adds a shift of its own"
        ),
    ),
    "dropout_before_normalization": (
        Severity.HINT,
        N_(
            "stands right before BatchNormalization, which then sees other variances in training "
            "than in use: the other way round often learns a little better"
        ),
    ),
    "pixels_are_smaller": (
        Severity.WARNING,
        N_(
            "its value range is {taken}, but pixels enter from {low} to {high}: that would ruin "
            "the images"
        ),
    ),
    "dropout_nothing": (Severity.HINT, N_("a rate of 0 drops nothing: this block does nothing")),
    "no_weights": (
        Severity.WARNING,
        N_("the network has no weights to train: add a Conv2D or Dense block"),
    ),
}


class Term(str):
    """A detail of a message that is a word of the language, marked with `N_`."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a block cannot work on its input.

    Attributes:
        code: a key of `TEMPLATES`.
        details: the values its template names.
    """

    code: str
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault at its place.

    Attributes:
        code: a key of `TEMPLATES`, stable across versions.
        block: the uid of the block, None if the whole network is meant.
        details: the values the message names.
    """

    code: str
    block: str | None = None
    details: Mapping[str, object] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        """How much it matters."""
        return TEMPLATES[self.code][0]

    def message(self) -> str:
        """Say it in the active language."""
        said = {n: _(v) if isinstance(v, Term) else v for n, v in self.details.items()}
        return _(TEMPLATES[self.code][1]).format(**said)
