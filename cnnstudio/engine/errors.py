"""What went wrong, in plain words; Keras's and Python's own go to the log."""

from __future__ import annotations

import traceback

from cnnstudio.core import files
from cnnstudio.core.i18n import _
from cnnstudio.core.messages import OUT_OF_MEMORY
from cnnstudio.core.runs.checkpoint import CheckpointError
from cnnstudio.core.runs.schema import StoreError


class EngineError(Exception):
    """Something a person can mend; the text is for people and says what to do.

    `cause` is that of `RunFailed`.
    """

    cause = ""


class ImageError(EngineError):
    """An image that cannot be used; the text is for people and says what to do."""


_OURS = (EngineError, StoreError, CheckpointError)


def explain(error: BaseException) -> str:
    """Say what an error means and what to do."""
    if isinstance(error, _OURS):
        return str(error)
    if _is_out_of_memory(error):
        return _(
            "there is not enough memory: make the batch size or the network smaller, or close "
            "other programs"
        )
    if isinstance(error, RecursionError):
        return _("the network is too deep to be built: lower the counts of its Repeats")
    if isinstance(error, OSError):
        return files.why(error)
    return _(
        "something went wrong inside the engine that it has no words for ({kind}); the details "
        "and the engine's log tell more"
    ).format(kind=type(error).__name__)


def cause_of(error: BaseException) -> str:
    """Return the cause as `RunFailed` has it."""
    if isinstance(error, EngineError):
        return error.cause
    return OUT_OF_MEMORY if _is_out_of_memory(error) else ""


def details(error: BaseException) -> str:
    """Return the raw text of an error, for the curious; nothing if its own text says it all."""
    if isinstance(error, _OURS):
        return details(error.__cause__) if error.__cause__ else ""
    return "".join(traceback.format_exception(error))


def _is_out_of_memory(error: BaseException) -> bool:
    # TensorFlow's own class, told by its name so that this module needs no TensorFlow.
    return isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError"
