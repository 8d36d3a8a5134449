"""Code out of files."""

from __future__ import annotations

import codecs
from pathlib import Path

from cnnstudio.core.document import DesignError
from cnnstudio.core.files import check_file, why
from cnnstudio.core.i18n import _
from cnnstudio.core.source.parsing import LONGEST_TEXT
from cnnstudio.core.source.reading import SourceReading, read_source

SUFFIX = ".py"
_MOST_BYTES = 4 * LONGEST_TEXT + 1
"""Of the longest text that is read, and one more; no character of UTF-8 has more than four."""


def read_source_file(path: Path) -> SourceReading:
    """Read a Python file, which is not executed.

    Raises:
        DesignError: if it cannot be opened or is no text.
    """
    try:
        check_file(path)
        with path.open("rb") as file:
            raw = file.read(_MOST_BYTES)
        # A text that goes on may be cut off within a character.
        decoder = codecs.getincrementaldecoder("utf-8-sig")()
        return read_source(decoder.decode(raw, final=len(raw) < _MOST_BYTES))
    except OSError as error:
        raise DesignError(
            _("{path} cannot be opened: {why}").format(path=path, why=why(error))
        ) from error
    except UnicodeDecodeError as error:
        raise DesignError(_("{path} is not Python: it is not text").format(path=path)) from error
