"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from cnnstudio import __version__, libraries
from cnnstudio.core import resources, settings
from cnnstudio.core.i18n import _

PACKAGES = (
    "PySide6-Essentials",
    "pyqtgraph",
    "tensorflow",
    "keras",
    "numpy",
    "pillow",
    "typer",
    "rich",
)
_LIST_DEVICES = (
    "from cnnstudio.engine.quiet import silence_tensorflow; silence_tensorflow();"
    "import tensorflow as tf;"
    "print(', '.join(d.name.removeprefix('/physical_device:') "
    "for d in tf.config.list_physical_devices()))"
)
_LONGEST_IMPORT = 180


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        value: what was found.
        fine: whether the studio can work with it.
        mend: the command or the step that mends it, empty if all is well.
    """

    name: str
    value: str
    fine: bool = True
    mend: str = ""

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return asdict(self)


def has_display() -> bool:
    """Return whether a window can be opened: always but on a Linux without a display."""
    if not sys.platform.startswith("linux"):
        return True
    chosen = os.environ.get("QT_QPA_PLATFORM", "")
    return bool(chosen or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def examine() -> list[Finding]:
    """Look at everything the studio needs; TensorFlow is loaded for its devices."""
    return [
        Finding("CNN Studio", __version__),
        Finding("Python", f"{platform.python_version()} ({sys.executable})"),
        Finding(_("System"), platform.platform()),
        *map(_package, PACKAGES),
        _display(),
        _libraries(),
        _devices(),
        *_folders(),
    ]


def show(findings: list[Finding], console: Console) -> None:
    """Print findings, and what mends those that are not fine."""
    width = max(cell_len(finding.name) for finding in findings)
    for finding in findings:
        mark, style = ("✓", "green") if finding.fine else ("✗", "red")
        console.print(f"{mark} ", style=style, end="")
        name = set_cell_size(finding.name, width)
        console.print(f"{name}  {finding.value}", markup=False)
        if finding.mend:
            console.print(f"  {'':{width}}  → {finding.mend}", markup=False)
    if all(finding.fine for finding in findings):
        console.print(_("All is well."))


def _package(name: str) -> Finding:
    try:
        return Finding(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        mend = f"{Path(sys.executable).name} -m pip install {name}"
        return Finding(name, _("not installed"), fine=False, mend=mend)


def _display() -> Finding:
    shown = [
        f"{key}={os.environ[key]}"
        for key in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
        if os.environ.get(key)
    ]
    if has_display():
        return Finding(_("Display"), " ".join(shown) or platform.system())
    return Finding(_("Display"), _("none; “cnnstudio demo” and all commands work without one"))


def _libraries() -> Finding:
    lacking = libraries.missing()
    if not lacking:
        return Finding(_("Shared libraries"), _("all that Qt needs"))
    names = ", ".join(library.name for library in lacking)
    return Finding(
        _("Shared libraries"),
        _("missing: {names}").format(names=names),
        fine=False,
        mend=libraries.mend_command(lacking),
    )


def _devices() -> Finding:
    """Ask TensorFlow in a process of its own, so that one that crashes is a finding too."""
    name = _("Devices")
    if importlib.util.find_spec("tensorflow") is None:
        return Finding(name, _("unknown: TensorFlow is not installed"), fine=False)
    try:
        answer = subprocess.run(
            [sys.executable, "-c", _LIST_DEVICES],
            capture_output=True,
            text=True,
            timeout=_LONGEST_IMPORT,
            check=True,
        )
    except subprocess.TimeoutExpired:
        return Finding(name, _("TensorFlow does not answer"), fine=False)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [str(error)])[-1]
        return Finding(name, _("TensorFlow does not load: {why}").format(why=last), fine=False)
    return Finding(name, answer.stdout.strip())


def _folders() -> Iterator[Finding]:
    yield Finding(_("Shipped files"), str(resources.path()), fine=resources.path().is_dir())
    places = {
        _("Settings"): settings.settings_file(),
        _("Data"): settings.data_folder(),
        _("Logs"): settings.log_folder(),
    }
    for name, path in places.items():
        writable = _can_write(path)
        mend = "" if writable else _("make {path} writable").format(path=path)
        yield Finding(name, str(path), fine=writable, mend=mend)


def _can_write(path: Path) -> bool:
    existing = next((p for p in (path, *path.parents) if p.exists()), path)
    return os.access(existing, os.W_OK)
