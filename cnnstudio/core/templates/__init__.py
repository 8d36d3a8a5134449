"""Networks that are known by name, made for the data at hand."""

from __future__ import annotations

from cnnstudio.core.templates.compact import DENSENET_121, MOBILENET_V2, SQUEEZENET
from cnnstudio.core.templates.efficient import EFFICIENTNET_B0
from cnnstudio.core.templates.inception import GOOGLENET, INCEPTION, XCEPTION
from cnnstudio.core.templates.plain import ALEXNET, FIRST, LENET_5, SMALL, VGG16
from cnnstudio.core.templates.residual import RESIDUAL, RESNET_18, RESNET_50, SQUEEZE_EXCITE
from cnnstudio.core.templates.template import Paper, Template
from cnnstudio.core.templates.text import TEXT
from cnnstudio.core.templates.unet import SMALL_U_NET, U_NET

TEMPLATES: tuple[Template, ...] = (
    FIRST,
    LENET_5,
    SMALL,
    RESIDUAL,
    INCEPTION,
    SQUEEZE_EXCITE,
    SMALL_U_NET,
    ALEXNET,
    VGG16,
    GOOGLENET,
    RESNET_18,
    RESNET_50,
    U_NET,
    DENSENET_121,
    SQUEEZENET,
    XCEPTION,
    MOBILENET_V2,
    EFFICIENTNET_B0,
    TEXT,
)
"""The small ones that train within minutes, then the large ones in the order of their years."""


def template(key: str) -> Template:
    """Return a template by its key.

    Raises:
        KeyError: if there is none.
    """
    return {template.key: template for template in TEMPLATES}[key]


__all__ = ["TEMPLATES", "Paper", "Template", "template"]
