"""Parts of the window for tests: each on a design of its own, each gone when the test ends."""

import gc
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.document import starter_design
from cnnstudio.ui import engine_thread
from cnnstudio.ui.garbage import collect_if_due
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from tests.ui.told_runs import silent_trainer


@pytest.fixture(autouse=True)
def _garbage_is_collected_between_tests() -> Iterator[None]:
    """As in the studio: never in the midst of a call into Qt, see `ui/garbage.py`."""
    gc.disable()
    yield
    collect_if_due()
    gc.enable()


@pytest.fixture(autouse=True)
def _played_engines_keep_no_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Closing need not wait for a played engine, which never ends by itself."""
    monkeypatch.setattr(engine_thread, "KEEPING_SECONDS", 0.05)


@pytest.fixture
def theme(qapp: object) -> Iterator[Theme]:
    theme = Theme("light")
    yield theme
    theme.deleteLater()


@pytest.fixture
def design(qtbot: QtBot) -> Iterator[OpenDesign]:
    """The document's network, open."""
    design = OpenDesign(starter_design())
    yield design
    design.deleteLater()


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[Trainer]:
    """One without an engine: the test tells its runs."""
    trainer = silent_trainer()
    yield trainer
    trainer.close()
