"""Designs that come with the studio: small templates, made for the digits and ready to train."""

from __future__ import annotations

from cnnstudio.core.datasets import DATASETS
from cnnstudio.core.document import Design
from cnnstudio.core.i18n import N_
from cnnstudio.core.plan import TrainingPlan

EXAMPLES = {
    "residual": N_("Residual blocks"),
    "inception": N_("Inception block"),
    "squeeze-excite": N_("Squeeze and excite"),
    "small-u-net": N_("Small U-Net"),
}
"""What the examples are called, by the keys of their templates."""


def example_design(key: str) -> Design:
    """Return a fresh copy of an example.

    Raises:
        KeyError: if there is no such template.
    """
    from cnnstudio.core.templates import template  # the menu names them and makes none

    plan = TrainingPlan()
    data = DATASETS[plan.data]
    return Design(key, template(key).network(data.shape, data.classes), plan)
