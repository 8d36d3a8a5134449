import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import PySide6
import pytest

from cnnstudio import libraries
from cnnstudio.libraries import QT_LIBRARIES, TEST_TOOLS, Library, mend_command, missing

linux_only = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="Linux only")
debian_only = pytest.mark.skipif(
    not Path("/etc/debian_version").exists(), reason="asks Debian's package manager"
)
NOWHERE = Library("libnowhere.so.7", "libnowhere7")
# What any system with Python has.
GIVEN = re.compile(r"lib(c|m|dl|rt|pthread|gcc_s|stdc\+\+)\.so\.\d+|ld-linux.*")


def needed_by(file: Path) -> set[str]:
    listing = subprocess.run(
        ["readelf", "--dynamic", "--wide", str(file)], capture_output=True, text=True, check=True
    )
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", listing.stdout))


@linux_only
@pytest.mark.skipif(not shutil.which("readelf"), reason="needs readelf")
def test_every_system_library_that_qt_needs_is_known() -> None:
    qt = Path(PySide6.__path__[0]) / "Qt"
    parts = ["Core", "Gui", "Widgets", "DBus", "OpenGL", "Svg", "WaylandClient", "XcbQpa"]
    files = [qt / "lib" / f"libQt6{part}.so.6" for part in parts]
    for pattern in (
        "platforms/libq[xwo]*.so",
        "xcbglintegrations/*.so",
        "wayland-shell-integration/*.so",
        "wayland-graphics-integration-client/libqt-plugin-wayland-egl.so",
    ):
        files += (qt / "plugins").glob(pattern)
    brought = {file.name for file in (qt / "lib").iterdir()}

    needed = set[str]().union(*map(needed_by, files)) - brought

    assert {name for name in needed if not GIVEN.fullmatch(name)} == {
        library.name for library in QT_LIBRARIES
    }


@linux_only
def test_this_machine_lacks_nothing() -> None:
    assert missing(tests=True) == []


@linux_only
def test_what_the_system_does_not_have_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libraries, "QT_LIBRARIES", (*QT_LIBRARIES, NOWHERE))
    monkeypatch.setenv("PATH", "")
    assert missing() == [NOWHERE]
    assert missing(tests=True) == [NOWHERE, *TEST_TOOLS]


def test_nothing_is_missing_where_qt_brings_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr(libraries, "QT_LIBRARIES", (NOWHERE,))
    assert missing() == []


@debian_only
def test_one_command_names_each_package_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    twice = [library for library in QT_LIBRARIES if library.package == "libglib2.0-0"]
    assert len(twice) == 2
    command = mend_command([*twice, NOWHERE])
    update, install = command.split(" && ")
    assert update == "sudo apt-get update"
    assert re.fullmatch(r"sudo apt-get install --yes libglib2\.0-0(t64)? libnowhere7", install)


@pytest.mark.parametrize("tests", [True, False])
@linux_only
def test_without_rights_it_says_what_to_do_and_fails_only_for_the_tests(
    tests: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(libraries, "QT_LIBRARIES", (NOWHERE,))
    assert libraries.main(["--tests"] if tests else []) == int(tests)
    said = capsys.readouterr().out
    assert "libnowhere.so.7" in said
    assert mend_command([NOWHERE]) in said
