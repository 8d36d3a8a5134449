import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from cnnstudio.core import settings
from cnnstudio.core.messages import Shutdown
from cnnstudio.core.pipe import receive
from cnnstudio.engine import log_file
from cnnstudio.engine.launcher import launch
from tests.engine.conversation import PATIENCE

ROOT = Path(__file__).parents[2]

STUDIO_THAT_WAITS = """
import sys
from cnnstudio.core.blocks import Dense, Flatten, Input
from cnnstudio.core.messages import BatchDone, Train
from cnnstudio.core.network import network_of
from cnnstudio.core.pipe import receive
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.engine.launcher import launch

engine = launch()
network = network_of(Input(), Flatten(), Dense())
engine.connection.send(Train(1, network, TrainingPlan(epochs=100_000)))
while sys.argv[1] == "training" and not isinstance(receive(engine.connection), BatchDone):
    pass
print(engine.pid, flush=True)
sys.stdin.read()
"""


def has_ended(process: psutil.Process, seconds: float) -> bool:
    """Wait for a process that is nobody's child; one that init has not buried yet has ended."""
    try:
        process.wait(seconds)
    except psutil.TimeoutExpired:
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def test_the_launcher_brings_in_neither_tensorflow_nor_qt() -> None:
    program = (
        "import sys, cnnstudio.engine.launcher, cnnstudio.engine.worker;"
        "print(sorted({'tensorflow', 'keras', 'PySide6', 'PIL'} & set(sys.modules)))"
    )
    answer = subprocess.check_output([sys.executable, "-c", program], cwd=ROOT, text=True)
    assert answer == "[]\n"


def test_an_engine_killed_while_it_starts_is_seen_to_be_gone() -> None:
    engine = launch()
    assert engine.is_alive()
    psutil.Process(engine.pid).kill()
    with pytest.raises((EOFError, ConnectionResetError)):
        receive(engine.connection)
    engine.kill()
    assert not engine.is_alive()
    engine.connection.close()


def test_an_engine_told_to_end_while_it_starts_ends_at_once() -> None:
    engine = launch()
    engine.connection.send(Shutdown())
    assert has_ended(psutil.Process(engine.pid), PATIENCE)
    engine.kill()
    engine.connection.close()


@pytest.mark.tensorflow
@pytest.mark.parametrize("busy_with", ["starting", "training"])
def test_an_engine_ends_by_itself_when_the_studio_is_killed(busy_with: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", STUDIO_THAT_WAITS, busy_with],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as studio:
        assert studio.stdout is not None
        engine = psutil.Process(int(studio.stdout.readline()))
        assert engine.is_running()
        studio.kill()
        studio.wait()
        assert has_ended(engine, 10)


def test_the_engine_leaves_the_studios_environment_as_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("TF_CPP_MIN_LOG_LEVEL", raising=False)
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    before = dict(os.environ)
    engine = launch()
    environment = psutil.Process(engine.pid).environ()
    engine.kill()
    engine.connection.close()
    assert dict(os.environ) == before
    assert environment["KERAS_BACKEND"] == "tensorflow"
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "2"


def test_how_much_tensorflow_logs_is_the_persons_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")
    engine = launch()
    environment = psutil.Process(engine.pid).environ()
    engine.kill()
    engine.connection.close()
    assert environment["TF_CPP_MIN_LOG_LEVEL"] == "0"


def test_the_log_is_put_aside_when_it_has_grown_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "LARGEST", 10)
    for text in (b"the first eleven", b"second"):
        with log_file.open_log() as log:
            log.write(text)
    folder = settings.log_folder()
    assert (folder / "engine.log").read_bytes() == b"second"
    assert (folder / "engine.old.log").read_bytes() == b"the first eleven"


def test_a_log_that_cannot_be_written_does_not_keep_the_engine_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_folder = tmp_path / "file"
    no_folder.write_text("in the way")
    monkeypatch.setattr(settings, "log_folder", lambda: no_folder)
    engine = launch()
    assert engine.is_alive()
    engine.kill()
    engine.connection.close()
