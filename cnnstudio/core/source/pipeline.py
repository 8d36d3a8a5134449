"""A plan's data as code: reading it, what is done to an image, and what is kept back."""

from __future__ import annotations

from cnnstudio.core.blocks import Shape
from cnnstudio.core.data import splits
from cnnstudio.core.data.sources import (
    Arrays,
    Bundled,
    DataSource,
    ImageFolder,
    ImageTable,
    KerasSet,
    Shapes,
    Texts,
    from_text,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.objective import NUMBER_LOSSES
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.source.image_files import NUMPY
from cnnstudio.core.source.labelled_arrays import array_pieces, known_pieces
from cnnstudio.core.source.labelled_files import image_pieces, text_pieces
from cnnstudio.core.source.literals import number
from cnnstudio.core.source.template import Piece, piece

_ALIKE = """
    def split(classes, parts):
        #0
        test = (parts == "test") & (parts == "train").any()
        rng = np.random.default_rng($seed)
        training, validation = [], []
        for label in range(max(classes) + 1):
            members = rng.permutation(np.flatnonzero((classes == label) & ~test))
            kept = min(max(1, round(len(members) * $share)), len(members) - 1)
            validation.extend(members[: max(0, kept)])
            training.extend(members[max(0, kept) :])
        return np.array(training), np.array(validation)
"""
_ANY = """
    def split(classes, parts):
        #0
        test = (parts == "test") & (parts == "train").any()
        members = np.random.default_rng($seed).permutation(np.flatnonzero(~test))
        kept = min(max(1, round(len(members) * $share)), len(members) - 1)
        return members[max(0, kept) :], members[: max(0, kept)]
"""
_GIVEN = """
    def split(classes, parts):
        #0
        if (parts == "train").any() and (parts != "train").any():
            kept = "val" if (parts == "val").any() else "test"
            return np.flatnonzero(parts == "train"), np.flatnonzero(parts == kept)
        rng = np.random.default_rng($seed)
        training, validation = [], []
        for label in range(max(classes) + 1):
            members = rng.permutation(np.flatnonzero(classes == label))
            kept = min(max(1, round(len(members) * $share)), len(members) - 1)
            validation.extend(members[: max(0, kept)])
            training.extend(members[max(0, kept) :])
        return np.array(training), np.array(validation)
"""
_MAIN = """
    if __name__ == "__main__":
        images, labels, parts, names = read_data()
        training, validation = split(labels, parts)
        $numbers
        kept_back = images[validation], labels[validation]
        train(model, images[training], labels[training], kept_back)
        model.save("model.keras")
"""


def data_pieces(plan: TrainingPlan, shape: Shape | None) -> list[Piece]:
    """Return code that reads a plan's data for an Input, and splits it, as the studio does.

    It makes `read_data()`, which returns images, classes, parts and names, and
    `split(classes, parts)`, which returns the numbers of those to learn from and those kept back.
    None if the Input does not take such data.

    Args:
        plan: names data, split, resizing and pixel range.
        shape: of the Input, None if it is not known.
    """
    pieces = _reading(from_text(plan.data), plan, shape or ())
    return [*pieces, _splitting(plan)] if pieces else []


def main_piece(plan: TrainingPlan) -> Piece:
    """Return what is done where the code is run as a program."""
    is_number = plan.loss in NUMBER_LOSSES
    numbers = "labels = np.array([float(name) for name in names])[labels]"
    return piece(_MAIN, imports=(NUMPY,), numbers=numbers if is_number else "")


def _reading(source: DataSource, plan: TrainingPlan, shape: Shape) -> list[Piece]:
    if isinstance(source, Texts):
        return text_pieces(source, shape) if len(shape) == 1 else []
    if len(shape) != 3 or shape[2] not in (1, 3):
        return []
    match source:
        case ImageFolder() | ImageTable():
            return image_pieces(source, plan, shape)
        case Arrays():
            return array_pieces(source, plan, shape)
        case Bundled() | Shapes() | KerasSet():
            return known_pieces(source, plan, shape)


def _splitting(plan: TrainingPlan) -> Piece:
    told = N_("The numbers of the images to learn from, and of those kept back to measure with.")
    text = {splits.AUTO: _GIVEN, splits.RANDOM: _ANY}.get(plan.split, _ALIKE)
    return piece(text, told, imports=(NUMPY,), seed=plan.seed, share=number(plan.validation_split))
