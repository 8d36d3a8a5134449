"""Where a job leaves its results."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

from cnnstudio.core.files import why
from cnnstudio.core.i18n import _
from cnnstudio.jobs.errors import JobError


def make_folder(path: Path) -> None:
    """Make a folder for results, if it is not there yet.

    Raises:
        JobError: if it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise JobError(
            _("the folder {path} cannot be made: {why}").format(path=path, why=why(error))
        ) from error


def make_writable(path: Path) -> None:
    """Make a folder for results, if it is not there yet, in which files can be made.

    Raises:
        JobError: if that is not possible.
    """
    make_folder(path)
    try:
        with TemporaryFile(dir=path):
            pass
    except OSError as error:
        raise JobError(
            _("nothing can be written to the folder {path}: {why}").format(
                path=path, why=why(error)
            )
        ) from error


@contextmanager
def saving_to(folder: Path) -> Iterator[None]:
    """Save results within this block.

    Raises:
        JobError: if the file system does not let it happen.
    """
    try:
        yield
    except OSError as error:
        raise JobError(
            _("{path} was not saved: {why}").format(path=folder, why=why(error))
        ) from error
