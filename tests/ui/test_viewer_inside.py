"""The layers inside a part of an opened model: a strip of their own, gone through like blocks."""

import json
from collections.abc import Iterator
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv2D, Flatten, Input, Opaque
from cnnstudio.core.document import Design
from cnnstudio.core.inner_layers import InnerLayer, KerasLayer, inner_name
from cnnstudio.core.inside_messages import InsideShown
from cnnstudio.core.look_messages import DatasetImage
from cnnstudio.core.map_places import image_under
from cnnstudio.core.network import network_of
from cnnstudio.core.thumbnails import thumbnail
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import Trainer
from cnnstudio.ui.viewer.compare.beside_inquiry import BesideInquiry
from cnnstudio.ui.viewer.compare.pins import Pin, PinKind
from cnnstudio.ui.viewer.inquiry import Inquiry, Standing
from cnnstudio.ui.viewer.inside.inside_panel import InsidePanel
from cnnstudio.ui.viewer.kernels.kernel_inquiry import KernelInquiry
from cnnstudio.ui.viewer.seen_numbers import SeenNumbers
from tests.ui.changes import mute, uid
from tests.ui.played_trainer import PlayedTrainer

SHAPE = (8, 8, 3)
MAPS = np.ones(SHAPE, np.float32)


def layer_of(part: str, name: str, *reads: str) -> InnerLayer:
    full = inner_name(part, name)
    block = Conv2D() if name != "odd" else KerasLayer(class_name="ConvLSTM2D")
    return InnerLayer(full, name, block, thumbnail(full, MAPS), reads)


class Scene:
    """A panel over a design with a part, whose engine the test plays."""

    def __init__(self, theme: Theme) -> None:
        entry = {"name": "odd", "layer": "odd", "args": [{"from": "x"}], "kwargs": {}}
        raw = {"input": "x", "output": "odd", "calls": [entry],
               "layers": {"odd": {"class_name": "ConvLSTM2D", "config": {}}}}  # fmt: skip
        part = Opaque(part=json.dumps(raw), received=SHAPE, output=SHAPE)
        network = network_of(Input(shape=SHAPE), part, Flatten())
        self.design = OpenDesign(Design(network=network))
        self.trainer = PlayedTrainer()
        self.trainer.answers_at_once = False
        self.inquiry = Inquiry(self.design, cast(Trainer, self.trainer))
        self.panel = InsidePanel(self.inquiry, theme)
        self.part = network.nodes[1]
        self.design.set_current(self.part.uid)
        self.inquiry.look_at(DatasetImage("mnist-5k", 1))
        self.inquiry.set_active(active=True)
        self.trainer.answer()
        uids = [inner_name(self.part.uid, name) for name in ("a", "b", "odd")]
        layers = (
            layer_of(self.part.uid, "a", network.nodes[0].uid),
            layer_of(self.part.uid, "b", network.nodes[0].uid),
            layer_of(self.part.uid, "odd", uids[0], uids[1]),
        )
        self.inside = InsideShown(self.trainer.generation, self.part.uid, layers)
        self.trainer.values = dict.fromkeys(uids, MAPS)

    def tell(self) -> None:
        self.trainer.inside_shown.emit(self.inside)

    def press(self, number: int) -> None:
        strip = self.panel.strip
        at = strip.area_of(self.inside.layers[number].uid).center()
        QTest.mouseClick(strip.viewport(), Qt.MouseButton.LeftButton, pos=at)


@pytest.fixture
def scene(theme: Theme, qtbot: QtBot) -> Iterator[Scene]:
    scene = Scene(theme)
    scene.panel.resize(500, 90)
    qtbot.addWidget(scene.panel)
    yield scene
    scene.inquiry.deleteLater()
    scene.trainer.deleteLater()
    scene.design.deleteLater()


def test_the_strip_is_there_only_while_a_part_is_looked_at(scene: Scene) -> None:
    assert scene.panel.isHidden()
    scene.tell()
    assert not scene.panel.isHidden()
    assert [node.name for node in scene.panel.strip.cells.nodes] == ["a", "b", "odd"]
    assert "3 layers" in scene.panel.caption.text()
    scene.design.set_current(uid(scene.design, "flatten_1"))
    assert scene.panel.isHidden()
    scene.design.set_current(scene.part.uid)
    assert not scene.panel.isHidden()


def test_a_click_on_a_layer_asks_for_its_maps_and_names_what_it_reads(scene: Scene) -> None:
    scene.tell()
    asked = len(scene.trainer.asked)
    scene.press(2)
    wanted = inner_name(scene.part.uid, "odd")
    assert [question.block for question in scene.trainer.asked[asked:]] == [wanted]
    assert scene.inquiry.standing is Standing.WAITING
    arrived: list[str] = []
    scene.inquiry.arrived.connect(lambda maps: arrived.append(maps.block))
    scene.trainer.answer()
    assert arrived == [wanted]
    assert scene.inquiry.find(inner_name(scene.part.uid, "nowhere")) is None
    node = scene.inquiry.find(wanted)
    assert node is not None
    assert (node.name, node.block.kind) == (f"{scene.part.name} / odd", "ConvLSTM2D")
    assert scene.panel.caption.text() == "odd reads a, b"
    assert scene.panel.strip.cells.starts == {1}, "b does not read a"
    scene.press(0)
    assert scene.panel.caption.text() == "a reads input_1"


def test_arrows_go_through_the_layers_and_escape_back_to_the_part(
    scene: Scene, qtbot: QtBot
) -> None:
    scene.tell()
    scene.panel.show()
    strip = scene.panel.strip
    scene.press(0)
    QTest.keyClick(strip, Qt.Key.Key_Right)
    assert scene.inquiry.block is not None
    assert scene.inquiry.block.uid == inner_name(scene.part.uid, "b")
    assert scene.panel.whole.isEnabled()
    QTest.keyClick(strip, Qt.Key.Key_Escape)
    assert scene.inquiry.block == scene.part
    assert not scene.panel.whole.isEnabled()
    scene.press(1)
    scene.panel.whole.click()
    assert scene.inquiry.block == scene.part


def test_another_block_is_no_layer_of_the_part_before(scene: Scene) -> None:
    scene.tell()
    scene.press(0)
    flat = uid(scene.design, "flatten_1")
    scene.design.set_current(flat)
    assert scene.inquiry.block is not None
    assert scene.inquiry.block.uid == flat
    scene.design.set_current(scene.part.uid)
    scene.press(0)
    mute(scene.design, "part_1")
    assert scene.inquiry.standing is Standing.MUTED


def test_an_image_that_is_pinned_shows_the_same_layer(scene: Scene, qtbot: QtBot) -> None:
    scene.tell()
    scene.trainer.values[scene.part.uid] = MAPS
    scene.trainer.answers_at_once = True
    beside = BesideInquiry(
        1, scene.design, cast(Trainer, scene.trainer), scene.inquiry, scene.inquiry
    )
    shown: list[str] = []
    beside.arrived.connect(lambda maps: shown.append(maps.block))
    beside.look(Pin(1, PinKind.IMAGE, "2", DatasetImage("mnist-5k", 2)))
    qtbot.waitUntil(lambda: shown == [scene.part.uid])
    scene.press(1)
    layer = inner_name(scene.part.uid, "b")
    qtbot.waitUntil(lambda: shown == [scene.part.uid, layer])
    scene.panel.leave()
    qtbot.waitUntil(lambda: shown == [scene.part.uid, layer, scene.part.uid])


def test_what_a_number_of_a_layer_inside_sees_is_known_where_the_way_to_it_is(
    scene: Scene,
) -> None:
    network = scene.design.network
    layer, numbers = inner_name(scene.part.uid, "a"), SeenNumbers(scene.inquiry)
    assert numbers.of(layer, network) is None, "nothing is told of the part yet"
    scene.tell()
    seen = numbers.of(layer, network)
    assert seen is not None
    assert image_under(seen) is not None, "so it can be laid over the image"
    assert numbers.of(inner_name(scene.part.uid, "odd"), network) is None


def test_the_weights_of_a_layer_inside_are_asked_for_as_it_is_gone_to(scene: Scene) -> None:
    scene.tell()
    asking = KernelInquiry(scene.design, cast(Trainer, scene.trainer), scene.inquiry)
    asking.set_active(active=True)
    scene.press(1)
    wanted = inner_name(scene.part.uid, "b")
    assert scene.trainer.kernels_asked[-1].block == wanted
    scene.panel.leave()
    assert scene.trainer.kernels_asked[-1].block == scene.part.uid


def test_what_an_older_look_found_inside_is_not_shown(scene: Scene) -> None:
    scene.inquiry.look_at(DatasetImage("mnist-5k", 2))
    scene.tell()
    assert scene.panel.isHidden()
