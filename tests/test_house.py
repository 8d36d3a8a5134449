"""Who imports whom, and that each contract about it bites."""

import ast
import importlib.util
import os
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "cnnstudio"
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS: dict[str, dict[str, Any]] = {
    contract["id"]: contract for contract in PROJECT["tool"]["importlinter"]["contracts"]
}
FORBIDDING = [name for name, contract in CONTRACTS.items() if contract["type"] == "forbidden"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with a copy of the package, to break contracts in."""
    shutil.copytree(PACKAGE, tmp_path / "cnnstudio", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def lint_imports(folder: Path, *contracts: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache"]
    chosen = [f"--contract={contract}" for contract in contracts]
    return subprocess.run(
        [*command, *chosen, f"--config={ROOT / 'pyproject.toml'}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "500"},
    )


def add_import(folder: Path, importer: str, imported: str) -> None:
    path = folder.joinpath(*importer.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    file.write_text(f"{file.read_text(encoding='utf-8')}\nimport {imported}\n", encoding="utf-8")


def test_the_house_keeps_its_import_contracts() -> None:
    result = lint_imports(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_import_upwards_or_between_ui_and_engine_breaks_the_layers(tree: Path) -> None:
    layers = [layer.split(" | ") for layer in CONTRACTS["layers"]["layers"]]
    upwards = [
        (lower, higher)
        for above, below in combinations(layers, 2)
        for lower in below
        for higher in above
    ]
    sideways = [pair for layer in layers for pair in permutations(layer, 2)]
    for importer, imported in upwards + sideways:
        add_import(tree, f"cnnstudio.{importer}", f"cnnstudio.{imported}")

    result = lint_imports(tree, "layers")

    assert result.returncode == 1
    for importer, imported in upwards + sideways:
        assert (
            f"cnnstudio.{importer} is not allowed to import cnnstudio.{imported}" in result.stdout
        )


def test_a_module_outside_the_layers_breaks_them(tree: Path) -> None:
    (tree / "cnnstudio" / "attic.py").touch()
    result = lint_imports(tree, "layers")
    assert result.returncode == 1
    assert "attic" in result.stdout


@pytest.mark.parametrize("contract", FORBIDDING)
def test_every_import_that_a_contract_forbids_breaks_it(contract: str, tree: Path) -> None:
    importers = CONTRACTS[contract]["source_modules"]
    imports = CONTRACTS[contract]["forbidden_modules"]
    for importer in importers:
        for imported in imports:
            add_import(tree, importer, imported)

    result = lint_imports(tree, contract)

    assert result.returncode == 1
    for importer in importers:
        for imported in imports:
            assert f"{importer} is not allowed to import {imported}" in result.stdout


@pytest.mark.parametrize("contract", FORBIDDING)
def test_every_package_that_a_contract_forbids_exists(contract: str) -> None:
    for name in CONTRACTS[contract]["forbidden_modules"]:
        assert importlib.util.find_spec(name), name


def test_core_is_forbidden_every_dependency_but_numpy_and_platformdirs() -> None:
    dependencies = {
        canonicalize_name(Requirement(line).name) for line in PROJECT["project"]["dependencies"]
    }
    modules = {
        module
        for module, distributions in packages_distributions().items()
        if dependencies.intersection(map(canonicalize_name, distributions))
        and not module.startswith("_")
        and importlib.util.find_spec(module)
    }
    # typing_extensions is the standard library's typing of newer Pythons.
    allowed = {"numpy", "platformdirs", "typing_extensions"}
    assert modules - allowed <= set(CONTRACTS["core"]["forbidden_modules"])


def test_what_sets_the_project_up_needs_only_the_standard_library() -> None:
    tree = ast.parse((PACKAGE / "libraries.py").read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in (
            [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else [alias.name for alias in node.names]
        )
    }
    assert imported <= sys.stdlib_module_names
