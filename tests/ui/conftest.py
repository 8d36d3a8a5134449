"""Parts of the window for tests: each on a design of its own, each gone when the test ends."""

from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.document import starter_design
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme


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
