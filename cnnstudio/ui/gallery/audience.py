"""Whom templates are made for: the data at hand, or the data of their papers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.core.blocks import Shape
from cnnstudio.core.datasets import Dataset
from cnnstudio.core.i18n import _
from cnnstudio.core.network import Network
from cnnstudio.core.templates import Template
from cnnstudio.ui.gallery.card import Card


@dataclass(frozen=True, slots=True)
class Audience:
    """An input shape and a number of classes; None stands for those of each paper."""

    shape: Shape | None
    classes: int

    @classmethod
    def published(cls) -> Audience:
        """Return what each template was published for."""
        return cls(None, 0)

    @classmethod
    def of(cls, dataset: Dataset) -> Audience:
        """Return what a data set needs."""
        return cls(dataset.shape, dataset.classes)

    def obstacle(self, template: Template) -> str:
        """Say why a template cannot be made, "" if it can."""
        return "" if self.shape is None else template.obstacle(self.shape) or ""

    def network(self, template: Template) -> Network:
        """Make a template.

        Raises:
            ValueError: if there is an obstacle.
        """
        if self.shape is None:
            return template.published()
        return template.network(self.shape, self.classes)

    def network_to_show(self, template: Template) -> Network:
        """Make a template, as it was published if it cannot be made."""
        return template.published() if self.obstacle(template) else self.network(template)

    def card(self, card: Card) -> Card:
        """Return a card that says of its template what is quickly said; it keeps its outline."""
        obstacle = self.obstacle(card.template)
        remark = "" if obstacle else self._remark(card.template)
        return replace(card, obstacle=obstacle, remark=remark, weights=None)

    def _remark(self, template: Template) -> str:
        change = None if self.shape is None else template.change_of_size(self.shape)
        if change is not None:
            return change
        if template.ready_small:
            return _("trains within minutes, even without a GPU")
        return ""
