"""What TensorFlow and Keras find when they are imported, and where their chatter goes."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
from collections.abc import Iterator, Mapping

from cnnstudio.core import settings
from cnnstudio.engine.log_file import open_log

_WANTED = {"TF_CPP_MIN_LOG_LEVEL": "2"}
"""What a person's own setting goes before."""

_STDERR = 2


def silence_tensorflow() -> None:
    """Make TensorFlow, imported after this, print nothing; its words go to the engine's log.

    Its C++ side writes to file descriptor 2 whatever it is told, while it is imported and while it
    runs. So that descriptor is pointed at the log, and `sys.stderr` goes on to where it went.
    """
    set_environment()
    with contextlib.suppress(OSError, ValueError, AttributeError):
        if sys.stderr.fileno() == _STDERR:
            _detach_stderr()


@contextlib.contextmanager
def without_opencv() -> Iterator[None]:
    """Keep Keras from reading OpenCV while it is imported: it draws boxes with it if it is there.

    That costs a quarter of a second at every start, for those who never look at a camera.
    """
    if "cv2" in sys.modules:
        yield
        return
    # What Python takes for a module that is not there.
    sys.modules["cv2"] = None  # type: ignore[assignment] # as the import system documents it
    try:
        yield
    finally:
        del sys.modules["cv2"]


def environment(persons: Mapping[str, str]) -> dict[str, str]:
    """Return a person's environment with what TensorFlow and Keras read when they are imported."""
    return {**_WANTED, **persons, **_needed()}


def set_environment() -> None:
    """Put what TensorFlow and Keras read when they are imported in this process's environment."""
    os.environ.update(environment(os.environ))
    for logger in ("tensorflow", "absl"):
        logging.getLogger(logger).setLevel(logging.ERROR)


def _needed() -> dict[str, str]:
    """Return what the engine cannot do without, whatever a person's environment says.

    Keras reads `keras.json` in its home, where a person may have chosen another order of axes or
    another type of numbers for all their programs: the studio has a home of its own.
    """
    return {"KERAS_BACKEND": "tensorflow", "KERAS_HOME": str(settings.data_folder() / "keras")}


def _detach_stderr() -> None:
    sys.stderr.flush()
    kept = os.dup(_STDERR)
    with open_log() as log:
        os.dup2(log.fileno(), _STDERR)
    # Line by line, as sys.stderr is wont to; it lives as long as the program.
    sys.stderr = open(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115
    # What the engine notes of an error goes there too; a person is told in one sentence.
    log_file = open(_STDERR, "w", buffering=1, errors="backslashreplace", closefd=False)  # noqa: SIM115
    logging.getLogger("cnnstudio").addHandler(logging.StreamHandler(log_file))
