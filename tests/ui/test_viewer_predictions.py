"""What is said of the classes a network finds likeliest."""

from dataclasses import replace

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from cnnstudio.core.datasets import known
from cnnstudio.core.look_messages import Probed
from cnnstudio.ui.numbers import exact, probability_text, probability_texts, short
from cnnstudio.ui.theme import Theme
from cnnstudio.ui.viewer.predictions import PredictionCard, best_guesses, of_these_classes

LABELS = ("aeroplane", "bird", "cat", "deer", "dog", "frog", "horse")


def answer(
    *shares: float, label: str | None = None, labels: tuple[str, ...] = LABELS, step: int = 5
) -> Probed:
    return Probed(
        1,
        np.zeros((2, 2, 3), np.uint8),
        (2, 2),
        np.zeros((2, 2, 1), np.float32),
        label,
        labels,
        np.array(shares, np.float32),
        step,
    )


def test_the_five_likeliest_come_first_and_the_true_one_is_marked() -> None:
    guesses = best_guesses(answer(0.1, 0.2, 0.3, 0.05, 0.25, 0.06, 0.04, label="dog"))
    assert [guess.label for guess in guesses] == ["cat", "dog", "bird", "aeroplane", "frog"]
    assert [guess.is_true for guess in guesses] == [False, True, False, False, False]


@pytest.fixture
def card(theme: Theme, qtbot: QtBot) -> PredictionCard:
    card = PredictionCard(theme)
    qtbot.addWidget(card)
    return card


def test_an_untrained_network_is_said_to_guess(card: PredictionCard) -> None:
    card.show_answer(answer(*[1 / 7] * 7, step=0))
    assert "Untrained" in card.note.text()


def test_weights_of_a_file_are_not_called_random(card: PredictionCard) -> None:
    card.show_answer(replace(answer(*[1 / 7] * 7, step=0), is_loaded=True))
    assert "weights of a file" in card.note.text()


def test_a_true_class_that_is_not_among_the_likeliest_is_named(card: PredictionCard) -> None:
    card.show_answer(answer(0.3, 0.2, 0.2, 0.1, 0.1, 0.1, 0.002, label="horse", step=1234))
    assert "horse, at 0.2 %" in card.note.text()
    assert "1,234 batches" in card.note.text()


def test_a_network_without_classes_predicts_none(card: PredictionCard) -> None:
    card.show_answer(answer(labels=()))
    assert card.bars.guesses == ()
    assert "predicts none" in card.note.text()


def test_probabilities_that_are_nan_are_explained(card: PredictionCard) -> None:
    card.show_answer(answer(*[float("nan")] * 7))
    card.bars.grab()
    assert "diverged" in card.note.text()


def test_the_classes_can_be_read_aloud(card: PredictionCard) -> None:
    card.show_answer(answer(0.9, 0.1, 0, 0, 0, 0, 0))
    assert card.bars.accessibleDescription().startswith("aeroplane: 90.0 %; bird: 10.0 %")


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.5, "50.0 %"), (0, "0.0 %"), (1, "100.0 %"), (1e-6, "< 0.1 %"), (0.99999, "> 99.9 %")],
)
def test_a_share_is_never_rounded_to_certainty(share: float, text: str) -> None:
    assert probability_text(share) == text


def test_numbers_have_a_minus_sign_and_their_digits() -> None:
    assert short(-0.12345) == "−0.123"
    assert exact(-0.1234567) == "−0.1234567"
    assert exact(float("nan")) == "NaN (not a number)"
    assert (short(float("inf")), short(float("-inf"))) == ("∞", "−∞")


def test_a_caution_stands_before_what_is_said_of_the_training(card: PredictionCard) -> None:
    card.show_answer(answer(*[1 / 7] * 7), "Guesses mean little")
    assert card.note.text() == "Guesses mean little\nAfter 5 batches of training"
    card.show_answer(answer(*[1 / 7] * 7, step=0), "Guesses mean little")
    assert "little" not in card.note.text()


def test_a_caution_is_not_given_for_weights_of_a_file_whose_data_nobody_knows(
    card: PredictionCard,
) -> None:
    for step in (0, 5):
        loaded = replace(answer(*[1 / 7] * 7, step=step), is_loaded=True)
        card.show_answer(loaded, "Guesses mean little")
        assert "little" not in card.note.text()


def test_a_true_class_is_named_only_where_the_classes_are_the_datas(card: PredictionCard) -> None:
    digits = known("mnist-5k")
    ten = answer(*[0.1] * 10, label="3", labels=tuple("0123456789"))
    assert of_these_classes(ten, digits).label == "3"
    assert of_these_classes(ten, None).label is None
    labels = tuple(str(number) for number in range(1000))
    many = answer(*[0.001] * 1000, label="3", labels=labels)
    card.show_answer(of_these_classes(many, digits))
    assert not any(guess.is_true for guess in card.bars.guesses)
    assert "True class" not in card.note.text()
    number = answer(label="20.1", labels=())
    assert of_these_classes(number, digits) is number


@pytest.mark.parametrize(
    ("shares", "texts"),
    [
        ((0.9, 0.1, 0.0), ("90.0 %", "10.0 %", "0.0 %")),
        ((0.9999, 0.00003, 0.00002), ("> 99.9 %", "< 0.1 %", "< 0.1 %")),
        ((0.001032, 0.001021, 0.00102), ("0.1032 %", "0.1021 %", "0.1020 %")),
        ((0.00123, 0.00101), ("0.12 %", "0.10 %")),
        ((0.50004, 0.49996), ("50.004 %", "49.996 %")),
        ((0.2, 0.2), ("20.0 %", "20.0 %")),
        ((float("nan"), float("nan")), ("NaN", "NaN")),
        ((), ()),
    ],
)
def test_the_best_guesses_do_not_read_alike(
    shares: tuple[float, ...], texts: tuple[str, ...]
) -> None:
    assert probability_texts(shares) == texts
