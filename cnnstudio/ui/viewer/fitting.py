"""How an image is brought to the Input: as the plan says, or as somebody wants to see it."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.core.data.choice import CROP, FIT, STRETCH
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.pixels import PIXEL_RANGES
from cnnstudio.core.plan import TrainingPlan


@dataclass(frozen=True, slots=True)
class Fitted:
    """How an image was, or is to be, brought to the Input.

    Attributes:
        pixels: a key of `PIXEL_RANGES`.
        resize: a key of `RESIZES`.
        grey: whether it loses its colours.
    """

    pixels: str
    resize: str
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Fitting:
    """What somebody wants otherwise than the plan says; "" where it is to be as there.

    Attributes:
        pixels: a key of `PIXEL_RANGES`.
        resize: a key of `RESIZES`.
        grey: whether images lose their colours.
    """

    pixels: str = ""
    resize: str = ""
    grey: bool = False

    def of(self, plan: TrainingPlan) -> Fitted:
        """Return what that is for a plan."""
        return Fitted(self.pixels or plan.pixels, self.resize or plan.resize, self.grey)


AS_PLANNED = Fitting()


def done_to(answer: Probed, fitted: Fitted) -> str:
    """Say what was done to an image before it entered; "" if what entered is no image."""
    shape = answer.entered.shape
    if not answer.is_picture or len(shape) != 3 or shape[2] not in (1, 3):
        return ""
    grey = shape[2] == 1 or fitted.grey
    return _("{size} · {colour} · {range}").format(
        size=_sized(answer.size, (shape[0], shape[1]), fitted.resize),
        colour=_("grey") if grey else _("colour"),
        range=_(PIXEL_RANGES[fitted.pixels].label),
    )


def unlike_plan(answer: Probed, fitted: Fitted, plan: TrainingPlan) -> str:
    """Say how the network is trained, where that makes a difference; else ""."""
    shape = answer.entered.shape
    said = []
    if fitted.resize != plan.resize and not _alike(answer.size, (shape[0], shape[1])):
        said.append(
            {
                CROP: _("The network is trained on cropped images."),
                FIT: _("The network is trained on whole images with black margins."),
                STRETCH: _("The network is trained on stretched images."),
            }[plan.resize]
        )
    if fitted.pixels != plan.pixels:
        text = _("The network is trained on pixels from {range}.")
        said.append(text.format(range=_(PIXEL_RANGES[plan.pixels].label)))
    if fitted.grey and shape[2] == 3:
        said.append(_("The network is trained on images as they are, in colour."))
    return "\n".join(said)


def _sized(opened: tuple[int, int], entered: tuple[int, int], resize: str) -> str:
    size = times(entered)
    if opened == entered:
        return _("As it is, {size}").format(size=size)
    if _alike(opened, entered):
        return _("Scaled to {size}").format(size=size)
    text = {
        CROP: _("Cropped to {size}"),
        FIT: _("Fitted into {size} with margins"),
        STRETCH: _("Stretched to {size}"),
    }[resize]
    return text.format(size=size)


def _alike(opened: tuple[int, int], entered: tuple[int, int]) -> bool:
    """Whether two sizes have the same proportions, so that less than a pixel is cut or added."""
    return abs(opened[0] * entered[1] - opened[1] * entered[0]) < max(opened)
