"""The command with its subcommands, which are told to it by the modules that define them."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cnnstudio.cli.output import print_line
from cnnstudio.core.i18n import N_, _

app = typer.Typer(
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help=N_(
        "Design convolutional networks, watch them train, look inside. Without a command the "
        "window opens, on FILE if one is given."
    ),
)


def run() -> None:
    """Run the command that the program was called with, and end it."""
    command = whole_command()
    _translate(command)
    command()


def whole_command() -> Any:
    """Return the command with all its subcommands."""
    # Each module tells its commands to `app`.
    from cnnstudio.cli import (  # noqa: F401 - see above
        commands,
        model_commands,
        plan_commands,
        run_commands,
    )

    return typer.main.get_command(app)


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

        print_line(__version__)
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
