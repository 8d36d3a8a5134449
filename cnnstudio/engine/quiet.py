"""Keeps TensorFlow's own chatter out of the terminal."""

from __future__ import annotations

import contextlib
import logging
import os
import sys

from cnnstudio.engine.log_file import open_log

ENVIRONMENT = {"KERAS_BACKEND": "tensorflow", "TF_CPP_MIN_LOG_LEVEL": "2"}
"""What TensorFlow and Keras read when they are imported; a person's own setting goes first."""

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


def set_environment() -> None:
    """Set what TensorFlow and Keras read when they are imported."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    for logger in ("tensorflow", "absl"):
        logging.getLogger(logger).setLevel(logging.ERROR)


def _detach_stderr() -> None:
    sys.stderr.flush()
    kept = os.dup(_STDERR)
    with open_log() as log:
        os.dup2(log.fileno(), _STDERR)
    # Line by line, as sys.stderr is wont to; it lives as long as the program.
    sys.stderr = open(kept, "w", buffering=1, encoding="utf-8", errors="backslashreplace")  # noqa: PTH123, SIM115
