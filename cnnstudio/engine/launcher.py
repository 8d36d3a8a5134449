"""Starts the engine in a process of its own; imports no TensorFlow.

The process is a plain child that inherits one end of a pipe. Unlike a `multiprocessing` one it
does not import the studio's main module again, takes its environment and its log from the start,
and hears nothing of the Ctrl+C that a terminal sends to the studio.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from cnnstudio.core import i18n
from cnnstudio.engine.log_file import open_log
from cnnstudio.engine.quiet import environment

LANGUAGE = "CNNSTUDIO_LANGUAGE"
"""The environment variable that tells the engine which language to speak."""

_START = (
    "import sys; sys.path.append(sys.argv[2]);"
    "from cnnstudio.engine.worker import main; main(int(sys.argv[1]))"
)
_ROOT = Path(__file__).resolve().parents[2]
_SECONDS_TO_DIE = 10.0


class Engine:
    """A started engine, `core.messages.EngineHandle`."""

    def __init__(self, process: subprocess.Popen[bytes], connection: Connection) -> None:
        self._process = process
        self._connection = connection

    @property
    def connection(self) -> Connection:
        """The studio's end of the pipe."""
        return self._connection

    @property
    def pid(self) -> int:
        """The engine's process id."""
        return self._process.pid

    def is_alive(self) -> bool:
        """Return whether the process runs."""
        return self._process.poll() is None

    def exit_code(self, seconds: float) -> int | None:
        """Return how the process ended, None if it still runs after so many seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(seconds)
        return None

    def kill(self) -> None:
        """End the process at once and wait until it is gone."""
        self._process.kill()
        self._process.wait(_SECONDS_TO_DIE)


def launch() -> Engine:
    """Start the engine; it says `EngineReady` once Keras is loaded.

    Raises:
        OSError: if the system cannot start a process.
    """
    ours, theirs = Pipe()
    with theirs, open_log() as log:
        process = subprocess.Popen(
            # -P: nothing in the folder a person works in may pose as a module.
            [sys.executable, "-P", "-c", _START, str(theirs.fileno()), str(_ROOT)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env={**environment(os.environ), LANGUAGE: i18n.language()},
            **_inheriting(theirs),
        )
    return Engine(process, ours)


def _inheriting(end: Connection) -> dict[str, Any]:
    """Return what makes a child inherit one end of a pipe and leave the terminal's group."""
    if sys.platform == "win32":
        os.set_handle_inheritable(end.fileno(), True)
        return {
            "startupinfo": subprocess.STARTUPINFO(lpAttributeList={"handle_list": [end.fileno()]}),
            "creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP,
        }
    return {"pass_fds": (end.fileno(),), "start_new_session": True}
