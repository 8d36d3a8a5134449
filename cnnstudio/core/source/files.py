"""Code out of files."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core.document import DesignError
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.source.parsing import LONGEST_TEXT
from cnnstudio.core.source.reading import SourceReading, read_source

SUFFIX = ".py"
_WIDEST_CHARACTER = 4
"""Bytes in UTF-8."""


def read_source_file(path: Path) -> SourceReading:
    """Read a Python file, which is not executed.

    Raises:
        DesignError: if it cannot be opened or is no text.
    """
    try:
        check_file(path)
        with path.open("rb") as file:
            raw = file.read(_WIDEST_CHARACTER * LONGEST_TEXT + 1)
        return read_source(raw.decode("utf-8-sig"))
    except OSError as error:
        raise DesignError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DesignError(_("{path} is not Python: it is not text").format(path=path)) from error
