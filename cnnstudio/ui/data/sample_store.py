"""Images of the data as the engine shows them, asked for when they come into sight."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from cnnstudio.core.data_messages import SAMPLE_SIDE, SamplesFailed, SamplesShown
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.data_images import picture_of

_AT_ONCE = 24
"""Images that are asked for in one go; a run that goes on waits for them."""
_MOST = 1_500
"""Images that are kept, some 40 MB of them."""


@dataclass(frozen=True, slots=True)
class View:
    """How images are to be shown.

    Attributes:
        plan: names the data, and how it enters a network.
        network: what images are led through, None to show them as they are.
        seed: of what augmentation draws.
        fingerprint: of the data, whose numbers mean nothing in another.
    """

    plan: TrainingPlan
    network: Network | None
    seed: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Sample:
    """An image or text of the data; neither if it cannot be read."""

    image: QImage | None
    name: str = ""
    text: str = ""


class SampleStore(QObject):
    """Keeps what the engine has shown; `changed` comes when there is more, or it failed.

    Attributes:
        message: why the images cannot be shown, "" if they can.
    """

    changed = Signal()

    def __init__(self, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._view: View | None = None
        self._samples: dict[int, Sample] = {}
        self._wanted: tuple[int, ...] = ()
        self._asked: dict[int, tuple[int, ...]] = {}
        self._is_allowed = False
        self.message = ""
        trainer.samples_shown.connect(self._take)
        trainer.samples_failed.connect(self._fail)

    def show_as(self, view: View | None) -> None:
        """Show images in another way, or of other data; None for none."""
        if view is not None:
            view = replace(view, plan=_deciding(view.plan, view.network))
        if view != self._view:
            self._view, self.message = view, ""
            self._samples.clear()
            self._asked.clear()
            self.changed.emit()
            self._ask()

    def allow(self, allowed: bool) -> None:
        """Allow to ask the engine; else what is kept is all there is."""
        if allowed and not self._is_allowed:
            self.message = ""
        self._is_allowed = allowed
        self._ask()

    def retry(self) -> None:
        """Ask again for what could not be shown."""
        self.message = ""
        self._ask()

    def want(self, numbers: Sequence[int]) -> None:
        """Take note of the images in sight, in the order in which they are wanted."""
        self._wanted = tuple(numbers)
        self._ask()

    def get(self, number: int) -> Sample | None:
        """Return an image by its number in the data, None while it is not there yet."""
        return self._samples.get(number)

    def ask_sharper(self, number: int, side: int) -> int | None:
        """Ask for one image with up to `side` rows or columns and return the answer's number.

        None where there is no more to be seen: as it enters a network an image is shown whole.
        """
        known = self.get(number)
        if known is not None and known.text:
            return None
        if self._view is None or self._view.network is not None or not self._is_allowed:
            return None
        return self._trainer.show_samples(self._view.plan, (number,), side=side)

    def _ask(self) -> None:
        if self._view is None or not self._is_allowed or self._asked or self.message:
            return
        missing = [number for number in self._wanted if number not in self._samples][:_AT_ONCE]
        if missing:
            view = self._view
            asked = self._trainer.show_samples(
                view.plan, tuple(missing), view.network, view.seed, SAMPLE_SIDE
            )
            self._asked[asked] = tuple(missing)

    def _take(self, event: SamplesShown) -> None:
        numbers = self._asked.pop(event.number, None)
        if numbers is None:
            return
        for place, number in enumerate(numbers):
            self._samples[number] = sample_of(event, place)
        self._make_room()
        self.changed.emit()
        self._ask()

    def _fail(self, event: SamplesFailed) -> None:
        if self._asked.pop(event.number, None) is not None:
            self.message = event.message
            self.changed.emit()

    def _make_room(self) -> None:
        wanted = set(self._wanted)
        for number in [*self._samples][: max(len(self._samples) - _MOST, 0)]:
            if number not in wanted:
                del self._samples[number]


def sample_of(event: SamplesShown, place: int) -> Sample:
    """Return one of the images of an answer."""
    pixels = event.images[place]
    return Sample(
        None if pixels is None else picture_of(pixels),
        event.names[place] if event.names else "",
        event.texts[place] if event.texts else "",
    )


def _deciding(plan: TrainingPlan, network: Network | None) -> TrainingPlan:
    """Return a plan with only those settings that change what images look like."""
    if network is None:
        return TrainingPlan(data=plan.data)
    return TrainingPlan(data=plan.data, resize=plan.resize, pixels=plan.pixels)
