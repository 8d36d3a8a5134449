"""Code that reads labelled images which are arrays: of a file, of Keras, of the studio itself."""

from __future__ import annotations

from pathlib import Path

from cnnstudio.core import datasets
from cnnstudio.core.blocks import Shape
from cnnstudio.core.data.file_names import IMAGE_ARRAYS, LABEL_ARRAYS
from cnnstudio.core.data.sources import Arrays, Bundled, KerasSet, Shapes, to_text
from cnnstudio.core.i18n import N_
from cnnstudio.core.plan import TrainingPlan
from cnnstudio.core.source.image_files import IMAGE, NUMPY, fitting, in_range
from cnnstudio.core.source.labelled_files import PATH, numbering
from cnnstudio.core.source.layout import laid_out
from cnnstudio.core.source.literals import plain_literal
from cnnstudio.core.source.template import Piece, piece

_TOLD = N_(
    "All images as the network takes them, their classes by number, which part of the data each "
    "is of, and the names of the classes."
)
_OF_THE_STUDIO = """
    def read_data():
        #0
        #1
        images, classes = datasets.read($name)
        $fit
        parts = np.array(["train"] * len(images))
        return $images, classes, parts, NAMES
"""
_OF_KERAS = """
    def read_data():
        #0
        (x, y), (test_x, test_y) = keras.datasets.$name.load_data()
        images = np.concatenate([x, test_x])$axis
        $fit
        classes = np.concatenate([y, test_y]).ravel()
        parts = np.array(["train"] * len(x) + ["test"] * len(test_x))
        return $images, classes, parts, NAMES
"""
_FIT = "images = np.stack([fitted(Image.fromarray($one)) for image in images])"
_OPENED = """
    def arrays():
        #0
        with np.load(FILE, allow_pickle=False) as file:
            found = {name.lower(): file[name] for name in file.files}
        whole = [(x, y) for x in IMAGES for y in LABELS if x in found and y in found][:1]
        named = [(found[x], found[y], "train") for x, y in whole]
        parts = []
        for ending, part in PARTS.items():
            x = [name + ending for name in IMAGES if name + ending in found]
            y = [name + ending for name in LABELS if name + ending in found]
            if x and y:
                parts.append((found[x[0]], found[y[0]], part))
        return parts or named
"""
_NAMED = """
    def arrays():
        #0
        with np.load(FILE, allow_pickle=False) as file:
            return [(file[$images], file[$labels], "train")]
"""
_BESIDE = """
    def arrays():
        #0
        labels = next(path for name in LABELS if (path := FILE.parent / name).is_file())
        return [(np.load(FILE), np.load(labels), "train")]
"""
_EIGHT_BITS = """
    def eight_bits(images):
        #0
        if images.ndim == 3:
            images = images[..., np.newaxis]
        if images.shape[3] not in (1, 3, 4):
            images = images.transpose(0, 2, 3, 1)
        images = images[..., :3]
        if images.dtype == np.uint8:
            return images
        low, high = images.min(), images.max()
        is_whole = images.dtype.kind in "iu"
        images = images.astype("float64")
        if high <= 1 and not is_whole:
            images = images * 255 if low >= 0 else images * 127.5 + 127.5
        elif high > 255:
            images = images / 257
        return np.clip(np.rint(images), 0, 255).astype("uint8")
"""
_CLASS_NAMES = """
    def class_names(labels):
        #0
        if labels.ndim == 2 and labels.shape[1] == 1:
            labels = labels[:, 0]
        if labels.ndim == 2:
            labels = labels.argmax(axis=1)
        if labels.dtype.kind == "S":
            labels = np.char.decode(labels)
        if labels.dtype.kind in "bf":
            labels = labels.astype(int)
        return list(map(str, labels.tolist()))
"""
_READ = """
    def read_data():
        #0
        images, labels, parts = [], [], []
        for some, classes, part in arrays():
            for image in eight_bits(some):
                grey = image.shape[2] == 1
                images.append(fitted(Image.fromarray(image[..., 0] if grey else image)))
            labels += class_names(classes)
            parts += [part] * len(some)
        classes, names = numbered(labels)
        images = np.stack(images)
        return $images, classes, np.array(parts), names
"""
_ENDINGS = {"_train": "train", "_val": "val", "_valid": "val", "_test": "test"}
_MOST_NAMED = 10


def known_pieces(
    source: Bundled | Shapes | KerasSet, plan: TrainingPlan, shape: Shape
) -> list[Piece]:
    """Return code that reads a data set by its name for an Input of `shape`."""
    name = to_text(source)
    known = datasets.known(name)
    assert known is not None, "these need no reading to be known"
    is_grey = known.shape[2] == 1
    fits = known.shape == shape
    one = "image[..., 0]" if is_grey else "image"
    few = known.classes <= _MOST_NAMED
    counted = f"NAMES = list(map(str, range({known.classes})))"
    values = {
        "fit": "" if fits else _FIT.replace("$one", one),
        "images": in_range("images", plan.pixels),
    }
    imports = (NUMPY,) if fits else (NUMPY, IMAGE)
    names = Piece(tuple(_row("NAMES", known.labels)) if few else (counted,))
    if isinstance(source, KerasSet):
        axis = "[..., np.newaxis]" if is_grey else ""
        read = piece(_OF_KERAS, _TOLD, imports=imports, name=source.name, axis=axis, **values)
    else:
        read = piece(
            _OF_THE_STUDIO,
            _TOLD,
            N_("They come with CNN Studio, which has to be installed too."),
            imports=(*imports, "from cnnstudio.core import datasets"),
            name=plain_literal(name),
            **values,
        )
    return [names, *([] if fits else [fitting(shape, plan.resize)]), read]


def array_pieces(source: Arrays, plan: TrainingPlan, shape: Shape) -> list[Piece]:
    """Return code that reads arrays of a file for an Input of `shape`."""
    file = laid_out("", "FILE = Path(", [plain_literal(source.path)], ")")
    told = N_("Images, labels and part of the data, of each pair of arrays.")
    if Path(source.path).suffix.lower() == ".npy":
        wanted = (source.labels,) if source.labels else _beside(Path(source.path).stem)
        file += _row("LABELS", wanted)
        found = piece(_BESIDE, told, imports=(NUMPY, PATH))
    elif source.images and source.labels:
        names = {"images": plain_literal(source.images), "labels": plain_literal(source.labels)}
        found = piece(_NAMED, told, imports=(NUMPY, PATH), **names)
    else:
        file += _row("IMAGES", (source.images.lower(),) if source.images else IMAGE_ARRAYS)
        file += _row("LABELS", (source.labels.lower(),) if source.labels else LABEL_ARRAYS)
        pairs = [f"{plain_literal(k)}: {plain_literal(v)}" for k, v in _ENDINGS.items()]
        file += laid_out("", "PARTS = {", [", ".join(pairs)], "}")
        found = piece(_OPENED, told, imports=(NUMPY, PATH))
    return [
        Piece(tuple(file), frozenset((PATH,))),
        found,
        piece(
            _EIGHT_BITS,
            N_("As count × height × width × channels, from 0 to 255 whatever white was."),
            imports=(NUMPY,),
        ),
        piece(_CLASS_NAMES, N_("The class of each image as a text."), imports=(NUMPY,)),
        fitting(shape, plan.resize),
        numbering(),
        piece(_READ, _TOLD, imports=(NUMPY, IMAGE), images=in_range("images", plan.pixels)),
    ]


def _beside(stem: str) -> tuple[str, ...]:
    """Return what a file of classes beside one of images may be called."""
    usual = [f"{stem}_labels", f"{stem}_y", stem.replace("images", "labels")]
    if stem.lower().startswith("x"):
        usual.insert(0, ("y" if stem[0] == "x" else "Y") + stem[1:])
    usual += ["labels", "y", "classes", "targets"]
    return tuple(dict.fromkeys(f"{name}.npy" for name in usual if name != stem))


def _row(name: str, row: tuple[str, ...]) -> list[str]:
    return laid_out("", f"{name} = [", list(map(plain_literal, row)), "]")
