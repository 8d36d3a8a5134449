"""What `make` does before anything else, with an installer that only notes what it is asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
pytestmark = pytest.mark.skipif(not shutil.which("make"), reason="needs make")

# Stands in for .venv/bin/python: answers make's own questions, notes what else it is to run.
PYTHON = f"""#!/bin/sh
case "$1" in
  -c) exec {sys.executable} "$@" ;;
  *) echo "ran: $*" ;;
esac
"""
UV = """#!/bin/sh
echo "uv $*" >> "$LOG"
case "$1" in
  venv) mkdir -p .venv/bin && cp "$STAND_IN" .venv/bin/python ;;
  pip) exit "${UV_FAILS:-0}" ;;
esac
"""
TOOLS = ("cp", "make", "mkdir", "rm", "sh", "touch", "uname")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A folder with what make needs, and a PATH of our own."""

    folder: Path
    tools: Path

    @property
    def ready(self) -> Path:
        return self.folder / ".venv" / ".ready"

    def make(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", *arguments],
            cwd=self.folder,
            env={**self._environment(), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    def asked(self) -> list[str]:
        """What the installer was asked since the last time."""
        log = self.tools / "log"
        lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
        log.unlink(missing_ok=True)
        return lines

    def _environment(self) -> Mapping[str, str]:
        # Not make's own variables: this may itself be running under `make test`.
        return {
            "PATH": str(self.tools),
            "LOG": str(self.tools / "log"),
            "STAND_IN": str(self.tools / "stand-in"),
        }


def executable(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    folder, tools = tmp_path / "checkout", tmp_path / "tools"
    folder.mkdir()
    tools.mkdir()
    for name in ("Makefile", "requirements.lock", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or os.devnull)
    executable(tools / "stand-in", PYTHON)
    executable(tools / "uv", UV)
    return Checkout(folder, tools)


def test_the_first_call_installs_the_lock_and_the_project_and_the_second_nothing(
    checkout: Checkout,
) -> None:
    first = checkout.make("libraries")
    assert (first.returncode, first.stderr) == (0, "")
    assert checkout.asked() == [
        "uv venv --quiet --allow-existing --python >=3.11,<3.14 .venv",
        "uv pip install --python .venv/bin/python -r requirements.lock",
        "uv pip install --python .venv/bin/python --no-deps --no-build-isolation --editable .",
    ]
    assert checkout.make("libraries").stdout == "ran: -m cnnstudio.libraries\n"
    assert checkout.asked() == []


def test_a_new_lock_is_installed_into_the_same_environment(checkout: Checkout) -> None:
    checkout.make("libraries")
    later = checkout.ready.stat().st_mtime + 1
    os.utime(checkout.folder / "requirements.lock", (later, later))
    checkout.asked()
    checkout.make("libraries")
    assert [line.split()[1] for line in checkout.asked()] == ["pip", "pip"]


def test_an_installation_cut_short_starts_over(checkout: Checkout) -> None:
    assert checkout.make("libraries", UV_FAILS="1").returncode != 0
    assert not checkout.ready.exists()
    half = checkout.folder / ".venv" / "half-written"
    half.touch()
    assert checkout.make("libraries").returncode == 0
    assert not half.exists()
    assert checkout.ready.exists()


def test_a_checkout_that_was_moved_is_set_up_anew(checkout: Checkout) -> None:
    checkout.make("libraries")
    checkout.asked()
    moved = Checkout(checkout.folder.rename(checkout.folder.with_name("moved")), checkout.tools)
    assert moved.make("libraries").returncode == 0
    assert len(moved.asked()) > 0


def test_without_a_display_run_says_so_and_gives_the_demo(checkout: Checkout) -> None:
    checkout.make("libraries")
    lines = checkout.make("run").stdout.splitlines()
    assert lines[-2:] == [
        "There is no display here: running 'cnnstudio demo' instead of the window.",
        "ran: -m cnnstudio demo",
    ]


@pytest.mark.parametrize("display", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_with_a_display_run_opens_the_window_on_the_file_named(
    display: str, checkout: Checkout
) -> None:
    checkout.make("libraries")
    lines = checkout.make("run", "ARGS=a.cnn.json", **{display: ":9"}).stdout.splitlines()
    assert lines[-1] == "ran: -m cnnstudio a.cnn.json"


def test_without_python_and_uv_it_says_what_is_needed(checkout: Checkout) -> None:
    (checkout.tools / "uv").unlink()
    result = checkout.make("libraries")
    assert result.returncode != 0
    assert "CNN Studio needs Python 3.11, 3.12 or 3.13, or uv" in result.stdout


def test_a_python_without_pip_and_ensurepip_is_told_apart(checkout: Checkout) -> None:
    (checkout.tools / "uv").unlink()
    bare = f"""#!/bin/sh
case "$*" in *pip*) exit 1 ;; *) exec {sys.executable} "$@" ;; esac
"""
    executable(checkout.tools / "python3", bare)
    result = checkout.make("libraries")
    assert result.returncode != 0
    assert "python3 has neither pip nor ensurepip" in result.stdout
