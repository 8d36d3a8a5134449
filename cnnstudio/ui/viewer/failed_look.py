"""What follows an image that cannot be looked at: the one before it is looked at again."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cnnstudio.core.i18n import sentence
from cnnstudio.core.look_messages import FileImage, ImageSource, LiveImage, Probed, ProbeFailed
from cnnstudio.ui.notices import Notices
from cnnstudio.ui.viewer import sentences
from cnnstudio.ui.viewer.dimming import Dimming
from cnnstudio.ui.viewer.inputs.any_input import AnyInput
from cnnstudio.ui.viewer.inquiry import Inquiry
from cnnstudio.ui.viewer.intake import Intake
from cnnstudio.ui.viewer.live_look import LiveLook
from cnnstudio.ui.viewer.other_network import OtherNetwork
from cnnstudio.ui.viewer.source_bar import SourceBar


class FailedLook(QObject):
    """Says why an image cannot be looked at, and goes back to the last one that could be.

    Where the one that failed stays marked, so that one can step on from it, what is shown is of
    another image: that is dimmed until it is of the marked one again.

    Args:
        inquiry: asks about images.
        sources: lists them.
        intake: knows other cameras.
        live: plays cameras and videos.
        any_input: chooses what a newly opened network takes.
        other_network: knows whether a network is newly opened.
        notices: say what has failed.
        dimming: of all that is shown of an image.
    """

    def __init__(
        self,
        inquiry: Inquiry,
        sources: SourceBar,
        intake: Intake,
        live: LiveLook,
        any_input: AnyInput,
        other_network: OtherNetwork,
        notices: Notices,
        dimming: Dimming,
    ) -> None:
        super().__init__(inquiry)
        self._inquiry, self._sources, self._intake = inquiry, sources, intake
        self._live, self._any_input, self._notices = live, any_input, notices
        self._other_network, self._dimming = other_network, dimming
        self._good: ImageSource | None = None
        inquiry.probed.connect(self._note_good)
        inquiry.failed.connect(self._show)

    @property
    def good(self) -> ImageSource | None:
        """The last image that could be looked at, None before there was one."""
        return self._good

    def settle(self) -> None:
        """Dim no longer what is of the marked image."""
        if self._sources.marked == self._inquiry.answered_image:
            self._dimming.turn(on=False)

    def forget(self) -> None:
        """Dim nothing, for nothing is shown of an earlier image any more."""
        self._dimming.turn(on=False)

    def _note_good(self, _answer: Probed) -> None:
        self._good = self._inquiry.answered_image
        self.settle()

    def _show(self, failure: ProbeFailed) -> None:
        image = self._inquiry.asked_image
        if image != self._inquiry.image:
            return
        if image is not None and image == self._good and self._other_network.is_newly_opened:
            self._good = None
            self._any_input.choose_other()
            self._notices.say(sentences.chosen_instead(failure))
            return
        if isinstance(image, LiveImage):
            self._show_live(image, failure)
            return
        if self._good is None or image in (None, self._good):
            return
        stays = isinstance(image, FileImage) and self._sources.tell_damaged(
            image.path, sentence(failure.message)
        )
        self._notices.error(failure.message, details=failure.details)
        if stays:
            self._dimming.turn(on=True)
        else:
            self._sources.mark(self._good)
            self.settle()
        self._go_back(self._good)

    def _go_back(self, good: ImageSource) -> None:
        if isinstance(good, LiveImage):
            self._live.open(good.source, plays=False)
        else:
            self._live.leave()
            self._inquiry.look_at(good)

    def _show_live(self, image: LiveImage, failure: ProbeFailed) -> None:
        """Stay at the last frame, if there was one, else go back to the image before."""
        if not image.plays:
            return
        if self._good is None:
            self._live.give_up()
            return
        self._sources.mark(self._good)
        self._go_back(self._good)
        self._notices.error(
            failure.message, *self._intake.next_camera(image.source), details=failure.details
        )
