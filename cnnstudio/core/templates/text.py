"""A network for texts."""

from __future__ import annotations

from cnnstudio.core.blocks import Conv1D, Dropout, Embedding, GlobalMaxPooling1D, Shape
from cnnstudio.core.i18n import N_
from cnnstudio.core.templates.kit import Items, concatenate, named, predictions
from cnnstudio.core.templates.template import Paper, Template

VOCABULARY = 18_765
"""Words in the film reviews of the paper; the Embedding's Words are set for another data set."""


def _text(_shape: Shape, classes: int) -> Items:
    return [
        named("words", Embedding(input_dim=VOCABULARY, output_dim=300)),
        concatenate("phrases", *map(_phrases_of, (3, 4, 5))),
        Dropout(),
        predictions(classes),
    ]


def _phrases_of(words: int) -> Items:
    found = Conv1D(filters=100, kernel_size=words, padding="same", activation="relu")
    return [named(f"of_{words}_words", found), GlobalMaxPooling1D()]


TEXT = Template(
    key="text-cnn",
    title=N_("1-D CNN for text"),
    about=N_(
        "Finds telling phrases of three, four and five words wherever they stand: says whether a "
        "review is good or bad."
    ),
    paper=Paper("Convolutional neural networks for sentence classification", "Kim", 2014),
    shape=(56,),
    classes=2,
    weights=5_990_402,
    build=_text,
)
