"""The gallery: templates as cards for the data at hand, to be found, looked at and opened."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from cnnstudio.core.analysis import analyse
from cnnstudio.core.blocks import Conv2D, Family, Input, Repeat
from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.network import Network
from cnnstudio.core.templates import TEMPLATES, template
from cnnstudio.ui.gallery.card import paint_sketch
from cnnstudio.ui.gallery.gallery import Chosen, Gallery
from cnnstudio.ui.gallery.sketch import Sketch, sketch
from cnnstudio.ui.theme import Theme
from tests.core.build import network, placed
from tests.core.strategies import networks

DIGITS = DATASETS["mnist-5k"]


@pytest.fixture
def gallery(theme: Theme, qtbot: QtBot) -> Gallery:
    gallery = Gallery(theme, DIGITS)
    gallery.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, on=False)
    qtbot.addWidget(gallery)
    gallery.resize(1080, 720)
    gallery.show()
    qtbot.waitExposed(gallery)
    return gallery


@pytest.fixture
def chosen(gallery: Gallery) -> list[Chosen]:
    """What the gallery has opened."""
    found: list[Chosen] = []
    gallery.chosen.connect(found.append)
    return found


def choose(gallery: Gallery, key: str) -> None:
    """Make the card of a template the current one."""
    keys = [card.template.key for card in gallery.cards.cards()]
    gallery.cards.setCurrentRow(keys.index(key))


def test_every_template_has_a_card_and_the_first_is_current(gallery: Gallery) -> None:
    assert [card.template for card in gallery.cards.cards()] == list(TEMPLATES)
    assert gallery.cards.card == gallery.cards.cards()[0]


def test_the_window_comes_before_the_pictures(theme: Theme, qtbot: QtBot) -> None:
    gallery = Gallery(theme, DIGITS)
    qtbot.addWidget(gallery)
    assert not gallery.cards.is_filled
    assert all(card.sketch is None for card in gallery.cards.cards())


def test_cards_are_filled_with_outlines_and_weights_for_the_data(
    gallery: Gallery, qtbot: QtBot
) -> None:
    qtbot.waitUntil(lambda: gallery.cards.is_filled)
    for card in gallery.cards.cards():
        assert card.sketch is not None
        if not card.obstacle:
            made = card.template.network(DIGITS.shape, DIGITS.classes)
            assert card.weights == analyse(made).total_weights


def test_enter_opens_the_current_card_made_for_the_data(
    gallery: Gallery, chosen: list[Chosen]
) -> None:
    choose(gallery, "resnet-18")
    gallery.cards.setFocus()
    QTest.keyClick(gallery.cards, Qt.Key.Key_Return)
    [found] = chosen
    assert found.template.key == "resnet-18"
    assert found.network.nodes[0].block == Input(shape=(28, 28, 1))
    assert analyse(found.network).output_shape == (10,)
    assert not gallery.isVisible()


def test_a_double_click_opens_the_card_under_it(gallery: Gallery, chosen: list[Chosen]) -> None:
    place = gallery.cards.visualItemRect(gallery.cards.item(1)).center()
    viewport = gallery.cards.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=place)
    assert [found.template.key for found in chosen] == ["lenet-5"]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("vgg", "vgg16"),
        ("lecun", "lenet-5"),
        ("telephones", "mobilenet-v2"),
        ("2015 u-net", "u-net"),
    ],
)
def test_a_name_an_author_a_purpose_or_a_year_finds_a_card_that_enter_opens(
    gallery: Gallery, chosen: list[Chosen], typed: str, key: str
) -> None:
    QTest.keyClicks(gallery.search, typed)
    assert key in [card.template.key for card in gallery.cards.cards()]
    choose_first = gallery.cards.card
    assert choose_first == gallery.cards.cards()[0]
    QTest.keyClick(gallery.search, Qt.Key.Key_Return)
    assert [found.template for found in chosen] == [choose_first.template]


def test_a_search_without_a_hit_says_so_and_opens_nothing(
    gallery: Gallery, chosen: list[Chosen]
) -> None:
    QTest.keyClicks(gallery.search, "transformer")
    assert gallery.cards.cards() == []
    assert any("transformer" in label.text() for label in gallery.findChildren(QLabel))
    assert not gallery.open_button.isEnabled()
    QTest.keyClick(gallery.search, Qt.Key.Key_Return)
    assert chosen == []
    QTest.keyClick(gallery.search, Qt.Key.Key_Escape)
    assert gallery.isVisible()
    assert len(gallery.cards.cards()) == len(TEMPLATES)
    assert gallery.cards.card is not None
    QTest.keyClick(gallery.search, Qt.Key.Key_Escape)
    assert not gallery.isVisible()


def test_the_search_has_the_keyboard_first_and_tab_goes_on_to_size_and_cards(
    gallery: Gallery,
) -> None:
    for stop in (gallery.search, gallery.size_box, gallery.cards, gallery.open_button):
        focused = gallery.focusWidget()
        assert focused is stop
        QTest.keyClick(focused, Qt.Key.Key_Tab)


def test_arrow_keys_go_from_the_search_through_the_cards_and_back(gallery: Gallery) -> None:
    QTest.keyClick(gallery.search, Qt.Key.Key_Down)
    assert gallery.cards.hasFocus()
    QTest.keyClick(gallery.cards, Qt.Key.Key_Right)
    assert gallery.cards.currentRow() == 1
    QTest.keyClick(gallery.cards, Qt.Key.Key_Down)
    below = gallery.cards.currentRow()
    assert below > 2
    QTest.keyClick(gallery.cards, Qt.Key.Key_Up)
    assert gallery.cards.currentRow() == 1
    QTest.keyClick(gallery.cards, Qt.Key.Key_Up)
    assert gallery.search.hasFocus()


def test_enter_on_the_button_that_closes_opens_nothing(
    gallery: Gallery, chosen: list[Chosen]
) -> None:
    [close] = [button for button in gallery.findChildren(QPushButton) if button.text() == "Close"]
    close.setFocus()
    QTest.keyClick(close, Qt.Key.Key_Return)
    assert not gallery.isVisible()
    assert chosen == []


def test_letters_typed_among_the_cards_go_to_the_search(gallery: Gallery) -> None:
    gallery.cards.setFocus()
    QTest.keyClicks(gallery.cards, "x")
    QTest.keyClicks(gallery.search, "cep")
    assert gallery.search.text() == "xcep"
    assert [card.template.key for card in gallery.cards.cards()] == ["xception"]


def test_a_template_that_cannot_be_made_for_the_data_says_why_and_is_not_opened(
    gallery: Gallery, chosen: list[Chosen]
) -> None:
    choose(gallery, "text-cnn")
    assert gallery.cards.card is not None
    assert "28×28×1" in gallery.cards.card.obstacle
    assert not gallery.open_button.isEnabled()
    assert "works on texts" in gallery.open_button.toolTip().casefold()
    gallery.cards.setFocus()
    QTest.keyClick(gallery.cards, Qt.Key.Key_Return)
    assert chosen == []
    assert gallery.isVisible()


def test_as_published_every_template_can_be_opened_with_its_published_weights(
    gallery: Gallery, chosen: list[Chosen], qtbot: QtBot
) -> None:
    gallery.size_box.setCurrentIndex(1)
    qtbot.waitUntil(lambda: gallery.cards.is_filled)
    assert [card.weights for card in gallery.cards.cards()] == [one.weights for one in TEMPLATES]
    choose(gallery, "text-cnn")
    gallery.open_button.click()
    [found] = chosen
    assert found.network.nodes[0].block == Input(shape=(56,))


def test_the_foot_tells_the_paper_of_the_current_card_in_full(gallery: Gallery) -> None:
    choose(gallery, "alexnet")
    paper = template("alexnet").paper
    assert paper is not None
    assert paper.line() in [label.text() for label in gallery.findChildren(QLabel)]


def test_every_control_has_a_name_and_says_what_it_is_for(gallery: Gallery) -> None:
    for control in (gallery.search, gallery.size_box):
        assert control.accessibleName()
        assert control.toolTip()
    assert gallery.open_button.toolTip()
    item = gallery.cards.item(3)
    assert "Residual blocks" in item.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "He, Zhang" in item.toolTip()


# Outlines


def drawn(made: Network) -> Sketch:
    return sketch(made, analyse(made))


@given(networks(modest=False) | networks())
@settings(deadline=None, max_examples=60)
def test_an_outline_stays_within_its_height_and_length(made: Network) -> None:
    found = drawn(made)
    for slab in found.slabs:
        assert -1.0 <= slab.middle - slab.half <= slab.middle + slab.half <= 1.0
        assert 0.0 <= slab.left < slab.left + slab.width <= found.width + 1e-6


def test_slabs_shrink_as_the_maps_do() -> None:
    found = drawn(template("vgg16").published())
    heights = [slab.half for slab in found.slabs if slab.family is not Family.DENSE]
    assert heights == sorted(heights, reverse=True)
    assert heights[0] == 1.0
    assert found.bridges == ()


def test_lanes_lie_above_one_another_and_an_empty_lane_is_a_bridge_over_them() -> None:
    inception = drawn(template("inception").published())
    assert len({slab.middle for slab in inception.slabs}) == 5
    residual = drawn(template("residual").published())
    # One residual block, then a Repeat of two; the one that narrows has layers in both lanes.
    assert len(residual.bridges) == 3
    for bridge in residual.bridges:
        under = [slab for slab in residual.slabs if bridge.left < slab.left < bridge.right]
        assert under
        assert all(bridge.top < slab.middle - slab.half for slab in under)


def test_the_bridges_of_a_u_net_lie_inside_one_another() -> None:
    bridges = sorted(drawn(template("u-net").published()).bridges, key=lambda one: one.left)
    assert len(bridges) == 4
    for outer, inner in itertools.pairwise(bridges):
        assert outer.left < inner.left < inner.right < outer.right
        assert outer.top < inner.top


def test_a_thousand_copies_do_not_make_a_thousand_slabs() -> None:
    conv = Conv2D(filters=4, padding="same")
    made = network(Input(shape=(8, 8, 4)), placed(Repeat(count=1000), [conv]))
    assert 2 < len(drawn(made).slabs) < 100


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_an_outline_has_the_colours_of_the_families(theme: Theme, mode: str) -> None:
    theme.set_mode(mode)
    image = QImage(300, 84, QImage.Format.Format_RGB32)
    image.fill(theme.color("card"))
    painter = QPainter(image)
    paint_sketch(painter, QRectF(image.rect()), drawn(template("vgg16").published()), theme)
    painter.end()
    colors = {image.pixelColor(x, 42).name() for x in range(image.width())}
    for family in (Family.INPUT, Family.CONVOLUTION, Family.POOLING, Family.DENSE):
        assert theme.family(family).name() in colors
