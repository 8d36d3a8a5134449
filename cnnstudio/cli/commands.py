"""Every job without a window."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from cnnstudio.cli.application import app
from cnnstudio.cli.output import FAILED, OK, console, print_json
from cnnstudio.cli.results import JsonOption, finish, read_any, read_design, told_apart
from cnnstudio.core.analysis import analyse
from cnnstudio.core.i18n import N_, sentence
from cnnstudio.core.problems import Severity

DesignArgument = Annotated[Path, typer.Argument(help=N_("A design (*.cnn.json)."), metavar="FILE")]
AnyArgument = Annotated[
    Path,
    typer.Argument(
        help=N_("A design (*.cnn.json), Python code, or a Keras model (*.keras, *.h5, *.json)."),
        metavar="FILE",
    ),
]


@app.command(help=N_("List the blocks of a design, code or model: shapes, weights, problems."))
def summary(file: AnyArgument, as_json: JsonOption = False) -> None:
    """List the blocks of a design, code or model: shapes, weights, problems."""
    from cnnstudio.jobs.summary import summary_data, summary_table  # only here

    design = read_any(file, as_json=as_json)
    report = analyse(design.network)
    if as_json:
        print_json(summary_data(design, report))
    else:
        console().print(summary_table(design, report))
        styles = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.HINT: "dim"}
        for problem in report.problems:
            text = sentence(design.network.said(problem))
            wrong = problem.severity is not Severity.HINT
            console(stderr=wrong).print(text, style=styles[problem.severity])
    raise typer.Exit(FAILED if report.errors else OK)


@app.command(help=N_("Train a design by its plan; the options change the plan for this run."))
def train(
    file: Annotated[
        Path | None,
        typer.Argument(
            help=N_("A design (*.cnn.json); none with --resume, for the run has its own."),
            metavar="FILE",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help=N_(
                "Folder for model.keras, metrics.csv and design.cnn.json; the run itself is kept "
                "in any case."
            )
        ),
    ] = None,
    resume: Annotated[
        str | None,
        typer.Option(
            help=N_(
                "Go on with a kept run from its last checkpoint: an id of “cnnstudio runs”, its "
                "beginning or end, or last."
            ),
            metavar="RUN",
        ),
    ] = None,
    checkpoint_every: Annotated[
        float | None,
        typer.Option(
            help=N_("Minutes of training that may be lost, 2 if left out."), metavar="MINUTES"
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option(
            help=N_(
                "Data to learn from: mnist-5k, shapes:2000, keras:cifar10, folder:PATH, csv:FILE, "
                "npz:FILE, texts:PATH."
            )
        ),
    ] = None,
    split: Annotated[
        str | None,
        typer.Option(help=N_("What is kept back for validation: auto, stratified or random.")),
    ] = None,
    resize: Annotated[
        str | None,
        typer.Option(help=N_("How images are made to fit the Input: crop, fit or stretch.")),
    ] = None,
    epochs: Annotated[int | None, typer.Option(help=N_("Passes over the training images."))] = None,
    batch_size: Annotated[int | None, typer.Option(help=N_("Images a step."))] = None,
    learning_rate: Annotated[float | None, typer.Option(help=N_("Length of a step."))] = None,
    seed: Annotated[
        int | None, typer.Option(help=N_("Same seed, same machine: same numbers."))
    ] = None,
    plan: Annotated[
        Path | None,
        typer.Option(
            help=N_(
                "Settings in a JSON file, or a design whose plan is taken; the options go before "
                "them."
            ),
            metavar="FILE",
        ),
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            help=N_(
                "Any setting of the plan, such as momentum=0.9, as often as needed; “cnnstudio "
                "plan” lists them."
            ),
            metavar="NAME=VALUE",
        ),
    ] = None,
    workers: Annotated[
        str | None,
        typer.Option(
            help=N_(
                "Machines that learn together, the same on all of them: the first one's design and "
                "plan count, and it alone writes files. TF_CONFIG may say it instead."
            ),
            metavar="HOST:PORT,HOST:PORT",
        ),
    ] = None,
    index: Annotated[
        int | None, typer.Option(help=N_("Which of the workers this one is, from 0."))
    ] = None,
    devices: Annotated[
        int | None,
        typer.Option(
            help=N_(
                "Graphics cards to learn on at most, all if left out; 0 for the processor alone."
            )
        ),
    ] = None,
    wait: Annotated[
        float | None,
        typer.Option(
            help=N_("How long workers wait for one another, 600 seconds if left out."),
            metavar="SECONDS",
        ),
    ] = None,
    tensorboard: Annotated[
        Path | None,
        typer.Option(
            help=N_("Folder for event files of TensorBoard, with the names Keras gives them."),
            metavar="DIR",
        ),
    ] = None,
    dry_run: Annotated[
        bool,
        typer.Option(
            "--dry-run",
            help=N_("Only take a few steps, and say what the run would take: memory and seconds."),
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train a design by its plan; the options change the plan for this run."""
    changes = {
        "data": data,
        "split": split,
        "resize": resize,
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
    }
    design = None if file is None else read_design(file, as_json=as_json)
    given = {name: value for name, value in changes.items() if value is not None}

    def job() -> Mapping[str, object]:
        from cnnstudio.jobs.plans import changes_of  # with the job
        from cnnstudio.jobs.resuming import resumed  # with the job
        from cnnstudio.jobs.training import train_job  # Keras is read only where it is used
        from cnnstudio.jobs.workers import help_job, place_of  # with the job

        place = place_of(workers, index, devices, wait)
        if place.is_helper:
            return help_job(place, console(stderr=True))
        changed = changes_of(plan, setting or (), given)
        start = resumed(design, resume, changed)
        told = console(stderr=True)
        if dry_run:
            from cnnstudio.jobs.preflight import preflight_job  # with the job

            return preflight_job(start.design, changed, told)
        return train_job(
            start, changed, out, told,
            every_minutes=checkpoint_every, place=place, tensorboard=tensorboard,
        )  # fmt: skip

    finish(job, as_json=as_json)


@app.command(
    help=N_("Write what every block makes of an image: pictures with captions, and the numbers.")
)
def features(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL_OR_DESIGN", help=N_("A model (*.keras) or a design (*.cnn.json).")
        ),
    ],
    image: Annotated[
        Path, typer.Option(help=N_("An image file, or numbers that fit the Input (*.npy, *.csv)."))
    ],
    out: Annotated[Path, typer.Option(help=N_("Folder for the files of each block."))],
    block: Annotated[
        str | None, typer.Option(help=N_("Name of one block; all if left out."))
    ] = None,
    form: Annotated[
        list[str] | None,
        typer.Option(
            help=N_("What to write: png, svg or npz, as often as needed; png and npz if left out.")
        ),
    ] = None,
    channel: Annotated[
        int | None, typer.Option(min=0, help=N_("Draw one map alone, by its number from 0."))
    ] = None,
    over: Annotated[
        bool,
        typer.Option(
            "--over", help=N_("Draw that map over the image, at its place in it; with --channel.")
        ),
    ] = False,
    colors: Annotated[
        str, typer.Option(help=N_("Colours: viridis, cividis, magma, diverging or grey."))
    ] = "viridis",
    each: Annotated[
        bool,
        typer.Option("--each", help=N_("Give each map a range of colours of its own.")),
    ] = False,
    zero: Annotated[
        bool, typer.Option("--zero", help=N_("Put zero in the middle of the colours."))
    ] = False,
    cell: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help=N_("Pixels for each value; as many as fit a page if left out.")
        ),
    ] = None,
    scale: Annotated[
        float, typer.Option(min=0.25, max=20, help=N_("Enlarge a PNG, letters too."))
    ] = 2.0,
    caption: Annotated[
        bool,
        typer.Option(
            "--caption/--no-caption", help=N_("Write below what it is, or leave that away.")
        ),
    ] = True,
    kernels: Annotated[
        bool,
        typer.Option("--kernels", help=N_("Draw the kernels of convolutions too.")),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write what every block makes of an image: pictures with captions, and the numbers."""

    def job() -> Mapping[str, object]:
        # Keras is read only where it is used.
        from cnnstudio.jobs.feature_pictures import PictureStyle
        from cnnstudio.jobs.features import FeatureFiles, features_job

        style = PictureStyle(colors, each, zero, channel, over, cell, scale, caption)
        wanted = FeatureFiles(tuple(form or ()), style, kernels)
        return features_job(source, image, block, out, console(stderr=True), wanted)

    finish(job, as_json=as_json)


@app.command(
    name="import",
    help=N_("Make a design from Keras code or a Keras model; nothing in it is run."),
)
def import_(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="SRC", help=N_("Python code, or a Keras model (*.keras, *.h5, *.json).")
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", help=N_("The design to write; its weights go beside it.")),
    ],
    as_json: JsonOption = False,
) -> None:
    """Make a design from Keras code or a Keras model; nothing in it is run."""
    problems: list[str] = []

    def job() -> Mapping[str, object]:
        from cnnstudio.jobs.importing import import_job  # reads numpy

        result = import_job(source, out)
        problems.extend(result["problems"])
        return result if as_json else told_apart(result, "remarks", "problems")

    finish(job, as_json=as_json)
    raise typer.Exit(FAILED if problems else OK)


@app.command(
    help=N_("Write a design or model for other programs; the name of the file says in which form.")
)
def export(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DESIGN_OR_MODEL",
            help=N_(
                "A design (*.cnn.json), Python code, or a Keras model (*.keras, *.h5, *.json)."
            ),
        ),
    ],
    to: Annotated[
        Path,
        typer.Option(
            help=N_(
                "What to write: *.keras, *.weights.h5, *.onnx, *.tflite, *.py, a folder for a "
                "SavedModel, or the architecture as a figure: *.svg, *.pdf, *.png."
            ),
        ),
    ],
    weights: Annotated[
        Path | None,
        typer.Option(
            help=N_(
                "Weights to use instead of those beside the design: *.npz, *.weights.h5 or *.keras."
            ),
        ),
    ] = None,
    verify: Annotated[
        bool,
        typer.Option(
            "--verify", help=N_("Read it back and compare the outputs for random numbers.")
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write a design or model for other programs; the name of the file says in which form."""

    def job() -> Mapping[str, object]:
        from cnnstudio.jobs.exporting import export_job  # Keras is read only where it is used

        result = export_job(source, to, weights, console(stderr=True), verify=verify)
        return result if as_json else told_apart(result, "remarks")

    finish(job, as_json=as_json)


@app.command(
    help=N_("Do the main job in the real window: design, train on digits, look inside, save.")
)
def demo(
    out: Annotated[Path, typer.Option(help=N_("Folder for pictures and model."))] = Path("demo"),
    epochs: Annotated[int, typer.Option(min=1, max=1000, help=N_("Passes over the digits."))] = 8,
    as_json: JsonOption = False,
) -> None:
    """Do the main job in the real window: design, train on digits, look inside, save."""

    def job() -> Mapping[str, object]:
        from cnnstudio.demo import run_demo  # Qt is read only where it is shown

        return run_demo(out, epochs, console(stderr=True))

    finish(job, as_json=as_json)


@app.command(
    help=N_("Say what is installed, what is missing and how to mend it, and where files are kept.")
)
def doctor(as_json: JsonOption = False) -> None:
    """Say what is installed, what is missing and how to mend it, and where files are kept."""
    from cnnstudio.doctor import examine, show  # it looks at heavy libraries

    findings = examine()
    if as_json:
        print_json({"findings": [finding.as_dict() for finding in findings]})
    else:
        show(findings, console())
    raise typer.Exit(OK if all(finding.fine for finding in findings) else FAILED)
