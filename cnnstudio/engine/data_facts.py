"""What there is in a plan's data, and what its images look like on their way into a network."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from cnnstudio.core.data_messages import (
    MOST_SAMPLES,
    WORDS_SHOWN,
    DataRead,
    Listing,
    SamplesFailed,
    SamplesShown,
    ShowSamples,
)
from cnnstudio.core.entering import entrance
from cnnstudio.core.messages import RunFinished
from cnnstudio.core.network import Network
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.builder import build
from cnnstudio.engine.data_collections import Collection, ImageFiles, TokenTexts
from cnnstudio.engine.datasets import collection, split_of
from cnnstudio.engine.errors import ImageError, details, explain
from cnnstudio.engine.images import RANGES, fitted, in_range
from cnnstudio.engine.run import Run
from cnnstudio.engine.training import concluded

log = logging.getLogger(__name__)

_Change = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]


def read_data(run: Run) -> None:
    """Tell what there is in the data of a run's plan, and then that the run has ended."""

    def work() -> RunFinished:
        run.emit(facts_of(run.number, run.plan))
        return RunFinished(run.number, 0, stopped=False)

    concluded(run, work)


def facts_of(run: int, plan: TrainingPlan) -> DataRead:
    """Return what there is in a plan's data.

    Raises:
        DataError: if it cannot be used.
    """
    data, members = collection(plan.data), split_of(plan)
    classes = data.dataset.classes
    parts = (members.training, members.validation, members.test)
    counts = np.stack(
        [np.bincount(data.classes[part], minlength=classes) for part in parts], axis=1
    )
    learned = [members.training[data.classes[members.training] == c] for c in range(classes)]
    return DataRead(
        run,
        data.dataset,
        tuple((int(one), int(two), int(three)) for one, two, three in counts),
        tuple(tuple(map(int, numbers[:MOST_SAMPLES])) for numbers in learned),
        data.parts is not None,
        data.fingerprint(),
    )


def samples(request: ShowSamples) -> SamplesShown | SamplesFailed:
    """Answer a request for images, whatever happens."""
    try:
        data = collection(request.plan.data)
        labels = tuple(data.dataset.labels[data.classes[number]] for number in request.images)
        listing = _listing(data) if request.lists else None
        if isinstance(data, TokenTexts):
            return replace(_texts(data, request, labels), listing=listing)
        opened = [_opened(data, number) for number in request.images]
        show = _smaller(request.side)
        if request.network is not None:
            show = _entering(request.network, request)
        images = [None if image is None else show(image) for image in opened]
        names: tuple[str, ...] = ()
        if isinstance(data, ImageFiles):
            names = tuple(data.names[number] for number in request.images)
    except Exception as error:
        log.info("samples %s failed", request.number, exc_info=error)
        return SamplesFailed(request.number, explain(error), details(error))
    return SamplesShown(request.number, tuple(images), labels, names, listing=listing)


def _listing(data: Collection) -> Listing:
    return Listing(data.dataset, data.classes.astype(np.int32))


def _texts(data: TokenTexts, request: ShowSamples, labels: tuple[str, ...]) -> SamplesShown:
    say = data.words if request.network is None else data.numbers
    texts = tuple(say(number, WORDS_SHOWN) for number in request.images)
    return SamplesShown(request.number, (None,) * len(texts), labels, texts=texts)


def _opened(data: Collection, number: int) -> NDArray[np.uint8] | None:
    try:
        return data.pixels(number)
    except ImageError:
        return None


def _smaller(side: int) -> _Change:
    """Return what makes images smaller that have more rows or columns than `side`."""

    def small(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        height, width, channels = image.shape
        scale = min(1.0, side / max(height, width))
        shape = max(1, round(height * scale)), max(1, round(width * scale)), channels
        return fitted(image, shape)

    return small


def _entering(network: Network, request: ShowSamples) -> _Change:
    """Return what makes of an image what leaves the augmentation behind a network's Input."""
    head = build(entrance(network) or network, seed=request.seed).model
    shape = tuple(head.input_shape[1:])
    plan = request.plan
    scale, offset = RANGES[plan.pixels]

    def changed(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
        entered = in_range(fitted(image, shape, plan.resize), plan.pixels)
        left = np.asarray(head(entered[np.newaxis], training=True))[0]
        result: NDArray[np.uint8] = np.clip(np.rint((left - offset) / scale), 0, 255).astype(
            np.uint8
        )
        return result

    return changed
