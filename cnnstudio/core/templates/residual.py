"""Networks whose layers learn what to add to their input: residual networks."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    Activation,
    BatchNormalization,
    Block,
    Conv2D,
    GlobalAveragePooling2D,
    Shape,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.templates.kit import (
    Item,
    Items,
    add,
    conv,
    group,
    multiply,
    named,
    normed,
    pad,
    pool,
    predictions,
    repeat,
)
from cnnstudio.core.templates.template import Paper, Template

_KERAS_EPSILON = 1.001e-5
_RELU = Activation(activation="relu")


def _resnet_18(_shape: Shape, classes: int) -> Items:
    stages = ((64, 1), (128, 2), (256, 2), (512, 2))
    return [
        group("stem", pad(3, 3), *normed(_plain(64, 7, 2, "valid")), pad(1, 1), pool(3, 2)),
        *(
            group(f"stage_{number}", *_basic(filters, strides), *_basic(filters, 1))
            for number, (filters, strides) in enumerate(stages, start=1)
        ),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _basic(filters: int, strides: int) -> Items:
    """Two 3×3 convolutions and a shortcut; zeros at the edges lie as in the paper's own code."""
    first: list[Item] = [_plain(filters, 3)]
    if strides > 1:
        first = [pad(1, 1), _plain(filters, 3, strides, "valid")]
    main: list[Item] = [
        *first,
        BatchNormalization(),
        _RELU,
        *normed(_plain(filters, 3), activation=None),
    ]
    if strides == 1:
        return [add("residual_1", [], main), _RELU]
    shortcut = normed(_plain(filters, 1, strides, "valid"), activation=None)
    return [add("downsample_1", shortcut, main), _RELU]


def _plain(filters: int, size: int, strides: int = 1, padding: str = "same") -> Conv2D:
    return conv(filters, size, strides, padding=padding, use_bias=False)


def _resnet_50(_shape: Shape, classes: int) -> Items:
    """As `keras.applications.ResNet50`: strides in the first 1×1, biases before normalization."""
    stages = ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2))
    return [
        group(
            "stem",
            pad(3, 3),
            *_keras_normed(conv(64, 7, 2, padding="valid")),
            pad(1, 1),
            pool(3, 2),
        ),
        *(
            group(
                f"stage_{number}",
                *_bottleneck(filters, strides, widened=True),
                repeat(f"bottlenecks_{number}", count - 1, *_bottleneck(filters, 1)),
            )
            for number, (filters, count, strides) in enumerate(stages, start=2)
        ),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _bottleneck(filters: int, strides: int, *, widened: bool = False) -> Items:
    wide = 4 * filters
    shortcut = _keras_normed(conv(wide, 1, strides, padding="valid"), activation=None)
    main = [
        *_keras_normed(conv(filters, 1, strides, padding="valid")),
        *_keras_normed(conv(filters, 3)),
        *_keras_normed(conv(wide, 1, padding="valid"), activation=None),
    ]
    return [add("bottleneck_1", shortcut if widened else [], main), _RELU]


def _keras_normed(convolution: Block, activation: str | None = "relu") -> Items:
    return normed(convolution, epsilon=_KERAS_EPSILON, activation=activation)


def _small_residual(_shape: Shape, classes: int) -> Items:
    return [
        conv(16, 3, activation="relu"),
        add("residual_1", _two(16), []),
        _RELU,
        add("downsample_1", _two(32, 2), normed(_plain(32, 1, 2), activation=None)),
        _RELU,
        repeat("stage_1", 2, add("residual_1", _two(32), []), _RELU),
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _two(filters: int, strides: int = 1) -> Items:
    return [*normed(_plain(filters, 3, strides)), *normed(_plain(filters, 3), activation=None)]


def _squeeze_excite(_shape: Shape, classes: int) -> Items:
    return [
        conv(16, 3, activation="relu"),
        add("residual_1", _weighed(16, 4), []),
        _RELU,
        pool(2, 2),
        conv(32, 3, activation="relu"),
        add("residual_1", _weighed(32, 8), []),
        _RELU,
        GlobalAveragePooling2D(),
        predictions(classes),
    ]


def _weighed(filters: int, squeezed: int) -> Items:
    scores: Items = [
        named("squeeze_1", GlobalAveragePooling2D(keepdims=True)),
        conv(squeezed, 1, padding="valid", activation="relu"),
        conv(filters, 1, padding="valid", activation="sigmoid"),
    ]
    weighed = multiply("squeeze_excite_1", [], scores)
    return [*normed(_plain(filters, 3), activation=None), weighed]


_RESNET = Paper("Deep residual learning for image recognition", "He, Zhang, Ren, Sun", 2015)

RESIDUAL = Template(
    key="residual",
    title=N_("Residual blocks"),
    about=N_(
        "A small residual network for small images: every lane learns what to add to its input, so "
        "that depth does no harm."
    ),
    paper=_RESNET,
    shape=(28, 28, 1),
    classes=10,
    weights=57_322,
    build=_small_residual,
    ready_small=True,
)
SQUEEZE_EXCITE = Template(
    key="squeeze-excite",
    title=N_("Squeeze and excite"),
    about=N_(
        "A small network that weighs its own maps: a mean of each map decides how much it counts."
    ),
    paper=Paper("Squeeze-and-excitation networks", "Hu, Shen, Sun", 2017),
    shape=(28, 28, 1),
    classes=10,
    weights=17_542,
    build=_squeeze_excite,
    least=2,
    ready_small=True,
)
RESNET_18 = Template(
    key="resnet-18",
    title="ResNet-18",
    about=N_(
        "The smallest residual network of the paper: a good first choice for photographs, far "
        "lighter than VGG16 and better."
    ),
    paper=_RESNET,
    shape=(224, 224, 3),
    classes=1000,
    weights=11_699_112,
    build=_resnet_18,
    least=32,
)
RESNET_50 = Template(
    key="resnet-50",
    title="ResNet-50",
    about=N_(
        "Fifty layers in bottlenecks, 1×1 convolutions around a 3×3: the network that others are "
        "measured against."
    ),
    paper=_RESNET,
    shape=(224, 224, 3),
    classes=1000,
    weights=25_636_712,
    build=_resnet_50,
    least=32,
)
