"""What is known of a run, as sections of lines to read: state, plan, checkpoints, programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cnnstudio.core.document import Design
from cnnstudio.core.fields import Field, Flag, Value, fields_of
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.runs.kept import ENDED_EARLY, CheckpointRow, KeptState, RunRow
from cnnstudio.core.runs.state_names import state_name
from cnnstudio.ui.numbers import size_text
from cnnstudio.ui.runs.columns import data_text, epoch_text, full_when, origin_text
from cnnstudio.ui.runs.reading import RunDetails


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, lines of a name and a value each, and a sentence where there are none.

    Attributes:
        title: the heading.
        lines: names and values.
        text: a sentence below the heading, empty for none.
        is_error: whether that says what went wrong.
    """

    title: str
    lines: tuple[tuple[str, str], ...] = ()
    text: str = ""
    is_error: bool = False


def sections_of(details: RunDetails, ours: Design) -> tuple[Section, ...]:
    """Return what is known of a run, beside the open design."""
    return (
        _state(details.row),
        _plan(details, ours),
        _checkpoints(details.checkpoints),
        Section(_("Made with"), tuple(sorted(details.versions.items()))),
    )


def differences(theirs: TrainingPlan, ours: TrainingPlan) -> tuple[tuple[str, str], ...]:
    """Return the settings in which plans differ, where they count, as `theirs → ours`."""
    count = theirs.applying | ours.applying
    lines = []
    for name, field in fields_of(TrainingPlan).items():
        values = [getattr(plan, name) for plan in (theirs, ours)]
        if name in count and values[0] != values[1]:
            shown = [_shown(name, field, value) for value in values]
            lines.append((_(field.label), " → ".join(shown)))
    return tuple(lines)


def no_resume(row: RunRow) -> str:
    """Say why a run cannot be resumed, as it is kept; empty if it can."""
    if row.state is KeptState.RUNNING:
        return _("It is still going on.")
    if row.state not in ENDED_EARLY:
        return _("It has ended by itself: there is nothing left to resume.")
    if not row.checkpoints:
        return _("It has no checkpoint that it could go on from.")
    return ""


def checkpoint_text(checkpoint: CheckpointRow) -> str:
    """Write when a checkpoint was taken: `after epoch 3`, `in epoch 4, after 400 batches`."""
    if checkpoint.batch == 0:
        return _("after epoch {epoch:,}").format(epoch=checkpoint.epoch)
    return _("in epoch {epoch:,}, after {steps:,} batches in all").format(
        epoch=checkpoint.epoch + 1, steps=checkpoint.steps
    )


def best_of(checkpoints: Sequence[CheckpointRow]) -> CheckpointRow | None:
    """Return the checkpoint of the best epoch that there is one of, None if there is none."""
    return next((c for c in reversed(checkpoints) if c.is_best), None)


def _state(row: RunRow) -> Section:
    lines = (
        (_("State"), state_name(row.state)),
        (_("Epochs"), epoch_text(row)),
        (_("Batches"), _("{steps:,} of {size:,} images each").format(
            steps=row.steps, size=row.batch_size)),
        (_("Begun"), full_when(row.created)),
        (_("Last heard of"), full_when(row.updated)),
        (_("Begun by"), origin_text(row.origin)),
        (_("Data"), data_text(row.data)),
        (_("Kept as"), row.id),
    )  # fmt: skip
    return Section(row.name, lines, sentence(row.message), is_error=True)


def _plan(details: RunDetails, ours: Design) -> Section:
    title = _("Its plan → the open design’s")
    if details.design is None:
        text = _("Its design cannot be read: {why}").format(why=details.objection)
        return Section(title, (), text, is_error=True)
    lines = differences(details.design.plan, ours.plan)
    if _layers(details.design) != _layers(ours):
        theirs, here = (_network(d) for d in (details.design, ours))
        lines += ((_("Network"), f"{theirs} → {here}" if theirs != here else _("another one")),)
    text = "" if lines else _("It has the network and the plan of the open design.")
    return Section(title, lines, text)


def _layers(design: Design) -> list[object]:
    """Return what makes a network: not its blocks' uids, which are new in every design."""
    return [(path, node.block, node.muted) for path, node in design.network.walk()]


def _network(design: Design) -> str:
    count = len(design.network.nodes)
    text = ngettext("{name}, {count:,} block", "{name}, {count:,} blocks", count)
    return text.format(name=design.name, count=count)


def _checkpoints(checkpoints: tuple[CheckpointRow, ...]) -> Section:
    title = _("Checkpoints, {size}").format(size=size_text(sum(c.bytes for c in checkpoints)))
    if not checkpoints:
        text = _("None: it cannot be resumed, and its weights are gone. Its curves are kept.")
        return Section(_("Checkpoints"), (), text)
    best = best_of(checkpoints)
    lines = []
    for checkpoint in checkpoints:
        marks = [
            word
            for word, is_so in (
                (_("first"), checkpoint is checkpoints[0]),
                (_("best"), checkpoint is best),
                (_("last"), checkpoint is checkpoints[-1]),
            )
            if is_so
        ]
        value = " · ".join([size_text(checkpoint.bytes), *marks])
        lines.append((sentence(checkpoint_text(checkpoint)), value))
    return Section(title, tuple(lines))


def _shown(name: str, field: Field, value: Value) -> str:
    if name == "data":
        return data_text(value)
    if isinstance(field, Flag):
        return _("on") if value else _("off")
    return field.show(value) or "–"
