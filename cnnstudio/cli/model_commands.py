"""What a trained network is good for, without a window."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cnnstudio.cli.application import app
from cnnstudio.cli.output import FAILED, OK, console, print_json, print_line
from cnnstudio.cli.results import JsonOption, done
from cnnstudio.core.i18n import N_, sentence

ModelArgument = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        help=N_("A model (*.keras, *.h5), or a design (*.cnn.json) with its weights beside it."),
    ),
]
PlanOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help=N_("Settings to use instead of those it was trained by: JSON, or a design."),
    ),
]
SettingOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="NAME=VALUE",
        help=N_("Any of these settings, such as pixels=0..255; “cnnstudio plan” lists them."),
    ),
]


@app.command(
    help=N_("Hold a trained network against labelled data: loss, accuracy, and class by class.")
)
def evaluate(
    model: ModelArgument,
    data: Annotated[
        str | None,
        typer.Option(
            help=N_(
                "Data as train takes it, such as folder:PATH; left out, what the network was "
                "trained on."
            )
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help=N_("How the data is split: auto, stratified or random.")),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            help=N_(
                "validation, training, test or all; left out, validation of the data it was "
                "trained on and all of any other."
            )
        ),
    ] = None,
    plan: PlanOption = None,
    setting: SettingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Hold a trained network against labelled data."""
    from cnnstudio.jobs.evaluating import (  # Keras is read only where it is used
        Evaluated,
        evaluate_job,
        evaluation_data,
        show_evaluation,
        tell_left_out,
    )
    from cnnstudio.jobs.plans import changes_of

    given = {name: value for name, value in (("data", data), ("split", split)) if value is not None}

    def job() -> Evaluated:
        return evaluate_job(
            model, changes_of(plan, setting or (), given), part, console(stderr=True)
        )

    evaluated = done(job, as_json=as_json)
    tell_left_out(evaluated, console(stderr=True))
    if as_json:
        print_json(evaluation_data(evaluated))
    else:
        show_evaluation(evaluated, console())


@app.command(help=N_("Say what a trained network makes of images: classes, or a number."))
def predict(
    model: ModelArgument,
    images: Annotated[
        list[Path],
        typer.Argument(
            metavar="IMAGE",
            help=N_(
                "Image files; text files for a network that takes texts; numbers that fit any "
                "other Input (*.npy, *.csv)."
            ),
        ),
    ],
    top: Annotated[int, typer.Option(min=1, help=N_("How many classes are named."))] = 3,
    plan: PlanOption = None,
    setting: SettingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say what a trained network makes of images."""
    from cnnstudio.jobs.plans import changes_of
    from cnnstudio.jobs.predicting import (  # Keras is read only where it is used
        predict_job,
        prediction_data,
        prediction_text,
    )

    found = done(
        lambda: predict_job(model, images, changes_of(plan, setting or (), {})), as_json=as_json
    )
    for remark in found.remarks:
        console(stderr=True).print(sentence(remark), style="yellow")
    all_fine, told = True, []
    for predicted in found.of_files:
        all_fine &= predicted.found is not None
        if as_json:
            told.append(prediction_data(predicted, top))
        elif predicted.found is None:
            console(stderr=True).print(sentence(predicted.error), style="red")
        else:
            print_line(prediction_text(predicted, top))
    if as_json:
        print_json({"model": str(model), "images": told})
    raise typer.Exit(OK if all_fine else FAILED)
