"""How fast a run goes, and how long it will still take."""

from __future__ import annotations

from collections import deque

from cnnstudio.core.messages import BatchDone, RunStarted

WINDOW_SECONDS = 3.0
VALIDATION_SHARE = 0.35
"""What a validation batch costs of a training batch, until one has been timed: no gradients."""


class RunSpeed:
    """The speed of one run over its last seconds.

    Only gaps between batches of one epoch count, so that neither the first batch, in which the
    graph is traced, nor a validation pass in between looks like slow training.
    """

    def __init__(self, started: RunStarted) -> None:
        self._run = started
        self._gaps: deque[tuple[int, float]] = deque()
        self._images, self._seconds = 0, 0.0
        self._last_at: float | None = None
        self._validation_seconds: float | None = None

    @property
    def images_per_second(self) -> float | None:
        """Images learned from a second, None until two batches are done."""
        return self._images / self._seconds if self._seconds > 0 else None

    def batch(self, done: BatchDone) -> None:
        """Take note of a batch."""
        if done.batch > 0 and self._last_at is not None:
            self._add(self._images_in(done.batch), done.at - self._last_at)
        self._last_at = done.at

    def epoch(self, at: float) -> None:
        """Take note that an epoch's validation pass ended at `at`."""
        if self._last_at is not None and self._run.validation_batches:
            self._validation_seconds = max(at - self._last_at, 0.0)

    def rested(self) -> None:
        """Take note that the run has rested: the time until its next batch says nothing."""
        self._last_at = None

    def seconds_left(self, batches: int, validation_batches: int) -> float | None:
        """Return how long so many batches will take, None if there is no telling yet."""
        if not self._gaps:
            return None
        a_batch = self._seconds / len(self._gaps)
        a_validation = VALIDATION_SHARE * a_batch
        if self._validation_seconds is not None:
            a_validation = self._validation_seconds / self._run.validation_batches
        return batches * a_batch + validation_batches * a_validation

    def _images_in(self, batch: int) -> int:
        left = self._run.images - batch * self._run.batch_size
        return max(min(left, self._run.batch_size), 1)

    def _add(self, images: int, seconds: float) -> None:
        self._gaps.append((images, seconds))
        self._images += images
        self._seconds += seconds
        while self._seconds > WINDOW_SECONDS and len(self._gaps) > 1:
            old_images, old_seconds = self._gaps.popleft()
            self._images -= old_images
            self._seconds -= old_seconds
