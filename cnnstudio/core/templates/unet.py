"""U-Net: down to a coarse view and up again, with lanes across on every level."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    Conv2DTranspose,
    Dropout,
    GlobalAveragePooling2D,
    MaxPooling2D,
    Shape,
    Softmax,
    UpSampling2D,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.templates.kit import Item, Items, concatenate, conv, named, predictions
from cnnstudio.core.templates.template import Paper, Template

_HE = "he_normal"
"""How the paper's kernels start out."""


def _u_net(_shape: Shape, classes: int) -> Items:
    """The paper's, with "same" padding, so that no maps are cut before they are joined."""
    row: list[Item] = [*_two(1024, _HE), Dropout()]
    for filters, level in ((512, 4), (256, 3), (128, 2), (64, 1)):
        up = Conv2DTranspose(filters=filters, kernel_size=(2, 2), strides=(2, 2))
        below = [MaxPooling2D(), *row, named("up_1", up)]
        joined = concatenate(f"level_{level}", [], below)
        row = [*_two(filters, _HE), joined, *_two(filters, _HE)]
    return [
        *row,
        named("classes_by_pixel", conv(classes, 1)),
        named("mean_of_pixels", GlobalAveragePooling2D()),
        named("predictions", Softmax()),
    ]


def _small_u_net(_shape: Shape, classes: int) -> Items:
    row = _two(64)
    for filters, level in ((32, 2), (16, 1)):
        below = [MaxPooling2D(), *row, UpSampling2D()]
        row = [*_two(filters), concatenate(f"level_{level}", [], below), *_two(filters)]
    return [*row, GlobalAveragePooling2D(), predictions(classes)]


def _two(filters: int, start: str = "glorot_uniform") -> Items:
    return [conv(filters, 3, activation="relu", kernel_initializer=start) for _ in range(2)]


_PAPER = Paper(
    "U-Net: convolutional networks for biomedical image segmentation",
    "Ronneberger, Fischer, Brox",
    2015,
)

U_NET = Template(
    key="u-net",
    title="U-Net",
    about=N_(
        "Made to say of every pixel what it shows, as in microscope images; here the mean over the "
        "pixels classifies the image. Without its last two blocks it gives a class a pixel."
    ),
    paper=_PAPER,
    shape=(512, 512, 1),
    classes=2,
    weights=31_030_658,
    build=_u_net,
    least=16,
    grid=16,
)
SMALL_U_NET = Template(
    key="small-u-net",
    title=N_("Small U-Net"),
    about=N_("The shape of U-Net with two levels and few filters, to try out on small images."),
    paper=_PAPER,
    shape=(28, 28, 1),
    classes=10,
    weights=118_138,
    build=_small_u_net,
    least=4,
    grid=4,
    ready_small=True,
)
