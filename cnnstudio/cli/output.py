"""What the command line prints, and how it ends."""

from __future__ import annotations

import functools
import json
import logging
import sys
from typing import TYPE_CHECKING, NoReturn

from cnnstudio.core.i18n import _, sentence

if TYPE_CHECKING:
    from rich.console import Console

log = logging.getLogger(__name__)

OK, FAILED, WRONG_USAGE = 0, 1, 2


def fail(message: str, *, as_json: bool = False, code: int = FAILED) -> NoReturn:
    """End the program with a message."""
    if as_json:
        print_json({"error": message})
    console(stderr=True).print(sentence(message), style="red")
    sys.exit(code)


def cannot_load(error: ImportError) -> str:
    """Say which library is missing or broken, in one line whatever it says itself."""
    log.info("an import failed", exc_info=error)
    library = (error.name or "").partition(".")[0]
    if not library:
        return _("a library cannot be loaded: run “cnnstudio doctor” to see what is wrong")
    return _(
        "the library {library} cannot be loaded: run “cnnstudio doctor” to see what is wrong"
    ).format(library=library)


def print_line(text: str) -> None:
    """Print a line to standard output."""
    sys.stdout.write(f"{text}\n")


def print_json(data: object) -> None:
    """Print JSON to standard output, in ASCII so that any code page has it."""
    print_line(json.dumps(data, indent=1, default=str))


@functools.cache
def console(*, stderr: bool = False) -> Console:
    """Return the console for texts; nothing in them is taken for markup or emoji."""
    from rich.console import Console  # JSON needs none

    return Console(stderr=stderr, soft_wrap=True, highlight=False, markup=False, emoji=False)
