"""What a person has before them when another language has made a new window."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import QThreadPool
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from cnnstudio.app import Studio, make_application
from cnnstudio.core import i18n, resources
from cnnstudio.core.data.choice import STRETCH
from cnnstudio.core.document import starter_design
from cnnstudio.core.look_messages import FileImage
from cnnstudio.core.map_order import Order
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.color_scales import ColorScale
from cnnstudio.ui.viewer.compare.pins import PinKind
from cnnstudio.ui.viewer.fitting import Fitting
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.kept_look import keep_look
from cnnstudio.ui.viewer.overlay.overlay_bar import OverlayChoices
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from cnnstudio.ui.workspaces import LOOK
from tests.ui.played_engine import READY, PlayedEngine
from tests.ui.played_trainer import PlayedTrainer
from tests.ui.viewer_page import played_trainer

COFFEE = FileImage(str(resources.path("images", "coffee.png")))


trainer = pytest.fixture(played_trainer)


@pytest.fixture
def new_page(
    design: OpenDesign, trainer: PlayedTrainer, theme: Theme, qtbot: QtBot
) -> Iterator[Callable[[], ViewerPanel]]:
    def make() -> ViewerPanel:
        panel = ViewerPanel(design, cast(Trainer, trainer), theme)
        panel.resize(1000, 640)
        qtbot.addWidget(panel)
        return panel

    yield make
    QThreadPool.globalInstance().waitForDone()


@pytest.fixture
def old(new_page: Callable[[], ViewerPanel], qtbot: QtBot) -> ViewerPanel:
    panel = new_page()
    with qtbot.waitSignal(panel.painted):
        panel.show()
    return panel


@pytest.fixture
def show_again(
    old: ViewerPanel, new_page: Callable[[], ViewerPanel], qtbot: QtBot
) -> Callable[[], ViewerPanel]:
    """Return what shows what is seen by then in a page of its own."""

    def show() -> ViewerPanel:
        look = keep_look(old)
        assert look is not None
        page = new_page()
        look.show_in(page)
        page.show()
        old.hide()
        qtbot.waitUntil(lambda: page.inquiry.standing is Standing.ANSWERED)
        return page

    return show


def test_the_image_that_is_looked_at_stays_in_sight(
    old: ViewerPanel, show_again: Callable[[], ViewerPanel], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(old.painted):
        old.set_image(COFFEE)
    new = show_again()
    assert new.inquiry.answered_image == COFFEE
    assert new.sources.marked == COFFEE
    assert new.sources.file_strip.source == COFFEE


def test_an_opened_folder_and_opened_images_stay_listed(
    old: ViewerPanel, show_again: Callable[[], ViewerPanel], tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "holiday"
    folder.mkdir()
    for name in ("1.png", "2.png"):
        (folder / name).touch()
    alone = FileImage(str(tmp_path / "alone.png"))
    old.set_image(alone)
    old.intake.browsed.open(str(folder))
    second = FileImage(str(folder / "2.png"))
    qtbot.waitUntil(lambda: old.sources.files.row_of(second.path) is not None)
    old.set_image(second)
    new = show_again()
    assert new.inquiry.answered_image == second
    assert new.sources.files.rows_of_folder == (1, 3)
    assert new.sources.files.is_own(alone.path)
    assert new.sources.where_text == old.sources.where_text == "2 of 2 in holiday"
    (folder / "3.png").touch()
    qtbot.waitUntil(lambda: new.sources.files.rows_of_folder == (1, 4))


def test_how_images_enter_and_the_network_is_run_and_maps_are_drawn_stay_so(
    old: ViewerPanel,
    show_again: Callable[[], ViewerPanel],
    trainer: PlayedTrainer,
    qtbot: QtBot,
) -> None:
    tools = old.stage.title.tools
    wanted = replace(
        tools.choices,
        color_scale=ColorScale.DIVERGING,
        order=Order.ENERGY,
        hides_dead=True,
        centers_zero=True,
        trains=True,
        seed=3,
    )
    tools.choose(wanted)
    old.image_card.fitting.choose(Fitting(resize=STRETCH, grey=True))
    over = OverlayChoices(over=True, percent=40, fades=False)
    old.overlaying.bar.choose(over)
    new = show_again()
    assert new.stage.title.tools.choices == wanted
    assert new.overlaying.bar.choices == over
    assert new.image_card.fitting.fitting == Fitting(resize=STRETCH, grey=True)
    assert new.inquiry.fitting.resize == STRETCH
    assert new.inquiry.fitting.grey
    question = new.inquiry.question(new.inquiry.network, COFFEE, "")  # type: ignore[arg-type]
    assert (question.trains, question.seed) == (True, 3)


def test_an_enlarged_map_stays_enlarged(
    old: ViewerPanel, show_again: Callable[[], ViewerPanel], qtbot: QtBot
) -> None:
    old.stage.pane.enlarge(5)
    new = show_again()
    assert new.stage.pane.channel == 5


def test_what_is_pinned_stays_beside_the_maps_and_new_pins_are_others(
    old: ViewerPanel, show_again: Callable[[], ViewerPanel], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(old.painted):
        old.set_image(COFFEE)
    old.comparing.pin(PinKind.IMAGE)
    old.comparing.pin(PinKind.BLOCK)
    old.comparing.shelf.chips[1].click()
    old.comparing.shelf.difference.setChecked(True)
    old.stage.title.tools.choose(replace(old.stage.title.tools.choices, order=Order.SEPARATION))
    new = show_again()
    assert [pin.title for pin in new.comparing.pins] == [pin.title for pin in old.comparing.pins]
    assert [pin.kind for pin in new.comparing.shown] == [PinKind.BLOCK]
    assert new.comparing.shelf.difference.isChecked()
    assert new.stage.title.tools.order is Order.SEPARATION
    new.comparing.pin(PinKind.IMAGE)
    assert len({pin.number for pin in new.comparing.pins}) == 3


def test_a_page_that_has_not_been_made_has_nothing_to_keep(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    assert keep_look(label) is None


@pytest.fixture
def engine() -> PlayedEngine:
    return PlayedEngine()


@pytest.fixture
def studio(engine: PlayedEngine, qtbot: QtBot) -> Iterator[Studio]:
    make_application()
    studio = Studio(starter_design(), lambda: engine)
    with qtbot.waitSignal(studio.window.pages.prepared, timeout=20_000):
        studio.show()
    with qtbot.waitSignal(studio.trainer.ready):
        engine.send(READY)
    yield studio
    studio.close()
    i18n.use_language("en")


def test_the_new_window_shows_look_as_it_was_and_what_the_engine_computes_on(
    studio: Studio, qtbot: QtBot
) -> None:
    old = studio.window
    old.show_workspace(LOOK)
    old.pages.viewer.set_image(COFFEE)
    blocks = studio.design.network.nodes
    studio.design.set_current(blocks[2].uid)
    with qtbot.waitSignal(old.destroyed):
        studio.change_language("zh_CN")
    new = studio.window
    assert new.pages.viewer.isVisible()
    assert new.pages.viewer.current_image == COFFEE
    assert studio.design.current == blocks[2]
    said = [label.text() for label in new.statusBar().findChildren(QLabel)]
    assert any("CPU" in text for text in said), said


def test_a_window_whose_look_page_was_not_made_yet_is_followed_by_one_in_the_language(
    engine: PlayedEngine, qtbot: QtBot
) -> None:
    make_application()
    studio = Studio(starter_design(), lambda: engine)
    studio.change_language("zh_CN")
    assert studio.window.isVisible()
    studio.close()
    i18n.use_language("en")
