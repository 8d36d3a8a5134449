"""Blocks that change images at random while training, so that a network sees more of them.

In use, and when one looks inside, they hand their images on as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from typing_extensions import override

from cnnstudio.core.blocks import choices
from cnnstudio.core.blocks.block import Block, Family, Shape, needs_map
from cnnstudio.core.blocks.regularization import SEED
from cnnstudio.core.fields import Choice, Real, param
from cnnstudio.core.i18n import N_
from cnnstudio.core.problems import Fault
from cnnstudio.core.real_fields import Interval, interval_text

_FILL_MODE = Choice(
    label=N_("Fill"),
    help=N_("what is put where the image has been moved away: its mirror image, a constant …"),
    options=choices.FILLS,
    advanced=True,
)
_FILL_VALUE = Real(
    label=N_("Fill value"),
    help=N_("the constant, if the fill is constant"),
    low=-1e6,
    high=1e6,
    step=0.1,
    advanced=True,
)
_INTERPOLATION = choices.interpolation("bilinear", "nearest")
_VALUE_RANGE = Interval(
    label=N_("Value range"),
    help=N_(
        "the smallest and largest number a pixel may have: set it to that of the images, for "
        "example 0 to 1 after a Rescaling by 1/255"
    ),
    low=-1e6,
    high=1e6,
    step=1.0,
)


def _share(label: str, text: str, *, low: float = -1.0, none_label: str = "") -> Interval:
    return Interval(
        label=label,
        help=text,
        low=low,
        high=1.0,
        step=0.05,
        optional=bool(none_label),
        none_label=none_label,
    )


@dataclass(frozen=True, slots=True)
class _Augmentation(Block):
    """A layer that changes images in training only."""

    family: ClassVar[Family] = Family.AUGMENTATION

    @override
    def fault(self, shape: Shape) -> Fault | None:
        return needs_map(shape)

    @override
    def output_activation(self, received: str) -> str:
        return received


@dataclass(frozen=True, slots=True)
class RandomFlip(_Augmentation):
    """Mirror images, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_flip/."""

    stem: ClassVar[str] = "flip"
    lesson: ClassVar[str] = N_(
        "Mirrors some images, chosen by chance, while training. Choose horizontal for photographs; "
        "digits and letters mean something else when mirrored."
    )

    mode: str = param(
        Choice(
            label=N_("Mode"),
            help=N_("left and right are swapped, top and bottom, or both"),
            options=("horizontal", "vertical", "horizontal_and_vertical"),
        ),
        default="horizontal_and_vertical",
    )
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return self.mode.replace("_and_", " · ")


@dataclass(frozen=True, slots=True)
class RandomRotation(_Augmentation):
    """Turn images, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_rotation/."""

    stem: ClassVar[str] = "rotate"
    required: ClassVar[tuple[str, ...]] = ("factor",)
    lesson: ClassVar[str] = N_(
        "Turns every image by a random angle while training, as a share of a full turn: 0.05 is "
        "up to 18 degrees to either side."
    )

    factor: tuple[float, float] = param(
        _share(N_("Angle"), N_("smallest and largest angle, in full turns; below 0 is clockwise")),
        default=(-0.05, 0.05),
    )
    fill_mode: str = param(_FILL_MODE, default="reflect")
    interpolation: str = param(_INTERPOLATION, default="bilinear")
    seed: int | None = param(SEED, default=None)
    fill_value: float = param(_FILL_VALUE, default=0.0)

    @override
    def key_params(self) -> str:
        return interval_text(self.factor)


@dataclass(frozen=True, slots=True)
class RandomZoom(_Augmentation):
    """Enlarge images, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_zoom/."""

    stem: ClassVar[str] = "zoom"
    required: ClassVar[tuple[str, ...]] = ("height_factor",)
    lesson: ClassVar[str] = N_(
        "Zooms every image in or out by a random share while training, so that the size of things "
        "matters less."
    )

    height_factor: tuple[float, float] = param(
        _share(
            N_("Height"),
            N_("smallest and largest zoom as a share of the height; below 0 zooms in"),
            low=-0.99,
        ),
        default=(-0.1, 0.1),
    )
    width_factor: tuple[float, float] | None = param(
        _share(
            N_("Width"),
            N_("the same of the width; like the height unless set, which keeps proportions"),
            low=-0.99,
            none_label=N_("as the height"),
        ),
        default=None,
    )
    fill_mode: str = param(_FILL_MODE, default="reflect")
    interpolation: str = param(_INTERPOLATION, default="bilinear")
    seed: int | None = param(SEED, default=None)
    fill_value: float = param(_FILL_VALUE, default=0.0)

    @override
    def key_params(self) -> str:
        return _both(self.height_factor, self.width_factor)


@dataclass(frozen=True, slots=True)
class RandomTranslation(_Augmentation):
    """Move images, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_translation/."""

    stem: ClassVar[str] = "shift"
    required: ClassVar[tuple[str, ...]] = ("height_factor", "width_factor")
    lesson: ClassVar[str] = N_(
        "Moves every image by a random share of its size while training, so that the place of "
        "things matters less."
    )

    height_factor: tuple[float, float] = param(
        _share(N_("Down"), N_("smallest and largest move, in heights; below 0 is up")),
        default=(-0.1, 0.1),
    )
    width_factor: tuple[float, float] = param(
        _share(N_("Right"), N_("smallest and largest move, in widths; below 0 is left")),
        default=(-0.1, 0.1),
    )
    fill_mode: str = param(_FILL_MODE, default="reflect")
    interpolation: str = param(_INTERPOLATION, default="bilinear")
    seed: int | None = param(SEED, default=None)
    fill_value: float = param(_FILL_VALUE, default=0.0)

    @override
    def key_params(self) -> str:
        return _both(self.height_factor, self.width_factor)


@dataclass(frozen=True, slots=True)
class RandomContrast(_Augmentation):
    """Change contrast, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_contrast/."""

    stem: ClassVar[str] = "contrast"
    required: ClassVar[tuple[str, ...]] = ("factor",)
    lesson: ClassVar[str] = N_(
        "Spreads or flattens every image about its own mean by a random factor while training, as "
        "other light or another camera would."
    )
    formula: ClassVar[str] = "y = (x − mean) · f + mean,  f in [1 − lower, 1 + upper]"

    factor: tuple[float, float] = param(
        _share(
            N_("Factor"),
            N_("how far contrast may fall below 1 and rise above it: 0.2 and 0.3 give 0.8 to 1.3"),
            low=0.0,
        ),
        default=(0.2, 0.2),
    )
    value_range: tuple[float, float] = param(_VALUE_RANGE, default=(0.0, 255.0))
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return f"× {1 - self.factor[0]:g} … {1 + self.factor[1]:g}"


@dataclass(frozen=True, slots=True)
class RandomBrightness(_Augmentation):
    """Change brightness, https://keras.io/api/layers/preprocessing_layers/image_augmentation/random_brightness/."""

    stem: ClassVar[str] = "brightness"
    required: ClassVar[tuple[str, ...]] = ("factor",)
    lesson: ClassVar[str] = N_(
        "Makes every image lighter or darker by a random share of the value range while training."
    )
    formula: ClassVar[str] = "y = x + δ · range,  δ in [low, high]"

    factor: tuple[float, float] = param(
        _share(N_("Factor"), N_("smallest and largest share of the range that is added")),
        default=(-0.2, 0.2),
    )
    value_range: tuple[float, float] = param(_VALUE_RANGE, default=(0.0, 255.0))
    seed: int | None = param(SEED, default=None)

    @override
    def key_params(self) -> str:
        return interval_text(self.factor)


def _both(height: tuple[float, float], width: tuple[float, float] | None) -> str:
    """Return what a card says of a share of height and one of width."""
    if width in (None, height):
        return interval_text(height)
    return f"{interval_text(height)} · {interval_text(width or height)}"
