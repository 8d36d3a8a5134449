"""The command `cnnstudio`: opens the window, or does one job without it.

Exit codes: 0 when all is well, 1 when the network has problems or the job failed, 2 for wrong
usage. Results go to standard output, progress and messages to standard error; with `--json`
standard output holds JSON and nothing else. What a command needs is imported when it runs: the
window opens before the command line's own library is read, the summary answers before TensorFlow
could be.
"""

from __future__ import annotations

import gc
import io
import sys
from pathlib import Path
from types import ModuleType

from cnnstudio.core import settings
from cnnstudio.core.display import has_display
from cnnstudio.core.i18n import _, use_language

COMMANDS = (
    "summary",
    "train",
    "plan",
    "runs",
    "evaluate",
    "predict",
    "features",
    "import",
    "export",
    "demo",
    "doctor",
)
"""Words that are no files to open."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        # A code page lacks letters, and half a character in a name has no encoding at all.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    use_language(settings.load().language)
    match sys.argv[1:]:
        case []:
            open_window()
        case [word] if not word.startswith("-") and word not in COMMANDS:
            open_window(Path(word))
        case _:
            from cnnstudio.cli.application import run  # its library takes as long as a tenth of Qt

            run()


def load_app() -> ModuleType:
    """Return the module that opens the window.

    Python's collector rests meanwhile: it would search all that is being read a dozen times over,
    which takes a tenth of the time. What has been read stays, so it is never searched.

    Raises:
        ImportError: if Qt or a library it needs is missing.
    """
    gc.disable()
    try:
        from cnnstudio import app  # Qt is read only where it is shown
    finally:
        gc.freeze()
        gc.enable()
    return app


def open_window(file: Path | None = None) -> None:
    """Open the window, on a design if one is given, and end the program with it."""
    from cnnstudio.cli.output import WRONG_USAGE, cannot_load, fail  # only where it goes wrong

    if file is not None and not file.exists():
        fail(
            _("{word} is neither a file nor a command: expected a design, or one of {commands}")
            .format(word=file, commands=", ".join(COMMANDS)),
            code=WRONG_USAGE,
        )  # fmt: skip
    if not has_display():
        fail(_("there is no display to open a window on; “cnnstudio demo” works without one"))
    try:
        app = load_app()
    except ImportError as error:
        fail(cannot_load(error))
    sys.exit(app.run(file))
