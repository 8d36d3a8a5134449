"""Image files made small, for a list to pick from."""

from __future__ import annotations

import logging
import time
from pathlib import Path

from cnnstudio.core.i18n import sentence
from cnnstudio.core.picture_messages import ShowThumbnails, Thumbnail, ThumbnailsShown
from cnnstudio.engine.errors import explain
from cnnstudio.engine.images import open_small

_SECONDS = 0.05
"""After so long the rest is left to the next request: other jobs, or a run, wait meanwhile."""

log = logging.getLogger(__name__)


def thumbnails(request: ShowThumbnails) -> ThumbnailsShown:
    """Answer a request for as many files as there is time for, at least for one."""
    began, made = time.monotonic(), list[Thumbnail]()
    for path in request.paths:
        made.append(_thumbnail(path, request.side))
        if time.monotonic() - began > _SECONDS:
            break
    return ThumbnailsShown(request.number, tuple(made))


def _thumbnail(path: str, side: int) -> Thumbnail:
    try:
        return Thumbnail(path, open_small(Path(path), side))
    except Exception as error:  # noqa: BLE001 - told to the studio, whatever it is
        log.info("no thumbnail of %s: %s", path, error)
        return Thumbnail(path, None, sentence(explain(error)))
