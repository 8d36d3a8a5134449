"""What a command reads first, and how its result or its failure is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from cnnstudio.cli.output import (
    WRONG_USAGE,
    cannot_load,
    console,
    fail,
    print_json,
    print_line,
)
from cnnstudio.core import document
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import N_, sentence
from cnnstudio.jobs.errors import JobError, UsageError

JsonOption = Annotated[bool, typer.Option("--json", help=N_("Print JSON and nothing else."))]

Result = TypeVar("Result")


def read_design(path: Path, *, as_json: bool = False) -> Design:
    """Read a design, or end the program with a message."""
    try:
        return document.load(path)
    except DesignError as error:
        fail(str(error), as_json=as_json)


def read_any(path: Path, *, as_json: bool = False) -> Design:
    """Read a design, code or a model, or end the program with a message; remarks are printed."""
    if is_design(path):
        return read_design(path, as_json=as_json)
    from cnnstudio.jobs.opening import opened_source  # reads numpy

    try:
        opened = opened_source(path)
    except JobError as error:
        fail(str(error), as_json=as_json)
    except ImportError as error:
        fail(cannot_load(error), as_json=as_json)
    for remark in opened.remarks:
        console(stderr=True).print(sentence(remark), style="yellow")
    return opened.design


def is_design(path: Path) -> bool:
    """Return whether a file bears the name of a design, or none that says otherwise."""
    name = path.name.lower()
    return name.endswith(document.SUFFIX) or not name.endswith(
        (".py", ".keras", ".h5", ".hdf5", ".json")
    )


def told_apart(result: Mapping[str, Any], *names: str) -> Mapping[str, object]:
    """Print the texts of a result to standard error, and return the rest of it."""
    for name in names:
        for text in result[name]:
            style = "red" if name == "problems" else "yellow"
            console(stderr=True).print(sentence(text), style=style)
    return {name: value for name, value in result.items() if name not in names}


def done(job: Callable[[], Result], *, as_json: bool) -> Result:
    """Do a job, its imports included, and return its result, or end the program with a message."""
    try:
        return job()
    except UsageError as error:
        fail(str(error), as_json=as_json, code=WRONG_USAGE)
    except JobError as error:
        fail(str(error), as_json=as_json)
    except ImportError as error:
        fail(cannot_load(error), as_json=as_json)


def finish(job: Callable[[], Mapping[str, object]], *, as_json: bool) -> None:
    """Do a job and print its result, or end the program with a message."""
    result = done(job, as_json=as_json)
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            print_line(f"{name}: {value}")
