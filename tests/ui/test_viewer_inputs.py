"""Any design in the viewer: data of any source, made examples, what enters and comes out."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QCoreApplication, Qt, QThreadPool
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QComboBox, QFileDialog
from pytestqt.qtbot import QtBot

from cnnstudio.core.blocks import Conv1D, Dense, Embedding, Flatten, Input, Shape
from cnnstudio.core.data_messages import DataRead, Listing, SamplesShown
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.document import Design
from cnnstudio.core.look_messages import DatasetImage, FileImage, MadeInput, Probed
from cnnstudio.core.made_inputs import make
from cnnstudio.core.map_layout import Place
from cnnstudio.core.messages import RunFinished
from cnnstudio.core.network import Network, network_of
from cnnstudio.core.outcomes import Numbers, Outcome, Picture, outcome_of
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.seen_pixels import Pixels
from cnnstudio.ui.open_design import OpenDesign
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.trainer import EngineState, Trainer
from cnnstudio.ui.viewer.drops import understand_paths
from cnnstudio.ui.viewer.inputs import made_list
from cnnstudio.ui.viewer.inputs.data_samples import Progress
from cnnstudio.ui.viewer.inputs.input_card import InputCard
from cnnstudio.ui.viewer.inquiry import Standing
from cnnstudio.ui.viewer.predictions import PredictionCard
from cnnstudio.ui.viewer.viewer_panel import ViewerPanel
from tests.ui.changes import retune
from tests.ui.played_trainer import PlayedTrainer

FOLDER = "folder:/home/me/photos"
PETS = Dataset(FOLDER, "/home/me/photos", (28, 28, 1), ("cat", "dog"))
CLASSES = np.arange(50, dtype=np.int32) % 2
SIGNAL = network_of(
    Input(shape=(32, 1)), Conv1D(filters=4, kernel_size=3), Flatten(), Dense(units=2)
)


@pytest.fixture
def trainer(qtbot: QtBot) -> Iterator[PlayedTrainer]:
    trainer = PlayedTrainer()
    yield trainer
    trainer.deleteLater()


class Looked:
    """A viewer on a design of its own."""

    def __init__(self, network: Network, plan: TrainingPlan, trainer: PlayedTrainer) -> None:
        self.design = OpenDesign(Design("a", network, plan))
        self.theme = Theme("light")
        self.panel = ViewerPanel(self.design, cast(Trainer, trainer), self.theme)
        self.panel.resize(900, 620)


@pytest.fixture
def opened(trainer: PlayedTrainer, qtbot: QtBot) -> Iterator[list[Looked]]:
    looked: list[Looked] = []
    yield looked
    QThreadPool.globalInstance().waitForDone()
    for look in looked:
        look.panel.close()
        look.panel.deleteLater()
        look.design.deleteLater()
        look.theme.deleteLater()


def look(
    opened: list[Looked],
    trainer: PlayedTrainer,
    qtbot: QtBot,
    network: Network = SIGNAL,
    plan: TrainingPlan | None = None,
) -> Looked:
    looked = Looked(network, plan or TrainingPlan(), trainer)
    opened.append(looked)
    qtbot.addWidget(looked.panel)
    looked.panel.show()
    qtbot.waitExposed(looked.panel)
    return looked


def test_a_network_that_takes_no_images_is_looked_into_at_once(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    looked = look(opened, trainer, qtbot)
    qtbot.waitUntil(lambda: looked.panel.current_image == MadeInput("impulse"))
    qtbot.waitUntil(lambda: looked.panel.stage.exhibit is not None)
    strip = looked.panel.sources.made_strip
    assert strip.isVisible()
    assert strip.model().rowCount() == 7
    assert isinstance(strip.model().index(2, 0).data(Qt.ItemDataRole.DecorationRole), QImage)
    strip.go_to(2)
    assert looked.panel.current_image == MadeInput("sine")


def test_an_input_that_changes_gets_what_it_takes_and_the_image_before_comes_back(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    network = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10))
    looked = look(opened, trainer, qtbot, network)
    digit = DatasetImage("mnist-5k", 1500)
    qtbot.waitUntil(lambda: looked.panel.current_image == digit)
    name = network.nodes[0].name
    seen: list[object] = []
    for shape in ((32, 1), (28, 28, 1)):
        retune(looked.design, name, shape=shape)
        seen.append(looked.panel.current_image)
    assert seen == [MadeInput("impulse"), digit]
    # What a person chose stays.
    looked.panel.set_image(MadeInput("ramp"))
    retune(looked.design, name, shape=(28, 28, 3))
    assert looked.panel.current_image == MadeInput("ramp")


def test_an_image_file_gives_way_and_a_file_of_numbers_stays(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    looked = look(opened, trainer, qtbot)
    qtbot.waitUntil(lambda: looked.panel.current_image == MadeInput("impulse"))
    numbers = FileImage("/tmp/a.npy")
    assert looked.panel.any_input.takes(numbers)
    assert not looked.panel.any_input.takes(FileImage("/tmp/a.png"))
    looked.panel.set_image(numbers)
    retune(looked.design, SIGNAL.nodes[0].name, shape=(64, 1))
    assert looked.panel.current_image == numbers


def test_files_of_numbers_can_be_dropped_and_get_a_thumbnail_once_they_have_entered(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot, tmp_path: Path
) -> None:
    one, two = (str(tmp_path / name) for name in ("a.npy", "b.csv"))
    drop = understand_paths([one, two])
    assert (drop.path, drop.more) == (one, (two,))
    assert understand_paths([one, str(tmp_path / "cat.png")]).path == str(tmp_path / "cat.png")
    looked = look(opened, trainer, qtbot)
    qtbot.waitUntil(lambda: looked.panel.current_image == MadeInput("impulse"))
    looked.panel.intake.open_drop(drop)
    assert looked.panel.current_image == FileImage(one)
    store = looked.panel.sources.files.store
    qtbot.waitUntil(lambda: store.picture(one) is not None)
    assert store.picture(two) is None
    assert store.why_damaged(two) == ""


PLAN = TrainingPlan(data=FOLDER)
PICTURES = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=2))


def shown_listing(trainer: PlayedTrainer) -> None:
    trainer.samples_shown.emit(
        SamplesShown(len(trainer.samples_asked), (), (), listing=Listing(PETS, CLASSES))
    )


def test_data_that_has_not_been_read_is_read_listed_and_shown_as_it_comes_into_sight(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    looked = look(opened, trainer, qtbot, PICTURES, PLAN)
    sources = looked.panel.sources
    qtbot.waitUntil(lambda: trainer.readings == [PLAN])
    assert sources.data_line.isVisible()
    assert "Reading" in sources.data_line.accessibleName()
    trainer.data_held = FOLDER
    trainer.data_read.emit(DataRead(1, PETS, ((20, 5, 0), (20, 5, 0)), ((0,), (1,)), False, "f"))
    trainer.reading_ended.emit(RunFinished(1, 0, stopped=False))
    qtbot.waitUntil(lambda: trainer.samples_asked == [()])
    shown_listing(trainer)
    assert sources.data_strip.isVisible()
    assert sources.data.rowCount() == 50
    assert looked.panel.current_image == DatasetImage(FOLDER, 0)
    qtbot.waitUntil(lambda: len(trainer.samples_asked) == 2)
    wanted = trainer.samples_asked[-1]
    assert wanted[:3] == (0, 1, 2)
    pixels = (np.full((4, 4, 1), 7, np.uint8),) * len(wanted)
    trainer.samples_shown.emit(SamplesShown(2, pixels, ("cat",) * len(wanted)))
    decoration = Qt.ItemDataRole.DecorationRole
    assert isinstance(sources.data.index(1, 0).data(decoration), QImage)
    classes = next(b for b in sources.findChildren(QComboBox) if b.accessibleName() == "Class")
    classes.setCurrentIndex(2)
    classes.activated.emit(2)
    assert sources.data.rowCount() == 25
    assert sources.data_strip.source == DatasetImage(FOLDER, 1)


def test_reading_waits_while_a_run_goes_on_and_what_the_run_has_read_is_listed(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.is_running = True
    looked = look(opened, trainer, qtbot, PICTURES, PLAN)
    samples = looked.panel.any_input.samples
    qtbot.waitUntil(lambda: samples.progress is Progress.WAITING)
    assert "A run is going on" in looked.panel.sources.data_line.accessibleName()
    assert trainer.readings == []
    trainer.data_held = FOLDER
    trainer.enter(EngineState.TRAINING)
    assert trainer.samples_asked == [()]
    shown_listing(trainer)
    assert looked.panel.sources.data.rowCount() == 50
    assert trainer.readings == []


def test_a_download_is_not_begun_unasked(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    looked = look(opened, trainer, qtbot, PICTURES, TrainingPlan(data="keras:mnist"))
    line = looked.panel.sources.data_line
    qtbot.waitUntil(lambda: line.isVisible() and line.notice is not None)
    assert trainer.readings == []
    line.act()
    qtbot.waitUntil(lambda: len(trainer.readings) == 1)


def test_texts_are_listed_with_their_words(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    network = network_of(Input(shape=(9,)), Embedding(input_dim=30, output_dim=2), Flatten())
    trainer.data_held = "texts:/home/me/texts"
    plan = TrainingPlan(data=trainer.data_held)
    looked = look(opened, trainer, qtbot, network, plan)
    qtbot.waitUntil(lambda: trainer.samples_asked == [()])
    texts = Dataset(plan.data, "texts", (9,), ("bad", "good"))
    trainer.samples_shown.emit(SamplesShown(1, (), (), listing=Listing(texts, CLASSES)))
    data = looked.panel.sources.data
    assert looked.panel.current_image == DatasetImage(plan.data, 1)
    qtbot.waitUntil(lambda: len(trainer.samples_asked) == 2)
    count = len(trainer.samples_asked[-1])
    trainer.samples_shown.emit(
        SamplesShown(2, (None,) * count, ("bad",) * count, texts=("a dull film",) * count)
    )
    assert isinstance(data.index(0, 0).data(Qt.ItemDataRole.DecorationRole), QImage)
    told = data.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert told == "text 0, class bad\na dull film"
    assert looked.panel.any_input.takes(DatasetImage(plan.data, 0))


def probed(entered: np.ndarray, **more: object) -> Probed:
    empty = np.zeros((0, 0, 3), np.uint8), (0, 0)
    answer = Probed(
        1, *empty, entered.astype(np.float32), None, (), np.empty(0, np.float32), 3,
        is_picture=False,
    )  # fmt: skip
    return replace(answer, **more)  # type: ignore[arg-type]


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> InputCard:
    card = InputCard(theme)
    qtbot.addWidget(card)
    card.resize(240, 240)
    return card


@pytest.mark.parametrize(
    ("shape", "note"),
    [
        ((40,), ""),
        ((500,), ""),
        ((40, 1), ""),
        ((40, 9), "The first 4 of 9 channels are drawn"),
        ((6, 6, 2), "The first of 2 channels, as grey"),
        ((6, 6, 5), "The first 3 of 5 channels, as red, green and blue"),
        ((5, 6, 6, 1), "Slice 3 of 5"),
    ],
)
def test_inputs_of_any_shape_are_drawn_and_what_is_left_out_is_said(
    shape: tuple[int, ...], note: str, card: InputCard
) -> None:
    empty = card.view.grab().toImage()
    values = np.random.default_rng(1).random(shape)
    card.show_answer(probed(values), "0..1", tokens=False)
    assert card.note.text() == note
    assert card.shape_line.text() == "×".join(map(str, shape))
    assert card.view.grab().toImage() != empty


def test_words_stand_in_a_row_and_those_a_number_sees_are_marked(card: InputCard) -> None:
    answer = probed(np.array([4, 9, 0]), words=("good", "film", ""))
    card.show_answer(answer, "0..1", tokens=True)
    assert card.view.shown.words == ("good", "film", "·")
    plain = card.view.grab().toImage()
    card.show_field(Pixels((0,), (1,)))
    assert card.view.grab().toImage() != plain
    card.show_field(None)
    assert card.view.grab().toImage() == plain
    card.show_answer(probed(np.array([4, 9, 0])), "0..1", tokens=True)
    assert card.view.shown.words == ("4", "9", "0")


def test_of_a_volume_the_slices_that_a_number_sees_are_said(card: InputCard) -> None:
    card.show_answer(probed(np.zeros((5, 6, 6, 1))), "0..1", tokens=False)
    card.show_field(Pixels((1, 0, 0), (3, 2, 2)))
    assert "slices 2 to 4" in card.note.text()


def test_pointing_at_a_number_of_a_sequence_frames_what_it_sees_of_the_signal(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    looked = look(opened, trainer, qtbot)
    looked.design.set_current(SIGNAL.nodes[1].uid)
    qtbot.waitUntil(
        lambda: (
            looked.panel.stage.exhibit is not None
            and looked.panel.stage.exhibit.node.uid == SIGNAL.nodes[1].uid
        )
    )
    looked.panel.stage.pane.map_view.pointed.emit(Place(2, 0, 7))
    assert looked.panel.input_card.view.field == ((7,), (9,))
    assert "Channel 2 · position 7: " in looked.panel.stage.pane.legend.readout.text()


def test_one_channel_of_a_sequence_is_a_curve_that_is_enlarged_along_the_sequence_alone(
    opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    values = np.zeros((30, 4), np.float32)
    values[:, 2] = np.sin(np.arange(30) / 3)
    trainer.values[SIGNAL.nodes[1].uid] = values
    looked = look(opened, trainer, qtbot)
    pane = looked.panel.stage.pane
    qtbot.waitUntil(lambda: pane.map_view.drawing is not None)
    drawing, port = pane.map_view.drawing, pane.map_view.viewport
    assert drawing is not None
    assert port is not None
    assert (drawing.layout.rows, drawing.layout.columns, drawing.layout.gap) == (4, 1, 0)
    assert port.scale[0] > port.scale[1] or port.scale[0] == drawing.layout.thickness
    pane.map_view.zoom_in()
    larger = pane.map_view.viewport
    assert larger is not None
    assert larger.pitch[0] == port.pitch[0]
    assert larger.pitch[1] > port.pitch[1]
    pane.enlarge(2)

    def lightest() -> int:
        picture = pane.map_view.grab().toImage()
        area = pane.map_view.area_of(2)
        column = int(area.left() + area.width() * 0.5)
        rows = range(int(area.top()), int(area.bottom()))
        return max((picture.pixelColor(column, y).lightness() for y in rows), default=0)

    # No colour of the scale is as light as the rim of the curve, which is painted in a while.
    qtbot.waitUntil(lambda: lightest() > 220)


@pytest.fixture
def predictions(theme: Theme, qtbot: QtBot) -> PredictionCard:
    card = PredictionCard(theme)
    qtbot.addWidget(card)
    card.resize(240, 400)
    return card


def out(outcome: Outcome) -> Probed:
    return probed(np.zeros(3), outcome=outcome)


def test_each_place_s_class_has_a_colour_that_is_named(predictions: PredictionCard) -> None:
    output = np.zeros((8, 8, 3), np.float32)
    output[:4, :, 1] = 1
    output[4:, :, 2] = 1
    predictions.show_answer(out(outcome_of(output, "softmax", ("sky", "sea", "land"))))
    assert predictions.heading.text() == "Class of each place"
    assert predictions.outcome.rows == [("sea", "50.0 %"), ("land", "50.0 %")]
    predictions.show()
    picture = predictions.outcome.grab().toImage()
    above, below = picture.pixelColor(20, 20), picture.pixelColor(20, 110)
    assert above != below


def test_numbers_are_shown_as_numbers_where_the_plan_guesses_them(
    predictions: PredictionCard,
) -> None:
    answer = replace(
        out(Numbers(np.array([1.5, -2.0], np.float32), 2)),
        labels=("0", "1"),
        probabilities=np.array([0.9, 0.1], np.float32),
    )
    predictions.show_answer(answer, plan=TrainingPlan())
    assert predictions.bars.guesses
    predictions.show_answer(answer, plan=TrainingPlan(loss="mean_squared_error"))
    assert predictions.bars.guesses == ()
    assert predictions.heading.text() == "Predicted numbers"
    assert [value for _name, value in predictions.outcome.rows] == ["1.5", "−2"]


def test_the_picture_of_a_made_volume_is_made_without_the_volume(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def counted(kind: str, seed: int, shape: Shape, words: int | None) -> NDArray[np.float32]:
        counts.append(int(np.prod(shape)))
        return make(kind, seed, shape, words)

    monkeypatch.setattr(made_list, "make", counted)
    made = made_list.MadeList(theme)
    for shape, widest in (((512, 512, 512, 3), 112), ((9, 40, 40, 2), 40), ((28, 28, 1), 28)):
        made.show_input(shape, None)
        for row in range(made.rowCount()):
            picture = made.index(row, 0).data(Qt.ItemDataRole.DecorationRole)
            assert picture.width() == widest
    assert max(counts) < 150_000


def test_a_picture_says_what_its_black_and_white_are(predictions: PredictionCard) -> None:
    predictions.show_answer(out(Picture(np.zeros((4, 4, 1), np.uint8), -1.0, 2.5, (4, 4))))
    assert "Black is −1, white is 2.5" in predictions.note.text()


def test_maps_that_predict_nothing_are_said_to(predictions: PredictionCard) -> None:
    predictions.show_answer(out(outcome_of(np.zeros((4, 4, 64), np.float32), "relu")))
    assert "ends in maps of 4×4×64" in predictions.note.text()


def test_numbers_that_are_nan_are_said_to_be(predictions: PredictionCard) -> None:
    predictions.show_answer(out(Numbers(np.array([np.nan], np.float32), 1)))
    assert "diverged" in predictions.note.text()


def test_a_look_in_training_mode_is_told(predictions: PredictionCard) -> None:
    predictions.show_answer(replace(out(Numbers(np.ones(1, np.float32), 1)), trains=True))
    assert predictions.note.text().startswith("In training mode")


@pytest.mark.parametrize(
    ("network", "entry", "first"),
    [
        (SIGNAL, "&Numbers…", "Numbers"),
        (network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10)), "&Image…", "Images"),
    ],
)
def test_files_that_the_input_takes_are_asked_for_first(
    opened: list[Looked],
    trainer: PlayedTrainer,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    network: Network,
    entry: str,
    first: str,
) -> None:
    looked = look(opened, trainer, qtbot, network)
    qtbot.waitUntil(lambda: looked.panel.current_image is not None)
    asked: list[str] = []

    def ask(_parent: object, _title: str, _place: str, filters: str) -> tuple[list[str], str]:
        asked.append(filters)
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", ask)
    opener = looked.panel.sources.opener
    opener.menu().aboutToShow.emit()
    assert opener.image.text() == entry
    opener.image.trigger()
    kinds = asked[0].split(";;")
    assert kinds[0].startswith(first)
    assert len(kinds) == 4


PICTURES = network_of(Input(shape=(28, 28, 1)), Flatten(), Dense(units=10))


@pytest.fixture
def signal(opened: list[Looked], trainer: PlayedTrainer, qtbot: QtBot) -> Looked:
    """A viewer that shows what a signal's network has made of a file of numbers."""
    looked = look(opened, trainer, qtbot)
    qtbot.waitUntil(lambda: looked.panel.current_image == MadeInput("impulse"))
    looked.panel.set_image(FileImage("/tmp/a.npy"))
    qtbot.waitUntil(lambda: looked.panel.inquiry.answered_image == FileImage("/tmp/a.npy"))
    qtbot.waitUntil(lambda: looked.panel.inquiry.standing is Standing.ANSWERED)
    assert looked.panel.predictions.bars.guesses
    assert looked.panel.path.strip.outcome
    return looked


def is_cleared(panel: ViewerPanel) -> bool:
    entered = panel.image_card.entered.image
    return (
        not panel.predictions.bars.guesses
        and not panel.path.strip.outcome
        and not panel.input_card.shape_line.text()
        and (entered is None or entered.isNull())
    )


@pytest.mark.parametrize("refuses", [False, True])
def test_what_another_network_has_put_out_goes_before_the_answer_comes(
    signal: Looked, trainer: PlayedTrainer, qtbot: QtBot, refuses: bool
) -> None:
    trainer.answers_at_once = False
    asked = trainer.generation
    signal.design.open(Design("b", PICTURES, TrainingPlan()), None)
    # It stays for a moment, or it would flicker where the answer is near.
    assert signal.panel.predictions.bars.guesses
    if refuses:
        qtbot.waitUntil(lambda: trainer.generation > asked)
        trainer.fail("a.npy has 32×1 numbers, the Input takes 28×28×1")
    else:
        qtbot.waitUntil(lambda: not signal.panel.predictions.bars.guesses)
    assert is_cleared(signal.panel)


def test_what_the_network_has_put_out_stays_while_a_block_of_it_is_edited(
    signal: Looked, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.answers_at_once = False
    told: list[None] = []
    signal.panel.other_network.outdated.connect(lambda: told.append(None))
    asked = trainer.generation
    retune(signal.design, SIGNAL.nodes[1].name, filters=6)
    qtbot.waitUntil(lambda: trainer.generation > asked)
    trainer.fail("no memory")
    assert signal.panel.predictions.bars.guesses
    assert signal.panel.path.strip.outcome
    assert not told


@pytest.mark.parametrize(
    ("network", "kind"),
    [(PICTURES, FileImage), (network_of(Input(shape=(7,)), Dense(units=2)), MadeInput)],
)
def test_a_newly_opened_network_that_refuses_what_was_looked_at_gets_something_else(
    signal: Looked, trainer: PlayedTrainer, qtbot: QtBot, network: Network, kind: type
) -> None:
    trainer.refuses.add(FileImage("/tmp/a.npy"))
    signal.design.open(Design("b", network, TrainingPlan()), None)
    qtbot.waitUntil(lambda: signal.panel.current_image != FileImage("/tmp/a.npy"))
    chosen = signal.panel.current_image
    assert isinstance(chosen, kind)
    assert signal.panel.sources.marked == chosen
    assert "something else" in signal.panel.notices.text
    qtbot.waitUntil(lambda: signal.panel.inquiry.answered_image == chosen)
    assert signal.panel.inquiry.standing is not Standing.FAILED


def test_a_network_that_refuses_everything_is_not_asked_on_and_on(
    signal: Looked, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    photograph = signal.panel.sources.files.first_shipped
    trainer.refuses |= {FileImage("/tmp/a.npy"), photograph}
    signal.design.open(Design("b", PICTURES, TrainingPlan()), None)
    qtbot.waitUntil(lambda: signal.panel.inquiry.standing is Standing.FAILED)
    assert signal.panel.current_image == photograph
    asked = trainer.generation
    QCoreApplication.processEvents()
    assert trainer.generation == asked


def test_a_file_that_an_edited_input_refuses_is_kept(
    signal: Looked, trainer: PlayedTrainer, qtbot: QtBot
) -> None:
    trainer.refuses.add(FileImage("/tmp/a.npy"))
    retune(signal.design, SIGNAL.nodes[0].name, shape=(64, 1))
    qtbot.waitUntil(lambda: signal.panel.inquiry.standing is Standing.FAILED)
    assert signal.panel.current_image == FileImage("/tmp/a.npy")
    assert is_cleared(signal.panel)
