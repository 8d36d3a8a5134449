"""Holds a trained network against labelled data, and tells what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from cnnstudio.core import evaluation
from cnnstudio.core.evaluation import PARTS, Evaluation
from cnnstudio.core.i18n import _, ngettext, sentence
from cnnstudio.jobs.errors import JobError, UsageError
from cnnstudio.jobs.trained import changed_plan, opened_trained

if TYPE_CHECKING:
    from rich.table import Table

MOST_COLUMNS = 12
"""Classes of which a terminal shows what is taken for what."""
_MOST_LINES = 50
"""Classes that a terminal lists."""
_MOST_NAMED = 10
"""Files that are named when they are left out."""


@dataclass(frozen=True, slots=True)
class Evaluated:
    """An evaluation, and the data it is about."""

    model: str
    data: str
    found: Evaluation


def evaluate_job(
    model: Path, changes: Mapping[str, Any], part: str | None, console: Console
) -> Evaluated:
    """Hold a trained network against data.

    Args:
        model: the network.
        changes: settings that are to be other than in the plan it was trained by.
        part: which of the data, a key of `PARTS`; None for what a run keeps back of the network's
            own data, and for all of any other.
        console: where the progress is shown.

    Raises:
        UsageError: if the part or a setting cannot be, or no data is named.
        JobError: if model or data cannot be read, or do not fit each other.
    """
    if part is not None and part not in PARTS:
        raise UsageError(
            _("there is no part {received!r} of the data: expected one of {known}").format(
                received=part, known=", ".join(PARTS)
            )
        )
    subject, is_known = opened_trained(model, changes)
    if not is_known and "data" not in changes:
        raise UsageError(
            _("{path} does not say what it was trained on: name the data with --data").format(
                path=model
            )
        )
    plan = changed_plan(subject.plan, changes)
    is_own = is_known and plan.data == changed_plan(subject.plan, {}).data
    part = part or (evaluation.VALIDATION if is_own else evaluation.ALL)

    from cnnstudio.engine.errors import EngineError  # with TensorFlow, which is there by now
    from cnnstudio.engine.evaluation import evaluate

    try:
        with _progress(console) as bar:
            task = bar.add_task(_("evaluating"), total=None)

            def watch(done: int, total: int) -> None:
                bar.update(task, completed=done, total=total or None)

            return Evaluated(str(model), plan.data, evaluate(subject, plan, part, watch))
    except EngineError as error:
        raise JobError(str(error)) from error


def evaluation_data(evaluated: Evaluated) -> dict[str, Any]:
    """Return an evaluation as plain data."""
    found = evaluated.found
    more = {"mean_absolute_error": found.mean_absolute_error, "penalty": found.penalty or None}
    return {
        "model": evaluated.model,
        "data": evaluated.data,
        "part": found.part,
        "images": found.images,
        "left_out": len(found.left_out),
        "loss": found.loss,
        "accuracy": found.accuracy,
        **{name: value for name, value in more.items() if value is not None},
        "classes": [asdict(marks) for marks in found.classes],
        "confusion": found.confusion.tolist(),
    }


def show_evaluation(evaluated: Evaluated, console: Console) -> None:
    """Print an evaluation on a terminal."""
    found = evaluated.found
    lines = [
        (_("Data"), f"{evaluated.data} ({found.part}: {_(PARTS[found.part])})"),
        (_("Images"), f"{found.images:,}"),
        (_("Loss"), f"{found.loss:.4f}"),
        (_("Accuracy"), f"{found.accuracy:.2%}"),
    ]
    if found.mean_absolute_error is not None:
        lines.append((_("Mean absolute error"), f"{found.mean_absolute_error:.4g}"))
    for name, value in lines:
        console.print(f"{name}: {value}")
    console.print(_class_table(found))
    if len(found.labels) <= MOST_COLUMNS:
        console.print(_confusion_table(found))
    else:
        console.print(
            _("What is taken for what, of {count:,} classes, is in the output of --json.").format(
                count=len(found.labels)
            )
        )


def tell_left_out(evaluated: Evaluated, console: Console) -> None:
    """Name the first few files that are no part of the evaluation, and count all."""
    left_out = evaluated.found.left_out
    for reason in left_out[:_MOST_NAMED]:
        console.print(sentence(reason), style="yellow")
    if left_out:
        text = ngettext(
            "{count:,} file is left out of the data", "{count:,} files are left out of the data",
            len(left_out),
        )  # fmt: skip
        console.print(sentence(text.format(count=len(left_out))), style="yellow")


def _class_table(found: Evaluation) -> Table:
    from rich.table import Table  # not for JSON

    table = Table(title=_("Classes"), title_justify="left")
    table.add_column(_("Class"))
    for head in (_("Images"), _("Precision"), _("Recall"), _("F1")):
        table.add_column(head, justify="right")
    classes = found.classes
    for marks in classes[:_MOST_LINES]:
        shares = (marks.precision, marks.recall, marks.f1)
        shown = ("—" if share is None else f"{share:.1%}" for share in shares)
        table.add_row(marks.label, f"{marks.count:,}", *shown)
    if len(classes) > _MOST_LINES:
        table.add_row(f"… {len(classes) - _MOST_LINES:,}")
    return table


def _confusion_table(found: Evaluation) -> Table:
    from rich.table import Table  # not for JSON

    table = Table(title=_("Images of each class (rows) taken for which"), title_justify="left")
    table.add_column("")
    for label in found.labels:
        table.add_column(label, justify="right", overflow="fold")
    for number, (label, row) in enumerate(zip(found.labels, found.confusion, strict=True)):
        cells = [f"{count:,}" if count else "·" for count in row.tolist()]
        cells[number] = f"[{cells[number]}]"
        table.add_row(label, *cells)
    return table


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,.0f}"),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    )
