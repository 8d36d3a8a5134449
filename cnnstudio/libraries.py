"""The system's shared libraries that Qt needs, and the programs that the tests need.

``python -m cnnstudio.libraries`` mends what is missing: as root on Debian or Ubuntu it installs it,
otherwise it prints the one command that does. Only the standard library is used, and the few
sentences are not translated, since this runs while the project is still being set up.
"""

import argparse
import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=120")


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def _is_on_path(program: str) -> bool:
    return shutil.which(program) is not None


def _has_font_for(language: str) -> bool:
    if not _is_on_path("fc-list"):
        return False
    listing = subprocess.run(
        ["fc-list", f":lang={language}", "family"], capture_output=True, text=True, check=False
    )
    return bool(listing.stdout.strip())


@dataclass(frozen=True, slots=True)
class Library:
    """Something that the system has to offer, and the Debian package that brings it.

    Attributes:
        name: The soname of a shared library, the name of a program, or the language of a font.
        package: The Debian and Ubuntu package, without the ``t64`` that newer releases add.
        found: Answers, for the name, whether the system has it.
    """

    name: str
    package: str
    found: Callable[[str], bool] = field(default=_loads, repr=False)


# What PySide6-Essentials' libQt6Core, libQt6Gui, libQt6DBus, libQt6WaylandClient, libQt6XcbQpa and
# the platform plugins name as NEEDED and do not bring along.
QT_LIBRARIES = (
    Library("libz.so.1", "zlib1g"),
    Library("libzstd.so.1", "libzstd1"),
    Library("libglib-2.0.so.0", "libglib2.0-0"),
    Library("libgthread-2.0.so.0", "libglib2.0-0"),
    Library("libdbus-1.so.3", "libdbus-1-3"),
    Library("libfontconfig.so.1", "libfontconfig1"),
    Library("libfreetype.so.6", "libfreetype6"),
    Library("libEGL.so.1", "libegl1"),
    Library("libGL.so.1", "libgl1"),
    Library("libX11.so.6", "libx11-6"),
    Library("libX11-xcb.so.1", "libx11-xcb1"),
    Library("libxkbcommon.so.0", "libxkbcommon0"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    Library("libxcb.so.1", "libxcb1"),
    Library("libxcb-cursor.so.0", "libxcb-cursor0"),
    Library("libxcb-glx.so.0", "libxcb-glx0"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4"),
    Library("libxcb-image.so.0", "libxcb-image0"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    Library("libxcb-randr.so.0", "libxcb-randr0"),
    Library("libxcb-render.so.0", "libxcb-render0"),
    Library("libxcb-render-util.so.0", "libxcb-render-util0"),
    Library("libxcb-shape.so.0", "libxcb-shape0"),
    Library("libxcb-shm.so.0", "libxcb-shm0"),
    Library("libxcb-sync.so.1", "libxcb-sync1"),
    Library("libxcb-util.so.1", "libxcb-util1"),
    Library("libxcb-xfixes.so.0", "libxcb-xfixes0"),
    Library("libxcb-xkb.so.1", "libxcb-xkb1"),
    Library("libwayland-client.so.0", "libwayland-client0"),
    Library("libwayland-cursor.so.0", "libwayland-cursor0"),
    Library("libwayland-egl.so.1", "libwayland-egl1"),
)

# An X server without a screen, a window manager, a mouse, and letters for the screenshots.
TEST_TOOLS = (
    Library("Xvfb", "xvfb", _is_on_path),
    Library("openbox", "openbox", _is_on_path),
    Library("xdotool", "xdotool", _is_on_path),
    Library("fc-list", "fontconfig", _is_on_path),
    Library("zh-cn", "fonts-noto-cjk", _has_font_for),
)


def missing(*, tests: bool = False) -> list[Library]:
    """Try everything that is needed.

    Args:
        tests: Whether the tools of the tests are needed too.

    Returns:
        What the system lacks; nothing on macOS and Windows, where Qt's package is complete.
    """
    if not sys.platform.startswith("linux"):
        return []
    needed = QT_LIBRARIES + (TEST_TOOLS if tests else ())
    return [library for library in needed if not library.found(library.name)]


def mend_command(libraries: Iterable[Library]) -> str:
    """Say how the libraries are installed.

    Returns:
        One line for a shell, or nothing where the system's package manager is not Debian's.
    """
    if not _is_debian():
        return ""
    sudo = "" if os.geteuid() == 0 else "sudo "
    packages = " ".join(_packages(libraries))
    return f"{sudo}apt-get update && {sudo}apt-get install --yes {packages}"


def _is_debian() -> bool:
    return Path("/etc/debian_version").exists() and _is_on_path("apt-get")


def _packages(libraries: Iterable[Library]) -> list[str]:
    """The packages' names on this release, each once."""
    names = list(dict.fromkeys(library.package for library in libraries))
    known = _known_to_apt([f"{name}t64" for name in names])
    return [f"{name}t64" if f"{name}t64" in known else name for name in names]


def _known_to_apt(packages: Sequence[str]) -> set[str]:
    # apt-cache policy says nothing at all about a name it has never heard of.
    policy = subprocess.run(
        ["apt-cache", "policy", *packages],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    lines = policy.stdout.splitlines()
    return {
        heading.removesuffix(":")
        for heading, candidate in zip(lines, lines[2:], strict=False)
        if not heading.startswith(" ") and candidate.strip() != "Candidate: (none)"
    }


def _install(libraries: Iterable[Library]) -> None:
    """Install as root, as far as apt-get can."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}

    def apt_get(*arguments: str) -> None:
        subprocess.run([*APT_GET, "--quiet", *arguments], env=environment, check=False)

    # A fresh container knows of no package, nor its name, before the update. One source of many
    # that does not answer is no reason to give up.
    apt_get("update")
    apt_get("install", "--yes", "--no-install-recommends", *_packages(libraries))


def _say_what_to_do(libraries: Sequence[Library]) -> None:
    print("CNN Studio lacks:", ", ".join(library.name for library in libraries))
    command = mend_command(libraries)
    if command:
        print(f"To install it, run:\n\n    {command}\n")
    else:
        print("Install it with the system's package manager.")


def main(arguments: Sequence[str] | None = None) -> int:
    """Install what is missing, or say how.

    Args:
        arguments: The command line, without the program's name.

    Returns:
        1 where ``--tests`` was asked for and something is still missing, otherwise 0: a library
        may be one that this display does not need.
    """
    parser = argparse.ArgumentParser(prog="python -m cnnstudio.libraries", description=__doc__)
    parser.add_argument("--tests", action="store_true", help="the tools of the tests too")
    tests: bool = parser.parse_args(arguments).tests

    lacking = missing(tests=tests)
    if lacking and _is_debian() and os.geteuid() == 0:
        _install(lacking)
        lacking = missing(tests=tests)
    if not lacking:
        return 0
    _say_what_to_do(lacking)
    return 1 if tests else 0


if __name__ == "__main__":
    sys.exit(main())
