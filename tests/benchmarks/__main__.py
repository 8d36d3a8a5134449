"""Run every benchmark, print a table, and write `build/bench.json`.

Each figure comes with its goal and with what it was measured on. Every benchmark runs in a process
of its own, so that none finds another's caches or memory.
"""

import json
import os
import platform
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

LONGEST = 900


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure must not be above, or not be below."""

    value: float
    at_least: bool = False

    def met_by(self, figure: float) -> bool:
        return figure >= self.value if self.at_least else figure <= self.value

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.value:g}"


GOALS = {
    "startup_ratio": Goal(1.3),
    "ui_gap_p99_ms": Goal(10),
    "ui_gap_max_ms": Goal(33),
    "train_ratio_small": Goal(1.1, at_least=True),
    "train_ratio_large": Goal(0.98, at_least=True),
    "stop_beyond_batch_s": Goal(0.1),
    "stream_rss_mb": Goal(100),
    "stream_ratio": Goal(0.8, at_least=True),
    "workers_2_ratio": Goal(1.6, at_least=True),
    "batch_to_plot_ms": Goal(60),
    "edit_ms": Goal(16),
    "edit_1000_ms": Goal(16),
    "keystroke_s": Goal(0.05),
    "scroll_fps": Goal(60, at_least=True),
    "curve_fps": Goal(60, at_least=True),
    "runs_1000_s": Goal(0.5),
    "maps_ratio": Goal(1.5),
    "features_ratio": Goal(1.3),
    "block_switch_ms": Goal(50),
    "map_memory": Goal(400),
    "hover_ms": Goal(16),
    "live_cost": Goal(1.03),
    "open_keras_resnet50_ratio": Goal(1.5),
    "import_resnet50_s": Goal(0.3),
    "window_rss_mb": Goal(250),
}
MODULES = (
    "startup",
    "session",
    "edit",
    "long_list",
    "keystroke",
    "curves",
    "train",
    "train_large",
    "stop",
    "features",
    "looking",
    "hover",
    "live",
    "importing",
    "runs",
)
"""Measured unless others are named; `streaming` and `workers` take minutes and are only measured by
name."""


def measured(module: str) -> dict[str, float]:
    """Run one benchmark module and read the JSON it prints last."""
    answer = subprocess.run(
        [sys.executable, "-m", f"tests.benchmarks.{module}"],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=LONGEST,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    figures: dict[str, float] = json.loads(answer.stdout.strip().splitlines()[-1])
    return figures


def main() -> int:
    """Return 1 if a goal is missed."""
    chosen = sys.argv[1:] or MODULES
    console = Console()
    figures: dict[str, float] = {}
    for module in chosen:
        with console.status(f"measuring: {module}"):
            figures |= measured(module)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    console.print(_table(figures, machine))
    folder = Path("build")
    folder.mkdir(exist_ok=True)
    record = {"machine": machine, "figures": figures}
    (folder / "bench.json").write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    missed = [
        key for key, value in figures.items() if key in GOALS and not GOALS[key].met_by(value)
    ]
    return 1 if missed else 0


def _table(figures: dict[str, float], machine: str) -> Table:
    table = Table(title=f"Benchmarks on {machine}", title_justify="left")
    table.add_column("Figure")
    table.add_column("Measured", justify="right")
    table.add_column("Goal", justify="right")
    table.add_column("")
    for key, value in figures.items():
        goal = GOALS.get(key)
        mark = "" if goal is None else ("met" if goal.met_by(value) else "missed")
        style = "red" if mark == "missed" else None
        table.add_row(key, f"{value:.3f}", str(goal or ""), mark, style=style)
    return table


if __name__ == "__main__":
    sys.exit(main())
