"""The command line as a person and as a program uses it: real processes, real files."""

import csv
import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from cnnstudio.cli import COMMANDS
from cnnstudio.cli.application import whole_command
from cnnstudio.core import document, resources
from cnnstudio.core.blocks import Conv2D, Dense, Input
from cnnstudio.core.document import Design, starter_design
from cnnstudio.core.network import network_of
from cnnstudio.doctor import Finding, show

LONGEST = 240


@contextmanager
def started(*arguments: str | Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "cnnstudio", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding=environment.get("PYTHONIOENCODING", "utf-8"),
        env={**os.environ, "COLUMNS": "120", **environment},
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def run(*arguments: str | Path, **environment: str) -> tuple[int, str, str]:
    with started(*arguments, **environment) as process:
        out, err = process.communicate(timeout=LONGEST)
        assert "Traceback" not in out + err
        return process.returncode, out, err


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "digits.cnn.json"
    document.save(starter_design(), path)
    return path


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    path = tmp_path / "broken.cnn.json"
    network = network_of(Input((4, 4, 1)), Conv2D(kernel_size=(7, 7)), Dense())
    document.save(Design("broken", network), path)
    return path


def test_summary_lists_blocks_shapes_and_weights(design: Path) -> None:
    code, out, err = run("summary", design)
    assert (code, err) == (0, "")
    for text in ("conv_1", "26×26×64", "640", "109,066"):
        assert text in out


def test_summary_as_json_is_json_and_nothing_else(design: Path) -> None:
    code, out, _err = run("summary", design, "--json")
    summary = json.loads(out)
    assert code == 0
    assert summary["total_weights"] == 109_066
    assert [problem["severity"] for problem in summary["problems"]] == ["hint"]
    conv = summary["blocks"][1]
    assert (conv["name"], conv["kind"], conv["output_shape"], conv["weights"]) == (
        "conv_1", "Conv2D", [26, 26, 64], 640,
    )  # fmt: skip


def test_summary_of_a_network_with_problems_says_why_and_exits_with_1(broken: Path) -> None:
    code, _out, err = run("summary", broken)
    assert code == 1
    assert "7×7 kernel does not fit a 4×4 input" in err
    code, out, _err = run("summary", broken, "--json")
    assert code == 1
    problem = json.loads(out)["problems"][0]
    assert (problem["code"], problem["block"]) == ("kernel_too_large", "conv_1")


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "cp1252", "gbk"])
def test_any_name_can_be_printed_in_any_code_page(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "odd.cnn.json"
    network = network_of(Input((4, 4, 1)), Conv2D(kernel_size=(7, 7)))
    node = replace(network.nodes[1], name="边缘 [/b] :smile: \ud800")
    document.save(Design("\ud800 [red] é", network.replaced((1,), node)), path)
    code, out, err = run("summary", path, PYTHONIOENCODING=encoding)
    assert code == 1
    assert "[/b] :smile: \\ud800" in out
    assert "[/b] :smile: \\ud800: a 7" in err
    code, out, _err = run("summary", path, "--json", PYTHONIOENCODING=encoding)
    assert json.loads(out)["name"] == "\ud800 [red] é"
    assert json.loads(out)["blocks"][1]["name"] == node.name


def test_summary_reads_no_tensorflow_and_no_qt(design: Path) -> None:
    code = (
        "import sys; sys.argv = ['cnnstudio', 'summary', sys.argv[1]]\n"
        "from cnnstudio.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'tensorflow', 'keras', 'PySide6', 'pyqtgraph', 'numpy'} & set(sys.modules)\n"
        "sys.exit(f'read: {heavy}' if heavy else 0)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code, str(design)], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize(
    "arguments", [["summary"], ["a", "b"], ["summary", "a", "b"], ["features"], ["--loud"]]
)
def test_wrong_usage_exits_with_2(arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Usage: " in err


def test_the_help_tells_of_every_command_and_no_command_is_taken_for_a_file() -> None:
    code, out, err = run("--help")
    assert (code, err) == (0, "")
    assert all(f"\n  {command} " in out for command in COMMANDS)
    assert set(whole_command().commands) == set(COMMANDS)


def test_a_missing_design_gets_one_clear_line() -> None:
    code, out, err = run("summary", "/nowhere/a.cnn.json", "--json")
    assert code == 1
    assert "does not exist" in json.loads(out)["error"]
    assert len(err.splitlines()) == 1


def test_a_setting_out_of_range_is_wrong_usage(design: Path, tmp_path: Path) -> None:
    code, _out, err = run("train", design, "--epochs", "0", "--out", tmp_path / "run")
    assert code == 2
    assert "epochs must be a whole number from 1" in err


@pytest.mark.parametrize("with_file", [False, True])
def test_without_a_display_the_window_says_what_works(with_file: bool, design: Path) -> None:
    arguments = [design] if with_file else []
    code, _out, err = run(*arguments, DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="")
    assert code == 1
    assert "cnnstudio demo" in err


@pytest.mark.parametrize("word", ["sumary", "digits.cnn.json"])
def test_a_word_that_is_no_command_and_no_file_is_wrong_usage(word: str) -> None:
    code, _out, err = run(word)
    assert code == 2
    assert "neither a file nor a command" in err


@pytest.fixture
def broken_libraries(tmp_path: Path) -> Path:
    """A folder of libraries that fail as real ones do."""
    folder = tmp_path / "libraries"
    for package, said in {
        "PySide6": "libEGL.so.1: cannot open shared object file: No such file or directory",
        "tensorflow": "Traceback (most recent call last):\nImportError: DLL load failed\n\nFailed.",
    }.items():
        (folder / package).mkdir(parents=True)
        line = f"raise ImportError({said!r}, name={package!r})"
        (folder / package / "__init__.py").write_text(line)
    return folder


@pytest.mark.parametrize(
    ("arguments", "library"),
    [
        (["{design}"], "PySide6"),
        (["demo", "--out", "{out}"], "PySide6"),
        (["train", "{design}", "--out", "{out}"], "tensorflow"),
        (["features", "{design}", "--image", "a.png", "--out", "{out}"], "tensorflow"),
    ],
)
def test_a_library_that_does_not_load_gets_one_clear_line(
    arguments: list[str], library: str, design: Path, broken_libraries: Path
) -> None:
    words = [word.format(design=design, out=design.parent / "out") for word in arguments]
    code, text, err = run(*words, PYTHONPATH=str(broken_libraries), DISPLAY=":0")
    assert (code, text) == (1, "")
    assert err.splitlines() == [
        f"The library {library} cannot be loaded: run “cnnstudio doctor” to see what is wrong"
    ]


def test_the_doctor_has_a_cure_for_libraries_that_do_not_load(broken_libraries: Path) -> None:
    code, out, _err = run("doctor", "--json", PYTHONPATH=str(broken_libraries))
    findings = {finding["name"]: finding for finding in json.loads(out)["findings"]}
    assert code == 1
    assert not findings["Window"]["fine"]
    assert "libEGL.so.1" in findings["Window"]["value"]
    assert "PySide6-Essentials" in findings["Window"]["mend"]
    assert "tensorflow" in findings["Devices"]["mend"]
    assert all(finding["fine"] != bool(finding["mend"]) for finding in findings.values())


def test_the_doctors_report_can_be_written_in_a_code_page_without_check_marks() -> None:
    console = Console(file=io.TextIOWrapper(io.BytesIO(), "cp1252"), markup=False)
    show([Finding("Python", "3.12"), Finding("Qt", "none", mend="install it")], console)
    console.file.flush()
    assert console.file.buffer.getvalue().decode("cp1252").split() == [  # type: ignore[attr-defined] # of a TextIOWrapper
        "+", "Python", "3.12", "!", "Qt", "none", "->", "install", "it",
    ]  # fmt: skip


@pytest.mark.tensorflow
def test_a_design_is_trained_and_its_maps_are_written(design: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    code, text, _err = run(
        "train",
        design,
        "--data",
        "mnist-5k",
        "--epochs",
        "2",
        "--seed",
        "3",
        "--out",
        out,
        "--json",
    )
    assert code == 0
    result = json.loads(text)
    assert result["epochs"] == 2
    assert result["val_accuracy"] > 0.9
    with (out / "metrics.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 2
    assert float(rows[-1]["val_accuracy"]) == pytest.approx(result["val_accuracy"], abs=1e-5)
    trained = document.load(out / "design.cnn.json")
    assert (trained.plan.epochs, trained.plan.seed) == (2, 3)

    maps = tmp_path / "maps"
    picture = resources.path("images", "coffee.png")
    code, _text, _err = run("features", out / "model.keras", "--image", picture, "--out", maps)
    assert code == 0
    with np.load(maps / "conv_1.npz") as arrays:
        assert arrays["conv_1"].shape == (26, 26, 64)
        assert arrays["image"].shape == (28, 28, 1)
        assert "coffee.png" in json.loads(str(arrays["caption"]))["image"]
    with Image.open(maps / "conv_1.png") as grid:
        assert grid.size[0] > 26 * 7

    code, _text, err = run(
        "features", design, "--image", picture, "--block", "nothing", "--out", maps
    )
    assert code == 2
    assert "expected one of input_1, conv_1" in err


@pytest.mark.tensorflow
def test_ctrl_c_stops_cleanly_and_keeps_what_was_learned(design: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    with started("train", design, "--epochs", "500", "--out", out) as process:
        assert process.stderr is not None
        seen = ""
        while "epoch 1 of 500" not in seen:
            seen += process.stderr.read(1)
        process.send_signal(signal.SIGINT)
        text, err = process.communicate(timeout=60)
        assert process.returncode == 0
        assert "Traceback" not in seen + err
        assert "stopped: True" in text
    assert (out / "model.keras").exists()


@pytest.mark.tensorflow
def test_the_demo_does_the_whole_job_offscreen(tmp_path: Path) -> None:
    out = tmp_path / "demo"
    code, text, err = run(
        "demo", "--out", out, "--epochs", "1", "--json",
        DISPLAY="", WAYLAND_DISPLAY="", QT_QPA_PLATFORM="",
    )  # fmt: skip
    assert code == 0, err
    assert json.loads(text)["validation_accuracy"] > 0.7
    for name in ("editor.png", "curves.png", "feature-maps.png", "classes.png"):
        with Image.open(out / name) as shown:
            assert shown.size == (1280, 800)
    assert (out / "model.keras").exists()
    assert document.load(out / "design.cnn.json").plan.epochs == 1


@pytest.mark.tensorflow
def test_the_doctor_names_what_it_found() -> None:
    _code, out, _err = run("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(out)["findings"]}
    assert findings["tensorflow"]["fine"]
    assert "CPU" in findings["Devices"]["value"]
