"""Names that several layers choose from, as Keras spells them."""

from __future__ import annotations

from cnnstudio.core.fields import Choice
from cnnstudio.core.i18n import N_
from cnnstudio.core.real_fields import Regularizer

ACTIVATIONS = (
    "relu",
    "sigmoid",
    "tanh",
    "softmax",
    "linear",
    "leaky_relu",
    "elu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "relu6",
    "celu",
    "exponential",
    "hard_sigmoid",
    "hard_silu",
    "hard_shrink",
    "hard_tanh",
    "log_sigmoid",
    "log_softmax",
    "soft_shrink",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "squareplus",
    "tanh_shrink",
)
"""Every Keras activation that keeps its input's shape and needs no argument."""

_INITIALIZERS = (
    "glorot_uniform",
    "glorot_normal",
    "he_uniform",
    "he_normal",
    "lecun_uniform",
    "lecun_normal",
    "random_normal",
    "random_uniform",
    "truncated_normal",
    "variance_scaling",
    "orthogonal",
    "zeros",
    "ones",
)

# An orthogonal start needs rows and columns.
_FOR_ANY_RANK = tuple(name for name in _INITIALIZERS if name != "orthogonal")

INTERPOLATIONS = ("nearest", "bilinear", "bicubic", "lanczos3", "lanczos5")
"""How pixels are found between pixels, from the plainest to the smoothest."""

TAPS = {"nearest": 1, "bilinear": 2, "bicubic": 4, "lanczos3": 6, "lanczos5": 10}
"""How many input places along an axis each interpolation mixes into one."""

FILLS = ("reflect", "wrap", "constant", "nearest")
"""What Keras puts where an image has been moved away."""


def activation(*, optional: bool) -> Choice:
    """Describe an activation; `optional` for the parameter of another layer, None meaning none."""
    return Choice(
        label=N_("Activation"),
        help=N_("function applied to every number of the result; it lets layers build on another"),
        options=(None, *ACTIVATIONS) if optional else ACTIVATIONS,
        labels={None: N_("none")},
    )


def initializer(label: str, what: str, *, any_rank: bool = False) -> Choice:
    """Describe how a weight starts out; `any_rank` for those that may have a single axis."""
    options = _FOR_ANY_RANK if any_rank else _INITIALIZERS
    return Choice(label=label, help=what, options=options, advanced=True)


def regularizer(label: str) -> Regularizer:
    """Describe a penalty on a weight's size."""
    return Regularizer(label=label, help=REGULARIZER_HELP, advanced=True)


def padding(*, causal: bool = False) -> Choice:
    """Describe what happens at the edges of the input; `causal` where Keras offers that too."""
    if causal:
        return Choice(
            label=N_("Padding"),
            help=N_(
                "valid stays inside the input; same adds zeros at the ends to keep its length; "
                "causal adds them at the start only, so that nothing sees what comes later"
            ),
            options=("valid", "same", "causal"),
        )
    return Choice(
        label=N_("Padding"),
        help=N_("valid stays inside the input; same adds zeros at the edges to keep its size"),
        options=("valid", "same"),
    )


def interpolation(*options: str) -> Choice:
    """Describe how pixels are found between pixels."""
    return Choice(
        label=N_("Interpolation"),
        help=N_("nearest copies the nearest pixel; the others mix several, which is smoother"),
        options=options or INTERPOLATIONS,
        advanced=True,
    )


KERNEL_INITIALIZER_HELP = N_("how the weights start out before training")
REGULARIZER_HELP = N_(
    "adds to the loss for large weights, which holds overfitting back: l1 drives some to zero, l2 "
    "keeps all small"
)
