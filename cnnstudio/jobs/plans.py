"""Training plans from files and from words on the command line, and what can be set in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnstudio.core import document
from cnnstudio.core.declared import quoted
from cnnstudio.core.document import DesignError
from cnnstudio.core.fields import fields_of
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _, sentence
from cnnstudio.core.plan import TrainingPlan, make_plan
from cnnstudio.jobs.errors import JobError, UsageError

if TYPE_CHECKING:
    from rich.table import Table

_PLAN = "plan"
"""The entry of a design, and of what `plan_data` returns, that holds the settings by name."""


def changes_of(
    file: Path | None, settings: Iterable[str], options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the settings that the command line changes: those of a file, then all others.

    Args:
        file: a plan, or a design whose plan is taken whole.
        settings: texts such as `momentum=0.9`.
        options: settings that have an option of their own.

    Raises:
        UsageError: if a setting is unknown, out of range or said twice.
        JobError: if the file cannot be read.
    """
    said = assigned(settings)
    for name in said.keys() & options.keys():
        option = f"--{name.replace('_', '-')}"
        raise UsageError(
            _("{name} is said twice: expected either {option} or --set {name}=…").format(
                name=name, option=option
            )
        )
    return {**(plan_in(file) if file else {}), **said, **options}


def plan_in(path: Path) -> dict[str, Any]:
    """Return the settings that a file holds, checked: JSON with the settings by name, or a design.

    Raises:
        UsageError: if it is neither, or a setting is unknown or out of range.
        JobError: if it cannot be read.
    """
    raw = _json_in(path)
    if isinstance(raw, dict) and "format" in raw:
        try:
            return document.load(path).plan.params()
        except DesignError as error:
            raise UsageError(str(error)) from error
    settings = raw.get(_PLAN, raw) if isinstance(raw, dict) else raw
    if not isinstance(settings, dict):
        raise UsageError(
            _(
                "{path} is no plan: expected JSON such as {example}, or a design; received "
                "{received}"
            ).format(path=path, example='{"epochs": 12}', received=quoted(settings))
        )
    try:
        make_plan(settings)
    except ValueError as error:
        text = _("{file}: {problem}").format(file=path.name, problem=error)
        raise UsageError(text) from error
    return settings


def assigned(texts: Iterable[str]) -> dict[str, Any]:
    """Return what texts such as `momentum=0.9` or `class_weights=1,3` set, as plain values.

    A value is read as JSON where it is some; else it is a text, which needs no quotes.

    Raises:
        UsageError: if one of them has no `=`, or a setting is said twice.
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        name = name.strip()
        if not mark:
            raise UsageError(
                _("--set needs name=value, not {received}; “cnnstudio plan” lists the names")
                .format(received=quoted(text))
            )  # fmt: skip
        if name in found:
            raise UsageError(
                _("{name} is said twice: expected --set {name}=… once").format(name=name)
            )
        found[name] = _value(value.strip())
    return found


def plan_data(plan: TrainingPlan) -> dict[str, Any]:
    """Return a plan as plain data that `plan_in` reads, with what is known of each setting."""
    return {
        _PLAN: plan.params(),
        "settings": {
            name: {
                "expected": field.expectation(),
                "optional": field.accepts(None),
                "help": sentence(_(field.help)),
                "applies": name in plan.applying,
            }
            for name, field in fields_of(TrainingPlan).items()
        },
    }


def plan_table(plan: TrainingPlan, title: str) -> Table:
    """Return a plan as a table for a terminal; settings that count for nothing are dim."""
    from rich.table import Table  # not for JSON

    table = Table(title=title, title_justify="left")
    table.add_column(_("Setting"))
    table.add_column(_("Value"))
    table.add_column(_("Range"))
    table.add_column(_("What it does"))
    for name, field in fields_of(TrainingPlan).items():
        expected = field.expectation()
        if field.accepts(None) and "null" not in expected:
            expected = _("{expected}, or null").format(expected=expected)
        style = None if name in plan.applying else "dim"
        value = json.dumps(getattr(plan, name), ensure_ascii=False).strip('"')
        table.add_row(name, value, expected, sentence(_(field.help)), style=style)
    return table


def _value(text: str) -> Any:
    for attempt in (text, f"[{text}]" if "," in text else text):
        try:
            return json.loads(attempt)
        except (ValueError, RecursionError):
            continue
    return text


def _json_in(path: Path) -> Any:
    try:
        check_file(path)
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(document.LARGEST_FILE + 1)
    except OSError as error:
        raise JobError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise UsageError(_("{path} is no plan: it is not text").format(path=path)) from error
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UsageError(
            _("{path} is no plan: expected JSON such as {example}, or a design").format(
                path=path, example='{"epochs": 12}'
            )
        ) from error
