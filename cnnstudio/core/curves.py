"""The curves of the activations, for drawing: what each makes of a number.

Formulas as https://keras.io/api/layers/activations/ gives them, with Keras's default constants.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

_SELU_SCALE, _SELU_ALPHA = 1.0507009873554805, 1.6732632423543772


def curve_of(activation: str) -> Callable[[Numbers], Numbers] | None:
    """Return an activation as a function of single numbers.

    None for one that Keras does not have, and for those that look at all numbers of an axis at
    once: softmax, log_softmax and sparsemax.
    """
    return _CURVES.get(activation)


def softmax(numbers: Numbers) -> Numbers:
    """Return the probabilities that softmax makes of the numbers of one axis."""
    powers = np.exp(numbers - numbers.max())
    return np.asarray(powers / powers.sum())


def _sigmoid(x: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-x)))


def _softplus(x: Numbers) -> Numbers:
    return np.asarray(np.logaddexp(0.0, x))


def _relu(x: Numbers) -> Numbers:
    return np.maximum(x, 0.0)


def _elu(x: Numbers) -> Numbers:
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))


def _gelu(x: Numbers) -> Numbers:
    """The exact form needs the error function; this one, with tanh, differs by less than 0.001."""
    return np.asarray(0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3))))


def _hard_sigmoid(x: Numbers) -> Numbers:
    return np.clip(x / 6 + 0.5, 0.0, 1.0)


def _hard_shrink(x: Numbers) -> Numbers:
    return np.where(np.abs(x) > 0.5, x, 0.0)


def _soft_shrink(x: Numbers) -> Numbers:
    return np.asarray(np.sign(x) * np.maximum(np.abs(x) - 0.5, 0.0))


def _sparse_plus(x: Numbers) -> Numbers:
    return np.where(x <= -1, 0.0, np.where(x >= 1, x, 0.25 * (x + 1) ** 2))


_CURVES: dict[str, Callable[[Numbers], Numbers]] = {
    "linear": lambda x: x,
    "relu": _relu,
    "relu6": lambda x: np.clip(x, 0.0, 6.0),
    "leaky_relu": lambda x: np.where(x > 0, x, 0.2 * x),
    "sigmoid": _sigmoid,
    "tanh": np.tanh,
    "elu": _elu,
    "celu": _elu,
    "selu": lambda x: _SELU_SCALE * np.where(x > 0, x, _SELU_ALPHA * _elu(x)),
    "gelu": _gelu,
    "silu": lambda x: x * _sigmoid(x),
    "mish": lambda x: x * np.tanh(_softplus(x)),
    "exponential": np.exp,
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": lambda x: x * _hard_sigmoid(x),
    "hard_shrink": _hard_shrink,
    "hard_tanh": lambda x: np.clip(x, -1.0, 1.0),
    "log_sigmoid": lambda x: -_softplus(-x),
    "soft_shrink": _soft_shrink,
    "softplus": _softplus,
    "softsign": lambda x: x / (1 + np.abs(x)),
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": lambda x: np.clip(0.5 * (x + 1), 0.0, 1.0),
    "squareplus": lambda x: 0.5 * (x + np.sqrt(x**2 + 4)),
    "tanh_shrink": lambda x: x - np.tanh(x),
    "threshold": lambda x: np.where(x > 0, x, 0.0),
}
