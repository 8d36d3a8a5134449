"""What reaches a person who installs the studio, and whether it is what was tested."""

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import cnnstudio

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dist")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    result = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_wheel_carries_every_resource_and_every_module(wheel: Path) -> None:
    resources = {
        f"cnnstudio/_resources/{file.relative_to(ROOT / 'resources').as_posix()}"
        for file in (ROOT / "resources").rglob("*")
        if file.is_file()
    }
    modules = {file.relative_to(ROOT).as_posix() for file in (ROOT / "cnnstudio").rglob("*.py")} | {
        "cnnstudio/py.typed"
    }
    with zipfile.ZipFile(wheel) as archive:
        carried = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert carried == resources | modules


def test_the_wheel_is_of_this_version_and_brings_the_command(wheel: Path) -> None:
    assert wheel.name.startswith(f"cnnstudio-{cnnstudio.__version__}-py3-none-any")
    with zipfile.ZipFile(wheel) as archive:
        (entry_points,) = (name for name in archive.namelist() if name.endswith("entry_points.txt"))
        assert "cnnstudio = cnnstudio.cli:main" in archive.read(entry_points).decode()


def test_an_installed_wheel_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    program = (
        "from cnnstudio.core import resources; print(resources.path('datasets', 'mnist-5k.npz'))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    found = Path(answer.stdout.strip())
    assert found.is_file()
    assert found.is_relative_to(tmp_path)


def test_the_lock_pins_what_the_project_asks_for() -> None:
    pins = {
        canonicalize_name(name): version
        for name, version in re.findall(r"^([\w.-]+)==([\w.!+]+)", LOCK, re.MULTILINE)
    }
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    for requirement in map(Requirement, asked):
        assert requirement.specifier.contains(pins[canonicalize_name(requirement.name)])


def test_the_lock_names_no_host_and_only_exact_versions() -> None:
    assert "://" not in LOCK
    line = re.compile(
        r"""\s*\#.*                                  # where a package comes from
        | [\w.-]+==[\w.!+]+(\ ;\ .*)?\ \\          # a package, perhaps for some systems only
        | \s+--hash=sha256:[0-9a-f]{64}(\ \\)?""",
        re.VERBOSE,
    )
    assert [text for text in LOCK.splitlines() if not line.fullmatch(text)] == []
