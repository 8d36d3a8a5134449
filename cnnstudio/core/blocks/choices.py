"""Names that several layers choose from, as Keras spells them."""

from __future__ import annotations

from cnnstudio.core.fields import Choice
from cnnstudio.core.i18n import N_

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
    "zeros",
    "ones",
)


def activation(*, optional: bool) -> Choice:
    """Describe an activation; `optional` for the parameter of another layer, None meaning none."""
    return Choice(
        label=N_("Activation"),
        help=N_("function applied to every number of the result; it lets layers build on another"),
        options=(None, *ACTIVATIONS) if optional else ACTIVATIONS,
        labels={None: N_("none")},
    )


def initializer(label: str, what: str) -> Choice:
    """Describe how a weight starts out."""
    return Choice(label=label, help=what, options=_INITIALIZERS, advanced=True)


def padding() -> Choice:
    """Describe what happens at the edges of the input."""
    return Choice(
        label=N_("Padding"),
        help=N_("valid stays inside the input; same adds zeros at the edges to keep its size"),
        options=("valid", "same"),
    )


USE_BIAS_HELP = N_("add a trained number to every filter's or unit's sum")
KERNEL_INITIALIZER_HELP = N_("how the weights start out before training")
BIAS_INITIALIZER_HELP = N_("how the biases start out before training")
