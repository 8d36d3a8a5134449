"""What is written below a figure, so that it can stand alone; the same from window and terminal."""

from __future__ import annotations

from pathlib import PurePath

from cnnstudio.core.fields import times
from cnnstudio.core.i18n import _, ngettext
from cnnstudio.core.look_messages import DatasetImage, FileImage, ImageSource, LiveImage, Moment
from cnnstudio.core.made_inputs import NAMES, Made
from cnnstudio.core.mosaic import middle
from cnnstudio.core.view.panels import Caption


def caption(
    name: str,
    kind: str,
    shape: tuple[int, ...],
    *,
    channel: int | None = None,
    lines: tuple[str, ...] = (),
) -> Caption:
    """Return the caption of what a block puts out.

    Args:
        name: of the block.
        kind: of the block.
        shape: of what it puts out, without the batch.
        channel: the one map that is shown, None for all.
        lines: what else has to be known.
    """
    title = _("{name} · {kind}").format(name=name, kind=kind) if kind else name
    return Caption(title, (said_shape(shape, channel), *lines))


def said_shape(shape: tuple[int, ...], channel: int | None = None) -> str:
    """Say what a block puts out, and which part of it is shown."""
    if len(shape) < 2:
        count = shape[0] if shape else 1
        return ngettext("{count:,} number", "{count:,} numbers", count).format(count=count)
    size, count = times(shape), shape[-1]
    if channel is None:
        said = ngettext("{size} · {count} map", "{size} · {count} maps", count).format(
            size=size, count=count
        )
    else:
        said = _("{size} · channel {channel}, numbered 0 to {last}").format(
            size=size, channel=channel, last=count - 1
        )
    if len(shape) < 4:
        return said
    return _("{facts} · slice {number} of {depth}").format(
        facts=said, number=middle(shape[0]) + 1, depth=shape[0]
    )


def said_image(source: ImageSource | None, label: str | None, moment: Moment | None = None) -> str:
    """Say which image was looked at; "" if that is not known."""
    match source:
        case None:
            return ""
        case FileImage(path=path):
            name = PurePath(path).name
        case DatasetImage(dataset=dataset, index=index):
            name = _("number {index} of {dataset}").format(index=index, dataset=dataset)
        case LiveImage():
            return _said_frame(source, moment)
        case _:
            kind = _(NAMES[Made(source.kind)].title)
            name = _("{kind}, made by seed {seed}").format(kind=kind, seed=source.seed)
    if label is None:
        return _("Image: {name}").format(name=name)
    return _("Image: {name}, class {label}").format(name=name, label=label)


def said_state(step: int, *, is_loaded: bool, trains: bool = False) -> str:
    """Say what the weights come from, and whether the blocks did what they do while they learn."""
    if step:
        said = ngettext(
            "After {count:,} batch of training", "After {count:,} batches of training", step
        ).format(count=step)
    elif is_loaded:
        said = _("With the weights of a file")
    else:
        said = _("With random weights: nothing has been learned")
    if trains:
        return _("{state}; as the network learns, with Dropout").format(state=said)
    return said


def said_bad(bad: int, total: int) -> str:
    """Say how many values are no numbers; "" if none is."""
    if not bad:
        return ""
    return ngettext(
        "{bad:,} of {total:,} values is NaN or infinite (checked pattern)",
        "{bad:,} of {total:,} values are NaN or infinite (checked pattern)",
        bad,
    ).format(bad=bad, total=total)


def _said_frame(source: LiveImage, moment: Moment | None) -> str:
    name = PurePath(source.source).name
    if moment is None:
        return _("Image: {name}").format(name=name)
    return _("Image: {name}, frame {frame} at {seconds:.1f} s").format(
        name=name, frame=moment.frame, seconds=moment.seconds
    )
