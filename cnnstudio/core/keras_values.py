"""What Keras writes for activations, initializers and regularizers, as the catalogue names them.

A value is a name, or what Keras saves of an object: `{"class_name": "Zeros", "config": {}}`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from cnnstudio.core.blocks import choices
from cnnstudio.core.fields import Value, is_real
from cnnstudio.core.real_fields import USUAL_STRENGTH

_ACTIVATION_SYNONYMS = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "log_softmax_v2": "log_softmax",
    "softmax_v2": "softmax",
}
_INITIALIZER_SYNONYMS = {"normal": "randomnormal", "uniform": "randomuniform"} | {
    "zero": "zeros",
    "one": "ones",
}
_INITIALIZER_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "randomnormal": {"mean": 0.0, "stddev": 0.05},
    "truncatednormal": {"mean": 0.0, "stddev": 0.05},
    "randomuniform": {"minval": -0.05, "maxval": 0.05},
    "variancescaling": {"scale": 1.0, "mode": "fan_in", "distribution": "truncated_normal"},
    "orthogonal": {"gain": 1.0},
    "constant": {"value": 0.0},
}
_FLOAT32 = 1e30
"""Numbers of a larger size are not read as float32."""
_LAYER_DEFAULTS: Mapping[str, Mapping[str, object]] = {
    "ReLU": {"max_value": None, "negative_slope": 0.0, "threshold": 0.0},
    "LeakyReLU": {"negative_slope": 0.3},
    "ELU": {"alpha": 1.0},
    "Softmax": {"axis": -1},
}
_LIKE_LAYERS: Mapping[str, tuple[str, Mapping[str, object]]] = {
    "relu": ("ReLU", {}),
    "relu6": ("ReLU", {"max_value": 6.0}),
    "leaky_relu": ("LeakyReLU", {"negative_slope": 0.2}),
    "elu": ("ELU", {}),
    "softmax": ("Softmax", {}),
}
"""Activations that a layer computes too, with the arguments for which it does."""


@dataclass(frozen=True, slots=True)
class Named:
    """A value of Keras taken apart.

    Attributes:
        name: of the class or function.
        config: the arguments of the class.
    """

    name: str
    config: Mapping[str, Any]


def named(raw: object) -> Named | None:
    """Take a value of Keras apart; None if it is none."""
    if isinstance(raw, str):
        return Named(raw, {})
    if not isinstance(raw, Mapping):
        return None
    name, config = raw.get("class_name"), raw.get("config")
    if name == "function":
        # A function of Python: its name is all that is known of it.
        return Named(config, {}) if isinstance(config, str) else None
    if not isinstance(name, str):
        return None
    return Named(name, config if isinstance(config, Mapping) else {})


def activation_of(raw: object) -> str | None:
    """Return the catalogue's name of an activation; None if there is none such.

    A layer in an activation's place has the name of the activation that does the same.
    """
    found = named(raw)
    if found is None:
        return None
    if found.name in _LAYER_DEFAULTS:
        return _of_layer(found)
    if found.config:
        return None
    name = _ACTIVATION_SYNONYMS.get(found.name, found.name)
    return name if name in choices.ACTIVATIONS else None


def initializer_of(raw: object, options: Sequence[str | None]) -> tuple[str | None, bool]:
    """Return the initializer of some that is nearest to one of Keras, and whether it is the same.

    Returns:
        `(None, False)` if none is near.
    """
    found = named(raw)
    if found is None:
        return None, False
    plain = re.sub(r"v\d$", "", re.sub(r"[^a-z0-9]", "", found.name.lower()))
    plain = _INITIALIZER_SYNONYMS.get(plain, plain)
    config = {k: v for k, v in found.config.items() if k not in ("dtype", "seed")}
    exact = found.config.get("seed") is None
    defaults = _INITIALIZER_DEFAULTS.get(plain, {})
    given = {key: config[key] for key in defaults if key in config}
    if plain == "constant":
        plain, exact = _constant(given.get("value", 0.0))
    elif not _agree({key: defaults[key] for key in given}, given):
        if plain == "variancescaling":
            plain, same = _scaled({**defaults, **given})
            exact = exact and same
        else:
            exact = False
    for option in options:
        if option is not None and option.replace("_", "") == plain:
            return option, exact
    return None, False


def regularizer_of(raw: object) -> tuple[Value, bool]:
    """Return a regularizer as `(name, strength)`, or None for none, and whether it is the same.

    It may be given in that form too.
    """
    if raw is None or isinstance(raw, tuple):
        return raw, True
    found = named(raw)
    name = "" if found is None else re.sub(r"[^a-z0-9]", "", found.name.lower())
    if found is None or name not in ("l1", "l2", "l1l2"):
        return None, False
    if name != "l1l2":
        # A name alone has the usual strength, and so has a call without one.
        strength = found.config.get(name, found.config.get("l", USUAL_STRENGTH))
        return (name, _strength(strength)), True
    parts = {key: _strength(found.config.get(key) or 0.0) for key in ("l1", "l2")}
    there = {key: strength for key, strength in parts.items() if strength}
    if len(there) > 1:
        return None, False
    return next(iter(there.items()), None), True


def short(number: float) -> float:
    """Return the shortest number that is the same in float32, in which Keras keeps strengths."""
    if not abs(number) < _FLOAT32:
        return number
    single = np.float32(number)
    return float(str(single)) if float(single) == number else number


def _strength(raw: Any) -> Any:
    return short(float(raw)) if is_real(raw, 0.0, _FLOAT32) else raw


def _constant(raw: object) -> tuple[str, bool]:
    if raw in (0, 1):
        return ("ones" if raw else "zeros"), True
    return "zeros", False


def _scaled(config: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the initializer nearest to a VarianceScaling, and whether it is the same."""
    law = "uniform" if config["distribution"] == "uniform" else "normal"
    scale, mode = config["scale"], config["mode"]
    start = "glorot" if mode == "fan_avg" else "lecun"
    if is_real(scale, 1.5, _FLOAT32):
        start = "he"
    known = {("glorot", "fan_avg", 1.0), ("he", "fan_in", 2.0), ("lecun", "fan_in", 1.0)}
    law_known = config["distribution"] in ("uniform", "normal", "truncated_normal")
    return f"{start}{law}", law_known and (start, mode, scale) in known


def _of_layer(layer: Named) -> str | None:
    """Return the activation that does what a layer in its place does."""
    config = {**_LAYER_DEFAULTS[layer.name], **layer.config}
    if layer.name == "LeakyReLU":
        config["negative_slope"] = layer.config.get("alpha", config["negative_slope"])
    for name, (kind, changed) in _LIKE_LAYERS.items():
        expected = {**_LAYER_DEFAULTS[kind], **changed}
        if kind == layer.name and _agree(expected, config):
            return name
    return None


def _agree(expected: Mapping[str, object], found: Mapping[str, Any]) -> bool:
    """Return whether the values that are expected are those found, to float32's precision."""
    for key, value in expected.items():
        raw = found[key]
        if isinstance(raw, tuple | list) and len(raw) == 1:
            raw = raw[0]
        if (short(raw) if isinstance(raw, float) else raw) != value:
            return False
    return True
