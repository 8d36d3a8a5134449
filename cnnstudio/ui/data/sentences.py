"""What the Data page says."""

from __future__ import annotations

from cnnstudio.core.data.short_names import short_name
from cnnstudio.core.data_messages import DataProgress, DataRead
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.ui.data.inquiry import DataInquiry, Standing
from cnnstudio.ui.notice_line import Notice
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.trainer import EngineState

_APART = 1.5
"""The largest class may have so many times the images of the smallest without being told of."""


def summary(dataset: Dataset | None, facts: DataRead | None) -> str:
    """Say how much data there is, of what shape, and how even its classes are."""
    if dataset is None:
        return ""
    said = []
    if facts is not None:
        said.append(_how_many(dataset, sum(map(sum, facts.counts))))
    said.append(
        ngettext("{count:,} class", "{count:,} classes", dataset.classes).format(
            count=dataset.classes
        )
    )
    if facts is not None:
        sizes = [sum(counts) for counts in facts.counts]
        if max(sizes) > _APART * min(sizes):
            said.append(_("{low:,} to {high:,} a class").format(low=min(sizes), high=max(sizes)))
    said.append(_shape(dataset))
    return " · ".join(said)


def _how_many(dataset: Dataset, count: int) -> str:
    if dataset.is_text:
        return ngettext("{count:,} text", "{count:,} texts", count).format(count=count)
    return ngettext("{count:,} image", "{count:,} images", count).format(count=count)


def _shape(dataset: Dataset) -> str:
    if dataset.is_text:
        return ngettext("{count:,} word each", "{count:,} words each", dataset.shape[0]).format(
            count=dataset.shape[0]
        )
    return times(dataset.shape)


def fit_reason(shape: tuple[int, ...], wanted: tuple[int, ...]) -> str:
    """Say why one would give the Input another shape."""
    return _(
        "The Input is {shape}, and this data is best given as {wanted}. The other blocks stay as "
        "they are; Ctrl+Z takes it back."
    ).format(shape=times(shape), wanted=times(wanted))


def colour_rule(shape: tuple[int, ...] | None) -> str:
    """Say what becomes of the colours of an image."""
    if shape is None or len(shape) != 3:
        return ""
    if shape[2] == 1:
        return _("The Input has 1 channel: images enter in grey.")
    return _("The Input has {count} channels: images enter in colour.").format(count=shape[2])


def placard(inquiry: DataInquiry, data: str, engine: EngineState) -> Notice:
    """Return what stands in place of the classes while they are not known."""
    match inquiry.standing:
        case Standing.FAILED:
            return Notice(
                inquiry.message,
                "error",
                action=_("Try again"),
                act=inquiry.read,
                details=inquiry.details,
            )
        case Standing.WAITING:
            return Notice(
                _("A run is going on. The data is read when it has ended."), icon="history"
            )
        case Standing.READING | Standing.READ:
            return Notice(
                reading(inquiry, data, engine),
                icon="search",
                action=_("Cancel"),
                act=inquiry.cancel,
            )
        case Standing.UNREAD:
            return _unread(inquiry, data)


def _unread(inquiry: DataInquiry, data: str) -> Notice:
    if inquiry.is_download:
        text = _(
            "{data} is downloaded once, and kept where Keras keeps it. What is there already is "
            "only read."
        )
        return Notice(
            text.format(data=short_name(data)),
            icon="download",
            action=_("Download and read"),
            act=inquiry.read,
        )
    return Notice(
        _("The classes of {data} and some of its images are shown here.").format(
            data=short_name(data)
        ),
        icon="image",
        action=_("Read the data"),
        act=inquiry.read,
    )


def reading(inquiry: DataInquiry, data: str, engine: EngineState) -> str:
    """Say how far the reading of data is."""
    if engine is EngineState.STARTING:
        return _("The engine is still starting; the data is read when it is ready.")
    progress = inquiry.progress
    if progress is None:
        return _("Reading {data}").format(data=short_name(data))
    return _("Reading {data}: {progress}").format(
        data=short_name(data), progress=_progress(progress, in_bytes=inquiry.is_download)
    )


def _progress(progress: DataProgress, *, in_bytes: bool) -> str:
    done, total = progress.done, progress.total
    if in_bytes:
        if not total:
            return size_text(done)
        return _("{done} of {total}").format(done=size_text(done), total=size_text(total))
    if not total:
        return f"{done:,}"
    return _("{done} of {total}").format(done=f"{done:,}", total=f"{total:,}")
