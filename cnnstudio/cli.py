"""Every job without a window.

Exit codes: 0 when all is well, 1 when the network has problems or the job failed, 2 for wrong
usage. Results go to standard output, progress and messages to standard error; with `--json`
standard output holds JSON and nothing else. What a command needs is imported when it runs: the
summary answers before TensorFlow could be read from disk.
"""

from __future__ import annotations

import functools
import io
import json
import logging
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup
from typing_extensions import override

from cnnstudio.core import document, settings
from cnnstudio.core.analysis import analyse
from cnnstudio.core.document import Design, DesignError
from cnnstudio.core.i18n import N_, _, sentence, use_language
from cnnstudio.jobs.errors import JobError, UsageError

if TYPE_CHECKING:
    from rich.console import Console

log = logging.getLogger(__name__)

OK, FAILED, WRONG_USAGE = 0, 1, 2

DesignArgument = Annotated[Path, typer.Argument(help=N_("A design (*.cnn.json)."), metavar="FILE")]
JsonOption = Annotated[bool, typer.Option("--json", help=N_("Print JSON and nothing else."))]


class _OpensFiles(TyperGroup):
    """Takes `cnnstudio FILE`, and `cnnstudio` alone, as `cnnstudio open`."""

    @override
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        words = [arg for arg in args if not arg.startswith("-")]
        asks = {"--help", "--version"}.intersection(args)
        if not asks and (not words or words[0] not in self.commands):
            args = ["open", *args]
        return list(super().parse_args(ctx, args))


app = typer.Typer(
    cls=_OpensFiles,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=N_(
        "Design convolutional networks, watch them train, look inside. Without a command the "
        "window opens, on FILE if one is given."
    ),
)


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A code page lacks letters, and half a character in a name has no encoding at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    use_language(settings.load().language)
    command = typer.main.get_command(app)
    _translate(command)
    command()


def _translate(command: Any) -> None:
    """Put the help of a command, its parameters and its subcommands into the active language."""
    command.help = command.short_help = _(command.help)
    for parameter in command.params:
        if getattr(parameter, "help", None):
            parameter.help = _(parameter.help)
    for inner in getattr(command, "commands", {}).values():
        _translate(inner)


def _show_version(wanted: bool) -> None:
    if wanted:
        from cnnstudio import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help=N_("Print the version."), is_eager=True, callback=_show_version
        ),
    ] = False,
) -> None:
    """Take the options before the command."""


@app.command("open", hidden=True, help=N_("Open the window, on FILE if it is given."))
def open_window(
    file: Annotated[Path | None, typer.Argument(help=N_("A design to open."))] = None,
) -> None:
    """Open the window, on FILE if it is given."""
    from cnnstudio.doctor import has_display  # only where it is needed

    if not has_display():
        fail(_("there is no display to open a window on; “cnnstudio demo” works without one"))
    try:
        from cnnstudio import app as studio  # Qt is read only where it is shown
    except ImportError as error:
        fail(cannot_load(error))
    raise typer.Exit(studio.run(file))


@app.command(help=N_("List a design's blocks with shapes, weights and problems."))
def summary(file: DesignArgument, as_json: JsonOption = False) -> None:
    """List a design's blocks with shapes, weights and problems."""
    from cnnstudio.jobs.summary import summary_data, summary_table  # only here

    design = read_design(file, as_json=as_json)
    report = analyse(design.network)
    if as_json:
        print_json(summary_data(design, report))
    else:
        console().print(summary_table(design, report))
        for problem in report.problems:
            console(stderr=True).print(sentence(design.network.said(problem)), style="red")
    raise typer.Exit(FAILED if report.errors else OK)


@app.command(help=N_("Train a design by its plan; the options change the plan for this run."))
def train(
    file: DesignArgument,
    out: Annotated[
        Path, typer.Option(help=N_("Folder for model.keras, metrics.csv and design.cnn.json."))
    ],
    data: Annotated[str | None, typer.Option(help=N_("Data set to learn from: mnist-5k."))] = None,
    epochs: Annotated[int | None, typer.Option(help=N_("Passes over the training images."))] = None,
    batch_size: Annotated[int | None, typer.Option(help=N_("Images a step."))] = None,
    learning_rate: Annotated[float | None, typer.Option(help=N_("Length of a step."))] = None,
    seed: Annotated[
        int | None, typer.Option(help=N_("Same seed, same machine: same numbers."))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Train a design by its plan; the options change the plan for this run."""
    changes = {
        "data": data,
        "epochs": epochs,
        "batch_size": batch_size,
        "learning_rate": learning_rate,
        "seed": seed,
    }
    design = read_design(file, as_json=as_json)
    given = {name: value for name, value in changes.items() if value is not None}

    def job() -> Mapping[str, object]:
        from cnnstudio.jobs.training import train_job  # Keras is read only where it is used

        return train_job(design, given, out, console(stderr=True))

    finish(job, as_json=as_json)


@app.command(
    help=N_("Write what every block makes of an image: a PNG of all maps, and the numbers.")
)
def features(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="MODEL_OR_DESIGN", help=N_("A model (*.keras) or a design (*.cnn.json).")
        ),
    ],
    image: Annotated[Path, typer.Option(help=N_("An image file."))],
    out: Annotated[Path, typer.Option(help=N_("Folder for a PNG and an .npz a block."))],
    block: Annotated[
        str | None, typer.Option(help=N_("Name of one block; all if left out."))
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Write what every block makes of an image: a PNG of all maps, and the numbers."""

    def job() -> Mapping[str, object]:
        from cnnstudio.jobs.features import features_job  # Keras is read only where it is used

        return features_job(source, image, block, out, console(stderr=True))

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


def read_design(path: Path, *, as_json: bool = False) -> Design:
    """Read a design, or end the program with a message."""
    try:
        return document.load(path)
    except DesignError as error:
        fail(str(error), as_json=as_json)


def finish(job: Callable[[], Mapping[str, object]], *, as_json: bool) -> None:
    """Do a job, its imports included, and print its result, or end the program with a message."""
    try:
        result = job()
    except UsageError as error:
        fail(str(error), as_json=as_json, code=WRONG_USAGE)
    except JobError as error:
        fail(str(error), as_json=as_json)
    except ImportError as error:
        fail(cannot_load(error), as_json=as_json)
    if as_json:
        print_json(result)
    else:
        for name, value in result.items():
            typer.echo(f"{name}: {value}")


def cannot_load(error: ImportError) -> str:
    """Say which library is missing or broken, in one line whatever it says itself."""
    log.info("an import failed", exc_info=error)
    library = (error.name or "").partition(".")[0]
    if not library:
        return _("a library cannot be loaded: run “cnnstudio doctor” to see what is wrong")
    return _(
        "the library {library} cannot be loaded: run “cnnstudio doctor” to see what is wrong"
    ).format(library=library)


def fail(message: str, *, as_json: bool = False, code: int = FAILED) -> NoReturn:
    """End the program with a message."""
    if as_json:
        print_json({"error": message})
    console(stderr=True).print(sentence(message), style="red")
    raise typer.Exit(code)


def print_json(data: object) -> None:
    """Print JSON to standard output, in ASCII so that any code page has it."""
    sys.stdout.write(json.dumps(data, indent=1, default=str) + "\n")


@functools.cache
def console(*, stderr: bool = False) -> Console:
    """Return the console for texts; nothing in them is taken for markup or emoji."""
    from rich.console import Console  # JSON needs none

    return Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)
