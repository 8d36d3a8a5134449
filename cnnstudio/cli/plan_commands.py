"""What a training plan can say, without a window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cnnstudio.cli.application import app
from cnnstudio.cli.output import console, print_json
from cnnstudio.cli.results import JsonOption, read_design
from cnnstudio.core.i18n import N_


@app.command(
    help=N_(
        "List the settings of a design’s training plan, with range and meaning; dim ones count "
        "for nothing as the others are. train --plan reads what --json prints."
    )
)
def plan(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help=N_("A design (*.cnn.json); without it, the usual settings.")
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """List the settings of a design's training plan, with range and meaning."""
    from cnnstudio.core.document import Design
    from cnnstudio.jobs.plans import plan_data, plan_table  # only here

    design = Design(name="") if file is None else read_design(file, as_json=as_json)
    if as_json:
        print_json(plan_data(design.plan))
    else:
        console().print(plan_table(design.plan, design.name))
