"""The command that lists the kept runs."""

from __future__ import annotations

from typing import Annotated

import typer

from cnnstudio.cli.application import app
from cnnstudio.cli.output import WRONG_USAGE, console, fail, print_json
from cnnstudio.cli.results import JsonOption, done
from cnnstudio.core.i18n import N_, _


@app.command(help=N_("List the kept runs, the newest first, or tell all of one."))
def runs(
    run: Annotated[
        str | None,
        typer.Argument(
            help=N_("One run: its id, the beginning or end of it, or last; all if left out."),
            metavar="RUN",
        ),
    ] = None,
    delete: Annotated[
        bool, typer.Option("--delete", help=N_("Remove that run with its checkpoints."))
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the kept runs, the newest first, or tell all of one."""
    from cnnstudio.jobs import runs as jobs  # only here

    if delete and run is None:
        message = _("--delete needs a run: expected its id, the beginning or end of it, or last")
        fail(message, as_json=as_json, code=WRONG_USAGE)
    if run is None:
        told = done(jobs.all_runs, as_json=as_json)
    elif delete:
        told = done(lambda: jobs.delete(run), as_json=as_json)
    else:
        told = done(lambda: jobs.one(run), as_json=as_json)
    if as_json:
        print_json(told.data)
    else:
        console().print(told.shown)
