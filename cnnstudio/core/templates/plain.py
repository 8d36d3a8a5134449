"""Networks without branches: one layer after another."""

from __future__ import annotations

from cnnstudio.core.blocks import (
    AveragePooling2D,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    MaxPooling2D,
    Shape,
)
from cnnstudio.core.i18n import N_
from cnnstudio.core.templates.kit import (
    Items,
    conv,
    group,
    he_conv,
    he_dense,
    named,
    pool,
    predictions,
)
from cnnstudio.core.templates.template import Paper, Template


def _first(_shape: Shape, classes: int) -> Items:
    return [
        Conv2D(filters=64, kernel_size=(3, 3), activation="relu"),
        MaxPooling2D(pool_size=(2, 2)),
        Dropout(rate=0.25),
        BatchNormalization(),
        Flatten(),
        Dense(units=classes, activation="softmax"),
    ]


def _lenet_5(_shape: Shape, classes: int) -> Items:
    """The paper's sparse connections of C3, trained pooling and RBF output are as usual today."""
    return [
        named("C1", conv(6, 5, padding="valid", activation="tanh")),
        named("S2", AveragePooling2D()),
        named("C3", conv(16, 5, padding="valid", activation="tanh")),
        named("S4", AveragePooling2D()),
        Flatten(),
        named("C5", Dense(units=120, activation="tanh")),
        named("F6", Dense(units=84, activation="tanh")),
        predictions(classes),
    ]


def _alexnet(_shape: Shape, classes: int) -> Items:
    """Groups of 2 are the two GPUs of the paper; its local response normalization is left out."""
    return [
        named("conv1", he_conv(96, 11, 4, padding="valid")),
        named("pool1", pool(3, 2)),
        named("conv2", he_conv(256, 5, groups=2)),
        named("pool2", pool(3, 2)),
        named("conv3", he_conv(384, 3)),
        named("conv4", he_conv(384, 3, groups=2)),
        named("conv5", he_conv(256, 3, groups=2)),
        named("pool5", pool(3, 2)),
        Flatten(),
        named("fc6", he_dense(4096)),
        Dropout(),
        named("fc7", he_dense(4096)),
        Dropout(),
        predictions(classes),
    ]


def _vgg16(_shape: Shape, classes: int) -> Items:
    """As `keras.applications.VGG16`."""
    stages = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    return [
        *(
            group(
                f"block_{number}",
                *[conv(filters, 3, activation="relu")] * count,
                MaxPooling2D(),
            )
            for number, (filters, count) in enumerate(stages, start=1)
        ),
        Flatten(),
        named("fc1", Dense(units=4096, activation="relu")),
        named("fc2", Dense(units=4096, activation="relu")),
        predictions(classes),
    ]


def _small(_shape: Shape, classes: int) -> Items:
    return [
        *(
            group(
                f"block_{number}",
                conv(filters, 3, activation="relu"),
                conv(filters, 3, padding="valid", activation="relu"),
                MaxPooling2D(),
                Dropout(rate=0.25),
            )
            for number, filters in enumerate((32, 64), start=1)
        ),
        Flatten(),
        Dense(units=512, activation="relu"),
        Dropout(),
        predictions(classes),
    ]


FIRST = Template(
    key="first",
    title=N_("First network"),
    about=N_(
        "One convolution, pooling, dropout and normalization, the layers a first lesson is about: "
        "reads digits within a minute."
    ),
    paper=None,
    shape=(28, 28, 1),
    classes=10,
    weights=109_066,
    build=_first,
    least=4,
    ready_small=True,
)
LENET_5 = Template(
    key="lenet-5",
    title="LeNet-5",
    about=N_("The classic that read the digits on bank cheques: small, quick and easy to follow."),
    paper=Paper(
        "Gradient-based learning applied to document recognition",
        "LeCun, Bottou, Bengio, Haffner",
        1998,
    ),
    shape=(32, 32, 1),
    classes=10,
    weights=61_706,
    build=_lenet_5,
    least=32,
    padded=True,
    ready_small=True,
)
SMALL = Template(
    key="small-cnn",
    title=N_("Small CNN"),
    about=N_(
        "Two pairs of convolutions with dropout, the usual start for colour images of 32 × 32 as "
        "in CIFAR-10."
    ),
    paper=None,
    shape=(32, 32, 3),
    classes=10,
    weights=1_250_858,
    build=_small,
    least=10,
    ready_small=True,
)
ALEXNET = Template(
    key="alexnet",
    title="AlexNet",
    about=N_(
        "The network that made deep learning known: large kernels first, dropout in wide dense "
        "layers. Its local response normalization, out of use today, is left out."
    ),
    paper=Paper(
        "ImageNet classification with deep convolutional neural networks",
        "Krizhevsky, Sutskever, Hinton",
        2012,
    ),
    shape=(227, 227, 3),
    classes=1000,
    weights=60_965_224,
    build=_alexnet,
    least=67,
)
VGG16 = Template(
    key="vgg16",
    title="VGG16",
    about=N_(
        "Nothing but 3×3 convolutions and pooling, as deep as was possible then: heavy, but the "
        "easiest large network to understand."
    ),
    paper=Paper(
        "Very deep convolutional networks for large-scale image recognition",
        "Simonyan, Zisserman",
        2014,
    ),
    shape=(224, 224, 3),
    classes=1000,
    weights=138_357_544,
    build=_vgg16,
    least=32,
    learning_rate=0.0001,
)
