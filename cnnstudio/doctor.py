"""What is installed, what is missing, and the command that mends it."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.cells import cell_len, set_cell_size
from rich.console import Console

from cnnstudio import __version__, libraries
from cnnstudio.core import resources, settings
from cnnstudio.core.display import has_display
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
    "import keras, tensorflow as tf;"
    "print(', '.join(d.name.removeprefix('/physical_device:') "
    "for d in tf.config.list_physical_devices()))"
)
_LOAD_QT = "import PySide6.QtWidgets, pyqtgraph; print('Qt', PySide6.QtCore.qVersion())"
_LONGEST_IMPORT = 180


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        value: what was found.
        mend: the command or the step that mends it, empty if the studio can work with it.
    """

    name: str
    value: str
    mend: str = ""

    @property
    def fine(self) -> bool:
        """Whether the studio can work with it."""
        return not self.mend

    def as_dict(self) -> dict[str, object]:
        """Return it as plain data."""
        return {"name": self.name, "value": self.value, "fine": self.fine, "mend": self.mend}


def examine() -> list[Finding]:
    """Look at everything the studio needs; TensorFlow is loaded for its devices."""
    return [
        Finding("CNN Studio", __version__),
        Finding("Python", f"{platform.python_version()} ({sys.executable})"),
        Finding(_("System"), platform.platform()),
        *map(_package, PACKAGES),
        _display(),
        _libraries(),
        _loaded(_("Window"), _LOAD_QT, "PySide6-Essentials"),
        _loaded(_("Devices"), _LIST_DEVICES, "tensorflow"),
        *_folders(),
    ]


def show(findings: list[Finding], console: Console) -> None:
    """Print findings, and what mends those that are not fine."""
    width = max(cell_len(finding.name) for finding in findings)
    # A report that is sent on is often written in a code page that lacks these.
    good, bad, arrow = ("+", "!", "->") if console.options.ascii_only else ("✓", "✗", "→")
    for finding in findings:
        mark, style = (good, "green") if finding.fine else (bad, "red")
        console.print(f"{mark} ", style=style, end="")
        console.print(f"{set_cell_size(finding.name, width)}  {finding.value}")
        if finding.mend:
            console.print(f"  {'':{width}}  {arrow} {finding.mend}")
    if all(finding.fine for finding in findings):
        console.print(_("All is well."))


def _package(name: str) -> Finding:
    try:
        return Finding(name, importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return Finding(name, _("not installed"), mend=_install(name))


def _install(package: str) -> str:
    """Return the command that installs a package anew, with what it needs."""
    if importlib.util.find_spec("pip") is None:
        return f"uv pip install --python {sys.executable} --reinstall {package}"
    return f"{sys.executable} -m pip install --force-reinstall {package}"


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
        mend=libraries.mend_command(lacking) or _("install them with the system's package manager"),
    )


def _loaded(name: str, code: str, package: str) -> Finding:
    """Run Python that needs a package, in a process of its own, as it may crash.

    Args:
        name: of the finding.
        code: prints what is found.
        package: brings what the code imports.
    """
    try:
        answer = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            timeout=_LONGEST_IMPORT,
            check=True,
        )
    except subprocess.TimeoutExpired:
        problem = _("{package} does not answer").format(package=package)
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or [str(error)])[-1]
        problem = _("{package} does not load: {why}").format(package=package, why=last)
    else:
        return Finding(name, answer.stdout.strip())
    return Finding(name, problem, mend=_install(package))


def _folders() -> Iterator[Finding]:
    shipped = resources.path()
    mend = "" if shipped.is_dir() else _("install CNN Studio again: these files came with it")
    yield Finding(_("Shipped files"), str(shipped), mend=mend)
    places = {
        _("Settings"): settings.settings_file(),
        _("Data"): settings.data_folder(),
        _("Logs"): settings.log_folder(),
    }
    for name, path in places.items():
        writable = _can_write(path)
        mend = "" if writable else _("make {path} writable").format(path=path)
        yield Finding(name, str(path), mend=mend)


def _can_write(path: Path) -> bool:
    existing = next((p for p in (path, *path.parents) if p.exists()), path)
    return os.access(existing, os.W_OK)
