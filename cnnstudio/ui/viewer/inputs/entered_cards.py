"""The two cards of what entered, of which one is seen: that of images, or that of anything else."""

from __future__ import annotations

from PySide6.QtGui import QImage

from cnnstudio.core.data.choice import CROP
from cnnstudio.core.look_messages import Probed
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.seen_pixels import Pixels
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.data_images import picture_of
from cnnstudio.ui.viewer.fitting import Fitted
from cnnstudio.ui.viewer.image_card import ImageCard
from cnnstudio.ui.viewer.inputs.input_card import InputCard
from cnnstudio.ui.viewer.inputs.small_pictures import picture_of_values


class EnteredCards:
    """Shows what entered on the card that fits it, and frames there what a number sees."""

    def __init__(self, image: ImageCard, other: InputCard, theme: Theme) -> None:
        self._image, self._other, self._theme = image, other, theme
        other.hide()

    def show_answer(
        self, answer: Probed, fitted: Fitted, plan: TrainingPlan, *, tokens: bool
    ) -> None:
        """Show what entered.

        Args:
            answer: has it.
            fitted: how an image was brought to the Input.
            plan: may say that otherwise.
            tokens: whether the Input takes the numbers of words.
        """
        self._show_one(is_image=answer.is_picture)
        if answer.is_picture:
            self._image.show_answer(answer, fitted, plan)
        else:
            self._other.show_answer(answer, fitted.pixels, tokens=tokens)

    def preview(self, image: QImage | None) -> None:
        """Show an image that has not entered the network yet."""
        self._show_one(is_image=True)
        self._image.preview(image)

    def clear(self, image: QImage | None) -> None:
        """Show that nothing has entered the network yet, of an image what it looks like."""
        if self._other.isHidden():
            self.preview(image)
        else:
            self._other.clear()

    def thumbnail_of(self, answer: Probed) -> QImage:
        """Return a small picture of what entered."""
        if answer.is_picture:
            return picture_of(answer.picture)
        return picture_of_values(answer.entered, self._theme)

    def show_field(self, pixels: Pixels | None, resize: str = CROP) -> None:
        """Frame the places that a number sees, None for none.

        Args:
            pixels: of the input as it entered.
            resize: by which an opened image became that.
        """
        is_image = pixels is not None and len(pixels.first) == 2
        self._image.show_field(pixels if is_image else None, resize)
        self._other.show_field(pixels)

    def _show_one(self, *, is_image: bool) -> None:
        self._image.setVisible(is_image)
        self._other.setVisible(not is_image)
