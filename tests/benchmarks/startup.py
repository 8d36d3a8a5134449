"""From the start of the process to the first painted window: the studio ÷ a bare window.

The bare window shows one pyqtgraph plot and nothing else. Both are started in turn, so that a busy
moment of the machine meets both alike.
"""

import json
import os
import statistics
import subprocess
import sys
import time

ROUNDS = 7


def bare() -> None:
    """Open a window with a plot, say when it is painted, and end."""
    import pyqtgraph as pg
    from PySide6.QtCore import QTimer
    from PySide6.QtGui import QPaintEvent
    from PySide6.QtWidgets import QApplication, QMainWindow
    from typing_extensions import override

    class Plot(pg.PlotWidget):  # type: ignore[misc]  # pyqtgraph has no types
        @override
        def paintEvent(self, event: QPaintEvent) -> None:
            super().paintEvent(event)
            _painted()
            QTimer.singleShot(0, app.quit)

    app = QApplication([])
    window = QMainWindow()
    window.setCentralWidget(Plot())
    window.resize(1280, 800)
    window.show()
    app.exec()


def studio() -> None:
    """Open the studio, say when it is painted, and end before its engine starts."""
    from PySide6.QtCore import QTimer

    from cnnstudio.cli import load_app

    loaded = load_app()
    app = loaded.make_application()
    window = loaded.Studio()
    window.window.painted.disconnect()
    window.window.painted.connect(_painted)
    window.window.painted.connect(lambda: QTimer.singleShot(0, app.quit))
    window.show()
    app.exec()
    window.close()


def _painted() -> None:
    sys.stdout.write(f"{time.monotonic()}\n")
    sys.stdout.flush()


def seconds(what: str) -> float:
    """Start one of the two in a new process and return the seconds to its first paint."""
    began = time.monotonic()
    answer = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.startup", what],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=60,
        # What an earlier start has compiled is kept, as it is for every installed program.
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
    )
    return float(answer.stdout.splitlines()[0]) - began


def measure() -> dict[str, float]:
    """Return the ratio of the medians, and the studio's median in seconds."""
    for what in ("bare", "studio"):
        seconds(what)
    times: dict[str, list[float]] = {"bare": [], "studio": []}
    for _round in range(ROUNDS):
        for what, taken in times.items():
            taken.append(seconds(what))
    medians = {what: statistics.median(taken) for what, taken in times.items()}
    return {
        "startup_ratio": medians["studio"] / medians["bare"],
        "startup_studio_s": medians["studio"],
        "startup_bare_s": medians["bare"],
    }


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["bare"]:
            bare()
        case ["studio"]:
            studio()
        case _:
            sys.stdout.write(json.dumps(measure()) + "\n")
