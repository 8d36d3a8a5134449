"""What stands above looks that lie side by side, and what is said of those that are gone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.look_messages import (
    DatasetImage,
    FileImage,
    ImageSource,
    LiveImage,
    MadeInput,
    Probed,
)
from cnnstudio.core.made_inputs import titled
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.ui.numbers import probability_text
from cnnstudio.ui.viewer.compare.pins import Pin
from cnnstudio.ui.viewer.live_look import name_of
from cnnstudio.ui.viewer.predictions import best_guesses, tells_classes


def image_title(image: ImageSource, words: int | None) -> str:
    """Return what an image is called.

    Args:
        image: which.
        words: how many the network knows, None if it takes no numbers of words.
    """
    match image:
        case FileImage(path=path):
            return path.replace("\\", "/").rpartition("/")[2]
        case DatasetImage(index=index):
            # Counted from 1, as the strip does.
            return _("Image {number:,}").format(number=index + 1)
        case LiveImage(source=source):
            return name_of(source)
        case MadeInput(kind=kind, seed=seed):
            return titled(kind, seed, words)
        case _:
            assert_never(image)


def with_outcome(title: str, answer: Probed, plan: TrainingPlan) -> str:
    """Add to a title what the image is taken for, if the network tells classes."""
    if not tells_classes(answer, plan):
        return title
    best, *_others = best_guesses(answer)
    return _("{title} → {label}, {share}").format(
        title=title, label=best.label, share=probability_text(best.share)
    )


def difference(subtracted: Pin) -> str:
    """Name what is subtracted from the maps of the moment."""
    return _("Now minus {pin}").format(pin=subtracted.title)


def without_maps(pin: Pin) -> str:
    """Name a pin of which there is nothing to show."""
    return _("{pin} – no maps").format(pin=pin.title)


def gone_with_engine(pins: Sequence[Pin]) -> str:
    """Say which pins the engine has taken along as it ended, and what to do."""
    return ngettext(
        "“{pins}” is unpinned: the engine that held its weights has ended. Once a new one is "
        "ready, pin the network again with Compare.",
        "{count} pins are unpinned, for the engine that held their weights has ended: {pins}. "
        "Once a new one is ready, pin the network again with Compare.",
        len(pins),
    ).format(count=len(pins), pins=", ".join(pin.title for pin in pins))
